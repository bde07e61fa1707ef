"""``importbus failed list``: what is open, by reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from importbus.adapters.cli.streams import result_bytes, show
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.selecting import Selection
from importbus.bus.report import Failure

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
        elif as_json:
            _write(_document(journal, selection))
        else:
            _show(journal, selection)


def _document(journal: SqliteJournal | None, selection: Selection) -> Iterator[bytes]:
    """Yield the lines of one JSON document."""
    total = journal.failed.totals(selection)[0] if journal else 0
    groups = journal.failed.groups(selection) if journal else ()
    yield from _listed(b'{"total":%d,"groups":[' % total, map(group_document, groups))


def _show(journal: SqliteJournal | None, selection: Selection) -> None:
    groups = list(journal.failed.groups(selection, most=SHOWN)) if journal else []
    state = "" if selection.state == "all" else f"{selection.state} "
    if journal is None or not groups:
        show(f"No {state}failures.")
        return
    imports, (total, reasons) = journal.failed.imports(selection), journal.failed.totals(selection)
    show(
        grouped(groups, f"{state}failures by reason".capitalize()),
        f"{many(total, f'{state}failure')} of {many(len(imports), 'import')}.",
    )
    if reasons > SHOWN:
        show(f"{many(reasons - SHOWN, 'reason')} more: --each or --json has all of them.")
    if number := next((g.example.number for g in groups if g.example.number), None):
        show(f"See one: importbus failed show {number}")
    if number and selection.state == "open":
        one = f" {imports[0]}" if len(imports) == 1 else ""
        show(f"Send again what was mended: importbus failed retry{one}")


def _write_each(failures: Iterable[Failure], *, as_json: bool) -> None:
    if as_json:
        _write(_listed(b'{"failures":[', map(failed_document, failures)))
    else:
        _write(line_of(one).encode() for one in failures)


def _listed(beginning: bytes, documents: Iterable[Any]) -> Iterator[bytes]:
    """Yield one JSON document, a line for each of *documents*; they are in its last list."""
    before = beginning
    for document in documents:
        yield before + orjson.dumps(document)
        before = b","
    yield b"]}" if before == b"," else beginning + b"]}"


def _write(lines: Iterable[bytes]) -> None:
    """Write line by line, however many there are."""
    with result_bytes() as stream:
        stream.writelines(line + b"\n" for line in lines)
