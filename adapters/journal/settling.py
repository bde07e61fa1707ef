"""Making outcomes durable: counts, failures, and what is parked; all in one transaction."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import frozen

from importbus.adapters.journal.reasons import encode_errors, reason_of
from importbus.bus.batches import Batch, Settled, Settlement
from importbus.bus.messages import LaneCommand, Upsertable
from importbus.bus.outcomes import SUSPECT, Outcome, OutcomeKind, worse
from importbus.bus.ports import Codec

UNTOLD = "?"
"""What a command waits for when nobody can tell: it gets one more send, no third."""

BEHIND = "behind:"

LAST_RANK = 1_000_000
"""Rank of what is no upsert: in a round it follows the upserts that it was dispatched behind."""


@frozen
class Settling:
    """Writes one settlement with *connection*, inside a transaction of the caller."""

    connection: sqlite3.Connection
    codec: Codec
    settlement: Settlement

    @property
    def _import_id(self) -> str:
        return self.settlement.batch.import_id

    def write(self, *, any_parked: bool) -> Counter[str] | None:
        """Write all outcomes; None when the batch was settled before or is not known (I8).

        Returns:
            The final outcomes that were added, by name.
        """
        if not self._mark_settled():
            return None
        final: Counter[str] = Counter()
        in_round = self.settlement.batch.round > 0
        for settled in self.settlement.results:
            kind = self._one(settled, in_round=in_round)
            if kind.final:
                final[kind.value] += 1
        self._count(final)
        if any_parked:
            self._cure(self.settlement.results)
        return final

    def _mark_settled(self) -> bool:
        batch, settlement = self.settlement.batch, self.settlement
        done = self.connection.execute(
            "UPDATE batches SET settled = ?, milliseconds = ?"
            " WHERE import_id = ? AND producer = ? AND seq = ? AND settled IS NULL",
            (settlement.at, settlement.milliseconds, batch.import_id, batch.producer, batch.seq),
        )
        if not done.rowcount:
            return False
        self.connection.execute(
            "UPDATE imports SET requests = requests + ? WHERE import_id = ?",
            (settlement.requests, batch.import_id),
        )
        return True

    def _one(self, settled: Settled, *, in_round: bool) -> OutcomeKind:
        outcome, number = settled.outcome, settled.envelope.number
        written = self._written(number) if in_round else None
        if not outcome.kind.final:
            self._park(settled, written)
            return outcome.kind
        kind = worse(written, outcome.kind) if written else outcome.kind
        if kind.failure:
            self._fail(settled, kind)
        if in_round:
            unpark(self.connection, self._import_id, number)
        return kind

    def _written(self, number: int) -> OutcomeKind | None:
        """Return how the part ended that was written before the command was parked."""
        row = self.connection.execute(
            "SELECT written FROM parked WHERE import_id = ? AND number = ?",
            (self._import_id, number),
        ).fetchone()
        return OutcomeKind(row[0]) if row and row[0] else None

    def _fail(self, settled: Settled, kind: OutcomeKind) -> None:
        envelope, outcome = settled.envelope, settled.outcome
        self.connection.execute(
            "INSERT INTO failures (import_id, source, line, command, key, kind, status, errors,"
            " reason, attempts, data, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
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
                self.settlement.at,
            ),
        )

    def _park(self, settled: Settled, written: OutcomeKind | None) -> None:
        """Keep the command, its last answer, what it waits for and whom it must follow."""
        outcome, number = settled.outcome, settled.envelope.number
        leaders = [w.removeprefix(BEHIND) for w in outcome.wants if w.startswith(BEHIND)]
        known = self._park_row(settled, written, keep_answer=bool(leaders))
        if not known:
            self._hold_tokens(settled.envelope.command, number)
        self.connection.execute(
            "DELETE FROM behind WHERE import_id = ? AND number = ?", (self._import_id, number)
        )
        self.connection.executemany(
            "INSERT OR IGNORE INTO behind VALUES (?, ?, ?)",
            [(self._import_id, number, int(leader)) for leader in leaders],
        )
        wants = () if leaders else outcome.wants or (UNTOLD,)
        self.connection.executemany(
            "INSERT OR IGNORE INTO wants VALUES (?, ?, ?, 1)",
            [(self._import_id, number, token) for token in wants],
        )

    def _park_row(
        self, settled: Settled, written: OutcomeKind | None, *, keep_answer: bool
    ) -> bool:
        """Insert or update the row; return whether the command was parked before."""
        outcome, envelope = settled.outcome, settled.envelope
        part = outcome.written or written
        data = self.codec.encode(outcome.remainder or envelope.command)
        suspect = SUSPECT in outcome.wants
        known = self.connection.execute(
            "UPDATE parked SET attempts = ?, suspect = suspect OR ?, written = ?, data = ?,"
            " remainder = remainder OR ? WHERE import_id = ? AND number = ?",
            (
                settled.sends,
                suspect,
                part,
                data,
                outcome.remainder is not None,
                self._import_id,
                envelope.number,
            ),
        ).rowcount
        if not known:
            self._insert_parked(settled, part, data, suspect=suspect)
        elif not keep_answer:
            self._update_answer(envelope.number, outcome)
        return bool(known)

    def _insert_parked(
        self, settled: Settled, written: str | None, data: bytes, *, suspect: bool
    ) -> None:
        outcome, envelope = settled.outcome, settled.envelope
        command = envelope.command
        rank = type(command).rank if isinstance(command, Upsertable) else LAST_RANK
        self.connection.execute(
            "INSERT INTO parked (import_id, number, source, line, command, key, lane, rank,"
            " remainder, suspect, written, status, errors, reason, attempts, size, data)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._import_id,
                envelope.number,
                envelope.position.source,
                envelope.position.line,
                self.codec.name_of(type(command)),
                command.key,
                self.settlement.batch.lane,
                rank,
                outcome.remainder is not None,
                suspect,
                written,
                outcome.status,
                encode_errors(outcome.errors),
                reason_of(outcome.errors),
                settled.sends,
                envelope.size,
                data,
            ),
        )

    def _update_answer(self, number: int, outcome: Outcome) -> None:
        self.connection.execute(
            "UPDATE parked SET status = ?, errors = ?, reason = ?"
            " WHERE import_id = ? AND number = ?",
            (
                outcome.status,
                encode_errors(outcome.errors),
                reason_of(outcome.errors),
                self._import_id,
                number,
            ),
        )

    def _hold_tokens(self, command: LaneCommand, number: int) -> None:
        upsert = isinstance(command, Upsertable)
        others = {*command.touches, *([command.follows] if command.follows else [])}
        rows = [(command.identity, True), *((t, False) for t in others - {command.identity})]
        self.connection.executemany(
            "INSERT OR IGNORE INTO parked_tokens VALUES (?, ?, ?, ?, ?)",
            [(self._import_id, token, number, own, upsert) for token, own in rows],
        )

    def _count(self, final: Counter[str]) -> None:
        name = self.codec.name_of(self.settlement.batch.command_type)
        add_outcomes(self.connection, self._import_id, [(name, k, n) for k, n in final.items()])

    def _cure(self, results: Iterable[Settled]) -> None:
        """Mark what parked commands wait for as written."""
        written = (OutcomeKind.CREATED, OutcomeKind.UPDATED)
        self.connection.executemany(
            "UPDATE wants SET cured = 1 WHERE import_id = ? AND token = ?",
            [
                (self._import_id, settled.envelope.command.identity)
                for settled in results
                if settled.outcome.kind in written or settled.outcome.written in written
            ],
        )


def add_outcomes(
    connection: sqlite3.Connection, import_id: str, counts: Sequence[tuple[str, str, int]]
) -> None:
    """Add final outcomes: class name, name of the outcome, how many."""
    connection.executemany(
        "INSERT INTO outcomes VALUES (?, ?, ?, ?)"
        " ON CONFLICT (import_id, command, kind) DO UPDATE SET n = n + excluded.n",
        [(import_id, *row) for row in counts],
    )


def unpark(connection: sqlite3.Connection, import_id: str, number: int) -> None:
    """Forget a parked command that has its final outcome."""
    for table in ("parked", "parked_tokens", "wants", "behind"):
        connection.execute(
            f"DELETE FROM {table} WHERE import_id = ? AND number = ?",  # noqa: S608 - fixed names
            (import_id, number),
        )


def insert_batch(
    connection: sqlite3.Connection, batch: Batch[LaneCommand], command: str, positions: str
) -> None:
    """Write down a batch before it is published; a repeat changes nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO batches (import_id, producer, seq, lane, command, round, reason,"
        " commands, positions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            batch.import_id,
            batch.producer,
            batch.seq,
            batch.lane,
            command,
            batch.round,
            batch.reason,
            len(batch),
            positions,
        ),
    )
