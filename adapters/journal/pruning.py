"""Forgetting imports that ended long ago."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from importbus.adapters.sqlite_file import Database
from importbus.bus.sharing import ENDED

OLD = """
SELECT i.import_id FROM imports i
WHERE i.state IN (:s0, :s1, :s2) AND i.ended < :before AND NOT EXISTS (
    SELECT 1 FROM parents p JOIN imports child ON child.import_id = p.import_id
    WHERE p.parent = i.import_id
      AND NOT (child.state IN (:s0, :s1, :s2) AND child.ended < :before))
ORDER BY i.ended
"""
"""An import stays as long as a retry of it does: what failed is kept with the import."""

UNENDED = "SELECT import_id FROM imports WHERE state NOT IN (:s0, :s1, :s2)"

STATES = {f"s{place}": state for place, state in enumerate(ENDED)}


@frozen
class SqlitePruning:
    """Forgets imports of the journal in *database*; *delete* forgets one."""

    database: Database
    delete: Callable[[str], None]

    def ended_before(self, at: float) -> Sequence[str]:
        """Return the imports that ended before *at*, as all their retries did, the oldest first.

        What was stopped, has stalled or was interrupted has not ended: it can be resumed.
        """
        with self.database.reading() as connection:
            rows = connection.execute(OLD, {**STATES, "before": at})
            return [import_id for (import_id,) in rows]

    def unended(self) -> Sequence[str]:
        """Return the imports that have not ended."""
        with self.database.reading() as connection:
            return [import_id for (import_id,) in connection.execute(UNENDED, STATES)]

    def prune(self, import_ids: Sequence[str]) -> None:
        """Forget imports, each in a transaction of its own, so that others can write between."""
        for import_id in import_ids:
            self.delete(import_id)

    def shrink(self) -> int:
        """Give unused space back to the disk; return how many bytes; see ``Database.shrink``."""
        return self.database.shrink()
