"""The account of an import, from the tables alone."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from importbus.adapters.journal.reasons import decode_errors
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure, FailureGroup, Report
from importbus.bus.sharing import ENDED

FAILURES = """
SELECT source, line, command, key, status, errors, attempts, kind, data FROM failures
WHERE import_id = :id {failures}
UNION ALL
SELECT source, line, command, NULL, NULL, message, 0, 'rejected', NULL FROM rejected
WHERE import_id = :id {rejected}
ORDER BY source, line
"""

GROUPS = """
SELECT status, reason, count(*) AS n, min(id), NULL, NULL FROM failures
WHERE import_id = :id GROUP BY status, reason
UNION ALL
SELECT NULL, reason, count(*) AS n, NULL, source, min(line) FROM rejected
WHERE import_id = :id GROUP BY reason
ORDER BY n DESC, reason LIMIT :most
"""


def report(
    connection: sqlite3.Connection, import_id: str, *, groups: int, now: float
) -> Report | None:
    """Return the account of *import_id*; None when there is no such import.

    ``open`` is counted from what is noted, parked and still waiting, not from ``read`` less the
    rest, so that ``balanced`` can be false.
    """
    row = connection.execute(
        "SELECT label, state, opened, ended, read, requests FROM imports WHERE import_id = ?",
        (import_id,),
    ).fetchone()
    if row is None:
        return None
    label, state, opened, ended, read, requests = row
    by_class = _by_class(connection, import_id)
    totals: Counter[str] = Counter()
    for counts in by_class.values():
        totals.update(counts)
    rejected, parked = (
        _count(connection, "rejected", import_id),
        _count(connection, "parked", import_id),
    )
    waiting = _unsettled(connection, import_id, read - rejected)
    return Report(
        import_id,
        label,
        state,
        read,
        rejected,
        waiting + parked,
        dict(totals),
        by_class,
        parked,
        requests,
        (ended or now) - opened,
        tuple(_groups(connection, import_id, groups)) if groups else (),
    )


def finish(
    connection: sqlite3.Connection, import_id: str, *, event_id: str, at: float
) -> tuple[str, str]:
    """Decide the end of an import unless it is decided; return its state and event id.

    An import that was continued after its end keeps its first event id (I6). One that was cancelled
    since the recorder looked stays so, and has none.
    """
    (bad,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM failures WHERE import_id = :id)"
        " OR EXISTS (SELECT 1 FROM rejected WHERE import_id = :id)",
        {"id": import_id},
    ).fetchone()
    state = "finished_with_failures" if bad else "finished"
    connection.execute(
        "UPDATE imports SET state = ?, event_id = coalesce(event_id, ?), ended = ?"
        " WHERE import_id = ? AND state NOT IN (?, ?, ?)",
        (state, event_id, at, import_id, *ENDED),
    )
    told = "SELECT state, event_id FROM imports WHERE import_id = ?"
    state, event_id = connection.execute(told, (import_id,)).fetchone()
    return state, event_id or ""


def import_ids(connection: sqlite3.Connection) -> list[str]:
    """Return the ids of all imports, the newest first."""
    rows = connection.execute("SELECT import_id FROM imports ORDER BY opened DESC, import_id")
    return [import_id for (import_id,) in rows]


def failures(connection: sqlite3.Connection, import_id: str) -> Iterator[Failure]:
    """Yield the failures and rejected lines of an import by position."""
    query = FAILURES.format(failures="", rejected="")
    return map(failure_of, connection.execute(query, {"id": import_id}))


def _by_class(connection: sqlite3.Connection, import_id: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for command, kind, n in connection.execute(
        "SELECT command, kind, n FROM outcomes WHERE import_id = ? ORDER BY command, kind",
        (import_id,),
    ):
        found.setdefault(command, {})[kind] = n
    return found


def _count(connection: sqlite3.Connection, table: str, import_id: str) -> int:
    (count,) = connection.execute(
        f"SELECT count(*) FROM {table} WHERE import_id = ?",  # noqa: S608 - fixed names
        (import_id,),
    ).fetchone()
    return int(count)


def _unsettled(connection: sqlite3.Connection, import_id: str, accepted: int) -> int:
    """Return the commands in unsettled batches and those that no batch was noted for yet."""
    noted, unsettled = connection.execute(
        "SELECT coalesce(sum(commands), 0),"
        " coalesce(sum(CASE WHEN settled IS NULL THEN commands ELSE 0 END), 0)"
        " FROM batches WHERE import_id = ? AND round = 0",
        (import_id,),
    ).fetchone()
    return int(unsettled) + max(0, accepted - int(noted))


def _groups(connection: sqlite3.Connection, import_id: str, most: int) -> Iterator[FailureGroup]:
    for status, reason, n, failed, source, line in connection.execute(
        GROUPS, {"id": import_id, "most": most}
    ).fetchall():
        yield FailureGroup(status, reason, n, _example(connection, import_id, failed, source, line))


def _example(
    connection: sqlite3.Connection,
    import_id: str,
    failed: int | None,
    source: str | None,
    line: int | None,
) -> Failure:
    one = {"id": import_id, "failed": failed, "source": source, "line": line}
    query = FAILURES.format(
        failures="AND id = :failed", rejected="AND source = :source AND line = :line"
    )
    return failure_of(connection.execute(query, one).fetchone())


def failure_of(row: tuple[Any, ...]) -> Failure:
    """Return the failure that a row of ``FAILURES`` says."""
    source, line, command, key, status, errors, attempts, kind, data = row
    rejected = kind == "rejected"
    return Failure(
        position=Position(source, line),
        command=command,
        key=key,
        status=status,
        errors=(ServerError(errors),) if rejected else decode_errors(errors),
        attempts=attempts,
        kind=kind,
        data=None if rejected else orjson.loads(data),
    )
