"""``importbus journal``: what is done with the journal as a whole."""

from __future__ import annotations

import time

import click
from attrs import frozen

from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import load, reading_journal
from importbus.adapters.cli.streams import show, show_document
from importbus.adapters.cli.times import read_age
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners

EXAMPLES = """\b
Examples:
  importbus journal prune --older-than 90d
"""

PRUNE_EXAMPLES = """\b
Examples:
  importbus journal prune --older-than 90d --dry-run
  importbus journal prune --older-than 8w
"""


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Keep the journal small."""


@frozen
class Pruned:
    """What was forgotten, and how many bytes the disk got back; None: that has to wait."""

    imports: list[str]
    freed: int | None


@command.command("prune", epilog=PRUNE_EXAMPLES)
@click.option(
    "--older-than",
    "age",
    required=True,
    callback=read_age,
    metavar="AGE",
    help="Imports that ended longer ago: 30m, 12h, 90d or 8w.",
)
@click.option("--dry-run", is_flag=True, help="Say which these are, and forget nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def prune(ctx: click.Context, age: float, dry_run: bool, as_json: bool) -> None:
    """Forget imports that ended long ago, with their failures, and free their space.

    What was stopped, has stalled or was interrupted has not ended, and stays; so does an import as
    long as a retry of it stays. While another import runs, the space is kept for later imports in
    place of being given back to the disk.
    """
    config = load(ctx)
    with reading_journal(config) as journal:
        pruned = Pruned([], 0)
        if journal:
            old = list(journal.pruning.ended_before(time.time() - age))
            pruned = Pruned(old, 0) if dry_run else _prune(journal, config.journal.path, old)
    if as_json:
        show_document({"imports": pruned.imports, "freed": pruned.freed, "dry_run": dry_run})
    else:
        show(*(_told(pruned, dry_run=dry_run)))


def _prune(journal: SqliteJournal, path: str, imports: list[str]) -> Pruned:
    journal.pruning.prune(imports)
    if _is_in_use(journal, path):
        return Pruned(imports, None)
    return Pruned(imports, journal.pruning.shrink() if imports else 0)


def _is_in_use(journal: SqliteJournal, path: str) -> bool:
    """Whether an import may be running: who writes must not wait until the file is rewritten."""
    owners = Owners(path)
    for import_id in journal.pruning.unended():
        record = journal.record(import_id)
        if record.shared or owners.owner_of_any(import_id, record.producers):
            return True
    return False


def _told(pruned: Pruned, *, dry_run: bool) -> list[str]:
    count = many(len(pruned.imports), "import")
    if dry_run:
        return [f"{count} would be forgotten.", *pruned.imports]
    if pruned.freed is None:
        return [f"{count} forgotten; their space is kept, as another import may be running."]
    return [f"{count} forgotten, {pruned.freed / 1e6:,.1f} MB freed."]
