"""The options that say which failures are meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, get_args

import click

from importbus.adapters.cli.session import journal_of, reading_journal
from importbus.adapters.cli.times import read_when
from importbus.adapters.config import Config
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.selecting import Selection, State

F = TypeVar("F", bound=Callable[..., Any])

PLACE = re.compile(r"(?P<source>.+?)(?::(?P<first>[0-9]{1,18})(?:-(?P<last>[0-9]{1,18}))?)?")

NAMED = (
    click.argument("import_id", metavar="[IMPORT]", required=False),
    click.option(
        "--import", "same_import", metavar="ID", help="Of that import; the same as IMPORT."
    ),
    click.option("--class", "class_name", metavar="CLASS", help="Commands of CLASS."),
    click.option("--key", metavar="KEY", help="Commands of that key; * stands for anything."),
    click.option("--error", metavar="TEXT", help="With TEXT in the error; * stands for anything."),
    click.option(
        "--position",
        metavar="SOURCE[:LINE[-LINE]]",
        help="Read there: a source, a line or lines of it.",
    ),
    click.option(
        "--since",
        callback=read_when,
        metavar="WHEN",
        help="Refused since then: a time in UTC, or 12h.",
    ),
    click.option("--until", callback=read_when, metavar="WHEN", help="Refused before then."),
)

STATE = click.option(
    "--state",
    type=click.Choice(get_args(State)),
    default="open",
    show_default=True,
    help="What has become of it since.",
)


def choosing(function: F) -> F:
    """Give a command the options, whose values it gets as one ``Selection``, ``selection``."""

    @wraps(function)
    def chosen(*args: Any, **options: Any) -> Any:
        return function(*args, selection=_selection(options), **options)

    for option in reversed(NAMED):
        chosen = option(chosen)
    return chosen  # type: ignore[return-value]


def selection_at(import_id: str, position: str) -> Selection:
    """Return the selection of what was read at *position* in an import, whatever became of it."""
    source, lines = _place(position)
    return Selection(import_id=import_id, source=source, lines=lines, state="all")


@contextmanager
def journal_for(config: Config, selection: Selection) -> Iterator[SqliteJournal | None]:
    """Open the journal; None when there is none and no import was named.

    Raises:
        UnknownImport: There is no import of the name.
        JournalError: It cannot be read; the message says what to do.
    """
    if selection.import_id:
        with journal_of(config, selection.import_id) as journal:
            yield journal
    else:
        with reading_journal(config) as found:
            yield found


def _selection(options: dict[str, Any]) -> Selection:
    """Take what names failures out of *options*."""
    import_id, same = options.pop("import_id"), options.pop("same_import")
    if import_id and same and import_id != same:
        raise click.UsageError(f"IMPORT is {import_id} and --import is {same}: name one.")
    position = options.pop("position")
    source, lines = _place(position) if position else (None, None)
    return Selection(
        import_id=import_id or same,
        command=options.pop("class_name"),
        key=options.pop("key"),
        error=options.pop("error"),
        since=options.pop("since"),
        until=options.pop("until"),
        source=source,
        lines=lines,
        state=options.pop("state", "open"),
    )


def _place(text: str) -> tuple[str, tuple[int, int] | None]:
    found = PLACE.fullmatch(text)
    if found is None:
        raise click.UsageError(f"{text!r} is no position; allowed: SOURCE, SOURCE:7, SOURCE:7-20.")
    if found["first"] is None:
        return found["source"], None
    first = int(found["first"])
    return found["source"], (first, int(found["last"] or first))
