"""One import on its sending side: open batches, their numbers, the gate, what is not sent yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import islice
from threading import Event, RLock
from typing import Any, Protocol

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.attaching import Attaching
from importbus.adapters.progress import ProgressBoard
from importbus.bus.batches import UNCHANGED, Batch, Envelope, Settled, Settlement
from importbus.bus.batching import Batcher, Departure, Limits, Reason
from importbus.bus.context import ImportContext
from importbus.bus.errors import BusError, ImportFailed, TransportClosed
from importbus.bus.journal import Journal, LaneEntry, Resumption
from importbus.bus.lanes import LaneRouter
from importbus.bus.messages import LaneCommand, Position, Receipt
from importbus.bus.outcomes import Outcome
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

    def settle(self, settlement: Settlement) -> None:
        """Make the outcomes of a batch durable that is not published."""
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


RECENT = 20_000
"""Lane entries that are kept at hand, about 7 MB: those that were asked for, as of models.

What is put is mostly of variants, which nobody asks for again. Kept as well, they drove out the
models, and a journal of a million products was asked for two of three variants.
"""


@frozen
class JournalEntries:
    """The lane entries of one import in its journal, the last that were asked for also at hand."""

    journal: Journal
    import_id: str
    _recent: dict[str, LaneEntry] = field(factory=dict, init=False)

    def get(self, identity: str) -> LaneEntry | None:
        """Return the entry of *identity*, if there is one."""
        entry = self._recent.get(identity)
        if entry is None and (entry := self.journal.lane_entry(self.import_id, identity)):
            self._recent[identity] = entry
            if len(self._recent) > RECENT:
                del self._recent[next(iter(self._recent))]  # the one that came first
        return entry

    def put(self, identity: str, entry: LaneEntry) -> None:
        """Keep the entry of *identity*."""
        self.journal.remember_lane(self.import_id, identity, entry)
        if identity in self._recent:
            self._recent[identity] = entry


@frozen
class _Phase:
    """In line behind the last batch of structure: announce that it was sent."""

    last_seq: int


TOGETHER_BYTES = 4 * 1024 * 1024
"""Most bytes of data that wait in line for company; with the batch that comes next, twice that."""


UNCHANGED_TOGETHER = 2000
"""Unchanged commands of a class that are settled at once."""

PASSED = LaneCommand()
"""Stands for a command that is not sent: nobody looks at it any more."""


@define(eq=False)
class OpenImport:
    """The sending side of one import. Guard every call with ``lock``, which keeps lane order.

    What leaves is put in line first and sent from there, so that what could not be sent is sent
    first the next time, in its order and under the same ids. Where a transport is better off with
    several batches at once, the line waits for them until the next tick: the first batch goes by
    itself, since someone may be waiting for work, and then twice as many each time.
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
    _unsent_bytes: int = field(default=0, init=False)
    _held_up: bool = field(default=False, init=False)  # what is in line could not be sent
    _together: int = field(default=1, init=False)  # how many are waited for: more each time
    _unchanged: dict[type[LaneCommand], list[Envelope[Any]]] = field(factory=dict, init=False)
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
        self,
        command: LaneCommand,
        position: Position | None,
        size: int,
        now: float,
        data: bytes | None = None,
    ) -> Receipt:
        """Take a command in and send what leaves because of it.

        *data* is kept for a transport or a sink that does not have to encode it again then.

        An error means that the command was not taken. A batch that could not be sent is no error
        of the command that filled it: it waits in line, and keeps the next command out while it
        cannot be sent.
        """
        if self._held_up:
            self._send()
        number = self.number + 1
        at = position or Position("dispatch", number)
        identity = command.identity
        route = self._router.route(command, identity)
        self._count(type(command), number)
        self.touched = now
        envelope = Envelope(command, at, number, size, 0, route.tree, None, data)
        if departures := self._batcher.add(envelope, route, now, identity):
            self._line_up(departures)
            if self._enough_in_line():
                self.try_to_send()
        return Receipt(self.context.import_id, at, route.lane)

    def pass_over(self, kind: type[LaneCommand], position: Position) -> None:
        """Settle a command without sending it: it is what was written before."""
        if self._held_up:
            self._send()
        self._count(kind, self.number + 1)
        passed = self._unchanged.setdefault(kind, [])
        passed.append(Envelope(PASSED, position, self.number, 0))
        if len(passed) >= UNCHANGED_TOGETHER:
            self._line_up_unchanged(kind)
            if self._enough_in_line():
                self.try_to_send()

    def tick(self, now: float) -> None:
        """Send what has lingered while its lane has nothing to do."""
        if not self._batcher.commands and not self._unsent:
            return
        depths: dict[int | None, int] = {}

        def is_idle(lane: int | None) -> bool:
            if not depths:  # asked for when something has waited long enough, and once for all
                depths.update(self.way.transport.depths())
            return not depths[lane]

        self._line_up(self._batcher.due(now, is_idle))
        self._send()

    def flush(self, reason: Reason = "finish") -> None:
        """Send everything that waits."""
        self._line_up(self._batcher.flush(reason))
        for kind in list(self._unchanged):
            self._line_up_unchanged(kind)
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

    def _count(self, kind: type[LaneCommand], number: int) -> None:
        taken = self.board.taken
        taken[kind] = taken.get(kind, 0) + 1
        self.number = number
        self.accepted += 1

    def _line_up_unchanged(self, kind: type[LaneCommand]) -> None:
        """Put what was passed over in line, behind what has its number already."""
        envelopes = tuple(self._unchanged.pop(kind))
        lane = None if kind.lane_kind == "structure" else 0
        self._number(Departure(lane, kind, envelopes, UNCHANGED))

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
        self._unsent_bytes += departure.size
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

    def _enough_in_line(self) -> bool:
        """Whether those in line need not wait for others any longer."""
        return self._unsent_bytes >= TOGETHER_BYTES or len(self._unsent) >= self._together

    def try_to_send(self) -> None:
        """Send what is in line; an error is no error of the caller, and what it hit stays there."""
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
        self._held_up = bool(self._unsent)
        try:
            while self._unsent:
                self._send_next()
            self._unsent_bytes, self._held_up = 0, False
            self._together = min(self._together * 2, self.way.transport.at_once)
        except TransportClosed:
            if error := self.way.recorder.error:
                raise ImportFailed(str(error)) from error
            raise

    def _send_next(self) -> None:
        first = self._unsent[0]
        if isinstance(first, _Phase):
            self._announce_phase(first)
            self._unsent.popleft()
            return
        batches = self._next_batches()
        self._publish(batches)
        for _ in batches:
            self._unsent.popleft()

    def _next_batches(self) -> list[Batch[Any]]:
        """Return the batches in front of the line that go together."""
        together: list[Batch[Any]] = []
        for one in islice(self._unsent, self.way.transport.at_once):
            if isinstance(one, _Phase) or (together and _goes_alone(one)):
                break
            together.append(one)
            if _goes_alone(one):
                break
        return together

    def _announce_phase(self, phase: _Phase) -> None:
        import_id, producer, last = self.context.import_id, self.context.producer, phase.last_seq
        self.way.journal.announce(
            import_id, producer, "phase", last_seq=last, accepted=self.accepted
        )
        self.way.recorder.phase(import_id, producer, last)

    def _publish(self, batches: list[Batch[Any]]) -> None:
        way, durable = self.way, self.way.transport.durable
        attached = [self._attached(batch) for batch in batches]
        way.journal.note(*attached, accepted=self.accepted)
        for batch in batches:
            way.recorder.noted(batch)
        if sent := [batch for batch in attached if not self._ends_unsent(batch)]:
            way.transport.publish(*sent)
        if durable:
            way.journal.confirm(*batches)

    def _attached(self, batch: Batch[Any]) -> Batch[Any]:
        if batch.reason == UNCHANGED:
            return batch
        return self.way.attaching.attach(batch, durable=self.way.transport.durable)

    def _ends_unsent(self, batch: Batch[Any]) -> bool:
        """Settle a batch that is unchanged, or whose file cannot travel; false for all others."""
        settlement = None
        if batch.reason == UNCHANGED:
            results = tuple(Settled(one, Outcome.unchanged(), 0) for one in batch.envelopes)
            settlement = Settlement(batch, results, 0, 0.0, self.way.attaching.clock.now())
        elif self.way.transport.durable:
            settlement = self.way.attaching.unsent(batch)
        if settlement:
            self.way.recorder.settle(settlement)
        return settlement is not None


def _goes_alone(batch: Batch[Any]) -> bool:
    """Whether a batch is not published together with others.

    One that brings a file, for its size (I7); and one that is settled here: what stands before a
    settled batch counts as published, whenever the process dies.
    """
    return batch.command_type.attaches is not None or batch.reason == UNCHANGED
