"""The journal as the common memory of processes; implements ``bus.sharing.SharedJournal``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from attrs import frozen

from importbus.adapters.journal import producing
from importbus.adapters.journal.burying import bury
from importbus.adapters.journal.cancelling import cancel
from importbus.adapters.journal.resuming import recent_quiet
from importbus.adapters.journal.settling import STRUCTURE, lane_number
from importbus.adapters.sqlite_file import Database
from importbus.bus.errors import UnknownImport
from importbus.bus.journal import Resumption
from importbus.bus.sharing import ENDED, Outlook, SettledBatch, Stand

STAND = """
SELECT state, producers, parked, parked_structure, round, round_size, gate_open, settled_at
FROM imports WHERE import_id = :id
"""

SETTLED = """
SELECT producer, seq, round, place FROM batches
WHERE import_id = :id AND place > :place ORDER BY place
"""

NOTED = "SELECT producer, last_seq FROM producers WHERE import_id = :id"

ANNOUNCED = "SELECT producer, kind, last_seq FROM announcements WHERE import_id = :id"

IS_WANTED = """state <> 'cancelled' AND EXISTS (
    SELECT 1 FROM batches WHERE batches.import_id = imports.import_id
    AND producer = :producer AND seq = :seq AND settled IS NULL)"""

OUTLOOK = f"""
SELECT state, {IS_WANTED}, gate_open, parked,
    coalesce((SELECT at FROM lane_activity WHERE lane = :lane), 0)
FROM imports WHERE import_id = :id
"""  # noqa: S608 - no user's text

SILENT = """
SELECT producer FROM producers WHERE import_id = ?
EXCEPT SELECT producer FROM announcements WHERE import_id = ? AND kind = 'finish'
"""


@frozen
class SqliteSharing:
    """What processes share by way of the file of a journal."""

    database: Database

    def running(self) -> Sequence[str]:
        """Return the shared imports whose end is not decided, the oldest first."""
        with self.database.looking() as connection:
            rows = connection.execute(
                "SELECT import_id FROM imports WHERE shared AND state NOT IN (?, ?, ?)"
                " ORDER BY opened",
                ENDED,
            )
            return [import_id for (import_id,) in rows]

    def stand(self, import_id: str, place: int) -> Stand:
        """Return where *import_id* stands, with what was settled after *place*."""
        name = {"id": import_id, "place": place}
        with self.database.reading() as connection:  # one moment for all of it
            row = self._found(import_id, connection.execute(STAND, name).fetchone())
            settled = connection.execute(SETTLED, name).fetchall()
            noted = connection.execute(NOTED, name).fetchall()
            announced = connection.execute(ANNOUNCED, name).fetchall()
        state, producers, parked, structure, number, size, gate_open, settled_at = row
        return Stand(
            [SettledBatch(*one[:3]) for one in settled],
            settled[-1][3] if settled else place,
            state,
            producers,
            dict(noted),
            {(producer, kind): last for producer, kind, last in announced},
            parked,
            structure,
            number,
            size,
            bool(gate_open),
            settled_at,
        )

    def outlook(self, import_id: str, producer: str, seq: int) -> Outlook:
        """Return what a worker has to know before it carries out that batch."""
        name = {"id": import_id, "producer": producer, "seq": seq, "lane": STRUCTURE}
        with self.database.looking() as connection:
            row = connection.execute(OUTLOOK, name).fetchone()
        state, wanted, gate_open, parked, at = self._found(import_id, row)
        return Outlook(state, bool(wanted), bool(gate_open), parked, at)

    def open_gate(self, import_id: str) -> None:
        """Let the catalogue batches of an import go."""
        self._set("gate_open", import_id)

    def gate_is_open(self, import_id: str) -> bool:
        """Whether the catalogue batches of an import may go."""
        with self.database.looking() as connection:
            query = "SELECT gate_open FROM imports WHERE import_id = ?"
            row = connection.execute(query, (import_id,)).fetchone()
        return bool(self._found(import_id, row)[0])

    def settled_at(self, lanes: Iterable[int | None]) -> float:
        """Return when one of *lanes* settled something last; 0 for never."""
        numbers = orjson.dumps([lane_number(lane) for lane in lanes]).decode()
        query = (
            "SELECT coalesce(max(at), 0) FROM lane_activity"
            " WHERE lane IN (SELECT value FROM json_each(?))"
        )
        with self.database.looking() as connection:
            (at,) = connection.execute(query, (numbers,)).fetchone()
        return float(at)

    def lanes_of(self, import_id: str) -> Sequence[int | None]:
        """Return the lanes that hold unsettled batches of an import."""
        query = "SELECT DISTINCT lane FROM batches WHERE import_id = ? AND settled IS NULL"
        with self.database.reading() as connection:
            return [lane for (lane,) in connection.execute(query, (import_id,))]

    def quiet(self, import_id: str) -> float | None:
        """Return twice what a batch took lately at the most, in seconds; None when unknown."""
        with self.database.reading() as connection:
            return recent_quiet(connection, import_id)

    def untold(self) -> Sequence[tuple[str, str, str]]:
        """Return the ends that were decided and not told: import, event id and state."""
        with self.database.looking() as connection:
            return connection.execute(
                "SELECT import_id, event_id, state FROM imports"
                " WHERE shared AND NOT told AND state LIKE 'finished%' ORDER BY ended"
            ).fetchall()

    def told(self, import_id: str) -> None:
        """The end of *import_id* was told to those who listen."""
        self._set("told", import_id)

    def join(self, import_id: str, producer: str) -> None:
        """Add *producer* to an import; raises ``ImportExists`` when it was one of its before."""
        with self._changing(import_id) as connection:
            producing.join(connection, import_id, producer)

    def continue_for(self, import_id: str, producer: str) -> Resumption:
        """Go on where *producer* stopped, under a new name; see ``SharedJournal``."""
        with self._changing(import_id) as connection:
            return producing.continue_for(connection, import_id, producer)

    def all_announced(self, import_id: str) -> bool:
        """Whether every producer has announced the end of what it sends."""
        with self.database.reading() as connection:
            silent = connection.execute(SILENT, (import_id, import_id)).fetchall()
            query = (
                "SELECT producers <= (SELECT count(DISTINCT CAST(producer AS INTEGER))"
                " FROM producers WHERE import_id = :id) FROM imports WHERE import_id = :id"
            )
            row = connection.execute(query, {"id": import_id}).fetchone()
        return not silent and bool(self._found(import_id, row)[0])

    def finish_all(self, import_id: str) -> Sequence[str]:
        """Announce the end of each producer that has not announced its own."""
        with self._changing(import_id) as connection:
            silent = connection.execute(SILENT, (import_id, import_id)).fetchall()
            for (producer,) in silent:
                producing.withdraw(connection, import_id, producer)
            connection.execute(
                "UPDATE imports SET producers = 0, state = 'running', ended = NULL"
                " WHERE import_id = ? AND state NOT IN (?, ?, ?)",
                (import_id, *ENDED),
            )
        return [producer for (producer,) in silent]

    def bury(self, batch_id: str, *, reason: str, raw: bytes, at: float) -> int:
        """Let the commands of a batch that cannot be understood end as ``dead``."""
        with self.database.transaction() as connection:
            return bury(connection, batch_id, reason, raw, at)

    def cancel(self, import_id: str, *, at: float) -> int:
        """Give an import up; return how many commands had no outcome yet."""
        with self._changing(import_id) as connection:
            return cancel(connection, import_id, at)

    @contextmanager
    def _changing(self, import_id: str) -> Iterator[sqlite3.Connection]:
        with self.database.transaction() as connection:
            query = "SELECT 1 FROM imports WHERE import_id = ?"
            self._found(import_id, connection.execute(query, (import_id,)).fetchone())
            yield connection

    def _found(self, import_id: str, row: Any) -> Any:
        if row is None:
            raise UnknownImport(import_id, self.database.path)
        return row

    def _set(self, column: str, import_id: str) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                f"UPDATE imports SET {column} = 1 WHERE import_id = ?",  # noqa: S608 - fixed names
                (import_id,),
            )
