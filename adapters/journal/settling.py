"""Making outcomes durable: counts, failures, and what is parked; all in one transaction."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence

import orjson
from attrs import frozen

from importbus.adapters.journal.fingerprints import forget, forget_others, identities_of
from importbus.adapters.journal.parked_rows import Parked, keep_parked, parked_among, unpark
from importbus.adapters.journal.reasons import encode_errors, reason_of
from importbus.bus.batches import Batch, Settled, Settlement
from importbus.bus.journal import SettleResult
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import OutcomeKind, worse
from importbus.bus.ports import Codec

WRITTEN = (OutcomeKind.CREATED, OutcomeKind.UPDATED)
"""Outcomes after which the command's key exists in the sink."""

SIMPLE = frozenset(str(kind) for kind in OutcomeKind if kind.final and not kind.failure)
"""Outcomes that are counted and nothing else: no row of their own."""

STRUCTURE = -1
"""The structure lane in ``lane_activity``, whose key cannot be null."""

ACTIVE = "INSERT OR REPLACE INTO lane_activity VALUES (?, ?)"

ACTIVE_EVERY = 1.0
"""Seconds between two notes that a lane is active; who asks for them waits a minute or longer."""

FAILURE = """
INSERT INTO failures (import_id, source, line, command, key, kind, status, errors, reason,
                      attempts, data, since, at, request_id, batch)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def lane_number(lane: int | None) -> int:
    """Return how *lane* is called in ``lane_activity``."""
    return STRUCTURE if lane is None else lane


@frozen
class Settling:
    """Writes one settlement with *connection*, inside a transaction of the caller.

    *active* remembers for each lane when it was noted here last that it is active.
    """

    connection: sqlite3.Connection
    codec: Codec
    settlement: Settlement
    active: MutableMapping[int, float]

    @property
    def _import_id(self) -> str:
        return self.settlement.batch.import_id

    def write(self) -> SettleResult:
        """Write all outcomes; nothing when the batch was settled before or is not known (I8)."""
        before = self._mark_settled()
        if before is None:
            return SettleResult(False, *parked_counts(self.connection, self._import_id))
        batch, kinds = self.settlement.batch, self.settlement.outcomes
        if batch.round:
            forget_others(self.connection, self._import_id, identities_of(batch))
        simple = not batch.round and SIMPLE.issuperset(kinds)
        final = kinds if simple else dict(self._write_rows())
        self._count(final)
        if before[0] or not simple:
            self._cure()
        parked = before if simple else parked_counts(self.connection, self._import_id)
        return SettleResult(True, *parked, final)

    def _mark_settled(self) -> tuple[int, int] | None:
        """Mark the batch; return the counts of ``parked_counts``, None when it was marked."""
        batch, settlement = self.settlement.batch, self.settlement
        done = self.connection.execute(
            "UPDATE batches SET settled = ?, milliseconds = ?, place ="
            " (SELECT settlements + 1 FROM imports WHERE imports.import_id = batches.import_id)"
            " WHERE import_id = ? AND producer = ? AND seq = ? AND settled IS NULL",
            (settlement.at, settlement.milliseconds, batch.import_id, batch.producer, batch.seq),
        )
        if not done.rowcount:
            return None
        parked, structure, shared = self.connection.execute(
            "UPDATE imports SET requests = requests + ?, settlements = settlements + 1,"
            " settled_at = ? WHERE import_id = ? RETURNING parked, parked_structure, shared",
            (settlement.requests, settlement.at, batch.import_id),
        ).fetchone()
        if shared:  # the lanes of a process by itself are no concern of others
            self._note_active(lane_number(batch.lane), settlement.at)
        return parked, structure

    def _note_active(self, lane: int, at: float) -> None:
        if abs(at - self.active.get(lane, 0.0)) >= ACTIVE_EVERY:
            self.connection.execute(ACTIVE, (lane, at))
            self.active[lane] = at

    def _write_rows(self) -> Counter[str]:
        """Write what takes a row of its own, and return the final outcomes."""
        results = self.settlement.results
        before = self._parked_before()
        waiting = [settled for settled in results if not settled.outcome.kind.final]
        final = self._settle_final(before)
        if waiting:
            keep_parked(self.connection, self.codec, self.settlement, waiting, before)
        if before:
            unpark(self.connection, self._import_id, _numbers(results, waiting))
        return final

    def _parked_before(self) -> Mapping[int, Parked]:
        """Return what is known of the batch's commands from earlier; nothing outside of rounds."""
        if not self.settlement.batch.round:
            return {}
        numbers = [settled.envelope.number for settled in self.settlement.results]
        return parked_among(self.connection, self._import_id, numbers)

    def _settle_final(self, before: Mapping[int, Parked]) -> Counter[str]:
        final: Counter[str] = Counter()
        failed = []
        for settled in self.settlement.results:
            kind = settled.outcome.kind
            if not kind.final:
                continue
            if parked := before.get(settled.envelope.number):
                kind = worse(parked.written, kind) if parked.written else kind
            if kind.failure:
                failed.append(self._failure(settled, kind, parked.since if parked else None))
            final[kind.value] += 1
        if failed:
            self.connection.executemany(FAILURE, failed)
            forget(self.connection, self._failed())
        return final

    def _failed(self) -> list[str]:
        results = self.settlement.results
        return [s.envelope.command.identity for s in results if s.outcome.kind.failure]

    def _failure(
        self, settled: Settled, kind: OutcomeKind, since: float | None
    ) -> tuple[object, ...]:
        envelope, outcome = settled.envelope, settled.outcome
        return (
            self._import_id,
            envelope.position.source,
            envelope.position.line,
            self.codec.name_of(type(envelope.command)),
            envelope.command.key,
            kind.value,
            outcome.status,
            encode_errors(outcome.errors),
            reason_of(outcome.errors),
            settled.sends,
            self.codec.encode(envelope.command),
            self.settlement.at if since is None else since,
            self.settlement.at,
            outcome.request_id,
            self.settlement.batch.id,
        )

    def _count(self, final: Mapping[str, int]) -> None:
        name = self.codec.name_of(self.settlement.batch.command_type)
        add_outcomes(self.connection, self._import_id, [(name, k, n) for k, n in final.items()])

    def _cure(self) -> None:
        """Mark what parked commands wait for as written."""
        tokens = {
            settled.envelope.command.identity
            for settled in self.settlement.results
            if settled.outcome.kind in WRITTEN or settled.outcome.written in WRITTEN
        }
        if tokens:
            self.connection.execute(
                "UPDATE wants INDEXED BY wants_by_token SET cured = 1"
                " WHERE import_id = ? AND cured = 0 AND token IN (SELECT value FROM json_each(?))",
                (self._import_id, orjson.dumps(sorted(tokens)).decode()),
            )


def parked_counts(connection: sqlite3.Connection, import_id: str) -> tuple[int, int]:
    """Return how many commands are parked, and how many of them are structure; kept by triggers."""
    row = connection.execute(
        "SELECT parked, parked_structure FROM imports WHERE import_id = ?", (import_id,)
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _numbers(results: Sequence[Settled], waiting: Sequence[Settled]) -> list[int]:
    """Return the numbers of the commands that have their final outcome."""
    still = {settled.envelope.number for settled in waiting}
    return [s.envelope.number for s in results if s.envelope.number not in still]


def add_outcomes(
    connection: sqlite3.Connection, import_id: str, counts: Sequence[tuple[str, str, int]]
) -> None:
    """Add final outcomes: class name, name of the outcome, how many."""
    for row in counts:  # nearly always one
        connection.execute(
            "INSERT INTO outcomes VALUES (?, ?, ?, ?)"
            " ON CONFLICT (import_id, command, kind) DO UPDATE SET n = n + excluded.n",
            (import_id, *row),
        )


INSERT_BATCH = """
INSERT OR IGNORE INTO batches (import_id, producer, seq, lane, command, round, reason, commands,
                               positions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
"""Write down a batch before it is published; a repeat changes nothing."""


def batch_row(batch: Batch[LaneCommand], command: str, positions: str) -> tuple[object, ...]:
    """Return what ``INSERT_BATCH`` writes."""
    return (
        batch.import_id,
        batch.producer,
        batch.seq,
        batch.lane,
        command,
        batch.round,
        batch.reason,
        len(batch),
        positions,
    )
