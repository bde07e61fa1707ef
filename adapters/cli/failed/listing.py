"""``importbus failed list``: what is open, by reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import click
import orjson

from importbus.adapters.cli.failed.choosing import STATE, choosing, journal_for
from importbus.adapters.cli.failed.rendering import (
    failed_document,
    group_document,
    grouped,
    line_of,
)
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import load
from importbus.adapters.cli.streams import result_bytes, show, show_document
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.selecting import Selection
from importbus.bus.report import Failure, FailureGroup

SHOWN = 50
"""Reasons in the table; usually there are five."""

EXAMPLES = """\b
Examples:
  importbus failed list
  importbus failed list spring --class CreateOrUpdateProduct
  importbus failed list --error "family does not exist" --since 12h --each
  importbus failed list spring --json | jq '.groups[].count'
"""


@click.command("list", epilog=EXAMPLES)
@choosing
@STATE
@click.option("--each", is_flag=True, help="A line for each failure, in place of the reasons.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, selection: Selection, each: bool, as_json: bool) -> None:
    """List failures and rejected lines by their reason, with how many there are and an example.

    Without IMPORT it lists those of all imports; what failed again in a retry counts once, for the
    import in which it failed first.
    """
    config = load(ctx)
    with journal_for(config, selection) as journal:
        if each:
            _write_each(journal.failed.each(selection) if journal else (), as_json=as_json)
            return
        groups = list(journal.failed.groups(selection)) if journal else []
        if as_json:
            show_document(_document(groups))
        else:
            _show(groups, journal, selection)


def _document(groups: Sequence[FailureGroup]) -> dict[str, Any]:
    return {
        "failures": sum(group.count for group in groups),
        "groups": [group_document(group) for group in groups],
    }


def _show(
    groups: Sequence[FailureGroup], journal: SqliteJournal | None, selection: Selection
) -> None:
    state = "" if selection.state == "all" else f"{selection.state} "
    if journal is None or not groups:
        show(f"No {state}failures.")
        return
    imports = journal.failed.imports(selection)
    total = many(sum(group.count for group in groups), f"{state}failure")
    show(
        grouped(groups[:SHOWN], f"{state}failures by reason".capitalize()),
        f"{total} of {many(len(imports), 'import')}{_left_out(groups)}.",
    )
    if number := next((g.example.number for g in groups if g.example.number), None):
        show(f"See one: importbus failed show {number}")
    if number and selection.state == "open":
        one = f" {imports[0]}" if len(imports) == 1 else ""
        show(f"Send again what was mended: importbus failed retry{one}")


def _left_out(groups: Sequence[FailureGroup]) -> str:
    if len(groups) <= SHOWN:
        return ""
    rest = sum(group.count for group in groups[SHOWN:])
    return f"; {many(len(groups) - SHOWN, 'reason')} more, with {rest:,} of them: --each or --json"


def _write_each(failures: Iterable[Failure], *, as_json: bool) -> None:
    """Write line by line, however many there are."""
    lines = _documents(failures) if as_json else (line_of(one).encode() for one in failures)
    with result_bytes() as stream:
        stream.writelines(line + b"\n" for line in lines)


def _documents(failures: Iterable[Failure]) -> Iterator[bytes]:
    """Yield the lines of one JSON document."""
    before = chain([b'{"failures":['], iter(lambda: b",", None))
    for comma, failure in zip(before, failures, strict=False):
        yield comma + orjson.dumps(failed_document(failure))
    yield b"]}"
