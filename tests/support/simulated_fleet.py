"""A fleet in one thread: the shipped parts of several processes, with chance in between.

Chance says whose turn it is, and strikes before and after each call by which a process changes
something: the process dies, loses its lane or its post, loses an answer, or is just slow. While a
call is in flight, or somebody is slow, others go on: their turns are nested in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

from attrs import define, field

from fleet_calls import CALL, Calls
from fleet_chance import DEEP, MOST_STEPS, Chance
from fleet_lanes import SharedLanes
from fleet_processes import Clerk, Consumer, Gone, Process, Sender
from fleet_stream import SharedStream, stream_into
from importbus.adapters.batch_run import Patience
from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.importer import LaneWorker
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.recording import Timeouts
from importbus.bus.batches import Batch
from importbus.bus.errors import (
    ConfigurationError,
    ImportFailed,
    LaneLost,
    SinkUnavailable,
    TransportUnavailable,
)
from importbus.bus.messages import ImportFinished, LaneCommand
from importbus.bus.outcomes import Outcome
from importbus.bus.sharing import ENDED
from lane_fakes import FakeClock
from shared_journals import Journals
from simulated_import import POISON

LANES = 2


@define(eq=False, repr=False)
class Fleet:
    """Imports of ``commands`` by number of line, from their first process to the end of each.

    Args:
        split: Says which producer of an import has a command; how many there are per import is
            in ``producers``.
        repeats: How often a batch is published again.
        cancels: Whether imports are cancelled now and then.
        far: Whether consumers have no journal, and tell the recorder what came of their batches.
        mixed: Whether about half of them have the journal all the same, and write it themselves.
    """

    journals: Journals
    commands: Mapping[str, Sequence[LaneCommand]]
    random: Random
    producers: Mapping[str, int]
    split: Callable[[LaneCommand], str]
    worker_type: type[LaneWorker] = LaneWorker
    recorder_type: type[FleetRecorder] = FleetRecorder
    lanes_type: type[SharedLanes] = SharedLanes
    timeouts: Timeouts = Timeouts(gate=4.0)
    patience: Patience = Patience()
    repeats: int = 2
    cancels: bool = False
    far: bool = False
    mixed: bool = False
    clock: FakeClock = field(factory=FakeClock, init=False)
    lanes: SharedLanes = field(init=False)
    stream: SharedStream = field(init=False)
    journal: SqliteJournal = field(init=False)
    calls: Calls = field(init=False)
    chance: Chance = field(init=False)
    senders: list[Sender] = field(factory=list, init=False)
    late: list[str] = field(factory=list, init=False)
    consumers: list[Consumer] = field(factory=list, init=False)
    post: Clerk | None = field(default=None, init=False)
    cancelled: set[str] = field(factory=set, init=False)
    given_up: set[str] = field(factory=set, init=False)
    depth: int = field(default=0, init=False)
    steps: int = field(default=0, init=False)
    seen: int = field(default=-1, init=False)

    def __attrs_post_init__(self) -> None:
        self.chance = Chance(self.random)
        self.lanes = self.lanes_type(LANES)
        self.calls = Calls(self.random, self.clock)
        self.journal = self.journals.opened()
        self.stream = stream_into(self.journal, lambda: self.chance.may(0.1), LANES)

    def carry_out(self) -> None:
        """Let things happen until the end of each import is told."""
        for import_id in self.producers:
            self._send(import_id, "1")
        self.late = [import_id for import_id, number in self.producers.items() if number == 2]
        while self.ended() | self.cancelled < self.commands.keys():
            self.happen()
            self.check_account()

    def ended(self) -> set[str]:
        """Return the imports whose end was told."""
        return {e.import_id for e in self.lanes.told if isinstance(e, ImportFinished)}

    def check_account(self) -> None:
        """I1, I6: every command is accounted for, and the end comes last."""
        if self.seen == self.journals.changes():
            return
        self.seen = self.journals.changes()
        assert not self.cancelled & self.ended(), "finished after it was cancelled"
        for import_id in self.commands:
            report = self.journal.report(import_id, groups=0)
            assert report.balanced, "the account is not balanced"
            assert not (report.open and report.state.startswith("finished")), "finished early"
            assert import_id not in self.cancelled or report.state == "cancelled", "goes on"

    def happen(self) -> None:
        """Let chance choose whose turn it is."""
        self.steps += 1
        assert self.steps < MOST_STEPS, "the imports do not end"
        self.depth += 1
        try:
            self.random.choice(self._possible())()
        finally:
            self.depth -= 1

    def trouble(self, process: Process, where: str) -> None:
        """Strike *process* now and then, or let others go on while it is slow."""
        self._must_live(process)
        if self.depth > DEEP or not self.chance.may(self.chance.rate):
            return
        match self.chance.struck("die", "lose", "slow"):
            case "die":
                self._kill(process, where)
            case "lose":
                self._lose(process)
            case "slow":
                self._meanwhile()
        self._must_live(process)

    def doubt(self, where: str) -> None:
        """Lose a call of a transport, or its answer, now and then."""
        if self.chance.may(0.03) and self.chance.struck("lost"):
            raise TransportUnavailable(f"the connection was lost {where}")

    def pass_by(self, process: Process, seconds: float) -> None:
        """Let time pass for a worker that waits; others go on meanwhile."""
        self.clock.time += seconds
        self.calls.catch_up()
        self._must_live(process)
        if self.depth > DEEP:
            return
        self.trouble(process, "in a wait")
        if self.chance.may(0.4) and self.chance.struck("lose"):
            self._lose(process)
        if self.chance.may(0.5):
            self.happen()
        self._must_live(process)

    def write(self, process: Process, batch: Batch[Any]) -> list[Outcome]:
        """Carry out a call, unless chance is against it."""
        self.calls.catch_up()
        if any(command.key == POISON for command in batch.items):
            process.die()
        self._must_live(process)
        fault = self.chance.may(0.2) and self.chance.struck("down", "lost", "cut", "die")
        if fault == "down":
            raise SinkUnavailable("out of reach")
        if fault == "cut":
            return self.calls.cut(batch)
        call = self.calls.begin(batch)
        if fault == "die":
            self._kill(process, "during the call")
        self._must_live(process)
        if fault == "lost":
            self.clock.time += CALL
            raise SinkUnavailable("the answer was lost", maybe_running=True)
        if self.chance.may(0.2):
            self._meanwhile_in_call(process)
        return self.calls.end(call)

    def _meanwhile_in_call(self, process: Process) -> None:
        self.trouble(process, "during the call")
        if self.depth <= DEEP:
            self.happen()
        self._must_live(process)

    def _meanwhile(self) -> None:
        for _ in range(self.random.randint(1, 6)):
            self.happen()

    def _must_live(self, process: Process) -> None:
        if not process.alive:
            raise Gone

    def _kill(self, process: Process, where: str) -> None:
        self.chance.deaths.add(f"{type(process).__name__} {where}")
        if isinstance(process, Consumer) and process.held:
            self.chance.deaths.add("Consumer at the gate")
        process.die()

    def _lose(self, process: Process) -> None:
        """End a lease that *process* has, and let others go on with what it was for."""
        if process is self.post:
            self.post = None
            self._some(self._record)
        elif isinstance(process, Consumer) and process.holds:
            lane = self.random.choice(list(process.holds))
            process.holds[lane].end()
            self._some(partial(self._work_elsewhere, lane))

    def _some(self, turn: Callable[[], object]) -> None:
        """Let *turn* and others come, a few times."""
        for _ in range(self.random.randint(2, 8)):
            if self.chance.may(0.7):
                turn()
            else:
                self.happen()

    def _work_elsewhere(self, lane: int | None) -> None:
        """Let whoever can work on *lane*."""
        able = [c for c in self.consumers if c.alive and self._can_work(c, lane)]
        if able and self.lanes.depths()[lane]:
            self.random.choice(able).work(lane, self._ready)
        elif not able:
            self._join_or_leave()

    def _possible(self) -> list[Callable[[], object]]:
        """Return the turns that could come next, some of them several times."""
        often = self.chance.often
        turns: list[Callable[[], object]] = [self._pass_time] * often["time"]
        turns += [self._join_or_leave] * often["join"]
        if self.post is None or not self.post.busy:
            turns += [self._record] * often["record"]
        turns += [self._come_late] * len(self.late)
        if self.repeats and self.lanes.published:
            turns.append(self._repeat)
        if self.cancels:
            turns.append(self._cancel)
        for sender in self.senders:
            if not sender.alive:
                turns += [partial(self._replace, sender)] * often["join"]
            elif not (sender.busy or sender.opened.closed):
                turns += [partial(self._advance, sender, sender.dispatch)] * often["send"]
        return turns + self._work_to_do() * often["work"]

    def _work_to_do(self) -> list[Callable[[], object]]:
        depths = self.lanes.depths()
        return [
            partial(consumer.work, lane, self._ready)
            for consumer in self.consumers
            for lane in consumer.wanted
            if consumer.alive and depths[lane] and self._can_work(consumer, lane)
        ]

    def _can_work(self, consumer: Consumer, lane: int | None) -> bool:
        """Whether the worker of *consumer* for *lane* is idle and has the lane or can take it."""
        if lane in consumer.working or lane not in consumer.wanted:
            return False
        return lane in consumer.holds or self.lanes.is_free(lane)

    def _cancel(self) -> None:
        """Give an import up now and then, unless it has ended."""
        import_id = self.random.choice(list(self.commands))
        if self.chance.may(0.1):
            self.journal.shared.cancel(import_id, at=self.clock.now())
            if self.journal.report(import_id, groups=0).state == "cancelled":
                self.cancelled.add(import_id)

    def _repeat(self) -> None:
        """Publish a batch again that was published before, and perhaps carried out."""
        self.repeats -= 1
        self.lanes.publish(self.random.choice(self.lanes.published))

    def _pass_time(self) -> None:
        self.clock.time += 1.0
        self.calls.catch_up()
        for sender in self.senders:
            if sender.alive and not (sender.busy or sender.opened.closed):
                self._advance(sender, sender.tick)

    def _advance(self, sender: Sender, turn: Callable[[], None]) -> None:
        sender.busy = True
        try:
            turn()
        except Gone:
            sender.die()
        except TransportUnavailable:
            pass  # it tries again
        except ImportFailed:
            assert sender.import_id in self.cancelled
            self.senders.remove(sender)
        finally:
            sender.busy = False

    def _ready(self, batch: Batch[Any]) -> bool:
        """Whether a gated batch has its turn: its gate is open, or it tries whether it is."""
        return self.journal.shared.gate_is_open(batch.import_id) or self.chance.may(0.05)

    def _record(self) -> None:
        clerk = self.post
        if clerk is None or not clerk.alive:
            journal, kind = self.journals.opened(), self.recorder_type
            clerk = self.post = Clerk(self, journal, self._verify, kind, self.stream)
        elif (
            self.stream.is_empty and clerk.seen == self.journals.changes() and self.chance.may(0.8)
        ):
            return  # it would find nothing new, but for what could not be told
        clerk.step()
        clerk.seen = self.journals.changes()

    def _may_rest(self) -> bool:
        return self.stream.is_empty and self.chance.may(0.8)

    def _verify(self, clerk: Clerk) -> None:
        self._must_live(clerk)
        if clerk is not self.post:
            raise LaneLost("Another one is the recorder.")

    def _join_or_leave(self) -> None:
        """Let a consumer come, or an idle one leave a lane; there is one for all lanes."""
        self.consumers = [consumer for consumer in self.consumers if consumer.alive]
        for consumer in self.consumers:
            for lane in list(consumer.holds):
                if lane not in consumer.working and self.chance.may(0.2):
                    consumer.leave(lane)
        if len(self.consumers) < 2:
            lanes: tuple[int | None, ...] = (None, *range(LANES))
            if any(len(consumer.wanted) > LANES for consumer in self.consumers):
                lanes = tuple(self.random.sample(lanes, self.random.randint(1, LANES + 1)))
            self.consumers.append(Consumer(
                self, self.journals.opened(), lanes, self.worker_type, self.timeouts, self.patience,
                self.stream if self.far else None, self.mixed and self.chance.may(0.5),
            ))  # fmt: skip

    def _come_late(self) -> None:
        """Let the second producer of an import join."""
        self._send(self.late.pop(0), "2")

    def _send(self, import_id: str, name: str) -> None:
        lines = {
            line: command
            for line, command in enumerate(self.commands[import_id], 1)
            if self.producers[import_id] == 1 or self.split(command) == name
        }
        journal, number = self.journals.opened(), self.producers[import_id]
        sender = Sender(self, journal, import_id, name, lines, number)
        self.senders.append(sender)
        self._advance(sender, sender.start)

    def _replace(self, sender: Sender) -> None:
        """Continue for a producer that died, or end its import if nobody is left."""
        others = [other for other in self.senders if other.import_id == sender.import_id]
        nobody = all(not other.alive or other.opened.closed for other in others)
        if nobody and self.chance.may(0.3):
            self.journal.shared.finish_all(sender.import_id)
            self.given_up.add(sender.import_id)
            self.late = [name for name in self.late if name != sender.import_id]
            self.senders = [other for other in self.senders if other not in others]
            return
        try:
            resumption = self.journal.shared.continue_for(sender.import_id, sender.name)
        except ConfigurationError:  # it had announced its end
            assert self.journal.report(sender.import_id, groups=0).state in ENDED
            self.senders.remove(sender)
            return
        self.senders.remove(sender)
        old, journal = sender, self.journals.opened()
        heir = Sender(self, journal, old.import_id, old.name, old.lines, old.producers)
        self.senders.append(heir)
        heir.start(resumption)
