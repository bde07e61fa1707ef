"""One import on its sending side: open batches, their numbers, the gate, what is not sent yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from threading import RLock
from typing import Any, Protocol

from attrs import define, field, frozen

from importbus.adapters.progress import ProgressBoard
from importbus.bus.batches import Batch, Envelope
from importbus.bus.batching import Batcher, Departure, Limits, Reason
from importbus.bus.context import ImportContext
from importbus.bus.journal import Journal, LaneEntry, Resumption
from importbus.bus.lanes import LaneRouter
from importbus.bus.messages import LaneCommand, Position, Receipt
from importbus.bus.ports import Codec, Transport
from importbus.bus.report import Report


class Completion(Protocol):
    """The recorder, as the sending side sees it; see ``adapters/recording.py``."""

    def started(self, import_id: str, *, resumption: Resumption | None = None) -> None:
        """An import was opened or is continued."""
        ...

    def noted(self, batch: Batch[Any]) -> None:
        """A batch is about to be published."""
        ...

    def phase(self, import_id: str, producer: str, last_seq: int) -> None:
        """A producer has sent its structure."""
        ...

    def finished_reading(self, import_id: str, producer: str, last_seq: int) -> None:
        """A producer has sent everything."""
        ...

    def wait(self, import_id: str) -> Report:
        """Return when every command has its outcome."""
        ...


@frozen
class Way:
    """What every import of an adapter goes through."""

    transport: Transport
    journal: Journal
    codec: Codec
    recorder: Completion


@frozen
class JournalEntries:
    """The lane entries of one import in its journal."""

    journal: Journal
    import_id: str

    def get(self, identity: str) -> LaneEntry | None:
        """Return the entry of *identity*, if there is one."""
        return self.journal.lane_entry(self.import_id, identity)

    def put(self, identity: str, entry: LaneEntry) -> None:
        """Keep the entry of *identity*."""
        self.journal.remember_lane(self.import_id, identity, entry)


@define(eq=False)
class OpenImport:
    """The sending side of one import. Guard every call with ``lock``, which keeps lane order."""

    context: ImportContext
    way: Way
    limits: Limits
    special: Mapping[type[LaneCommand], Limits]
    touched: float
    seq: int = 0
    number: int = 0
    read: int = 0
    closed: bool = False
    board: ProgressBoard = field(factory=ProgressBoard)
    lock: RLock = field(factory=RLock)
    _batcher: Batcher = field(init=False)
    _router: LaneRouter = field(init=False)
    _unsent: deque[Batch[Any]] = field(factory=deque, init=False)
    _structure_sent: bool = field(default=False, init=False)
    _gated: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        """Make the parts that decide."""
        entries = JournalEntries(self.way.journal, self.context.import_id)
        self._batcher = Batcher(self.limits, self.special)
        self._router = LaneRouter(self.way.transport.lanes, entries)

    def resume(self, resumption: Resumption) -> None:
        """Continue the counts of a run that ended before its end."""
        self.number, self.read = resumption.last_number, resumption.read
        for identity in self.way.journal.lane_entries(self.context.import_id):
            self._router.recall(identity)

    def take(
        self, command: LaneCommand, position: Position | None, size: int, now: float
    ) -> Receipt:
        """Take a command in and send what leaves because of it."""
        self.number += 1
        self.read += 1
        self.touched = now
        at = position or Position("dispatch", self.number)
        route = self._router.route(command)
        self.board.accepted(self.way.codec.name_of(type(command)))
        self._send(self._batcher.add(Envelope(command, at, self.number, size), route, now))
        return Receipt(self.context.import_id, at, route.lane)

    def tick(self, now: float) -> None:
        """Send what has lingered while its lane has nothing to do."""
        if not self._batcher.commands and not self._unsent:
            return
        depths = self.way.transport.depths()
        self._send(self._batcher.due(now, lambda lane: not depths[lane]))

    def flush(self, reason: Reason = "finish") -> None:
        """Send everything that waits."""
        self._send(self._batcher.flush(reason))

    def finish(self) -> None:
        """Send everything and announce the end."""
        self.flush("finish")
        self.closed = True
        self._announce_finish()
        self.__attrs_post_init__()  # the filters of the router are large

    def _announce_finish(self) -> None:
        import_id, producer = self.context.import_id, self.context.producer
        self.way.journal.announce(import_id, producer, "finish", last_seq=self.seq, read=self.read)
        self.way.recorder.finished_reading(import_id, producer, self.seq)

    def _send(self, departures: list[Departure]) -> None:
        """Note and publish in order; what fails stays first in line for the next time."""
        for departure in departures:
            if departure.lane is not None:
                self._close_structure()
            self._enqueue(departure)
        self._publish_all()

    def _close_structure(self) -> None:
        """Before the first catalogue batch: send the structure and announce its end."""
        if self._gated:
            return
        for departure in self._batcher.flush("rank", structure=True):
            self._enqueue(departure)
        if self._structure_sent:
            self._gated = True
            self._publish_all()
            self._announce_phase()

    def _announce_phase(self) -> None:
        import_id, producer = self.context.import_id, self.context.producer
        self.way.journal.announce(import_id, producer, "phase", last_seq=self.seq, read=self.read)
        self.way.recorder.phase(import_id, producer, self.seq)

    def _enqueue(self, departure: Departure) -> None:
        self.seq += 1
        self._structure_sent = self._structure_sent or departure.lane is None
        self._unsent.append(
            Batch(
                self.context.import_id,
                self.context.producer,
                self.seq,
                departure.lane,
                departure.command_type,
                departure.envelopes,
                gated=self._gated and departure.lane is not None,
                reason=departure.reason,
            )
        )

    def _publish_all(self) -> None:
        while self._unsent:
            batch = self._unsent[0]
            self.way.journal.note(batch, read=self.read)
            self.way.recorder.noted(batch)
            self.way.transport.publish(batch)
            if self.way.transport.durable:
                self.way.journal.confirm(batch)
            self._unsent.popleft()
