"""``importbus report``: what became of an import."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import SpooledTemporaryFile

import click

from importbus.adapters.carrier import carrier
from importbus.adapters.cli.rendering import account, advice, state_of
from importbus.adapters.cli.session import journal_of, load
from importbus.adapters.cli.streams import note, show, writing_results
from importbus.adapters.failures_csv import save_failures, write_failures
from importbus.adapters.html_report import WrittenReport, write_html_report
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners
from importbus.adapters.report_json import write_report_document

STANDARD_OUTPUT = Path("-")

SPOOLED = 1_000_000
"""Bytes of a document that are kept in memory until it is whole; more go into a file."""

EXAMPLES = """\b
Examples:
  importbus report spring
  importbus report spring --json | jq .outcomes
  importbus report spring --csv failures.csv --html spring.html
  importbus report spring --csv - | head
"""


@click.command(epilog=EXAMPLES)
@click.argument("import_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write all failures to FILE, a row per reason; with - print nothing else.",
)
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write a page for a browser to FILE; of very many failures, all go into a CSV file "
    "beside it.",
)
@click.pass_context
def command(
    ctx: click.Context,
    import_id: str,
    as_json: bool,
    csv_file: Path | None,
    html_file: Path | None,
) -> None:
    """Show what became of the import ID.

    The account proves that every command read has one outcome, was rejected, or is still open. The
    page of --html holds all that in one file that needs no network: throughput and lanes over time,
    failures to filter, with commands to copy, and the timeline.
    """
    if as_json and csv_file == STANDARD_OUTPUT:
        raise click.UsageError("--json and --csv - both print to standard output: ask for one.")
    if html_file == STANDARD_OUTPUT:
        raise click.UsageError("--html needs the name of a file: a CSV file may go beside it.")
    config = load(ctx)
    with journal_of(config, import_id) as journal:
        owner = carrier(journal, Owners(config.journal.path), import_id)
        if csv_file and csv_file != STANDARD_OUTPUT:
            save_failures(csv_file, journal.failures(import_id))
        if html_file:
            note(_told(_page(html_file, journal, import_id, owner)))
        if csv_file == STANDARD_OUTPUT:
            _show_failures(journal, import_id)
        elif as_json:
            _show_document(journal, import_id)
        else:
            report, record = journal.report(import_id), journal.record(import_id)
            left = journal.failed.left(import_id)
            show(
                account(
                    report, owner=owner, sources=record.sources, shared=record.shared, left=left
                )
            )


def _show_failures(journal: SqliteJournal, import_id: str) -> None:
    with writing_results():
        if sys.stdout is not None:
            write_failures(sys.stdout, journal.failures(import_id))


def _show_document(journal: SqliteJournal, import_id: str) -> None:
    """Print all or nothing, and hold neither all nor half of it in memory."""
    with SpooledTemporaryFile(max_size=SPOOLED) as whole:
        write_report_document(whole, journal.report(import_id), journal.failures(import_id))
        whole.seek(0)
        with writing_results():
            while part := whole.read(SPOOLED):
                click.echo(part, nl=False)


def _page(path: Path, journal: SqliteJournal, import_id: str, owner: str | None) -> WrittenReport:
    report, record = journal.report(import_id, groups=0), journal.record(import_id)
    return write_html_report(
        path,
        journal,
        import_id,
        state=state_of(report, owner),
        advice=advice(
            report,
            owner,
            record.sources,
            shared=record.shared,
            left=journal.failed.left(import_id),
        ),
    )


def _told(written: WrittenReport) -> str:
    if written.table is None:
        return f"{written.page} is written."
    return (
        f"{written.page} is written with {written.shown:,} of {written.failures:,} failures; all "
        f"of them are in {written.table}."
    )
