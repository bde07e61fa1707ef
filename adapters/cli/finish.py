"""``importbus finish``: the end of an import whose producer is gone."""

from __future__ import annotations

import click

from importbus.adapters.cli.session import journal_of, load
from importbus.adapters.cli.streams import show
from importbus.adapters.ownership import Owners
from importbus.bus.errors import ConfigurationError
from importbus.bus.sharing import ENDED

EXAMPLES = """\b
Examples:
  importbus finish night
"""


@click.command(epilog=EXAMPLES)
@click.argument("import_id", metavar="ID")
@click.pass_context
def command(ctx: click.Context, import_id: str) -> None:
    """Announce the end of the import ID, whose producer is gone and will not come back.

    What it has published is carried out, and then the import has ended. To publish the rest
    instead: importbus publish SOURCE... --resume ID.
    """
    config = load(ctx)
    with journal_of(config, import_id) as journal:
        record = journal.record(import_id)
        if not record.shared:
            raise ConfigurationError(
                f"Import {import_id!r} was not published to a queue: continue it with "
                f"importbus import SOURCE... --resume {import_id}."
            )
        if (state := journal.report(import_id, groups=0).state) in ENDED:
            raise ConfigurationError(f"Import {import_id!r} has ended: {state}.")
        if owner := Owners(config.journal.path).owner_of_any(import_id, record.producers):
            raise ConfigurationError(f"Import {import_id!r} is being published by {owner}.")
        ended = journal.shared.finish_all(import_id)
    said = f"the end is announced for {', '.join(map(_called, ended))}"
    show(f"{import_id}: {said if ended else 'every producer that began had announced its end'}.")


def _called(producer: str) -> str:
    return f"producer {producer}"
