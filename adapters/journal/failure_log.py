"""The failures of all imports in the order in which they happened."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from importbus.adapters.journal.failure_rows import FAILED, failure_of
from importbus.adapters.sqlite_file import Database
from importbus.bus.report import Failure

MOST = 100
"""Failures that are read at once: there may be any number."""

AFTER = f"""
SELECT id, {FAILED} FROM failures
WHERE id > ? AND +import_id = ? ORDER BY id LIMIT ?
"""  # noqa: S608 - no user's text in it
"""The sign keeps SQLite from an index by import, whose failures it would sort on every call."""


@frozen
class FailureLog:
    """What failed and died, rejected lines left out; each failure has a number, later ones more.

    Both methods raise ``JournalError`` when the journal cannot be read.
    """

    database: Database

    def last(self) -> int:
        """Return the number of the last failure of any import; 0 before the first."""
        with self.database.looking() as connection:
            query = "SELECT coalesce(max(id), 0) FROM failures"
            (number,) = connection.execute(query).fetchone()
        return int(number)

    def after(self, import_id: str, number: int) -> Sequence[tuple[int, Failure]]:
        """Return the next failures of an import behind *number*, at most ``MOST``."""
        with self.database.looking() as connection:
            rows = connection.execute(AFTER, (number, import_id, MOST)).fetchall()
        return [(found, failure_of(tuple(row))) for found, *row in rows]
