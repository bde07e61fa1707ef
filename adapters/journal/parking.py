"""Parking rounds: which parked commands go again, in which batches, and which have to fail."""

from __future__ import annotations

import sqlite3

from importbus.adapters.journal.parked_rows import TABLES
from importbus.bus.journal import Stage

ROUND_COMMANDS = 100
"""Most commands in a batch of a round."""

ROUND_BYTES = 4 * 1024 * 1024 - 1_000_000
"""Where a batch of a round is cut: with its last command it stays below 4 MiB."""

BLOCKED = """
WITH RECURSIVE blocked (number) AS (
    SELECT p.number FROM parked p WHERE p.import_id = :id
       AND EXISTS (SELECT 1 FROM wants w WHERE w.import_id = :id AND w.number = p.number)
       AND NOT EXISTS (SELECT 1 FROM wants w
                       WHERE w.import_id = :id AND w.number = p.number AND w.cured)
    UNION
    SELECT b.number FROM blocked JOIN behind b ON b.import_id = :id AND b.leader = blocked.number
)
"""
"""Commands whose reasons were all used up since they were last sent, and what is behind them."""

CHOOSE = f"""
{BLOCKED}
INSERT INTO chosen
SELECT number,
       DENSE_RANK() OVER (ORDER BY rank, remainder, command, lane, alone, chunk, span) FROM (
    SELECT number, rank, remainder, command, lane, alone,
           (ROW_NUMBER() OVER kin - 1) / :most AS chunk,
           (SUM(size) OVER kin - size) / :bytes AS span
    FROM (
        SELECT *, number * (suspect OR number IN (
            SELECT number FROM attachments WHERE import_id = :id AND content IS NOT NULL)) AS alone
        FROM parked
        WHERE import_id = :id AND (lane IS NULL) = :structure
          AND number NOT IN (SELECT number FROM blocked))
    WINDOW kin AS (PARTITION BY rank, remainder, command, lane, alone ORDER BY number)
)
"""  # noqa: S608 - no user's text in it
"""Number the eligible commands by batch: by rank, remainders last, suspects and what has bytes of
its own alone."""

HOPELESS = """
INSERT INTO chosen
SELECT p.number, 0 FROM parked p WHERE p.import_id = :id AND NOT EXISTS (
    SELECT 1 FROM behind b JOIN parked l ON l.import_id = :id AND l.number = b.leader
    WHERE b.import_id = :id AND b.number = p.number)
"""
"""The parked commands that wait behind nobody."""

LED = "AND EXISTS (SELECT 1 FROM behind b WHERE b.import_id = :id AND b.leader = p.number)"
LEADING = HOPELESS + LED
"""Those of them that others wait behind: what these bring may still cure the rest."""

FAIL = """
INSERT INTO failures (import_id, source, line, command, key, kind, status, errors, reason, attempts,
                      data, since, at, request_id, batch)
SELECT import_id, source, line, command, key, CASE WHEN suspect THEN 'dead' ELSE 'failed' END,
       status, errors, reason, attempts, data, since, :at, request_id, batch
FROM parked WHERE import_id = :id AND number IN (SELECT number FROM chosen)
"""

FORGET = """
DELETE FROM fingerprints WHERE identity IN (SELECT token FROM parked_tokens
    WHERE import_id = :id AND number IN (SELECT number FROM chosen))
"""
"""What the PIM holds of these is not known; tokens of other keys among them do no harm."""

COUNT_FAILED = """
INSERT INTO outcomes
SELECT import_id, command, CASE WHEN suspect THEN 'dead' ELSE 'failed' END, count(*)
FROM parked WHERE import_id = :id AND number IN (SELECT number FROM chosen) GROUP BY 2, 3
ON CONFLICT (import_id, command, kind) DO UPDATE SET n = n + excluded.n
"""


def plan_round(
    connection: sqlite3.Connection, import_id: str, number: int, stage: Stage, at: float
) -> int:
    """Write down the batches of a round and return their number; see ``Journal.plan_round``.

    Works inside SQLite, so memory does not grow with what is parked (I7). A round that was planned
    before, by a recorder that is gone, stays as it was planned.
    """
    planned = "SELECT round, round_size FROM imports WHERE import_id = ?"
    last, size = connection.execute(planned, (import_id,)).fetchone()
    if number <= last:
        return int(size)
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (number INTEGER PRIMARY KEY, seq)")
    while True:
        for structure in (True,) if stage == "structure" else (True, False):
            if count := _plan(connection, import_id, number, structure=structure):
                return count
        if stage == "structure" or not _fail_hopeless(connection, import_id, at):
            return 0


def _plan(connection: sqlite3.Connection, import_id: str, number: int, *, structure: bool) -> int:
    connection.execute("DELETE FROM chosen")
    limits = {"most": ROUND_COMMANDS, "bytes": ROUND_BYTES}
    connection.execute(CHOOSE, {"id": import_id, "structure": structure, **limits})
    (count,) = connection.execute("SELECT coalesce(max(seq), 0) FROM chosen").fetchone()
    if count:
        _write_plan(connection, {"id": import_id, "round": number, "producer": f"r{number}"})
    return int(count)


def _write_plan(connection: sqlite3.Connection, names: dict[str, object]) -> None:
    connection.execute(
        "UPDATE parked SET round = :round, seq = chosen.seq FROM chosen"
        " WHERE parked.import_id = :id AND parked.number = chosen.number",
        names,
    )
    connection.execute(
        "INSERT INTO batches (import_id, producer, seq, lane, command, round, reason, commands)"
        " SELECT :id, :producer, seq, lane, command, :round, 'round', count(*)"
        " FROM (SELECT parked.lane, parked.command, chosen.seq FROM chosen"
        "       JOIN parked ON parked.import_id = :id AND parked.number = chosen.number)"
        " GROUP BY seq",
        names,
    )
    connection.execute(
        "UPDATE wants SET cured = 0"
        " WHERE import_id = :id AND number IN (SELECT number FROM chosen)",
        names,
    )
    connection.execute(
        "UPDATE imports SET round = :round, round_size = (SELECT max(seq) FROM chosen)"
        " WHERE import_id = :id",
        names,
    )


def _fail_hopeless(connection: sqlite3.Connection, import_id: str, at: float) -> int:
    """Settle what waits behind nobody as failed, leaders first; return how many these were."""
    names = {"id": import_id, "at": at}
    connection.execute("DELETE FROM chosen")
    count = (
        connection.execute(LEADING, names).rowcount or connection.execute(HOPELESS, names).rowcount
    )
    if count:
        connection.execute(FAIL, names)
        connection.execute(FORGET, names)
        connection.execute(COUNT_FAILED, names)
        for table in TABLES:
            connection.execute(
                f"DELETE FROM {table}"  # noqa: S608 - fixed names
                " WHERE import_id = :id AND number IN (SELECT number FROM chosen)",
                names,
            )
    return count
