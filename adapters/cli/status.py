"""``importbus status``: the imports of a journal."""

from __future__ import annotations

from typing import Any

import click
from attrs import asdict

from importbus.adapters.cli.rendering import ImportList, account, timeline
from importbus.adapters.cli.session import load, reading_journal
from importbus.adapters.cli.streams import show, show_document
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners
from importbus.adapters.report_json import report_document
from importbus.bus.errors import UnknownImport
from importbus.bus.report import Report

EXAMPLES = """\b
Examples:
  importbus status
  importbus status spring
  importbus status --json | jq '.imports[].state'
"""


@click.command(epilog=EXAMPLES)
@click.argument("import_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, import_id: str | None, as_json: bool) -> None:
    """List the imports of the journal, the newest first, or show one with its timeline.

    What is running in the journal and run by no process is shown as interrupted.
    """
    config = load(ctx)
    owners = Owners(config.journal.path)
    with reading_journal(config) as journal:
        if import_id:
            if journal is None:
                raise UnknownImport(import_id, config.journal.path)
            _one(journal, owners, import_id, as_json=as_json)
        else:
            _all(config.journal.path, journal, owners, as_json=as_json)


def _one(journal: SqliteJournal, owners: Owners, import_id: str, *, as_json: bool) -> None:
    report, moments = journal.report(import_id), journal.timeline(import_id)
    if as_json:
        document = _document(report, owners)
        show_document(document | {"timeline": [asdict(moment) for moment in moments]})
        return
    sources = journal.record(import_id).sources
    show(account(report, owner=owners.owner(import_id), sources=sources))
    if moments:
        show(timeline(moments))


def _all(path: str, journal: SqliteJournal | None, owners: Owners, *, as_json: bool) -> None:
    reports = journal.imports() if journal else ()
    if as_json:
        show_document({"imports": [_document(report, owners) for report in reports]})
    elif reports:
        show(ImportList(reports, owners.owner))
    else:
        show(f"The journal {path} holds no imports.")


def _document(report: Report, owners: Owners) -> dict[str, Any]:
    document = report_document(report, ())
    del document["failures"]
    return document | {"label": report.label, "owner": owners.owner(report.import_id)}
