"""``importbus failed show``: all that is known of one failure."""

from __future__ import annotations

from collections.abc import Sequence

import click

from importbus.adapters.cli.failed.choosing import journal_for, selection_at
from importbus.adapters.cli.failed.rendering import account, full_document
from importbus.adapters.cli.session import load
from importbus.adapters.cli.streams import show, show_document
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.selecting import Selection
from importbus.bus.errors import ConfigurationError
from importbus.bus.report import Failure

EXAMPLES = """\b
Examples:
  importbus failed show 17
  importbus failed show spring catalog.jsonl:4
  importbus failed show 17 --json | jq .data
"""


@click.command("show", epilog=EXAMPLES)
@click.argument("which", metavar="NUMBER|IMPORT")
@click.argument("position", metavar="[POSITION]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, which: str, position: str | None, as_json: bool) -> None:
    """Show one failure: its command, batch, request, attempts, and what the PIM answered.

    It is named by its number, which importbus failed list tells, or by its import and position;
    rejected lines have no number.
    """
    selection = _selection(which, position)
    with journal_for(load(ctx), selection) as journal:
        failure = _found(journal, selection, f"{which} {position or ''}".strip())
        repeats = _repeats(journal, failure)
    if as_json:
        show_document(full_document(failure, repeats))
    else:
        show(*account(failure, repeats))


def _selection(which: str, position: str | None) -> Selection:
    if position is not None:
        return selection_at(which, position)
    if not (which.isascii() and which.isdigit() and len(which) < 19):  # SQLite's longest number
        raise click.UsageError(f"{which!r} is no number: name an import and a position.")
    return Selection(number=int(which), state="all")


def _found(journal: SqliteJournal | None, selection: Selection, named: str) -> Failure:
    """Return the one failure; of several at one position the first."""
    failure = next(journal.failed.each(selection), None) if journal else None
    if failure is None:
        raise ConfigurationError(f"There is no failure {named}; see importbus failed list.")
    return failure


def _repeats(journal: SqliteJournal | None, failure: Failure) -> Sequence[Failure]:
    if journal is None or failure.number is None:
        return ()
    return journal.failed.repeats(failure.number)
