"""Who carries an import on: the process that runs or publishes it, or whoever consumes."""

from __future__ import annotations

from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners

CONSUMERS = "consumers"
"""Carries on what was published to its end: any process that consumes, now or later."""


def carrier(journal: SqliteJournal, owners: Owners, import_id: str) -> str | None:
    """Return who carries *import_id* on; None when nobody does, so that it was interrupted."""
    record = journal.record(import_id)
    if not record.shared:
        return owners.owner(import_id)
    if journal.shared.all_announced(import_id):
        return CONSUMERS
    return owners.owner_of_any(import_id, record.producers)
