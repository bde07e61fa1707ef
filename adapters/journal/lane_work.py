"""What the lanes of an import have in work, as the journal knows it, whoever works on them."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from importbus.adapters.sqlite_file import Database

OPEN = """
SELECT lane, count(*), sum(commands), command, min(seq) FROM batches
WHERE import_id = ? AND settled IS NULL GROUP BY lane
"""
"""With the class of the batch of the smallest number: SQLite takes it from the row of ``min``."""

LAST = "SELECT lane, max(settled) FROM batches WHERE import_id = ? GROUP BY lane ORDER BY lane"


@frozen
class LaneWork:
    """What a lane has to do for an import.

    Attributes:
        lane: Its number; None is the structure lane.
        batches: Those that were noted and are not settled.
        commands: How many commands are in them.
        command: The class of the oldest; None when there is none.
        settled_at: When the last one was settled, in seconds since 1970; None for never.
    """

    lane: int | None
    batches: int
    commands: int
    command: str | None
    settled_at: float | None


@frozen
class LaneWorks:
    """Reads it from the journal; raises ``JournalError`` when that cannot be read."""

    database: Database

    def of(self, import_id: str) -> Sequence[LaneWork]:
        """Return the lanes that an import has used so far, the structure lane first."""
        with self.database.looking() as connection:
            last = connection.execute(LAST, (import_id,)).fetchall()
            waiting = {lane: rest for lane, *rest in connection.execute(OPEN, (import_id,))}
        found = ((lane, waiting.get(lane, (0, 0, None)), at) for lane, at in last)
        return [LaneWork(lane, open_[0], open_[1], open_[2], at) for lane, open_, at in found]
