"""Each rule of a dry run: what breaks it, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from checked_rows import FINE, ROWS, Row
from checked_shop import Record, ShopReader, command
from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks.inspector import AkeneoInspector
from importbus.handlers.akeneo.checks.rules import RULES


def inspected(records: Sequence[Record], reader: ShopReader | None = None) -> list[list[Finding]]:
    """Return what is found wrong with each of *records*, checked as one source."""
    inspector = AkeneoInspector(reader)
    commands = [command(record) for record in records]
    found: list[list[Finding]] = [[] for _ in commands]
    for each in commands:
        inspector.survey(each)
    inspector.prepare()
    for stage in inspector.stages():
        some = [n for n, each in enumerate(commands) if type(each).__name__ in stage.wanted]
        inspector.ask([commands[n] for n in some])
        for n in some:
            if stage.task == "learn":
                inspector.learn(commands[n])
            else:
                new = inspector.check(commands[n])
                found[n] += [each for each in new if each not in found[n]]
        if stage.task == "check":
            bad = [(commands[n], found[n]) for n in some if any(f.error for f in found[n])]
            inspector.withdraw(bad)
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule} {row.record[1]}"[:70])
def test_a_line_that_breaks_a_rule_is_told_with_its_field(row: Row) -> None:
    """That rule and no other one, at the property that is wrong."""
    *before, found = inspected([*row.before, row.record], ShopReader())

    assert [(each.rule, each.field, each.error) for each in found] == [
        (row.rule, row.field, row.error)
    ]
    assert before == [[] for _ in row.before]


def test_every_rule_has_a_line_that_breaks_it() -> None:
    """What no row shows, nobody has tried."""
    assert {row.rule for row in ROWS} == RULES.keys()


def test_lines_that_are_fine_are_found_fine() -> None:
    """All of them in one source, where some refer to others."""
    found = inspected(FINE, ShopReader())

    assert dict(zip(map(str, FINE), found, strict=True)) == {key: [] for key in map(str, FINE)}
