"""``importbus report``: what became of an import."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import click

from importbus.adapters.carrier import carrier
from importbus.adapters.cli.rendering import account
from importbus.adapters.cli.session import journal_of, load
from importbus.adapters.cli.streams import show, show_document
from importbus.adapters.ownership import Owners
from importbus.adapters.report_json import report_document
from importbus.bus.errors import ConfigurationError
from importbus.bus.report import Failure

COLUMNS = (
    "source", "line", "kind", "command", "key", "status", "attempts", "property", "attribute",
    "locale", "scope", "message",
)  # fmt: skip


EXAMPLES = """\b
Examples:
  importbus report spring
  importbus report spring --json | jq .outcomes
  importbus report spring --csv failures.csv
"""


@click.command(epilog=EXAMPLES)
@click.argument("import_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write all failures to FILE, a row per reason.",
)
@click.pass_context
def command(ctx: click.Context, import_id: str, as_json: bool, csv_file: Path | None) -> None:
    """Show what became of the import ID.

    The account proves that every command read has one outcome, was rejected, or is still open.
    """
    config = load(ctx)
    with journal_of(config, import_id) as journal:
        report = journal.report(import_id)
        if csv_file:
            _write_csv(csv_file, journal.failures(import_id))
        if as_json:
            show_document(report_document(report, journal.failures(import_id)))
        else:
            owner = carrier(journal, Owners(config.journal.path), import_id)
            record = journal.record(import_id)
            show(account(report, owner=owner, sources=record.sources, shared=record.shared))


def _write_csv(path: Path, failures: Iterable[Failure]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for failure in failures:
                writer.writerows(_rows(failure))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}.") from error


def _rows(failure: Failure) -> Iterable[tuple[object, ...]]:
    at = failure.position
    for error in failure.errors:
        yield (
            _safe(at.source),
            at.line,
            failure.kind,
            failure.command,
            _safe(failure.key),
            failure.status,
            failure.attempts,
            error.property,
            error.attribute,
            error.locale,
            error.scope,
            _safe(error.message),
        )


def _safe(text: str | None) -> str | None:
    """Keep a spreadsheet from taking text for a formula."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text
