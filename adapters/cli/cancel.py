"""``importbus cancel``: giving an import up."""

from __future__ import annotations

import time

import click

from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import journal_of, load
from importbus.adapters.cli.streams import show
from importbus.adapters.ownership import Owners
from importbus.bus.errors import ConfigurationError
from importbus.bus.sharing import ENDED

EXAMPLES = """\b
Examples:
  importbus cancel night
"""


@click.command(epilog=EXAMPLES)
@click.argument("import_id", metavar="ID")
@click.pass_context
def command(ctx: click.Context, import_id: str) -> None:
    """Give the import ID up: what has no outcome yet is cancelled and not sent any more.

    What is in flight at this moment is not called back. A producer that still publishes stops.
    """
    config = load(ctx)
    with journal_of(config, import_id) as journal:
        record = journal.record(import_id)
        if (state := journal.report(import_id, groups=0).state) in ENDED:
            raise ConfigurationError(f"Import {import_id!r} has ended: {state}.")
        owner = Owners(config.journal.path).owner_of_any(import_id, record.producers)
        if owner and not record.shared:
            raise ConfigurationError(
                f"Import {import_id!r} is being run by {owner}: stop it there."
            )
        cancelled = journal.shared.cancel(import_id, at=time.time())
    show(f"{import_id}: {many(cancelled, 'command')} cancelled.")
