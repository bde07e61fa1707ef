"""Failures after their import: found, sent again, marked as cured or dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import orjson
from attrs import frozen

from importbus.adapters.journal.failure_rows import FAILED, REJECTED, failure_of
from importbus.adapters.journal.selecting import REPEATS, Selection
from importbus.adapters.sqlite_file import Database
from importbus.bus.errors import ImportExists
from importbus.bus.report import Failure, FailureGroup

PAGE = 100
"""Commands that are read at once; each has at most a megabyte (I7)."""

EACH = f"""
SELECT {FAILED} FROM failures WHERE {{failed}}
UNION ALL
SELECT {REJECTED} FROM rejected WHERE {{rejected}}
ORDER BY import_id, source, line
"""  # noqa: S608 - no user's text in it

GROUPS = """
SELECT status, reason, sum(n) AS n, min(id), NULL, NULL, NULL FROM (
    SELECT status, reason, count(*) AS n, min(id) AS id FROM failures
    WHERE {failed} GROUP BY import_id, status, reason)
GROUP BY status, reason
UNION ALL
SELECT NULL, reason, count(*) AS n, NULL, import_id, source, min(line) FROM rejected
WHERE {rejected} GROUP BY reason
ORDER BY n DESC, reason LIMIT {most}
"""
"""Counted within an import first, which the index does in its own order, without sorting."""

TOTALS = f"SELECT coalesce(sum(n), 0), count(*) FROM ({GROUPS})"  # noqa: S608 - no user's text

LEFT = """
SELECT (SELECT count(*) FROM failures WHERE import_id = :import_id AND closed IS NULL),
    (SELECT count(*) FROM rejected WHERE import_id = :import_id AND closed IS NULL)
"""

IMPORTS = """
SELECT import_id FROM failures WHERE {failed} GROUP BY import_id
UNION SELECT import_id FROM rejected WHERE {rejected} GROUP BY import_id ORDER BY 1
"""

ROOTS = """
INSERT INTO roots
SELECT DISTINCT CASE WHEN {repeats} THEN line ELSE id END FROM failures WHERE {failed}
"""
"""What is meant, by the numbers of the first failures: a retry has these for its lines."""

RETRYING = """
SELECT DISTINCT retried_by FROM failures WHERE retried_by IS NOT NULL AND closed IS NULL
"""

TAKEN = """
DELETE FROM roots WHERE id IN (
    SELECT id FROM failures WHERE retried_by IN (SELECT value FROM json_each(:taken)))
"""

CURED = """
INSERT INTO roots SELECT id FROM failures WHERE retried_by = :retry AND closed IS NULL
    AND id NOT IN (SELECT line FROM failures WHERE import_id = :retry)
    AND id NOT IN (SELECT line FROM rejected WHERE import_id = :retry)
    AND NOT EXISTS (SELECT 1 FROM outcomes WHERE import_id = :retry AND kind = 'cancelled')
"""
"""Nothing of a retry with cancelled commands: which ones they were is only counted."""

AGAIN = "INSERT INTO again SELECT line, id FROM failures WHERE import_id = :retry"

LATEST = """
UPDATE failures SET kind = r.kind, status = r.status, errors = r.errors, reason = r.reason,
    attempts = failures.attempts + r.attempts, at = r.at, batch = r.batch, request_id = r.request_id
FROM again JOIN failures AS r ON r.id = again.id
WHERE failures.id = again.root AND failures.closed IS NULL AND failures.at < r.at
"""
"""What failed again says so with the latest answer; a second time changes nothing."""

CLOSE = """
UPDATE failures SET closed = :closed, closed_at = :at
WHERE closed IS NULL AND id IN (SELECT id FROM roots)
"""

CLOSE_REPEATS = f"""
UPDATE failures SET closed = :closed, closed_at = :at
WHERE closed IS NULL AND {REPEATS} AND line IN (SELECT id FROM roots)
"""  # noqa: S608 - no user's text in it

PARENTS = """
INSERT OR IGNORE INTO parents
SELECT DISTINCT :retry, import_id FROM failures WHERE retried_by = :retry
"""

MARK = """
UPDATE failures SET retried_by = :retry WHERE closed IS NULL AND id IN (SELECT id FROM roots)
"""

PAGE_OF = """
SELECT id, source, command, data FROM failures
WHERE retried_by = ? AND closed IS NULL AND id > ? ORDER BY id LIMIT ?
"""

RESULT = """
SELECT coalesce(sum(closed = 'cured'), 0), coalesce(sum(closed IS NULL), 0)
FROM failures WHERE retried_by = :retry
"""

DROP_REJECTED = """
UPDATE rejected SET closed = 'dropped', closed_at = :at WHERE closed IS NULL AND {rejected}
"""


@frozen
class Retryable:
    """A command that is to be sent again: its number, its source, its class and its JSON data."""

    number: int
    source: str
    command: str
    data: bytes


@frozen
class SqliteFailures:
    """The failures and rejected lines of the journal in *database*; thread-safe.

    Memory does not grow with their number (I7). Every method raises ``JournalError`` when the file
    cannot be read or written.
    """

    database: Database

    def each(self, selection: Selection) -> Iterator[Failure]:
        """Yield what is selected, by import and position."""
        query = EACH.format(failed=selection.failed, rejected=selection.rejected)
        with self.database.reading() as connection:
            yield from map(failure_of, connection.execute(query, selection.values))

    def totals(self, selection: Selection) -> tuple[int, int]:
        """Return how much is selected, and how many reasons it has."""
        query = TOTALS.format(failed=selection.failed, rejected=selection.rejected, most=-1)
        with self.database.reading() as connection:
            count, reasons = connection.execute(query, selection.values).fetchone()
        return int(count), int(reasons)

    def groups(self, selection: Selection, *, most: int | None = None) -> Iterator[FailureGroup]:
        """Yield the reasons of what is selected, the most frequent first, each with an example."""
        limit = -1 if most is None else most
        query = GROUPS.format(failed=selection.failed, rejected=selection.rejected, most=limit)
        with self.database.reading() as connection:
            for row in connection.execute(query, selection.values):
                status, reason, count, number, *place = row
                example = _one(connection, number, place)
                yield FailureGroup(status, reason, count, example)

    def left(self, import_id: str) -> tuple[int, int]:
        """Return how many failed commands and how many rejected lines of an import are open."""
        with self.database.reading() as connection:
            (commands, lines) = connection.execute(LEFT, {"import_id": import_id}).fetchone()
        return int(commands), int(lines)

    def imports(self, selection: Selection) -> Sequence[str]:
        """Return the imports of what is selected."""
        query = IMPORTS.format(failed=selection.failed, rejected=selection.rejected)
        with self.database.reading() as connection:
            return [name for (name,) in connection.execute(query, selection.values)]

    def repeats(self, number: int) -> Sequence[Failure]:
        """Return how the failure *number* failed again in retries, the oldest first."""
        query = f"SELECT {FAILED} FROM failures WHERE {REPEATS} AND line = ? ORDER BY id"  # noqa: S608
        with self.database.reading() as connection:
            return [failure_of(row) for row in connection.execute(query, (number,))]

    def parents(self, import_id: str) -> Sequence[str]:
        """Return the imports whose failures the retry *import_id* sends again."""
        query = "SELECT parent FROM parents WHERE import_id = ? ORDER BY parent"
        with self.database.reading() as connection:
            return [name for (name,) in connection.execute(query, (import_id,))]

    def retries(self) -> Sequence[str]:
        """Return the imports that were to send open failures again, whatever became of them."""
        with self.database.reading() as connection:
            return [name for (name,) in connection.execute(RETRYING)]

    def retryable_count(self, selection: Selection, *, taken: Sequence[str] = ()) -> int:
        """Return how much ``begin_retry`` would mark at the most; nothing is marked."""
        with self._choosing() as connection:
            _choose(connection, selection, taken)
            (count,) = connection.execute("SELECT count(*) FROM roots").fetchone()
        return int(count)

    def begin_retry(
        self, selection: Selection, import_id: str, *, taken: Sequence[str] = ()
    ) -> int:
        """Mark what is selected and open as sent again by *import_id*; return how much that is.

        Rejected lines are no commands and are left out, and so is what the retries *taken* are
        sending at this moment.

        Raises:
            ImportExists: There is an import of that id.
        """
        names = {"retry": import_id}
        with self._choosing() as connection:
            query = "SELECT 1 FROM imports WHERE import_id = :retry"
            if connection.execute(query, names).fetchone():
                raise ImportExists(import_id)
            _choose(connection, selection, taken)
            marked = connection.execute(MARK, names).rowcount
            connection.execute(PARENTS, names)
            return marked

    def cancel_retry(self, import_id: str) -> None:
        """Forget a retry that was never opened."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM parents WHERE import_id = ?", (import_id,))
            connection.execute(
                "UPDATE failures SET retried_by = NULL WHERE retried_by = ?", (import_id,)
            )

    def retryable(self, import_id: str) -> Iterator[Retryable]:
        """Yield what the retry *import_id* is to send, in the order in which it failed.

        Commands of one key failed in the order in which they were dispatched.
        """
        last = 0
        while True:
            with self.database.looking() as connection:
                rows = connection.execute(PAGE_OF, (import_id, last, PAGE)).fetchall()
            if not rows:
                return
            yield from (Retryable(*row) for row in rows)
            last = rows[-1][0]

    def end_retry(self, import_id: str, *, at: float) -> tuple[int, int]:
        """Mark what the ended retry *import_id* has cured; return how many, and how many are not.

        What failed again keeps the latest answer. A second call changes nothing, and returns the
        same.
        """
        name = {"retry": import_id, "at": at, "closed": "cured"}
        with self._choosing() as connection:
            connection.execute(CURED, name)
            connection.execute(CLOSE, name)
            connection.execute(CLOSE_REPEATS, name)
            connection.execute(AGAIN, name)
            connection.execute(LATEST, name)
            (cured, left) = connection.execute(RESULT, name).fetchone()
        return int(cured), int(left)

    def drop(self, selection: Selection, *, at: float) -> tuple[int, int]:
        """Mark what is selected and open as dropped; return how many commands and rejected lines.

        They stay in the journal and in the account of their import, and are open no more.
        """
        names = {**selection.values, "at": at, "closed": "dropped"}
        with self._choosing() as connection:
            _choose(connection, selection)
            commands = connection.execute(CLOSE, names).rowcount
            connection.execute(CLOSE_REPEATS, names)
            query = DROP_REJECTED.format(rejected=selection.rejected)
            return commands, connection.execute(query, names).rowcount

    @contextmanager
    def _choosing(self) -> Iterator[sqlite3.Connection]:
        """Hold a transaction with the empty tables ``roots`` and ``again``."""
        with self.database.transaction() as connection:
            for table in ("roots (id INTEGER PRIMARY KEY)", "again (root INTEGER PRIMARY KEY, id)"):
                connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table}")
            for table in ("roots", "again"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
            yield connection


def _choose(
    connection: sqlite3.Connection, selection: Selection, taken: Sequence[str] = ()
) -> None:
    query = ROOTS.format(repeats=REPEATS, failed=selection.failed)
    connection.execute(query, selection.values)
    connection.execute(TAKEN, {"taken": orjson.dumps(list(taken)).decode()})


def _one(connection: sqlite3.Connection, number: int | None, place: Sequence[object]) -> Failure:
    """Return the failure *number*, or the rejected line at *place*: import, source and line."""
    if number is not None:
        query = f"SELECT {FAILED} FROM failures WHERE id = ?"  # noqa: S608
        return failure_of(connection.execute(query, (number,)).fetchone())
    query = f"SELECT {REJECTED} FROM rejected WHERE import_id = ? AND source = ? AND line = ?"  # noqa: S608
    return failure_of(connection.execute(query, tuple(place)).fetchone())
