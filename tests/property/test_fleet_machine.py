"""The recorder of a fleet over a shared journal, in whatever order things happen (I1, I6, I8)."""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path
from typing import Any, Literal

from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fleet_lanes import SharedLanes
from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.opening import first_number
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import ImportFinished, Position
from importbus.bus.outcomes import Outcome
from lane_fakes import FakeClock
from shared_journals import OneFile
from toy_commands import Put, PutKind

IMPORT = "spring"

OUTCOMES = {
    "created": Outcome.created(),
    "failed": Outcome.failed("no"),
    "parked": Outcome.parked("kind:k is missing", status=422, wants=["kind:k"]),
}

kinds = st.lists(st.sampled_from(sorted(OUTCOMES)), min_size=3, max_size=3)
which = st.integers(0, 1_000)


@define
class Producing:
    """One producer: what it has numbered and announced."""

    name: str
    number: int
    seq: int = 0
    accepted: int = 0
    announced: set[str] = field(factory=set)


class Fleet(RuleBasedStateMachine):
    """One import whose producers, workers and recorders are the rules."""

    recorder_type: type[FleetRecorder] = FleetRecorder

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.journals = OneFile(Path(self.folder.name))
        self.journal = self.journals.opened()
        self.lanes = SharedLanes(2)
        self.clock = FakeClock()
        self.producing: list[Producing] = []
        self.settlements: list[Settlement] = []
        self.lines = count(1)

    @initialize(producers=st.integers(1, 2))
    def open(self, producers: int) -> None:
        """Open the import for one producer or two, of which the second joins later."""
        record = ImportRecord(IMPORT, None, (), 2, self.clock.now(), True, producers)
        self.journal.open_import(record)
        self.producers = producers
        self.join()
        self.take_over()

    @precondition(lambda self: len(self.producing) < self.producers)
    @rule()
    def join(self) -> None:
        """Let the next producer join."""
        name = str(len(self.producing) + 1)
        self.journal.shared.join(IMPORT, name)
        self.producing.append(Producing(name, first_number(name)))

    @rule(
        one=which, size=st.integers(1, 3), lane=st.sampled_from([None, 0, 1]), gated=st.booleans()
    )
    def publish(self, one: int, size: int, lane: int | None, gated: bool) -> None:
        """Note a batch of a producer that has not announced its end, publish and confirm it."""
        if producer := self._going_on(one):
            batch = self._noted(producer, size, lane, gated)
            self.lanes.publish(batch)
            self.journal.confirm(batch)

    @rule(one=which, size=st.integers(1, 3), published=st.booleans())
    def die_and_be_continued(self, one: int, size: int, published: bool) -> None:
        """Let a producer die behind a batch that is not confirmed, and another one continue."""
        if producer := self._going_on(one):
            batch = self._noted(producer, size, 0, False)
            if published:
                self.lanes.publish(batch)
            lineage, _, _ = producer.name.partition(".")
            found = self.journal.shared.continue_for(IMPORT, lineage)
            number = max(found.last_number, first_number(lineage))
            self.producing[self.producing.index(producer)] = Producing(found.producer, number)

    @rule(one=which, kind=st.sampled_from(["phase", "finish"]))
    def announce(self, one: int, kind: Literal["phase", "finish"]) -> None:
        """Announce the end of a producer's structure, or of all that it sends."""
        if (producer := self._going_on(one)) and kind not in producer.announced:
            producer.announced.add(kind)
            self.journal.announce(
                IMPORT, producer.name, kind, last_seq=producer.seq, accepted=producer.accepted
            )

    @rule(one=which, kinds=kinds)
    def settle(self, one: int, kinds: list[str]) -> None:
        """Settle a batch that was published, and perhaps settled before or withdrawn."""
        if self.lanes.published:
            batch = self.lanes.published[one % len(self.lanes.published)]
            self._settle(batch, kinds)

    @precondition(lambda self: self.settlements)
    @rule(one=which, kinds=kinds)
    def settle_again(self, one: int, kinds: list[str]) -> None:
        """I8: whatever comes of a batch the second time, nothing changes."""
        before = self.journal.report(IMPORT)
        batch = self.settlements[one % len(self.settlements)].batch
        fresh = self._settle(batch, kinds)
        after = self.journal.report(IMPORT)

        assert not fresh
        assert (after.outcomes, after.open, after.read) == (
            before.outcomes, before.open, before.read,
        )  # fmt: skip

    @rule()
    def step(self) -> None:
        """Let the recorder look."""
        self.recorder.step()

    @rule()
    def take_over(self) -> None:
        """Let another recorder begin, which has read nothing yet."""
        journal = self.journals.opened()
        self.recorder = self.recorder_type(journal, journal.shared, self.lanes, self.clock)

    @rule()
    def two_at_once(self) -> None:
        """Let another recorder look while the old one still holds what it has read."""
        old = self.recorder
        self.take_over()
        self.recorder.step()
        old.step()

    @invariant()
    def every_command_is_accounted_for(self) -> None:
        """I1: read, settled, parked and waiting commands agree."""
        assert self.journal.report(IMPORT, groups=0).balanced

    @invariant()
    def the_end_comes_once_and_last(self) -> None:
        """I6: told with one id, when all that was announced is settled and nothing is parked."""
        ends = {event.event_id for event in self.lanes.told if isinstance(event, ImportFinished)}
        report = self.journal.report(IMPORT, groups=0)
        assert len(ends) <= 1
        if ends or report.state.startswith("finished"):
            assert (report.open, report.parked) == (0, 0)
            assert all("finish" in producer.announced for producer in self.producing)
            assert len(self.producing) == self.producers

    def teardown(self) -> None:
        """I6: when every producer announces its end, and all is settled, the import ends."""
        try:
            if self.producing:
                self._end()
        finally:
            self.journals.close()
            self.folder.cleanup()

    def _end(self) -> None:
        while len(self.producing) < self.producers:
            self.join()
        for number in range(len(self.producing)):
            self.announce(number, "finish")
        for _ in range(20):
            self.step()
            for batch in list(self.lanes.published):
                self._settle(batch, ["created", "parked", "created"])
            self.the_end_comes_once_and_last()
        assert self.journal.report(IMPORT).state.startswith("finished")

    def _going_on(self, one: int) -> Producing | None:
        left = [p for p in self.producing if "finish" not in p.announced]
        return left[one % len(left)] if left else None

    def _noted(self, producer: Producing, size: int, lane: int | None, gated: bool) -> Batch[Any]:
        kind = PutKind if lane is None else Put
        producer.seq += 1
        envelopes = []
        for line in [next(self.lines) for _ in range(size)]:
            producer.number += 1
            producer.accepted += 1
            envelopes.append(Envelope(kind(f"t{line}"), Position("a", line), producer.number, 9))
        batch = Batch(
            IMPORT, producer.name, producer.seq, lane, kind, tuple(envelopes),
            gated=gated and lane is not None,
        )  # fmt: skip
        self.journal.note(batch, accepted=producer.accepted)
        return batch

    def _settle(self, batch: Batch[Any], kinds: list[str]) -> bool:
        self.clock.time += 1.0
        results = tuple(
            Settled(envelope, OUTCOMES[kinds[n % len(kinds)]])
            for n, envelope in enumerate(batch.envelopes)
        )
        settlement = Settlement(batch, results, 1, 1000.0, self.clock.now())
        fresh = self.journal.settle(settlement).fresh
        if fresh:
            self.settlements.append(settlement)
        return fresh


def test_an_import_of_a_fleet_ends_once_and_when_everything_is_settled() -> None:
    """I1, I6, I8: producers come, die and are continued; recorders take over from each other."""
    run_state_machine_as_test(Fleet, settings=settings(stateful_step_count=40))
