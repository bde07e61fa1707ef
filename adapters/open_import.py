"""One import on its sending side: open batches, their numbers, the gate, what is not sent yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from threading import Event, RLock
from typing import Any, Protocol

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.attaching import Attaching
from importbus.adapters.progress import ProgressBoard
from importbus.bus.batches import Batch, Envelope
from importbus.bus.batching import Batcher, Departure, Limits, Reason
from importbus.bus.context import ImportContext
from importbus.bus.errors import BusError, ImportFailed, TransportClosed
from importbus.bus.journal import Journal, LaneEntry, Resumption
from importbus.bus.lanes import LaneRouter
from importbus.bus.messages import LaneCommand, Position, Receipt
from importbus.bus.ports import Codec, Transport
from importbus.bus.report import Report
from importbus.bus.sharing import SharedJournal


class Completion(Protocol):
    """The recorder, as the sending side sees it; see ``adapters/recording.py``."""

    @property
    def error(self) -> BusError | None:
        """Why nothing can go on; None while all is well."""
        ...

    def started(
        self, import_id: str, board: ProgressBoard, *, resumption: Resumption | None = None
    ) -> None:
        """An import was opened or is continued; *board* shows its progress."""
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

    def abandoned(self, import_id: str) -> None:
        """A producer sends no more, and its end will not be announced."""
        ...

    def wait(self, import_id: str, *, stop: Event | None = None) -> Report:
        """Return when every command has its outcome, or when *stop* is set."""
        ...


@frozen
class Way:
    """What every import of an adapter goes through; *shared* is None in a process by itself."""

    transport: Transport
    journal: Journal
    codec: Codec
    recorder: Completion
    shared: SharedJournal | None = None
    attaching: Attaching = Attaching()


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


@frozen
class _Phase:
    """In line behind the last batch of structure: announce that it was sent."""

    last_seq: int


@define(eq=False)
class OpenImport:
    """The sending side of one import. Guard every call with ``lock``, which keeps lane order.

    What leaves is put in line first and sent from there, so that what could not be sent is sent
    first the next time, in its order and under the same ids.
    """

    context: ImportContext
    way: Way
    limits: Limits
    special: Mapping[type[LaneCommand], Limits]
    touched: float
    seq: int = 0
    number: int = 0
    accepted: int = 0
    closed: bool = False
    board: ProgressBoard = field(factory=ProgressBoard)
    lock: RLock = field(factory=RLock)
    _batcher: Batcher = field(init=False)
    _router: LaneRouter = field(init=False)
    _unsent: deque[Batch[Any] | _Phase] = field(factory=deque, init=False)
    _structure_left: bool = field(default=False, init=False)
    _catalogue_left: bool = field(default=False, init=False)
    _gated: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        """Make the parts that decide."""
        entries = JournalEntries(self.way.journal, self.context.import_id)
        self._batcher = Batcher(self.limits, self.special)
        self._router = LaneRouter(self.way.transport.lanes, entries)

    def resume(self, resumption: Resumption) -> None:
        """Continue the counts of a run that ended before its end.

        One that noted nothing gave out no number; its share of the numbers stays the same.
        """
        self.number = max(self.number, resumption.last_number)
        self.accepted = resumption.accepted
        for identity in self.way.journal.lane_entries(self.context.import_id):
            self._router.recall(identity)

    def take(
        self, command: LaneCommand, position: Position | None, size: int, now: float
    ) -> Receipt:
        """Take a command in and send what leaves because of it.

        An error means that the command was not taken. A batch that could not be sent is no error
        of the command that filled it: it waits in line, and keeps the next command out while it
        cannot be sent.
        """
        self._send()
        at = position or Position("dispatch", self.number + 1)
        route = self._router.route(command)
        self.board.accepted(self.way.codec.name_of(type(command)))
        self.number += 1
        self.accepted += 1
        self.touched = now
        envelope = Envelope(command, at, self.number, size, tree=route.tree)
        self._line_up(self._batcher.add(envelope, route, now))
        self._try_to_send()
        return Receipt(self.context.import_id, at, route.lane)

    def tick(self, now: float) -> None:
        """Send what has lingered while its lane has nothing to do."""
        if not self._batcher.commands and not self._unsent:
            return
        depths = self.way.transport.depths()
        self._line_up(self._batcher.due(now, lambda lane: not depths[lane]))
        self._send()

    def flush(self, reason: Reason = "finish") -> None:
        """Send everything that waits."""
        self._line_up(self._batcher.flush(reason))
        self._send()

    def finish(self) -> None:
        """Send everything and announce the end; a second time changes nothing."""
        if self.closed:
            return
        self.flush("finish")
        import_id, producer = self.context.import_id, self.context.producer
        self.way.journal.announce(
            import_id, producer, "finish", last_seq=self.seq, accepted=self.accepted
        )
        self.way.recorder.finished_reading(import_id, producer, self.seq)
        self.closed = True

    def _line_up(self, departures: list[Departure]) -> None:
        """Put *departures* in line, before the first of the catalogue all structure."""
        for departure in sorted(departures, key=lambda departure: departure.lane is not None):
            if departure.lane is not None and not self._gated:
                self._close_structure()
            self._line_up_one(departure)

    def _close_structure(self) -> None:
        """Announce that the structure was sent; among several producers also that there is none."""
        for departure in self._batcher.flush("rank", structure=True):
            self._line_up_one(departure)
        self._gated = self._structure_left
        if self._gated or (self.way.shared and not self._catalogue_left):
            self._unsent.append(_Phase(self.seq))

    def _line_up_one(self, departure: Departure) -> None:
        self._structure_left = self._structure_left or departure.lane is None
        self._catalogue_left = self._catalogue_left or departure.lane is not None
        for piece in self.way.attaching.pieces(departure, durable=self.way.transport.durable):
            self._number(piece)

    def _number(self, departure: Departure) -> None:
        self.seq += 1
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

    def _try_to_send(self) -> None:
        try:
            self._send()
        except (TransportClosed, ImportFailed):
            pass  # whoever dispatches or waits next is told why
        except BusError as error:
            logger.warning("A batch of {} waits in line: {}", self.context.import_id, error)

    def _send(self) -> None:
        """Send what is in line, in order; what fails stays first in line.

        Raises:
            ImportFailed: Nothing can go on, and this is why the queue is closed.
        """
        try:
            while self._unsent:
                self._send_one(self._unsent[0])
                self._unsent.popleft()
        except TransportClosed:
            if error := self.way.recorder.error:
                raise ImportFailed(str(error)) from error
            raise

    def _send_one(self, first: Batch[Any] | _Phase) -> None:
        if isinstance(first, _Phase):
            self._announce_phase(first)
        else:
            self._publish(first)

    def _announce_phase(self, phase: _Phase) -> None:
        import_id, producer, last = self.context.import_id, self.context.producer, phase.last_seq
        self.way.journal.announce(
            import_id, producer, "phase", last_seq=last, accepted=self.accepted
        )
        self.way.recorder.phase(import_id, producer, last)

    def _publish(self, batch: Batch[Any]) -> None:
        way, durable = self.way, self.way.transport.durable
        attached = way.attaching.attach(batch, durable=durable)
        way.journal.note(batch, accepted=self.accepted)
        way.recorder.noted(batch)
        if durable and (settlement := way.attaching.unsent(attached)):
            way.journal.settle(settlement)
        else:
            way.transport.publish(attached)
        if durable:
            way.journal.confirm(batch)
