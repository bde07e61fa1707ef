"""``importbus status``: the imports of a journal."""

from __future__ import annotations

import sys
from typing import Any

import click
import orjson
from attrs import asdict

from importbus.adapters.cli.rendering import account, imports, out, timeline
from importbus.adapters.cli.session import load
from importbus.adapters.report_json import report_document
from importbus.adapters.wiring import open_journal
from importbus.bus.journal import Journal


@click.command()
@click.argument("import_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, import_id: str | None, as_json: bool) -> None:
    """List the imports of the journal, the newest first, or show one with its timeline."""
    journal = open_journal(load(ctx))
    try:
        if as_json:
            document = _document(journal, import_id)
            sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
        elif import_id:
            out().print(account(journal.report(import_id)))
            out().print(timeline(journal.timeline(import_id)))
        else:
            _list(journal)
    finally:
        journal.close()


def _list(journal: Journal) -> None:
    if reports := journal.imports():
        out().print(imports(reports))
    else:
        click.echo(f"The journal {journal.path} holds no imports.")


def _document(journal: Journal, import_id: str | None) -> dict[str, Any]:
    if import_id is None:
        return {"imports": [_short(report_document(r, ())) for r in journal.imports()]}
    one = _short(report_document(journal.report(import_id), ()))
    return one | {"timeline": [asdict(moment) for moment in journal.timeline(import_id)]}


def _short(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "failures"}
