"""When the lanes of an import were at work, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from importbus.adapters.sqlite_file import Database

STRETCHES = """
SELECT lane, commands, settled - milliseconds / 1000.0, settled FROM batches
WHERE import_id = ? AND milliseconds IS NOT NULL ORDER BY settled
"""
"""What was cancelled has no milliseconds: nobody worked on it."""


@frozen
class Stretch:
    """The work on one batch.

    Attributes:
        lane: None is the structure lane.
        commands: How many it held; those that were parked count each time they were sent.
        began: The end, less the time that its calls took together; seconds of the wall clock.
        ended: When its outcomes were written down.
    """

    lane: int | None
    commands: int
    began: float
    ended: float


@frozen
class SqliteActivity:
    """Reads from a journal when its lanes were at work.

    Every method raises ``JournalError`` when the journal cannot be read.
    """

    database: Database

    def stretches(self, import_id: str) -> Iterator[Stretch]:
        """Yield the work of an import so far, by its end."""
        with self.database.reading() as connection:
            for row in connection.execute(STRETCHES, (import_id,)):
                yield Stretch(*row)
