"""Giving an import up: whatever has no outcome is cancelled, and I1 holds."""

from __future__ import annotations

import sqlite3

from importbus.adapters.journal.parked_rows import TABLES

OPEN = """
SELECT command, sum(n) FROM (
    SELECT command, commands AS n FROM batches
    WHERE import_id = :id AND round = 0 AND settled IS NULL
    UNION ALL
    SELECT command, 1 FROM parked WHERE import_id = :id)
GROUP BY command
"""
"""What has no outcome: commands of unsettled batches, and parked ones (which rounds send again)."""

READ = """
UPDATE imports SET read =
    (SELECT coalesce(sum(n), 0) FROM outcomes WHERE import_id = :id)
    + (SELECT count(*) FROM rejected WHERE import_id = :id)
WHERE import_id = :id
"""
"""What a producer has read and not sent is not part of it: it was never noted."""


def cancel(connection: sqlite3.Connection, import_id: str, at: float) -> int:
    """Settle everything that is open as cancelled; an import that has ended stays as it is.

    A batch in flight is not stopped; its outcomes come too late to count.
    """
    names = {"id": import_id, "at": at}
    changed = connection.execute(
        "UPDATE imports SET state = 'cancelled', ended = :at WHERE import_id = :id"
        " AND state NOT IN ('finished', 'finished_with_failures', 'cancelled')",
        names,
    )
    if not changed.rowcount:
        return 0
    open_counts = connection.execute(OPEN, names).fetchall()
    connection.executemany(
        "INSERT INTO outcomes VALUES (?, ?, 'cancelled', ?)"
        " ON CONFLICT (import_id, command, kind) DO UPDATE SET n = n + excluded.n",
        [(import_id, command, n) for command, n in open_counts],
    )
    connection.execute(
        "UPDATE batches SET settled = :at WHERE import_id = :id AND settled IS NULL", names
    )
    for table in TABLES:
        connection.execute(f"DELETE FROM {table} WHERE import_id = :id", names)  # noqa: S608 - fixed names
    connection.execute(READ, names)
    return sum(n for _, n in open_counts)
