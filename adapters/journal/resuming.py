"""Continuing an import whose process died: what counts, and what is withdrawn."""

from __future__ import annotations

import sqlite3

from importbus.adapters.journal.fingerprints import forget_open
from importbus.adapters.journal.positions import PositionSet
from importbus.bus.journal import Resumption

RENEW = """
UPDATE wants SET cured = 1 WHERE import_id = :id AND number IN (
    SELECT p.number FROM parked p JOIN batches b
        ON b.import_id = :id AND b.producer = 'r' || p.round AND b.seq = p.seq
    WHERE p.import_id = :id AND b.settled IS NULL)
"""
"""A round that was planned and not settled used up reasons; its commands get their send back."""


def resume(connection: sqlite3.Connection, import_id: str) -> Resumption:
    """Withdraw the unsettled batches of an import and say where it stands.

    A finished import runs again, and keeps the event id of its end.
    """
    producer = _next_producer(connection, import_id)
    in_flight = _withdraw(connection, import_id)
    forget_open(connection, import_id)  # what was withdrawn may not be read again
    settled, read, rejected = accounted_for(connection, import_id)
    last_round, accepted = _last_round(connection, import_id), read - rejected
    connection.execute(
        "UPDATE imports SET state = 'running', ended = NULL, read = ?, round = ?"
        " WHERE import_id = ?",
        (read, last_round, import_id),
    )
    last_number = _replace_producers(connection, import_id, producer, accepted)
    return Resumption(
        producer=producer,
        settled=settled,
        read=read,
        rejected=rejected,
        last_number=last_number,
        last_round=last_round,
        in_flight=in_flight > 0,
        quiet=recent_quiet(connection, import_id),
        accepted=accepted,
    )


def _replace_producers(
    connection: sqlite3.Connection, import_id: str, producer: str, accepted: int
) -> int:
    """Let *producer* be the only one; return the highest number that the others gave out."""
    query = "SELECT coalesce(max(last_number), 0) FROM producers WHERE import_id = ?"
    (last_number,) = connection.execute(query, (import_id,)).fetchone()
    connection.execute("DELETE FROM producers WHERE import_id = ?", (import_id,))
    connection.execute(
        "INSERT INTO producers VALUES (?, ?, ?, ?, 0)", (import_id, producer, accepted, last_number)
    )
    return int(last_number)


def _withdraw(connection: sqlite3.Connection, import_id: str) -> int:
    """Forget what was announced and not settled; return how many batches that were."""
    name = {"id": import_id}
    connection.execute(RENEW, name)
    connection.execute(
        "UPDATE parked SET round = NULL, seq = NULL WHERE import_id = :id AND round > 0", name
    )
    connection.execute("DELETE FROM announcements WHERE import_id = :id", name)
    return connection.execute(
        "DELETE FROM batches WHERE import_id = :id AND settled IS NULL", name
    ).rowcount


def accounted_for(connection: sqlite3.Connection, import_id: str) -> tuple[PositionSet, int, int]:
    """Return the positions in noted batches and rejected lines, how many, how many rejected."""
    positions, commands, rejected = PositionSet(), 0, 0
    for text, count in connection.execute(
        "SELECT positions, commands FROM batches WHERE import_id = ? AND round = 0", (import_id,)
    ):
        positions.add_encoded(text)
        commands += count
    for source, line in connection.execute(
        "SELECT source, line FROM rejected WHERE import_id = ?", (import_id,)
    ):
        positions.add(source, line)
        rejected += 1
    return positions, commands + rejected, rejected


def _next_producer(connection: sqlite3.Connection, import_id: str) -> str:
    """Producers of one import are called 1, 2, ...; rounds are called r1, r2, ..."""
    (last,) = connection.execute(
        "SELECT max(CAST(producer AS INTEGER)) FROM batches WHERE import_id = ? AND round = 0",
        (import_id,),
    ).fetchone()
    return str((last or 0) + 1)


def _last_round(connection: sqlite3.Connection, import_id: str) -> int:
    (last,) = connection.execute(
        "SELECT coalesce(max(round), 0) FROM batches WHERE import_id = ?", (import_id,)
    ).fetchone()
    return int(last)


def recent_quiet(connection: sqlite3.Connection, import_id: str) -> float | None:
    """Return twice the longest time that a batch took lately, in seconds; None when unknown.

    Batches without a call, whose commands were all parked at once, say nothing about calls.
    """
    (longest,) = connection.execute(
        "SELECT max(milliseconds) FROM (SELECT milliseconds FROM batches WHERE import_id = ?"
        " AND settled IS NOT NULL AND milliseconds > 0 ORDER BY settled DESC LIMIT 20)",
        (import_id,),
    ).fetchone()
    return None if longest is None else 2 * longest / 1000
