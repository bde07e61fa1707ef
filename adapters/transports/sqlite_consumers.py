"""What the consumers of a queue file tell about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from attrs import frozen

from importbus.adapters.sqlite_file import Database
from importbus.bus.ports import Clock


@frozen
class Consumers:
    """One status for each consumer; who has told nothing for *seconds* is taken for dead."""

    database: Database
    clock: Clock
    seconds: float

    def tell(self, holder: str, status: Mapping[str, object] | None) -> None:
        """Write what *holder* is doing; None when it leaves."""
        now = self.clock.now()
        with self.database.transaction(lasting=False) as connection:
            connection.execute(
                "DELETE FROM consumers WHERE holder = ? OR at < ?", (holder, now - self.seconds)
            )
            if status is not None:
                row = (holder, now, orjson.dumps(status))
                connection.execute("INSERT INTO consumers VALUES (?, ?, ?)", row)

    def told(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each consumer that lives told last."""
        query = "SELECT holder, status FROM consumers WHERE at >= ? ORDER BY holder"
        with self.database.reading() as connection:
            rows = connection.execute(query, (self.clock.now() - self.seconds,)).fetchall()
        return {holder: orjson.loads(status) for holder, status in rows}
