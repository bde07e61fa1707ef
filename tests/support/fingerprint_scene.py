"""A journal into which imports write, without a PIM, to see what is believed of their keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from attrs import define, field

from importbus.adapters.journal import SqliteJournal
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import Outcome

PIM = "pim"


@define
class FingerprintScene:
    """A journal, into which imports write."""

    journal: SqliteJournal
    _numbers: Iterator[int] = field(factory=lambda: count(1))

    def begin(self, import_id: str, pim: str | None = PIM, *, shared: bool = False) -> None:
        """Open an import, which keeps fingerprints unless *pim* is None."""
        at = float(next(self._numbers))
        self.journal.open_import(ImportRecord(import_id, None, ("f",), 4, at, shared))
        self.journal.fingerprints.keep(import_id, pim)

    def note(self, import_id: str, *commands: LaneCommand) -> Batch[LaneCommand]:
        """Note a batch of *commands*, which are of one class."""
        numbers = [next(self._numbers) for _ in commands]
        pairs = zip(commands, numbers, strict=True)
        envelopes = tuple(Envelope(command, Position("f", n), n, 9) for command, n in pairs)
        lane = None if commands[0].lane_kind == "structure" else 0
        batch = Batch(import_id, "1", numbers[0], lane, type(commands[0]), envelopes)
        self.journal.note(batch, accepted=numbers[0])
        return batch

    def settle(self, batch: Batch[LaneCommand], outcome: Outcome) -> None:
        """Let all of a batch end so."""
        results = tuple(Settled(envelope, outcome) for envelope in batch.envelopes)
        at = float(next(self._numbers))
        self.journal.settle(Settlement(batch, results, requests=1, milliseconds=1.0, at=at))

    def written(self, import_id: str, *commands: LaneCommand, pim: str | None = PIM) -> None:
        """Carry an import of *commands* out."""
        self.begin(import_id, pim)
        for command in commands:
            self.settle(self.note(import_id, command), Outcome.updated())
        self.journal.finish(import_id, at=float(next(self._numbers)))

    def believed(self, *commands: LaneCommand, pim: str = PIM) -> list[str]:
        """Return the keys of those of *commands* whose fingerprint is believed."""
        known = self.journal.fingerprints.believed(pim, [one.identity for one in commands])
        return [one.key for one in commands if one.identity in known]
