"""Findings are kept once, in the order of the lines, and counted by their reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from importbus.adapters.findings import Findings, Group
from importbus.bus.findings import Finding, Located
from importbus.bus.messages import Position


@pytest.fixture
def findings() -> Iterator[Findings]:
    """An empty collection."""
    with Findings() as found:
        yield found


def at(line: int, message: str = "is bad", *, error: bool = True, field: str = "x") -> Located:
    """Return a finding on a line of ``a``."""
    return Located(Position("a", line), "Put", f"k{line}", Finding("rule", field, message, error))


def test_they_come_by_line_as_they_were(findings: Findings) -> None:
    """In whatever order they were found."""
    found = [
        at(10),
        at(2),
        at(2, "is odd", error=False),
        Located(Position("a", 1), None, None, Finding("r", "", "m")),
    ]
    for each in found:
        findings.add(each)

    assert list(findings) == [found[3], found[1], found[2], found[0]]


def test_one_that_is_found_twice_is_kept_once(findings: Findings) -> None:
    """As when structure is checked again."""
    new = [findings.add(at(1)), findings.add(at(1)), findings.add(at(1, field="y"))]

    assert new == [True, False, True]
    assert findings.count(error=True) == 2


def test_reasons_are_grouped_errors_first(findings: Findings) -> None:
    """A star stands for what differs; of more reasons than asked for the frequent ones come."""
    for line in range(5):
        findings.add(at(line, "is odd", error=False))
        findings.add(at(line, f"there is no 'a{line}'", field=f"values.name (en_{line})"))
    findings.add(at(9, "rare"))

    assert findings.groups(2) == [
        Group("values.name: there is no *", 5, True),
        Group("x: rare", 1, True),
    ]
    assert findings.groups(9)[2:] == [Group("x: is odd", 5, False)]
    assert (findings.count(error=True), findings.count(error=False)) == (6, 5)
