"""Producers in the journal: how far each has come, who joins, who continues for one that died."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from importbus.adapters.journal.fingerprints import forget_open
from importbus.adapters.journal.resuming import accounted_for
from importbus.bus.batches import Batch
from importbus.bus.errors import ConfigurationError, ImportExists, ImportFailed
from importbus.bus.journal import Resumption
from importbus.bus.messages import LaneCommand
from importbus.bus.sharing import ENDED

OF_LINEAGE = "(producer = :name OR producer LIKE :name || '.%')"
"""A producer and those that continued for it: ``2``, ``2.1``, ``2.2``."""

GENERATION = f"""
SELECT count(*), coalesce(max(last_number), 0) FROM producers WHERE import_id = :id AND {OF_LINEAGE}
"""  # noqa: S608 - no user's text in it

FORGET = f"""
DELETE FROM batches
WHERE import_id = :id AND round = 0 AND settled IS NULL AND NOT confirmed AND {OF_LINEAGE}
    AND seq > coalesce((
        SELECT max(sent.seq) FROM batches AS sent WHERE sent.import_id = :id
        AND sent.producer = batches.producer AND (sent.settled IS NOT NULL OR sent.confirmed)), 0)
"""  # noqa: S608 - likewise
"""What was noted and perhaps not published. What stands before a batch that is settled was: batches
are published in their order, and a number that is left out would be waited for."""

COUNT_PUBLISHED = f"""
UPDATE producers SET (accepted, last_seq) = (
    SELECT coalesce(sum(commands), 0), coalesce(max(seq), 0) FROM batches
    WHERE batches.import_id = :id AND batches.producer = producers.producer)
WHERE import_id = :id AND {OF_LINEAGE}
"""  # noqa: S608 - likewise

ANNOUNCE = f"""
INSERT OR REPLACE INTO announcements
SELECT import_id, producer, 'finish', last_seq, accepted FROM producers
WHERE import_id = :id AND {OF_LINEAGE}
"""  # noqa: S608 - likewise

COUNT_READ = """
UPDATE imports SET read = read + max(0, :accepted - coalesce((
    SELECT accepted FROM producers WHERE import_id = :id AND producer = :name), 0))
WHERE import_id = :id AND state <> 'cancelled'
"""

COUNT = """
INSERT INTO producers VALUES (:id, :name, :accepted, :number, :seq)
ON CONFLICT (import_id, producer) DO UPDATE SET accepted = max(accepted, excluded.accepted),
    last_number = max(last_number, excluded.last_number),
    last_seq = max(last_seq, excluded.last_seq)
"""

READ = """
UPDATE imports SET read = (SELECT sum(accepted) FROM producers WHERE import_id = :id)
    + (SELECT count(*) FROM rejected WHERE import_id = :id)
WHERE import_id = :id
"""

WITHDRAW = (FORGET, COUNT_PUBLISHED, ANNOUNCE, READ)


def must_go_on(connection: sqlite3.Connection, import_id: str) -> None:
    """Make sure that an import was not cancelled; raises ``ImportFailed``."""
    query = "SELECT 1 FROM imports WHERE import_id = ? AND state = 'cancelled'"
    if connection.execute(query, (import_id,)).fetchone():
        raise ImportFailed(f"Import {import_id!r} was cancelled; nothing more is sent.")


def count(
    connection: sqlite3.Connection, batches: Sequence[Batch[LaneCommand]], accepted: int
) -> None:
    """Count batches of their producer, which has accepted *accepted* commands so far.

    Raises:
        ImportFailed: The import was cancelled.
    """
    newest = batches[-1]
    numbers = (batch.envelopes[-1].number for batch in batches)  # they are in their order
    _count(
        connection,
        {
            "id": newest.import_id,
            "name": newest.producer,
            "accepted": accepted,
            "number": max(numbers),
            "seq": newest.seq,
        },
    )


def count_accepted(
    connection: sqlite3.Connection, import_id: str, producer: str, accepted: int
) -> None:
    """Write down that *producer* has accepted *accepted* commands so far; raises as ``count``."""
    name = {"id": import_id, "name": producer, "accepted": accepted}
    _count(connection, {**name, "number": 0, "seq": 0})


def _count(connection: sqlite3.Connection, counts: Mapping[str, object]) -> None:
    if not connection.execute(COUNT_READ, counts).rowcount:
        must_go_on(connection, str(counts["id"]))
    connection.execute(COUNT, counts)


def join(connection: sqlite3.Connection, import_id: str, producer: str) -> None:
    """Add *producer* to an import; raises ``ImportExists`` when it has been one of its already."""
    new = connection.execute(
        "INSERT OR IGNORE INTO producers (import_id, producer) VALUES (?, ?)",
        (import_id, producer),
    )
    if not new.rowcount:
        raise ImportExists(import_id)


def continue_for(connection: sqlite3.Connection, import_id: str, name: str) -> Resumption:
    """Let another producer go on where *name* and those after it stopped.

    What they have published stays; what was noted and not confirmed is withdrawn and read again.

    Raises:
        ConfigurationError: The import has ended, perhaps since somebody looked.
    """
    names = {"id": import_id, "name": name}
    ended = f"SELECT 1 FROM imports WHERE import_id = :id AND state IN {ENDED}"  # noqa: S608
    if connection.execute(ended, names).fetchone():
        raise ConfigurationError(f"Import {import_id!r} has ended: there is nothing to continue.")
    withdraw(connection, import_id, name)
    generation, last_number = connection.execute(GENERATION, names).fetchone()
    producer = f"{name}.{generation}"
    join(connection, import_id, producer)
    connection.execute(
        "UPDATE imports SET state = 'running', ended = NULL WHERE import_id = :id", names
    )
    settled, read, rejected = accounted_for(connection, import_id)
    return Resumption(
        producer=producer,
        settled=settled,
        read=read,
        rejected=rejected,
        last_number=last_number,
        last_round=0,
        in_flight=False,  # a batch that was withdrawn is ahead in the same lane, if it is anywhere
        quiet=None,
        accepted=0,
    )


def withdraw(connection: sqlite3.Connection, import_id: str, name: str) -> None:
    """Announce the end of *name* and those that continued for it, at what they have published.

    What they accepted and never published is forgotten: it was not sent.
    """
    names = {"id": import_id, "name": name}
    for statement in WITHDRAW:
        connection.execute(statement, names)
    forget_open(connection, import_id)  # what was withdrawn may not be read again
