"""The recorder in the process: settles, opens gates, runs parking rounds, decides the end."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Condition, Event, Lock, Thread
from typing import Any

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.batch_log import log_settled
from importbus.adapters.gate import Gate
from importbus.adapters.lane_watch import LaneWatch
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.stalling import names_of
from importbus.adapters.threads import (
    RECORDER_THREAD,
    carries_imports,
    recording_unless_it_fails,
)
from importbus.bus.batches import Batch, Settlement
from importbus.bus.errors import BusError, ImportFailed, WiringError
from importbus.bus.journal import Journal, Moment, Resumption, SettleResult, Stage
from importbus.bus.messages import BatchSettled, ImportFinished, ImportStalled, PhaseSettled
from importbus.bus.messages import Event as BusEvent
from importbus.bus.ports import Clock, Codec, Delivery, Transport
from importbus.bus.recorder import Action, Finish, OpenGate, PlanRound, Recorder
from importbus.bus.report import Report


@frozen
class Timeouts:
    """Seconds without a settled batch after which something is done.

    Attributes:
        stall_after: The import is ``stalled`` (I12).
        gate: A gated batch goes on with a warning: the gate saves work, parking keeps it right.
    """

    stall_after: float = 600.0
    gate: float = 60.0


@define(eq=False)
class _Import:
    """What is kept in memory of an import that is not finished.

    ``lanes`` holds the batches that were published and are not settled, with their lanes, and
    ``parked`` the counts of parked commands, all and structure, as the journal gave them last.
    """

    import_id: str
    recorder: Recorder
    board: ProgressBoard
    gate: Gate
    lanes: dict[str, int | None] = field(factory=dict)
    parked: tuple[int, int] = (0, 0)
    queued: bool = False
    abandoned: bool = False
    over: bool = False


class Recording:
    """Keeps the recorder of every import of this process that is not finished; thread-safe.

    Parking rounds are published by a thread of their own: a lane worker that published would wait
    for itself when its lane is full.
    """

    def __init__(
        self,
        journal: Journal,
        transport: Transport,
        codec: Codec,
        clock: Clock,
        *,
        broadcast: Callable[[BusEvent], None],
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        self._journal = journal
        self._transport = transport
        self._codec = codec
        self._clock = clock
        self._broadcast = broadcast
        self._timeouts = timeouts
        self._imports: dict[str, _Import] = {}
        self._watch = LaneWatch()
        self._error: BusError | None = None
        self._changed = Condition(Lock())
        self._settling = Lock()
        self._actions: SimpleQueue[tuple[_Import, Action] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=RECORDER_THREAD, daemon=True)

    def start(self) -> None:
        """Begin to carry out what is decided, in a thread of its own."""
        self._thread.start()

    def step(self) -> bool:
        """Carry out the decision that comes next; return whether there was one."""
        try:
            decided = self._actions.get_nowait()
        except Empty:
            return False
        if decided:
            self._act(*decided)
        return bool(decided)

    def started(
        self, import_id: str, board: ProgressBoard, *, resumption: Resumption | None = None
    ) -> None:
        """An import was opened or is continued; *board* shows its progress."""
        recorder = Recorder(import_id, self._clock.monotonic())
        if resumption:
            recorder.round = resumption.last_round
            recorder.parked = self._journal.parked(import_id)
            board.load(self._journal.report(import_id, groups=0))
        gate = Gate(self._watch, self._timeouts.gate)
        with self._changed:
            self._imports[import_id] = _Import(import_id, recorder, board, gate)

    def noted(self, batch: Batch[Any]) -> None:
        """A batch is about to be published."""
        now = self._clock.monotonic()
        with self._changed:
            current = self._imports[batch.import_id]
            current.recorder.noted(batch.producer, batch.seq, now=now)
            current.lanes[batch.id] = batch.lane

    def phase(self, import_id: str, producer: str, last_seq: int) -> None:
        """A producer has sent its structure."""
        self._tell(import_id, lambda current: current.recorder.phase(producer, last_seq))

    def finished_reading(self, import_id: str, producer: str, last_seq: int) -> None:
        """A producer has sent everything."""
        self._board(import_id).reading = False
        self._tell(import_id, lambda current: current.recorder.finish(producer, last_seq))

    def abandoned(self, import_id: str) -> None:
        """A producer sends no more, and its end will not be announced: nobody waits for it."""
        with self._changed:
            if current := self._imports.get(import_id):
                current.abandoned = current.over = True
                self._forget_abandoned(current)
                self._changed.notify_all()

    def settle(self, settlement: Settlement) -> None:
        """Make the outcomes of a batch durable, then decide what follows (I2, I8)."""
        batch, now = settlement.batch, self._clock.monotonic()
        with self._settling:  # the recorder must see what is parked in the order of the journal
            result = self._journal.settle(settlement)
            if current := self._imports.get(batch.import_id):
                current.parked = (result.parked, result.parked_structure)
        self._watch.settled(batch.lane, now)
        if current and result.fresh:
            self._announce(current, settlement, result)
        self._tell(batch.import_id, lambda current: _settled(current, batch, now))

    def wants(self, delivery: Delivery) -> bool:
        """Whether it is to be carried out: always, since a batch that was settled is gone."""
        return True

    def quiet(self, delivery: Delivery) -> float:
        """Return 0: a worker of this process came back from its call, or nobody would repeat it."""
        return 0.0

    def took(self, lane: int | None) -> None:
        """Nothing: nobody else has had the lane."""

    def left(self, lane: int | None) -> None:
        """Nothing is shown for this."""

    def rested(self) -> None:
        """Nothing: the recorder is told of each batch."""

    def await_gate(self, batch: Batch[Any], stop: Event) -> bool:
        """Return when the gate of its import is open or overdue; False when told to stop."""
        current = self._imports.get(batch.import_id)
        if current is None or current.gate.wait(0):
            return True
        current.board.waiting(batch.lane, "gate")
        try:
            return self._held_at_gate(current, batch, stop)
        finally:
            current.board.waiting(batch.lane, None)

    def working(self, import_id: str, lane: int | None, *, busy: bool) -> None:
        """Show whether a lane has a call in flight."""
        self._board(import_id).working(lane, busy=busy)

    def waiting(self, import_id: str, lane: int | None, reason: str | None) -> None:
        """Show why a lane waits."""
        self._board(import_id).waiting(lane, reason)

    def wait(self, import_id: str, *, stop: Event | None = None) -> Report:
        """Return when the import is finished, stalled or abandoned, or when *stop* is set.

        Raises:
            ImportFailed: It cannot go on; the message says why. It can be resumed.
            WiringError: The thread is one of those that carry imports on.
        """
        if carries_imports():
            raise WiringError(
                f"Whoever waits for import {import_id!r} here waits for itself, since sinks and "
                "listeners run in the threads of the lanes: use importing(wait=False)."
            )
        current = self._imports.get(import_id)
        while current and not current.over and not (stop and stop.is_set()):
            if self._error:
                raise ImportFailed(str(self._error)) from self._error
            self._look_for_stall(current)
            with self._changed:
                self._changed.wait_for(lambda: self._error or current.over, 0.2)
        return self._journal.report(import_id)

    def fail(self, error: BusError) -> None:
        """Nothing can go on: wake everyone who waits, who get *error*."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()
        self._transport.close()

    @property
    def error(self) -> BusError | None:
        """Why nothing can go on; None while all is well."""
        return self._error

    def close(self) -> None:
        """Stop the recorder's thread; what is durable stays."""
        self._actions.put(None)
        if self._thread.is_alive():
            self._thread.join(5)

    def _board(self, import_id: str) -> ProgressBoard:
        """Return the board of an import; one that nobody sees when it is finished already."""
        current = self._imports.get(import_id)
        return current.board if current else ProgressBoard()

    def _tell(self, import_id: str, fact: Callable[[_Import], list[Action]]) -> None:
        """Tell the recorder of an import; of one that is finished nobody needs to know any more."""
        with self._changed:
            if current := self._imports.get(import_id):
                for action in fact(current):
                    self._actions.put((current, action))
                self._forget_abandoned(current)

    def _forget_abandoned(self, current: _Import) -> None:
        if current.abandoned and current.recorder.at_rest:
            del self._imports[current.import_id]

    def _announce(self, current: _Import, settlement: Settlement, result: SettleResult) -> None:
        batch = settlement.batch
        name = self._codec.name_of(batch.command_type)
        current.board.settled(name, result.outcomes, requests=settlement.requests)
        current.board.parked = result.parked
        if current.queued:
            self._set_queued(current, queued=False)
        shown = settlement.outcomes
        log_settled(settlement, name)
        self._tell_listeners(
            BatchSettled(batch.import_id, batch.id, name, shown, settlement.milliseconds)
        )

    def _held_at_gate(self, current: _Import, batch: Batch[Any], stop: Event) -> bool:
        while not current.gate.overdue(self._clock.monotonic()):
            if stop.is_set() or self._error:
                return False
            if current.gate.wait(0.1):
                return True
        self._ignore_gate(current, batch)
        return True

    def _ignore_gate(self, current: _Import, batch: Batch[Any]) -> None:
        said = f"Batch {batch.id} goes on before the structure is settled."
        logger.warning(said)
        if current.gate.ignored():
            self._note(current, "gate", said, batch.lane)

    def _look_for_stall(self, current: _Import) -> None:
        """Behind other imports it is queued; stalled, when its lanes settle nothing of anyone."""
        now, after = self._clock.monotonic(), self._timeouts.stall_after
        with self._changed:
            if current.over or not current.recorder.stalled(now, after):
                return
            lanes, since = set(current.lanes.values()), current.recorder.now
            missing = list(current.recorder.missing())
        if self._watch.quiet(lanes, since=since, now=now) >= after:
            self._stall(current, missing)
        elif not current.queued:
            self._set_queued(current, queued=True)

    def _stall(self, current: _Import, missing: list[tuple[str, int]]) -> None:
        named = tuple(names_of(self._journal, current.import_id, missing))
        self._journal.set_state(current.import_id, "stalled", at=self._clock.now())
        self._note(current, "stall", f"missing: {'; '.join(named)}")
        current.over = True
        self._tell_listeners(ImportStalled(current.import_id, named))

    def _set_queued(self, current: _Import, *, queued: bool) -> None:
        current.queued = queued
        state = "queued" if queued else "running"
        self._journal.set_state(current.import_id, state, at=self._clock.now())

    def _run(self) -> None:
        with recording_unless_it_fails(self.fail):
            while step := self._actions.get():
                self._act(*step)

    def _act(self, current: _Import, action: Action) -> None:
        match action:
            case PlanRound(number, stage):
                self._round(current, number, stage)
            case OpenGate():
                current.gate.open()
                self._tell_listeners(PhaseSettled(current.import_id))
            case Finish():
                self._finish(current)

    def _round(self, current: _Import, number: int, stage: Stage) -> None:
        import_id = current.import_id
        count = self._journal.plan_round(import_id, number, stage, at=self._clock.now())
        now = self._clock.monotonic()
        current.board.load(self._journal.report(import_id, groups=0))
        if count:
            current.board.round = number
            self._note(current, "round", f"round {number}: {count} batches")
        self._tell(import_id, lambda current: current.recorder.planned(count, now=now))
        for batch in self._journal.round_batches(import_id, number) if count else ():
            with self._changed:
                current.lanes[batch.id] = batch.lane
            self._transport.publish(batch)

    def _finish(self, current: _Import) -> None:
        state, event_id = self._journal.finish(current.import_id, at=self._clock.now())
        self._tell_listeners(ImportFinished(current.import_id, event_id, state))
        with self._changed:
            current.over = True
            self._imports.pop(current.import_id, None)
            self._changed.notify_all()

    def _note(self, current: _Import, kind: str, detail: str, lane: int | None = None) -> None:
        moment = Moment(self._clock.now(), kind, detail, lane)
        self._journal.moment(current.import_id, moment)

    def _tell_listeners(self, event: BusEvent) -> None:
        """A listener that fails must not stop the import."""
        try:
            self._broadcast(event)
        except Exception:  # noqa: BLE001 - whatever a listener raises
            logger.exception("A listener of {} failed.", type(event).__name__)


def _settled(current: _Import, batch: Batch[Any], now: float) -> list[Action]:
    current.lanes.pop(batch.id, None)
    parked, structure = current.parked
    return current.recorder.settled(batch, parked=parked, parked_structure=structure, now=now)
