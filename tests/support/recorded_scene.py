"""A recording on a real journal, driven by hand: no thread runs, and time passes when told to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import define, field

from importbus.adapters.progress import ProgressBoard
from importbus.adapters.recording import Recording, Timeouts
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord, Resumption
from importbus.bus.messages import BatchSettled, Event, LaneCommand, Position
from importbus.bus.outcomes import Outcome
from importbus.bus.report import Report
from lane_fakes import FakeClock, Notes, NotingJournal, NotingTransport

PATIENCE = Timeouts(stall_after=600.0, gate=60.0)


@define
class RecordedScene:
    """Batches are noted and settled by hand; ``events`` holds what listeners would hear."""

    folder: Path
    listener: Callable[[Event], object] = field(default=lambda event: None)
    notes: Notes = field(factory=Notes)
    clock: FakeClock = field(factory=FakeClock)
    events: list[Event] = field(factory=list)
    board: ProgressBoard = field(factory=ProgressBoard)
    journal: NotingJournal = field(init=False)
    transport: NotingTransport = field(init=False)
    recording: Recording = field(init=False)
    _number: int = 0

    def __attrs_post_init__(self) -> None:
        self.journal = NotingJournal(self.folder, self.notes)
        self.transport = NotingTransport(self.notes, lanes=2)
        codec = self.journal._codec
        self.recording = Recording(
            self.journal, self.transport, codec, self.clock, broadcast=self.hear, timeouts=PATIENCE
        )
        self.open("spring")

    def open(self, import_id: str) -> None:
        """Open an import."""
        self.journal.open_import(ImportRecord(import_id, None, (), 2, self.clock.time))
        self.recording.started(import_id, self.board)

    def resume(self, import_id: str = "spring") -> Resumption:
        """Continue an import as another process would."""
        found = self.journal.resume_import(import_id)
        self.recording.started(import_id, self.board, resumption=found)
        return found

    def hear(self, event: Event) -> None:
        """Be the bus."""
        self.notes.note(type(event).__name__)
        self.events.append(event)
        self.listener(event)

    def note(
        self, seq: int, *commands: LaneCommand, lane: int | None = 0, import_id: str = "spring"
    ) -> Batch[Any]:
        """Write a batch down as the sending side does."""
        envelopes = []
        for command in commands:
            self._number += 1
            envelopes.append(Envelope(command, Position("a", self._number), self._number, 9))
        batch = Batch(import_id, "1", seq, lane, type(commands[0]), tuple(envelopes))
        self.journal.note(batch, accepted=self._number)
        self.recording.noted(batch)
        return batch

    def settle(self, batch: Batch[Any], *outcomes: Outcome) -> None:
        """Settle a batch as a lane worker does."""
        results = tuple(
            Settled(envelope, outcome, envelope.sends + 1)
            for envelope, outcome in zip(batch.envelopes, outcomes, strict=True)
        )
        self.recording.settle(Settlement(batch, results, 1, 5.0, self.clock.now()))

    def finish(self, last: int, import_id: str = "spring") -> None:
        """Announce the end."""
        self.journal.announce(import_id, "1", "finish", last_seq=last, accepted=self._number)
        self.recording.finished_reading(import_id, "1", last)

    def phase(self, last: int) -> None:
        """Announce the end of structure."""
        self.recording.phase("spring", "1", last)

    def decide(self) -> None:
        """Carry out everything that was decided."""
        while self.recording.step():
            pass

    def heard(self) -> list[str]:
        """Return the names of the events, settled batches left out."""
        return [type(e).__name__ for e in self.events if not isinstance(e, BatchSettled)]

    @property
    def report(self) -> Report:
        return self.journal.report("spring")
