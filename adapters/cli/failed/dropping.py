"""``importbus failed drop``: what nobody will mend."""

from __future__ import annotations

import time

import click

from importbus.adapters.cli.failed.choosing import choosing, journal_for
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import load
from importbus.adapters.cli.streams import show, show_document
from importbus.adapters.journal.selecting import Selection

EXAMPLES = """\b
Examples:
  importbus failed drop spring
  importbus failed drop spring --position catalog.jsonl:17
  importbus failed drop --until 90d --all
"""


@click.command("drop", epilog=EXAMPLES)
@choosing
@click.option("--all", "everything", is_flag=True, help="Those of all imports, without IMPORT.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, selection: Selection, everything: bool, as_json: bool) -> None:
    """Give open failures and rejected lines up: they are open no more.

    They stay in the journal and in the account of their import; importbus failed list --state
    dropped lists them.
    """
    if selection.import_id is None and not everything:
        raise click.UsageError("Name an import, or say --all for those of all imports.")
    with journal_for(load(ctx), selection) as journal:
        commands, lines = journal.failed.drop(selection, at=time.time()) if journal else (0, 0)
    if as_json:
        show_document({"failures": commands, "rejected": lines})
    else:
        show(f"{many(commands, 'failure')} and {many(lines, 'rejected line')} dropped.")
