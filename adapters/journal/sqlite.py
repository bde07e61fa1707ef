"""``SqliteJournal``: the journal port on one SQLite file."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import uuid4

import orjson

from importbus.adapters.journal import (
    accounts,
    fingerprints,
    parked_rows,
    parking,
    producing,
    resuming,
    rounds,
)
from importbus.adapters.journal.activity import SqliteActivity
from importbus.adapters.journal.extents import Extents, extents
from importbus.adapters.journal.failed import SqliteFailures
from importbus.adapters.journal.failure_log import FailureLog
from importbus.adapters.journal.fingerprints import Fingerprints
from importbus.adapters.journal.joining import Joining
from importbus.adapters.journal.lane_work import LaneWorks
from importbus.adapters.journal.media import SqliteMediaCodes
from importbus.adapters.journal.positions import encode_positions
from importbus.adapters.journal.pruning import SqlitePruning
from importbus.adapters.journal.reasons import reason_of
from importbus.adapters.journal.schema import JOURNAL, OF_AN_IMPORT
from importbus.adapters.journal.settling import INSERT_BATCH, Settling, batch_row, parked_counts
from importbus.adapters.journal.sharing import SqliteSharing
from importbus.adapters.sources.extents import Extent
from importbus.adapters.sqlite_file import Database
from importbus.bus.batches import Batch, Settlement
from importbus.bus.errors import ImportExists, UnknownImport
from importbus.bus.journal import (
    ImportRecord,
    LaneEntry,
    Moment,
    ParkedToken,
    Resumption,
    SettleResult,
    Stage,
)
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.ports import Codec
from importbus.bus.report import Failure, Report
from importbus.bus.sharing import ENDED


class SqliteJournal:
    """Keeps imports in the file at *path*; implements ``importbus.bus.journal.Journal``.

    Other processes may read the file while an import runs. Every method raises ``JournalError``
    when the file cannot be read or written. *durable* makes every call survive a loss of power;
    *now* gives the wall clock in seconds, for how long an import has been running.
    """

    def __init__(
        self,
        path: str,
        codec: Codec,
        *,
        durable: bool = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self._codec = codec
        self._database = Database(path, JOURNAL, durable=durable)
        self.shared = SqliteSharing(self._database)
        self.media_codes = SqliteMediaCodes(self._database)
        self.fingerprints = Fingerprints(self._database)
        self.extents = Extents()
        self.failed = SqliteFailures(self._database)
        self.pruning = SqlitePruning(self._database, self.delete_import)
        self.activity = SqliteActivity(self._database)
        self.failure_log = FailureLog(self._database)
        self.lane_works = LaneWorks(self._database)
        self._now = now
        self._lanes: dict[str, dict[str, LaneEntry]] = defaultdict(dict)
        self._smooth: set[str] = set()  # imports of this process alone of which nothing was parked
        self._active: dict[int, float] = {}  # when it was noted of a lane, in this process
        self._joining = Joining(self._settle)  # lanes that settle together wait for the disk once

    @property
    def identity(self) -> str:
        """The name of this journal, which no other one has; a copy of the file has it, too."""
        with self._database.reading() as connection:
            return str(connection.execute("SELECT id FROM identity").fetchone()[0])

    def open_import(self, record: ImportRecord) -> None:
        """Begin an import; raises ``ImportExists``."""
        sources = orjson.dumps(record.sources).decode()
        row = (record.import_id, record.label, sources, record.lanes, record.at, record.at)
        with self._database.transaction() as connection:
            new = connection.execute(
                "INSERT OR IGNORE INTO imports (import_id, label, sources, lanes, state, opened,"
                " settled_at, shared, producers) VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?)",
                (*row, record.shared, record.producers),
            )
            if not new.rowcount:
                raise ImportExists(record.import_id)
        if not record.shared:
            self._smooth.add(record.import_id)

    def record(self, import_id: str) -> ImportRecord:
        """Return how an import was begun; raises ``UnknownImport``."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT label, sources, lanes, opened, shared, producers FROM imports"
                " WHERE import_id = ?",
                (import_id,),
            ).fetchone()
        if row is None:
            raise UnknownImport(import_id, self.path)
        label, sources, lanes, at, shared, producers = row
        names = tuple(orjson.loads(sources))
        return ImportRecord(import_id, label, names, lanes, at, bool(shared), producers)

    def resume_import(self, import_id: str) -> Resumption:
        """Continue an import: withdraw its unsettled batches and say where it stands."""
        with self._database.transaction() as connection:
            self._must_exist(connection, import_id)
            return resuming.resume(connection, import_id)

    def delete_import(self, import_id: str) -> None:
        """Forget an import and all that belongs to it."""
        with self._database.transaction() as connection:
            for table in OF_AN_IMPORT:
                connection.execute(
                    f"DELETE FROM {table} WHERE import_id = ?",  # noqa: S608 - fixed names
                    (import_id,),
                )
            self._lanes.pop(import_id, None)
        self._smooth.discard(import_id)

    def note(self, *batches: Batch[Any], accepted: int) -> None:
        """Write down id, lane and positions of *batches* before they are published.

        That they are confirmed waits for the disk, which makes this last, too. Should the power
        fail in between, the queue may hold batches that are not known here: they are not carried
        out, and what they hold is read again.
        """
        import_id = batches[0].import_id
        rows = [self._row(batch) for batch in batches]
        with self._database.looking():
            with self._database.transaction(lasting=False) as connection:
                producing.count(connection, batches, accepted)
                connection.executemany(INSERT_BATCH, rows)
                fingerprints.noted(connection, self._codec, batches)
                written = self._write_lanes(connection, import_id)
                self.extents.write(connection, import_id)
            self._forget_lanes(import_id, written)

    def confirm(self, *batches: Batch[Any]) -> None:
        """Mark *batches* as stored by a durable transport."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE batches SET confirmed = 1 WHERE import_id = ? AND producer = ? AND seq = ?",
                [(batch.import_id, batch.producer, batch.seq) for batch in batches],
            )

    def settle(self, settlement: Settlement) -> SettleResult:
        """Make the outcomes of a batch durable, once; parked commands are kept with their data."""
        return self._joining.do(settlement)

    def settle_together(self, settlements: Sequence[Settlement]) -> Sequence[SettleResult]:
        """Make the outcomes of several batches durable, in their order, all or none."""
        return self._settle(settlements)

    def _settle(self, settlements: Sequence[Settlement]) -> Sequence[SettleResult]:
        with self._database.transaction() as connection:
            found = [
                Settling(connection, self._codec, one, self._active).write() for one in settlements
            ]
            parked = (one for one, r in zip(settlements, found, strict=True) if r.parked)
            self._smooth.difference_update(one.batch.import_id for one in parked)
            return found

    def reject(
        self, import_id: str, position: Position, *, command: str | None, reason: str, raw: bytes
    ) -> bool:
        """Keep a line that is no command, once per position; return whether it is new."""
        group = reason_of([ServerError(reason)])
        at = self._now()
        row = (import_id, position.source, position.line, command, reason, group, raw, at)
        with self._database.transaction() as connection:
            new = connection.execute(
                "INSERT OR IGNORE INTO rejected (import_id, source, line, command, message,"
                " reason, raw, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            ).rowcount
            connection.execute(
                "UPDATE imports SET read = read + ? WHERE import_id = ?", (new, import_id)
            )
            self.extents.write(connection, import_id)
        return bool(new)

    def announce(
        self,
        import_id: str,
        producer: str,
        kind: Literal["phase", "finish"],
        *,
        last_seq: int,
        accepted: int,
    ) -> None:
        """Write down the last batch of a producer's structure, or of all it sends."""
        with self._database.transaction() as connection:
            producing.count_accepted(connection, import_id, producer, accepted)
            connection.execute(
                "INSERT OR REPLACE INTO announcements VALUES (?, ?, ?, ?, ?)",
                (import_id, producer, kind, last_seq, accepted),
            )
            self.extents.write(connection, import_id)

    def parked_tokens(self, import_id: str, tokens: Iterable[str]) -> Sequence[ParkedToken]:
        """Return which of *tokens* are held by parked commands."""
        if not self.parked(import_id):
            return ()
        with self._database.looking() as connection:
            return parked_rows.parked_tokens(connection, import_id, tokens)

    def parked(self, import_id: str) -> int:
        """Return how many commands of an import are parked."""
        if import_id in self._smooth:
            return 0
        with self._database.looking() as connection:
            return parked_counts(connection, import_id)[0]

    def plan_round(self, import_id: str, number: int, stage: Stage, *, at: float) -> int:
        """Write down the batches of parking round *number*; see ``Journal.plan_round``."""
        with self._database.transaction() as connection:
            return parking.plan_round(connection, import_id, number, stage, at)

    def round_batches(self, import_id: str, number: int) -> Iterator[Batch[Any]]:
        """Yield the batches of a planned round, in the order in which to publish them."""
        with self._database.looking() as connection:
            planned = rounds.planned(connection, import_id, number)
        for batch in planned:
            with self._database.looking() as connection:
                found = rounds.batch_of(connection, self._codec, import_id, number, batch)
            if found:  # while they are published, others settle them
                yield found

    def positions(self, import_id: str, producer: str, seq: int) -> str:
        """Return where the commands of an unsettled batch stand; see ``Journal.positions``."""
        with self._database.looking() as connection:
            return rounds.positions(connection, import_id, producer, seq)

    def lane_entry(self, import_id: str, identity: str) -> LaneEntry | None:
        """Return the lane entry of *identity*, if one was remembered."""
        with self._database.looking() as connection:
            if entry := self._lanes[import_id].get(identity):
                return entry
            row = connection.execute(
                "SELECT lane, tree FROM lane_entries WHERE import_id = ? AND identity = ?",
                (import_id, identity),
            ).fetchone()
        return LaneEntry(*row) if row else None

    def remember_lane(self, import_id: str, identity: str, entry: LaneEntry) -> None:
        """Keep the lane of a key; durable with the next ``note``."""
        self._lanes[import_id][identity] = entry

    def lane_entries(self, import_id: str) -> Iterator[str]:
        """Yield the identities that have a lane entry."""
        with self._database.reading() as connection:
            for (identity,) in connection.execute(
                "SELECT identity FROM lane_entries WHERE import_id = ?", (import_id,)
            ):
                yield identity

    def read_before(self, import_id: str, reader: str = "1") -> Sequence[Extent]:
        """Return which parts of its sources *reader* has read, as far as that is accounted for.

        Nothing of an import that was begun by an older version.
        """
        with self._database.reading() as connection:
            return extents(connection, import_id, reader)

    def moment(self, import_id: str, moment: Moment) -> None:
        """Add to the timeline of an import."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO moments (import_id, at, kind, detail, lane) VALUES (?, ?, ?, ?, ?)",
                (import_id, moment.at, moment.kind, moment.detail, moment.lane),
            )

    def set_state(self, import_id: str, state: str, *, at: float) -> None:
        """Change the state of an import that has not ended."""
        ended = None if state in ("running", "queued") else at
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE imports SET state = ?, ended = ?"
                " WHERE import_id = ? AND state NOT IN (?, ?, ?)",
                (state, ended, import_id, *ENDED),
            )

    def finish(self, import_id: str, *, at: float) -> tuple[str, str]:
        """Decide the end once: return state and event id, the same ones on every call."""
        with self._database.transaction() as connection:
            self._must_exist(connection, import_id)
            decided = accounts.finish(connection, import_id, event_id=uuid4().hex, at=at)
            if decided[0] != "cancelled":
                fingerprints.believe(connection, import_id)
            return decided

    def report(self, import_id: str, *, groups: int = 10) -> Report:
        """Return the account of an import; raises ``UnknownImport``."""
        with self._database.reading() as connection:
            found = accounts.report(connection, import_id, groups=groups, now=self._now())
        if found is None:
            raise UnknownImport(import_id, self.path)
        return found

    def failures(self, import_id: str) -> Iterator[Failure]:
        """Yield all failures of an import and its rejected lines, by position."""
        with self._database.reading() as connection:
            yield from accounts.failures(connection, import_id)

    def state(self, import_id: str) -> str:
        """Return the state of an import; raises ``UnknownImport``."""
        return self.report(import_id, groups=0).state

    def imports(self) -> Sequence[Report]:
        """Return the accounts of all imports, the newest first, without reasons of failure."""
        with self._database.reading() as connection:
            now = self._now()
            found = [
                accounts.report(connection, import_id, groups=0, now=now)
                for import_id in accounts.import_ids(connection)
            ]
        return [report for report in found if report]

    def timeline(self, import_id: str, *, most: int | None = None) -> Sequence[Moment]:
        """Return the timeline of an import, oldest first; with *most* the last ones alone."""
        query = (
            "SELECT at, kind, detail, lane FROM moments WHERE import_id = ?"
            " ORDER BY id DESC LIMIT ?"
        )
        with self._database.reading() as connection:
            rows = connection.execute(query, (import_id, -1 if most is None else most))
            return [Moment(*row) for row in rows][::-1]

    def check(self) -> None:
        """Read the whole file; raises ``JournalError`` when it is damaged."""
        self._database.check()

    def check_if_left(self) -> None:
        """Read the whole file if whoever used it before may have died; raises ``JournalError``."""
        if self._database.left_open:
            self._database.check()

    def close(self) -> None:
        """Release the file; a second call does nothing."""
        self._database.close()

    def _row(self, batch: Batch[Any]) -> tuple[object, ...]:
        name = self._codec.name_of(batch.command_type)
        positions = encode_positions([envelope.position for envelope in batch.envelopes])
        return batch_row(batch, name, positions)

    def _must_exist(self, connection: Any, import_id: str) -> None:
        query = "SELECT 1 FROM imports WHERE import_id = ?"
        if connection.execute(query, (import_id,)).fetchone() is None:
            raise UnknownImport(import_id, self.path)

    def _write_lanes(self, connection: Any, import_id: str) -> Mapping[str, LaneEntry]:
        """Write the lane entries that were remembered, and return them."""
        entries = self._lanes[import_id].copy()  # others may remember more meanwhile
        if entries:
            connection.executemany(
                "INSERT OR REPLACE INTO lane_entries VALUES (?, ?, ?, ?)",
                [(import_id, name, entry.lane, entry.tree) for name, entry in entries.items()],
            )
        return entries

    def _forget_lanes(self, import_id: str, written: Mapping[str, LaneEntry]) -> None:
        remembered = self._lanes[import_id]
        for name, entry in written.items():
            if remembered.get(name) is entry:
                del remembered[name]
