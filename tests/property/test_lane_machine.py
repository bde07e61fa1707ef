"""Lane workers of several processes at one lane, in any order of things (I1, I2, I3, I8)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fleet_lanes import SharedLanes
from fleet_processes import Consumer, Gone, Process
from importbus.adapters.batch_run import Patience
from importbus.adapters.importer import LaneWorker
from importbus.adapters.recording import Timeouts
from importbus.bus.batches import Batch, Envelope
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import Position
from importbus.bus.outcomes import Outcome
from lane_fakes import FakeClock
from shared_journals import OneFile
from toy_commands import Put
from warehouse import State, apply

IMPORT, LANE = "spring", 0

QUICKLY = settings(
    max_examples=300,
    stateful_step_count=30,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
)
"""For what must fail: the first example that does so will do."""

which = st.integers(0, 1)


class Lane(RuleBasedStateMachine):
    """A lane with batches of one command each, and two processes that may work on it."""

    worker_type: type[LaneWorker] = LaneWorker

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.journals = OneFile(Path(self.folder.name))
        self.journal = self.journals.opened()
        self.journal.open_import(ImportRecord(IMPORT, None, (), 1, 100.0, True, 1))
        self.journal.shared.join(IMPORT, "1")
        self.lanes = SharedLanes(1)
        self.clock = FakeClock()
        self.state: State = {}
        self.last: dict[str, int] = {}
        self.seq = 0
        self.fault = ""
        self.deliveries = 3  # the fifth one takes a batch for poison
        self.consumers = [self._hired(), self._hired()]

    @rule(key=st.sampled_from("ab"), gated=st.booleans())
    def publish(self, key: str, gated: bool) -> None:
        """Set a thing to the next number, behind all that went before."""
        self.seq += 1
        envelope = Envelope(Put(key, {"p": self.seq}), Position("a", self.seq), self.seq, 9)
        batch = Batch(IMPORT, "1", self.seq, LANE, Put, (envelope,), gated=gated)
        self.journal.note(batch, accepted=self.seq)
        self.lanes.publish(batch)
        self.journal.confirm(batch)
        self.last[f"thing:{key}"] = self.seq

    @precondition(lambda self: self.lanes.published)
    @rule(one=st.integers(0, 1_000))
    def publish_again(self, one: int) -> None:
        """Publish a batch again that may have been carried out."""
        self.lanes.publish(self.lanes.published[one % len(self.lanes.published)])

    @rule()
    def open_gate(self) -> None:
        """Let gated batches go."""
        self.journal.shared.open_gate(IMPORT)

    @precondition(lambda self: self.deliveries)
    @rule(fault=st.sampled_from(["dies before", "dies behind", "sleeps"]))
    def prepare(self, fault: str) -> None:
        """Have something happen in the next call."""
        self.fault = self.fault or fault

    @rule(one=which)
    def work(self, one: int) -> None:
        """Let a process take the lane, if it can, and do its next piece."""
        consumer = self.consumers[one]
        if not consumer.alive:
            consumer = self.consumers[one] = self._hired()
        if LANE not in consumer.working and (LANE in consumer.holds or self.lanes.is_free(LANE)):
            consumer.work(LANE, self._ready)

    @precondition(lambda self: self.deliveries)
    @rule(one=which)
    def lose(self, one: int) -> None:
        """End the lease of a process, which does not know."""
        if hold := self.consumers[one].holds.get(LANE):
            self.deliveries -= 1
            hold.end()

    @invariant()
    def every_command_is_accounted_for(self) -> None:
        """I1: settled and waiting commands agree."""
        assert self.journal.report(IMPORT, groups=0).balanced

    @invariant()
    def nothing_goes_back(self) -> None:
        """I2, I3: what is settled is in effect, and no older value has come back since."""
        settled = {batch.seq for batch in self.journal.shared.stand(IMPORT, 0).settled}
        for batch in self.lanes.published:
            if batch.seq in settled:
                assert self.state[batch.items[0].identity]["p"] >= batch.seq

    def teardown(self) -> None:
        """Everything is carried out in the end."""
        self.open_gate()
        for turn in range(20 + 4 * len(self.lanes.published)):
            self.work(turn % 2)
            self.work(turn // 2 % 2)
        found = {name: fields["p"] for name, fields in self.state.items()}
        report = self.journal.report(IMPORT)
        self.journals.close()
        self.folder.cleanup()
        assert (found, report.open) == (self.last, 0)

    def trouble(self, process: Process, where: str) -> None:
        """Nothing happens outside of calls."""

    def doubt(self, where: str) -> None:
        """No answer is lost."""

    def pass_by(self, process: Process, seconds: float) -> None:
        """Time passes."""
        self.clock.time += seconds

    def write(self, process: Process, batch: Batch[Any]) -> list[Outcome]:
        """Carry out a call with what was prepared for it."""
        fault, self.fault = self.fault, ""
        self.deliveries -= bool(fault)
        self.clock.time += 1.0
        if fault == "dies before":
            raise Gone
        outcomes = [apply(self.state, command) for command in batch.items]
        if fault == "dies behind":
            raise Gone
        if fault == "sleeps":
            self._sleep(process)
        return outcomes

    def _sleep(self, process: Process) -> None:
        """Lose the lane; the other process goes on, and then this one wakes up."""
        assert isinstance(process, Consumer)
        process.holds[LANE].end()
        other = next(n for n, consumer in enumerate(self.consumers) if consumer is not process)
        for _ in range(3):
            self.work(other)

    def _ready(self, batch: Batch[Any]) -> bool:
        return self.journal.shared.gate_is_open(IMPORT)

    def _hired(self) -> Consumer:
        return Consumer(
            self, self.journals.opened(), (LANE,), self.worker_type, Timeouts(), Patience()
        )


class Careless(LaneWorker):
    """A planted fault: the delivery is acknowledged before it is sent (I2)."""

    def work(self, delivery: Any) -> None:
        delivery.ack()
        self._shared.desk.settle(self._carry(delivery))


def test_a_lane_is_worked_on_in_order_whoever_dies_or_loses_it() -> None:
    """I1, I2, I3, I8: two processes take the lane from each other."""
    run_state_machine_as_test(Lane, settings=settings(stateful_step_count=40))


def test_a_worker_that_acknowledges_first_breaks_the_laws() -> None:
    """The laws can fail."""

    class Broken(Lane):
        worker_type = Careless

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Broken, settings=QUICKLY)
