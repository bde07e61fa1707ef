"""The recorder of a fleet: decides for all imports of a journal that many processes share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.pacer import Pacer
from importbus.adapters.recording import Timeouts
from importbus.adapters.stalling import names_of
from importbus.bus.errors import BusError, TransportError
from importbus.bus.journal import Journal, Moment, Stage
from importbus.bus.messages import Event as BusEvent
from importbus.bus.messages import ImportFinished, ImportStalled, PhaseSettled
from importbus.bus.ports import Clock, Transport
from importbus.bus.recorder import Action, Finish, OpenGate, PlanRound, Recorder
from importbus.bus.sharing import SharedJournal, Stand


class Letter(Protocol):
    """A message that was put aside."""

    @property
    def place(self) -> int:
        """Its number among those that were."""
        ...

    @property
    def batch_id(self) -> str:
        """The batch that it should have been."""
        ...

    @property
    def reason(self) -> str:
        """Why."""
        ...

    @property
    def body(self) -> bytes:
        """What arrived."""
        ...


class Lanes(Transport, Protocol):
    """A transport that puts aside what nobody understands."""

    def dead_letters_after(self, number: int) -> Sequence[Letter]:
        """Return the messages that were put aside behind *number* (0: all), oldest first."""
        ...


@define(eq=False)
class _Import:
    recorder: Recorder
    place: int = 0


@frozen(eq=False)
class FleetRecorder:
    """Takes facts from the journal, and writes what follows from them back into it.

    It keeps nothing that is not in the journal: whoever becomes the recorder next reads the same
    facts and goes on. Call ``step`` again and again, by one process at a time; should two do so
    for a moment, as a lease ends, both find the same.

    Args:
        timeouts: When an import is stalled.
        gave_up: Told how many commands failed because no round can cure them.
    """

    journal: Journal
    shared: SharedJournal
    transport: Lanes
    clock: Clock
    timeouts: Timeouts = Timeouts()
    gave_up: Callable[[int], object] = lambda count: None
    _imports: dict[str, _Import] = field(factory=dict, init=False)
    _pacer: Pacer = field(factory=Pacer, init=False)
    _buried: list[int] = field(factory=lambda: [0], init=False)  # the last dead letter seen

    def step(self, held: Callable[[], object] = lambda: None) -> bool:
        """Look once at every import that is not over; return whether one is in a parking round.

        *held* is called before anything is decided; it raises when this is the recorder no more.

        Raises:
            BusError: Nothing was lost; the next step begins where this one stopped.
        """
        running = self.shared.running()
        if running:
            held()
            self._bury()
        for import_id in self._imports.keys() - set(running):
            del self._imports[import_id]
            self._pacer.forget(import_id)
        for import_id in running:
            held()
            try:
                self._look(import_id)
            except BusError:
                self._imports.pop(import_id, None)  # read again, and its round published again
                raise
        for import_id, event_id, state in self.shared.untold():
            if self._tell(ImportFinished(import_id, event_id, state)):
                self.shared.told(import_id)
        return any(current.recorder.in_round for current in self._imports.values())

    def _bury(self) -> None:
        """Let the commands of dead letters end: a batch that nobody understands comes no more."""
        for letter in self.transport.dead_letters_after(self._buried[-1]):
            count = self.shared.bury(
                letter.batch_id, reason=letter.reason, raw=letter.body, at=self.clock.now()
            )
            self.gave_up(count)
            self._buried[:] = [letter.place]

    def _look(self, import_id: str) -> None:
        current = self._imports.get(import_id)
        stand = self.shared.stand(import_id, current.place if current else 0)
        if current and stand.round > current.recorder.round:
            # One that had lost the post planned it, slowly; what was settled of it is behind.
            current, stand = None, self.shared.stand(import_id, 0)
        if current is None:
            current = self._imports[import_id] = self._continued(import_id, stand)
        if stand.place > current.place and self._pacer.is_due(import_id, self.clock.monotonic()):
            self._tell(self.journal.report(import_id, groups=0).progress)
        current.place = stand.place
        for action in _learn(current.recorder, stand, self.clock.now()):
            self._act(current.recorder, action)
        self._look_for_stall(current.recorder, stand.state)

    def _continued(self, import_id: str, stand: Stand) -> _Import:
        """Return an import as another recorder left it, its last round published again.

        Of that round, what is settled is not published, and what is in its lane stays there once.
        """
        recorder = Recorder(import_id, self.clock.now())  # nobody may have looked for a long time
        recorder.resume(stand.round, stand.round_size, gate_open=stand.gate_open)
        if stand.round:
            self._publish(import_id, stand.round)
        return _Import(recorder)

    def _act(self, recorder: Recorder, action: Action) -> None:
        import_id = recorder.import_id
        match action:
            case PlanRound(number, stage):
                self._round(recorder, number, stage)
            case OpenGate():
                self.shared.open_gate(import_id)
                self._tell(PhaseSettled(import_id))
            case Finish():
                self.journal.finish(import_id, at=self.clock.now())  # told at the end of the step

    def _round(self, recorder: Recorder, number: int, stage: Stage) -> None:
        import_id, now = recorder.import_id, self.clock.now()
        failed = self.journal.report(import_id, groups=0).failures
        count = self.journal.plan_round(import_id, number, stage, at=now)
        self.gave_up(self.journal.report(import_id, groups=0).failures - failed)
        if count:
            detail = f"round {number}: {count} batches"
            self.journal.moment(import_id, Moment(now, "round", detail))
            self._publish(import_id, number)
        for action in recorder.planned(count, now=now):
            self._act(recorder, action)

    def _publish(self, import_id: str, number: int) -> None:
        for batch in self.journal.round_batches(import_id, number):
            self.transport.publish(batch)

    def _look_for_stall(self, recorder: Recorder, state: str) -> None:
        """Behind other imports it is queued; stalled, when its lanes settle nothing of anyone."""
        now, after, import_id = self.clock.now(), self.timeouts.stall_after, recorder.import_id
        if recorder.finished:
            return
        if not recorder.stalled(now, after):
            if state in ("stalled", "queued"):
                self.journal.set_state(import_id, "running", at=now)
            return
        lanes = self.shared.lanes_of(import_id)
        if now - max(recorder.now, self.shared.settled_at(lanes)) < after:
            if state != "queued":
                self.journal.set_state(import_id, "queued", at=now)
        elif state != "stalled":
            self._stall(recorder, now)

    def _stall(self, recorder: Recorder, now: float) -> None:
        import_id = recorder.import_id
        named = tuple(names_of(self.journal, import_id, list(recorder.missing())))
        self.journal.set_state(import_id, "stalled", at=now)
        self.journal.moment(import_id, Moment(now, "stall", f"missing: {'; '.join(named)}"))
        self._tell(ImportStalled(import_id, named))

    def _tell(self, event: BusEvent) -> bool:
        """Tell *event*, and return whether it was; who misses it finds it in the journal."""
        try:
            self.transport.broadcast(event)
        except TransportError as error:
            logger.warning("{} was not told: {}", type(event).__name__, error)
            return False
        return True


def _learn(recorder: Recorder, stand: Stand, now: float) -> list[Action]:
    """Tell *recorder* what *stand* says; what it knew already changes nothing."""
    actions: list[Action] = []
    recorder.producers = stand.producers
    for producer, seq in stand.noted.items():
        recorder.noted(producer, seq, now=now)
    parked, structure, at = stand.parked, stand.parked_structure, stand.settled_at
    for batch in stand.settled:
        since = max(recorder.now, at)
        actions += recorder.settled(batch, parked=parked, parked_structure=structure, now=since)
    for (producer, kind), last in sorted(stand.announced.items(), reverse=True):
        announce = recorder.phase if kind == "phase" else recorder.finish
        actions += announce(producer, last)
    return actions
