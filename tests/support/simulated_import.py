"""An import in one thread: the shipped parts, with chance in the place of threads and networks.

Chance says what happens next: a command is dispatched, time passes, a lane works, the recorder
acts, the process dies. It also says which calls lose their answers and where a worker crashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

from attrs import define, field

from importbus.adapters.attaching import Attaching
from importbus.adapters.batch_run import Patience, Tools
from importbus.adapters.importer import LaneWorker, LaneWorkers
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.open_import import OpenImport, Way
from importbus.adapters.recording import Recording, Timeouts
from importbus.adapters.transports.memory import MemoryTransport
from importbus.bus.batches import Batch, Settlement
from importbus.bus.batching import Limits
from importbus.bus.context import ImportContext
from importbus.bus.errors import SinkUnavailable
from importbus.bus.journal import ImportRecord, Resumption
from importbus.bus.messages import Event as BusEvent
from importbus.bus.messages import ImportFinished, LaneCommand, PhaseSettled, Position
from importbus.bus.outcomes import Outcome
from importbus.bus.ports import Delivery, LaneConsumer
from lane_fakes import PLENTY, AnyFiles, FakeClock
from toy_commands import toy_codec
from warehouse import State, apply, check_files

LANES = 2
POISON = "poison"
"""A thing that breaks whoever writes it."""

SMALL = Limits(lines=3, commands=4, bytes=200, open_bytes=300, linger=2.0)
CALL = 1.0
"""Seconds that a call takes; one of a process that died comes into effect within twice of it."""

QUIET = 5.0
"""Seconds within which a call whose answer is lost comes into effect."""


MOST_STEPS = 3000
"""An import with a few commands that takes more has lost its way; most take about a hundred."""


class Crash(BaseException):
    """The worker is gone; no code of it runs any more."""


class Death(BaseException):
    """The process is gone."""


@define
class Remote:
    """A sink behind a network: chance loses answers, cuts them short, and delays their effect.

    There are few crashes, since the fifth delivery of one batch takes it for poison.
    """

    random: Random
    clock: FakeClock
    kinds: Sequence[str] = ("crash", "death", "lost", "cut", "down")
    faults: int = 6
    crashes: int = 3
    state: State = field(factory=dict)
    late: list[tuple[float, LaneCommand]] = field(factory=list)

    def write(self, batch: Batch[Any], /) -> list[Outcome]:
        """Write the items of *batch*, unless chance is against it."""
        self.catch_up()
        self.clock.time += CALL
        check_files(batch)
        if any(command.key == POISON for command in batch.items):
            raise Crash
        match self.chance("fine", *self.kinds):
            case "crash":
                raise Crash
            case "death":
                self.delay(batch.items, most=2 * CALL)
                raise Death
            case "lost":
                self.delay(batch.items)
                raise SinkUnavailable("the answer was lost", maybe_running=True)
            case "down":
                raise SinkUnavailable("out of reach")
            case "cut":
                answered = self.random.randrange(len(batch))
                outcomes = [apply(self.state, command) for command in batch.items[:answered]]
                self.delay(batch.items[answered:])
                return outcomes
        return [apply(self.state, command) for command in batch.items]

    def chance(self, fine: str, *faults: str) -> str:
        """Return what happens: one of *faults* now and then, as often as there are some left."""
        if not self.faults or self.random.random() > 0.15:
            return fine
        fault = self.random.choice(faults)
        if fault == "crash" and not self.crashes:
            return fine
        self.crashes -= fault == "crash"
        self.faults -= 1
        return fault

    def delay(self, commands: Sequence[LaneCommand], *, most: float = QUIET) -> None:
        """Let *commands* come into effect some time later, in their order."""
        at = self.clock.time + self.random.random() * 0.99 * most
        self.late += [(at, command) for command in commands]

    def catch_up(self) -> None:
        """Carry out what should be in effect by now."""
        due = [command for at, command in self.late if at <= self.clock.time]
        self.late = [(at, command) for at, command in self.late if at > self.clock.time]
        for command in due:
            apply(self.state, command)


class PassingTime(Event):
    """Never set; whoever waits for it lets time pass."""

    def __init__(self, remote: Remote) -> None:
        super().__init__()
        self._remote = remote

    def wait(self, timeout: float | None = None) -> bool:
        self._remote.clock.time += timeout or 0.0
        self._remote.catch_up()
        return False


@define
class Simulation:
    """One import of *commands*, from its first process to the end that its last one decides."""

    folder: Path
    commands: Sequence[LaneCommand]
    random: Random
    worker_type: type[LaneWorker] = LaneWorker
    journal_type: type[SqliteJournal] = SqliteJournal
    patience: Patience = Patience(quiet=QUIET)
    kinds: Sequence[str] | None = None
    events: list[BusEvent] = field(factory=list)
    clock: FakeClock = field(factory=FakeClock)
    remote: Remote = field(init=False)
    journal: SqliteJournal = field(init=False)
    transport: MemoryTransport = field(init=False)
    recording: Recording = field(init=False)
    opened: OpenImport = field(init=False)
    todo: Iterator[tuple[int, LaneCommand]] = field(init=False)
    lanes: dict[int | None, LaneConsumer] = field(init=False)
    held: dict[int | None, Delivery] = field(init=False)
    workers: dict[int | None, LaneWorker] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.remote = Remote(self.random, self.clock)
        self.remote.kinds = self.kinds or self.remote.kinds

    def carry_out(self) -> None:
        """Let things happen until the end is told."""
        self._begin(None)
        for step in count():
            if self._told(ImportFinished):
                break
            assert step < MOST_STEPS, "the import does not end"
            try:
                self._happen()
            except Death:
                self._rise_again()
        self.journal.close()

    def settle(self, settlement: Settlement) -> None:
        """Settle, unless the worker crashes before; it may also crash behind."""
        if self.remote.chance("", "crash"):
            raise Crash
        self.recording.settle(settlement)
        if self.remote.chance("", "crash"):
            raise Crash

    def took(self, lane: int | None) -> None:
        """A lane is always the same one's."""

    def wants(self, delivery: Delivery) -> bool:
        """Everything is carried out."""
        return True

    def quiet(self, delivery: Delivery) -> float:
        """A worker that crashes comes back from its call."""
        return 0.0

    def left(self, lane: int | None) -> None:
        """Nobody looks."""

    def rested(self) -> None:
        """Nobody waits for it."""

    def await_gate(self, batch: Batch[Any], stop: Event) -> bool:
        """Gated batches are held before a worker gets them."""
        return True

    def fail(self, error: Exception) -> None:
        """Nothing in here may stop the import."""
        raise AssertionError from error

    def working(self, import_id: str, lane: int | None, *, busy: bool) -> None:
        """Nobody looks."""

    def waiting(self, import_id: str, lane: int | None, reason: str | None) -> None:
        """Nobody looks."""

    def _begin(self, resumption: Resumption | None) -> None:
        codec = toy_codec()
        if resumption is None:
            self.journal = self.journal_type(str(self.folder / "journal.db"), codec)
            self.journal.open_import(ImportRecord("spring", None, (), LANES, self.clock.now()))
        self.transport = MemoryTransport(LANES, capacity=PLENTY)
        self.recording = Recording(
            self.journal, self.transport, codec, self.clock, broadcast=self.events.append,
            timeouts=Timeouts(),
        )  # fmt: skip
        attaching = Attaching(AnyFiles(), self.clock)
        way = Way(self.transport, self.journal, codec, self.recording, attaching=attaching)
        context = ImportContext("spring", resumption.producer if resumption else "1")
        self.opened = OpenImport(context, way, SMALL, {}, self.clock.time)
        if resumption:
            self.opened.resume(resumption)
        self.recording.started("spring", self.opened.board, resumption=resumption)
        self.todo = self._to_dispatch(resumption)
        self._hire()

    def _hire(self) -> None:
        stop = PassingTime(self.remote)
        tools = Tools(
            self.journal, self, lambda _: self.remote, self.clock,
            chance=self.random.random, patience=self.patience, stop=stop,
        )  # fmt: skip
        importer = LaneWorkers(self.transport, self, tools)
        self.workers = {lane: self.worker_type(importer, lane) for lane in (None, *range(LANES))}
        self.lanes = {lane: self.transport.lease(lane) for lane in self.workers}
        self.held = {}

    def _to_dispatch(self, found: Resumption | None) -> Iterator[tuple[int, LaneCommand]]:
        """Yield structure first, as a source that can be read twice is sent."""
        places = sorted(
            enumerate(self.commands, 1), key=lambda one: one[1].lane_kind == "catalogue"
        )
        for line, command in places:
            if not found or Position("a", line) not in found.settled:
                yield line, command

    def _rise_again(self) -> None:
        """Resume the import in a new process, which first lets lost calls end."""
        self.journal.close()
        self.journal = self.journal_type(self.journal.path, toy_codec())
        found = self.journal.resume_import("spring")
        if found.in_flight:
            self.clock.time += 2 * CALL if found.quiet is None else found.quiet
        self.remote.catch_up()
        self._begin(found)

    def _happen(self) -> None:
        possible: list[Callable[[], object]] = [self._pass_time]
        if not self.opened.closed:
            possible += [self._dispatch] * 2
        possible += [lambda lane=lane: self._work(lane) for lane in self._busy()]  # type: ignore[misc]
        possible += [self.recording.step] * 2
        self.random.choice(possible)()
        if self.remote.faults and self.random.random() < 0.01:
            self.remote.faults -= 1
            raise Death

    def _dispatch(self) -> None:
        line, command = next(self.todo, (0, None))
        if command is None:
            return self.opened.finish()
        self.opened.take(command, Position("a", line), 20, self.clock.time)
        return None

    def _pass_time(self) -> None:
        self.clock.time += 1.0
        self.remote.catch_up()
        self.opened.tick(self.clock.time)

    def _busy(self) -> list[int | None]:
        gate_open = self._told(PhaseSettled)
        depths = self.transport.depths()
        return [
            lane for lane in self.lanes
            if depths[lane] and (gate_open or lane not in self.held)
        ]  # fmt: skip

    def _work(self, lane: int | None) -> None:
        delivery = self.held.pop(lane, None) or self.lanes[lane].receive(0)
        assert delivery, "a lane lost a batch"
        if delivery.batch.gated and not self._told(PhaseSettled):
            self.held[lane] = delivery
            return
        try:
            self.workers[lane].work(delivery)
        except Crash:
            self.lanes[lane].close()
            self.lanes[lane] = self.transport.lease(lane)
        assert self.journal.report("spring", groups=0).balanced

    def _told(self, kind: type[BusEvent]) -> bool:
        return any(isinstance(event, kind) for event in self.events)
