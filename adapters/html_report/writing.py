"""Gathering what a page shows, and writing it, with the list of all failures beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from attrs import frozen

from importbus.adapters.failures_csv import is_list_of_failures, save_failures
from importbus.adapters.html_report.axis import Axis, axis_of
from importbus.adapters.html_report.page import Page, save_page
from importbus.adapters.html_report.plot import Plot, plot_of
from importbus.adapters.html_report.selecting import select
from importbus.adapters.journal import SqliteJournal
from importbus.bus.errors import ConfigurationError
from importbus.bus.journal import Moment
from importbus.bus.report import Report
from importbus.bus.sharing import ENDED

MOST_FAILURES = 2_000
"""Failures that a page shows unless it is told otherwise: some megabytes, which a phone opens."""

MOST_REASONS = 50
"""Reasons that have a group of their own."""


@frozen
class WrittenReport:
    """What was written.

    Attributes:
        page: The HTML file.
        shown: How many failures it shows.
        failures: How many there are.
        table: The CSV file with all of them, when the page does not show them all.
    """

    page: Path
    shown: int
    failures: int
    table: Path | None = None


def write_html_report(
    path: Path,
    journal: SqliteJournal,
    import_id: str,
    *,
    state: str | None = None,
    advice: str = "",
    most: int = MOST_FAILURES,
) -> WrittenReport:
    """Write the account of *import_id* to *path*.

    When there are more than *most* failures, the page shows some for each reason, and all of them
    stand in a CSV file of the same name beside it. Memory is bounded by *most*
    and the length of the timeline.

    Args:
        path: The file, which is replaced if it is there.
        journal: Where the import is.
        import_id: Its name.
        state: How its state is called; by default as the journal says.
        advice: What to do next, if there is something to say.
        most: Failures that the page shows at most.

    Raises:
        UnknownImport: The journal holds no such import.
        JournalError: The journal cannot be read.
        ConfigurationError: A file cannot be written, or the CSV file would replace another one.
    """
    report = journal.report(import_id, groups=MOST_REASONS)
    timeline = journal.timeline(import_id)
    selection = select(report, journal.failures(import_id), most)
    table = _beside(path) if selection.shown < selection.total else None
    page = Page(
        report=report,
        record=journal.record(import_id),
        state=state or report.state.replace("_", " "),
        advice=advice,
        selection=selection,
        plot=_plot(journal, report, timeline),
        timeline=timeline,
        table=table,
    )
    if table:
        save_failures(table, journal.failures(import_id))
    save_page(path, page)
    return WrittenReport(path, selection.shown, selection.total, table)


def _beside(path: Path) -> Path:
    """Return where the list of all failures goes; another file of that name is not replaced."""
    table = path.parent / f"{path.name if path.suffix == '.csv' else path.stem}.csv"
    try:
        ours = not table.exists() or is_list_of_failures(table)
    except OSError as error:
        raise ConfigurationError(f"{table}: cannot be read: {error.strerror}.") from error
    if not ours:
        raise ConfigurationError(
            f"{table} is there and is no list of failures, which would be written to it: choose "
            "another name for the page."
        )
    return table


def _plot(journal: SqliteJournal, report: Report, timeline: Sequence[Moment]) -> Plot | None:
    axis = _axis(journal, report)
    if axis is None:
        return None
    return plot_of(axis, journal.activity.stretches(report.import_id), timeline)


def _axis(journal: SqliteJournal, report: Report) -> Axis | None:
    """Return an axis from the opening of the import to its end; None before the first answer."""
    opened = journal.record(report.import_id).at
    ended = opened + report.seconds
    work = ((one.began, one.ended) for one in journal.activity.stretches(report.import_id))
    first = next(work, None)
    if first is None:
        return None
    last = [(ended, ended)] if report.state in ENDED else []
    return axis_of(chain([(opened, opened), first], work, last))
