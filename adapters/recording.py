"""The recorder in the process: settles, opens gates, runs parking rounds, decides the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from queue import SimpleQueue
from threading import Condition, Event, Lock, Thread
from typing import Any

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.progress import ProgressBoard
from importbus.bus.batches import Batch, Settlement
from importbus.bus.errors import BusError, ImportFailed, TransportClosed
from importbus.bus.journal import Journal, Moment, Resumption, Stage
from importbus.bus.messages import (
    BatchSettled,
    ImportFinished,
    ImportStalled,
    PhaseSettled,
)
from importbus.bus.messages import Event as BusEvent
from importbus.bus.ports import Clock, Codec, Transport
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
    """What is kept in memory of an import that is not finished."""

    recorder: Recorder
    board: ProgressBoard
    gate: Event = field(factory=Event)
    over: bool = False


class Recording:
    """Keeps the recorder of every open import of this process; thread-safe.

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
        board_of: Callable[[str], ProgressBoard],
        broadcast: Callable[[BusEvent], None],
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        self._journal = journal
        self._transport = transport
        self._codec = codec
        self._clock = clock
        self._board_of = board_of
        self._broadcast = broadcast
        self._timeouts = timeouts
        self._imports: dict[str, _Import] = {}
        self._error: BusError | None = None
        self._changed = Condition(Lock())
        self._actions: SimpleQueue[tuple[str, Action] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="importbus-recorder", daemon=True)
        self._thread.start()

    def started(self, import_id: str, *, resumption: Resumption | None = None) -> None:
        """An import was opened or is continued."""
        recorder = Recorder(import_id, self._clock.monotonic())
        if resumption:
            recorder.round = resumption.last_round
            recorder.parked = self._journal.parked(import_id)
            self._board_of(import_id).load(self._journal.report(import_id, groups=0))
        with self._changed:
            self._imports[import_id] = _Import(recorder, self._board_of(import_id))

    def noted(self, batch: Batch[Any]) -> None:
        """A batch is about to be published."""
        with self._changed:
            self._imports[batch.import_id].recorder.noted(batch.producer, batch.seq)

    def phase(self, import_id: str, producer: str, last_seq: int) -> None:
        """A producer has sent its structure."""
        self._tell(import_id, lambda recorder: recorder.phase(producer, last_seq))

    def finished_reading(self, import_id: str, producer: str, last_seq: int) -> None:
        """A producer has sent everything."""
        self._imports[import_id].board.reading = False
        self._tell(import_id, lambda recorder: recorder.finish(producer, last_seq))

    def settle(self, settlement: Settlement) -> None:
        """Make the outcomes of a batch durable, then decide what follows (I2, I8)."""
        batch = settlement.batch
        result = self._journal.settle(settlement)
        if result.fresh:
            self._announce(settlement, result.outcomes)
        now = self._clock.monotonic()
        self._board_of(batch.import_id).parked = result.parked
        self._tell(
            batch.import_id,
            lambda recorder: recorder.settled(
                batch, parked=result.parked, parked_structure=result.parked_structure, now=now
            ),
        )

    def await_gate(self, batch: Batch[Any], stop: Event) -> bool:
        """Return when the gate of the batch's import is open; False when told to stop."""
        current = self._imports[batch.import_id]
        if current.gate.is_set():
            return True
        current.board.waiting(batch.lane, "gate")
        while not current.gate.wait(0.1):
            if stop.is_set() or self._error:
                return False
            if self._clock.monotonic() - current.recorder.now > self._timeouts.gate:
                logger.warning("Batch {} goes on before the structure is settled.", batch.id)
                break
        current.board.waiting(batch.lane, None)
        return True

    def working(self, import_id: str, lane: int | None, *, busy: bool) -> None:
        """Show whether a lane has a call in flight."""
        self._board_of(import_id).working(lane, busy=busy)

    def waiting(self, import_id: str, lane: int | None, reason: str | None) -> None:
        """Show why a lane waits."""
        self._board_of(import_id).waiting(lane, reason)

    def wait(self, import_id: str, *, stop: Event | None = None) -> Report:
        """Return when the import is finished or stalled, or when *stop* is set.

        Raises:
            ImportFailed: It cannot go on; the message says why. It can be resumed.
        """
        while not self._over(import_id) and not (stop and stop.is_set()):
            self._look_for_stall(import_id)
            with self._changed:
                self._changed.wait_for(lambda: self._error or self._imports[import_id].over, 0.2)
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
        self._thread.join(5)

    def _tell(self, import_id: str, fact: Callable[[Recorder], list[Action]]) -> None:
        with self._changed:
            for action in fact(self._imports[import_id].recorder):
                self._actions.put((import_id, action))

    def _announce(self, settlement: Settlement, outcomes: Mapping[str, int]) -> None:
        batch = settlement.batch
        name = self._codec.name_of(batch.command_type)
        board = self._board_of(batch.import_id)
        board.settled(name, outcomes, requests=settlement.requests)
        shown = dict(Counter(r.outcome.kind.value for r in settlement.results))
        logger.bind(
            import_id=batch.import_id, batch_id=batch.id, command=name, outcomes=shown
        ).info("{} {} in {:.0f} ms: {}", name, batch.id, settlement.milliseconds, shown)
        self._tell_listeners(
            BatchSettled(batch.import_id, batch.id, name, shown, settlement.milliseconds)
        )

    def _over(self, import_id: str) -> bool:
        if self._error:
            raise ImportFailed(str(self._error)) from self._error
        return self._imports[import_id].over

    def _look_for_stall(self, import_id: str) -> None:
        current = self._imports[import_id]
        now = self._clock.monotonic()
        if not current.over and current.recorder.stalled(now, self._timeouts.stall_after):
            missing = tuple(current.recorder.missing())
            self._journal.set_state(import_id, "stalled", at=self._clock.now())
            self._journal.moment(
                import_id, Moment(self._clock.now(), "stall", f"missing: {', '.join(missing)}")
            )
            current.over = True
            self._tell_listeners(ImportStalled(import_id, missing))

    def _run(self) -> None:
        while step := self._actions.get():
            try:
                self._act(*step)
            except TransportClosed:
                return
            except BusError as error:
                self.fail(error)
                return

    def _act(self, import_id: str, action: Action) -> None:
        match action:
            case PlanRound(number, stage):
                self._round(import_id, number, stage)
            case OpenGate():
                self._imports[import_id].gate.set()
                self._tell_listeners(PhaseSettled(import_id))
            case Finish():
                self._finish(import_id)

    def _round(self, import_id: str, number: int, stage: Stage) -> None:
        count = self._journal.plan_round(import_id, number, stage, at=self._clock.now())
        now = self._clock.monotonic()
        board = self._board_of(import_id)
        board.load(self._journal.report(import_id, groups=0))
        if count:
            board.round = number
            self._journal.moment(
                import_id, Moment(self._clock.now(), "round", f"round {number}: {count} batches")
            )
        self._tell(import_id, lambda recorder: recorder.planned(count, now=now))
        for batch in self._journal.round_batches(import_id, number) if count else ():
            self._transport.publish(batch)

    def _finish(self, import_id: str) -> None:
        state, event_id = self._journal.finish(import_id, at=self._clock.now())
        self._tell_listeners(ImportFinished(import_id, event_id, state))
        with self._changed:
            self._imports[import_id].over = True
            self._changed.notify_all()

    def _tell_listeners(self, event: BusEvent) -> None:
        """A listener that fails must not stop the import."""
        try:
            self._broadcast(event)
        except Exception:  # noqa: BLE001 - whatever a listener raises
            logger.exception("A listener of {} failed.", type(event).__name__)
