"""The simulated processes of a fleet: who publishes, who works on lanes, who is the recorder."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Event
from typing import Any, Protocol

from attrs import define, field

from fleet_lanes import Hold, Leased, Mortal, SharedLanes
from fleet_stream import SharedStream
from importbus.adapters.attaching import Attaching
from importbus.adapters.batch_run import Patience, Tools
from importbus.adapters.consumer_board import ConsumerBoard
from importbus.adapters.fleet_completion import FleetCompletion
from importbus.adapters.fleet_desk import FleetDesk
from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.importer import MOST_DELIVERIES, LaneWorker, LaneWorkers
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.one_look import OneLook
from importbus.adapters.open_import import JournalEntries, OpenImport, Way
from importbus.adapters.opening import first_number, open_or_join
from importbus.adapters.outcomes.near_journal import NearJournal
from importbus.adapters.outcomes.remote_journal import RemoteJournal
from importbus.adapters.recording import Timeouts
from importbus.bus.batches import Batch
from importbus.bus.batching import Limits
from importbus.bus.context import ImportContext
from importbus.bus.errors import BusError, LaneLost
from importbus.bus.journal import Resumption
from importbus.bus.lanes import LaneRouter
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import Outcome
from lane_fakes import AnyFiles, FakeClock
from toy_commands import toy_codec

CODEC = toy_codec()
SMALL = Limits(lines=3, commands=4, bytes=200, open_bytes=300, linger=2.0)


class World(Protocol):
    """What a process meets outside of it."""

    clock: FakeClock
    lanes: SharedLanes

    def trouble(self, process: Process, where: str) -> None:
        """Let chance strike *process*; raises ``Gone`` when it is dead."""
        ...

    def doubt(self, where: str) -> None:
        """Let the answer of a call be lost, now and then."""
        ...

    def pass_by(self, process: Process, seconds: float) -> None:
        """Let time pass for a worker of *process* that waits."""
        ...

    def write(self, process: Process, batch: Batch[Any]) -> list[Outcome]:
        """Carry out a call that *process* makes."""
        ...


class Gone(BaseException):
    """The process is dead; no code of it runs any more."""


@define(eq=False, repr=False)
class Process:
    """Something that dies; it is ``busy`` while a call of it is in flight."""

    world: World
    alive: bool = field(default=True, init=False)
    busy: bool = field(default=False, init=False)

    def fate(self, where: str) -> None:
        """Let chance strike."""
        self.world.trouble(self, where)

    def die(self) -> None:
        """No code of it runs any more."""
        self.alive = False


@define(eq=False, repr=False)
class Sender(Process):
    """A producer of one import with the ``lines`` that it has to dispatch, by number."""

    journal: SqliteJournal
    import_id: str
    name: str
    lines: dict[int, LaneCommand]
    producers: int
    todo: deque[int] = field(init=False)
    opened: OpenImport = field(init=False)

    def start(self, resumption: Resumption | None = None) -> None:
        """Begin to publish, or go on where another process stopped; structure first."""
        producer = resumption.producer if resumption else self.name
        context, world = ImportContext(self.import_id, producer), self.world
        way = Way(
            transport=Mortal(world.lanes, self.fate, {"publish"}, world.doubt),
            journal=Mortal(self.journal, self.fate, {"note", "confirm", "announce"}),
            codec=CODEC,
            recorder=FleetCompletion(self.journal, world.clock),
            shared=self.journal.shared,
            attaching=Attaching(AnyFiles(), world.clock),
        )
        if resumption is None:
            open_or_join(way, context, (), self.producers, world.clock.now())
        self.opened = OpenImport(context, way, SMALL, {}, world.clock.time)
        entries = JournalEntries(self.journal, self.import_id)
        self.opened._router = LaneRouter(world.lanes.lanes, entries, filter_bytes=1024)
        self.opened.number = first_number(producer)
        if resumption:
            self.opened.resume(resumption)
        way.recorder.started(self.import_id, self.opened.board)
        done = resumption.settled if resumption else ()
        left = [line for line in self.lines if Position("a", line) not in done]
        self.todo = deque(sorted(left, key=lambda n: self.lines[n].lane_kind == "catalogue"))

    def dispatch(self) -> None:
        """Dispatch the next command, or announce the end behind the last one."""
        if not self.todo:
            self.opened.finish()
            return
        line = self.todo[0]
        self.opened.take(self.lines[line], Position("a", line), 20, self.world.clock.time)
        self.todo.popleft()

    def tick(self) -> None:
        """Send what has lingered."""
        self.opened.tick(self.world.clock.time)


class Waits(Event):
    """Never set; whoever waits for it lets time pass."""

    def __init__(self, process: Process) -> None:
        super().__init__()
        self._process = process

    def wait(self, timeout: float | None = None) -> bool:
        """Let *timeout* seconds pass."""
        self._process.world.pass_by(self._process, timeout or 0.0)
        return False


@define(eq=False, repr=False)
class Consumer(Process):
    """A process that works on ``wanted`` lanes; ``held`` are deliveries that wait at a gate.

    With a *stream* it has no journal, and tells the recorder by it what came of each batch; unless
    it is *near*, writes into the journal itself, and only asks the recorder.
    """

    journal: SqliteJournal
    wanted: tuple[int | None, ...]
    worker_type: type[LaneWorker]
    timeouts: Timeouts
    patience: Patience
    stream: SharedStream | None = None
    near: bool = False
    holds: dict[int | None, Hold] = field(factory=dict, init=False)
    held: dict[int | None, Leased] = field(factory=dict, init=False)
    working: set[int | None] = field(factory=set, init=False)
    desk: FleetDesk = field(init=False)
    workers: dict[int | None, LaneWorker] = field(init=False)

    def __attrs_post_init__(self) -> None:
        stop, world = Waits(self), self.world
        told: Any = RemoteJournal(self.stream, CODEC, stop) if self.stream else None
        look = OneLook(self.journal, self.journal.shared)
        journal: Any = (NearJournal(look, look, told) if self.near else told) or look
        self.desk = FleetDesk(
            Mortal(journal, self.fate, {"settle"}), journal,
            world.lanes, CODEC, world.clock, ConsumerBoard(), stop, self.timeouts,
        )  # fmt: skip
        tools = Tools(
            journal, self.desk, lambda _: self, world.clock,
            chance=lambda: 0.5, patience=self.patience, stop=stop,
        )  # fmt: skip
        shared = LaneWorkers(world.lanes, self.desk, tools)
        self.workers = {lane: self.worker_type(shared, lane) for lane in self.wanted}

    def write(self, batch: Batch[Any], /) -> list[Outcome]:
        """Make a call."""
        return self.world.write(self, batch)

    def recent_seconds(self) -> float:
        """Return what calls take."""
        return 1.0

    def die(self) -> None:
        """Leave everything as it is; its leases end."""
        self.alive = False
        for hold in self.holds.values():
            hold.end()

    def work(self, lane: int | None, ready: Callable[[Batch[Any]], bool]) -> None:
        """Let the worker of *lane* do its next piece; what is not *ready* is held at the gate."""
        self.working.add(lane)
        try:
            self._work(lane, ready)
        except LaneLost:
            self.leave(lane)
        except Gone:
            self.die()
        finally:
            self.working.discard(lane)

    def leave(self, lane: int | None) -> None:
        """Give a lane back."""
        self.held.pop(lane, None)
        if hold := self.holds.pop(lane, None):
            hold.end()

    def _work(self, lane: int | None, ready: Callable[[Batch[Any]], bool]) -> None:
        if lane not in self.holds:
            self.holds[lane] = self.world.lanes.hold(lane)
            self.desk.took(lane)
        delivery = self.held.pop(lane, None) or self.holds[lane].receive()
        if delivery is None:
            return
        self.fate("before the call")
        waits = delivery.batch.gated and delivery.redelivered < MOST_DELIVERIES
        if waits and not ready(delivery.batch):
            self.held[lane] = delivery
            return
        self.workers[lane].work(delivery)
        self.desk.left(lane)


@define(eq=False, repr=False)
class Clerk(Process):
    """A process that is the recorder while it holds the post."""

    journal: SqliteJournal
    verify: Callable[[Clerk], None]
    recorder_type: type[FleetRecorder] = FleetRecorder
    stream: SharedStream | None = None
    recorder: FleetRecorder = field(init=False)
    seen: int = field(default=-1, init=False)

    def __attrs_post_init__(self) -> None:
        journal, world = self.journal, self.world
        self.recorder = self.recorder_type(
            Mortal(journal, self.fate, {"plan_round", "finish"}),
            Mortal(journal.shared, self.fate, {"open_gate", "told"}),
            Mortal(world.lanes, self.fate, {"publish", "broadcast"}, world.doubt),
            world.clock,
            Timeouts(stall_after=20.0),
        )

    def step(self) -> None:
        """Look once at every import; an error, or the loss of the post, ends it."""
        self.busy = True
        try:
            if self.stream:
                self.stream.drain(lambda: self.fate("after taking outcomes"))
            self.recorder.step(lambda: self.verify(self))
        except (BusError, Gone):
            self.die()
        finally:
            self.busy = False
