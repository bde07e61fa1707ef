"""Fakes around the sending side of an import; all of them note in one log what is asked of them.

The journal is a real one on a file: what it must do is held by `tests/contract/test_journal.py`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Event
from typing import Any, Literal

from attrs import define, field

from importbus.adapters.codec import JsonCodec
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.media import MediaFiles
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.transports.memory import MemoryTransport
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Settlement
from importbus.bus.errors import BusError
from importbus.bus.journal import Resumption, SettleResult
from importbus.bus.report import Report
from toy_commands import toy_codec

PLENTY = 1000
"""Batches that a lane of a fake holds, so that a test with one thread never waits for itself."""


@define
class FakeClock:
    """Time that passes when told to; both clocks show the same."""

    time: float = 100.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@define
class Notes:
    """What was asked, in order; ``failing`` maps a word to the errors it raises, in turn."""

    log: list[str] = field(factory=list)
    failing: dict[str, list[BusError]] = field(factory=dict)

    def note(self, word: str, *facts: object) -> None:
        """Note a call, and raise what was planned for it."""
        self.log.append(" ".join(str(part) for part in (word, *facts)))
        if planned := self.failing.get(word):
            raise planned.pop(0)


class NotingJournal(SqliteJournal):
    """A journal that notes ``note``, ``confirm``, ``announce`` and ``settle``."""

    def __init__(self, folder: Path, notes: Notes, codec: JsonCodec | None = None) -> None:
        super().__init__(str(folder / "journal.db"), codec or toy_codec())
        self.notes = notes

    def note(self, *batches: Batch[Any], accepted: int) -> None:
        self.notes.note("note", *(batch.seq for batch in batches))
        super().note(*batches, accepted=accepted)

    def confirm(self, *batches: Batch[Any]) -> None:
        self.notes.note("confirm", *(batch.seq for batch in batches))
        super().confirm(*batches)

    def announce(
        self,
        import_id: str,
        producer: str,
        kind: Literal["phase", "finish"],
        *,
        last_seq: int,
        accepted: int,
    ) -> None:
        self.notes.note("announce", kind, last_seq)
        super().announce(import_id, producer, kind, last_seq=last_seq, accepted=accepted)

    def settle(self, settlement: Settlement) -> SettleResult:
        self.notes.note("settle", settlement.batch.seq)
        return super().settle(settlement)


class AnyFiles(MediaFiles):
    """Has every file, and each of them says its name."""

    def find(self, named: str, source: str) -> Attachment:
        content = named.encode()
        digest = hashlib.sha256(content).hexdigest()
        return Attachment(named, len(content), digest, content=content)


class NotingTransport(MemoryTransport):
    """Lanes in memory that note what is published, and keep it in ``published``.

    Each batch goes by itself unless a test says otherwise.
    """

    at_once = 1

    def __init__(self, notes: Notes, *, lanes: int = 1, durable: bool = False) -> None:
        super().__init__(lanes, capacity=PLENTY)
        self.notes = notes
        self.durable = durable
        self.published: list[Batch[Any]] = []

    def publish(self, *batches: Batch[Any]) -> None:
        self.notes.note("publish", *(batch.seq for batch in batches))
        super().publish(*batches)
        self.published += batches


@define
class NotingRecorder:
    """The recorder as the sending side sees it; an import is over as soon as it is waited for."""

    notes: Notes
    journal: SqliteJournal
    error: BusError | None = None

    def started(
        self, import_id: str, board: ProgressBoard, *, resumption: Resumption | None = None
    ) -> None:
        self.notes.note("started", import_id)

    def noted(self, batch: Batch[Any]) -> None:
        pass

    def phase(self, import_id: str, producer: str, last_seq: int) -> None:
        self.notes.note("phase", last_seq)

    def finished_reading(self, import_id: str, producer: str, last_seq: int) -> None:
        self.notes.note("finish", import_id, last_seq)

    def abandoned(self, import_id: str) -> None:
        self.notes.note("abandoned", import_id)

    def settle(self, settlement: Settlement) -> None:
        self.journal.settle(settlement)

    def wait(self, import_id: str, *, stop: Event | None = None) -> Report:
        self.notes.note("wait", import_id)
        return self.journal.report(import_id)
