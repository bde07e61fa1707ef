"""Laws of the recorder under random histories: when an import is finished, and what comes before.

`tests/support/recorder_world.py` holds the model and the laws.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from importbus.bus.journal import Stage
from importbus.bus.recorder import Action, Finish, Producer, Recorder, SettledSet
from recorder_world import World


class Histories(RuleBasedStateMachine):
    """Facts come late, twice and in any order; the laws hold after each of them."""

    world: World

    @initialize(producers=st.integers(1, 2))
    def open(self, producers: int) -> None:
        names = [str(n) for n in range(1, producers + 1)]
        self.world = World(Recorder("spring", 0.0, producers=producers), names)

    @precondition(lambda self: self.world.reading)
    @rule(data=st.data())
    def publish(self, data: st.DataObject) -> None:
        self.world.publish(data.draw(st.sampled_from(self.world.reading)))

    @precondition(lambda self: self.world.reading)
    @rule(data=st.data())
    def announce_structure(self, data: st.DataObject) -> None:
        self.world.announce_structure(data.draw(st.sampled_from(self.world.reading)))

    @precondition(lambda self: self.world.reading)
    @rule(data=st.data())
    def announce_end(self, data: st.DataObject) -> None:
        self.world.announce_end(data.draw(st.sampled_from(self.world.reading)))

    @precondition(lambda self: self.world.unsettled)
    @rule(data=st.data(), parks=st.lists(st.booleans(), max_size=2))
    def settle(self, data: st.DataObject, parks: list[bool]) -> None:
        self.world.settle(data.draw(st.sampled_from(self.world.unsettled)), parks)

    @precondition(lambda self: self.world.mail)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        self.world.deliver(data.draw(st.sampled_from(self.world.mail)))

    @precondition(lambda self: self.world.delivered)
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        self.world.deliver_again(data.draw(st.sampled_from(self.world.delivered)))

    @precondition(lambda self: self.world.to_plan)
    @rule(send=st.booleans())
    def plan(self, *, send: bool) -> None:
        self.world.plan(send=send)

    @invariant()
    def laws_hold(self) -> None:
        self.world.check()


Histories.TestCase.settings = settings(stateful_step_count=40, deadline=None)
TestHistories = Histories.TestCase


class CountedSet(SettledSet):
    """Counts what it is told, also what it is told twice."""

    def add(self, number: int) -> None:
        self._upto += 1


class ArrivedProducer(Producer):
    """Takes the announcement for the thing."""

    def done(self, what: Any) -> bool:
        return getattr(self, what) is not None


class Counting(Recorder):
    """How many batches were settled, instead of which."""

    def _stream(self, producer: str) -> Producer:
        return self._streams.setdefault(producer, Producer(CountedSet()))


class Arrival(Recorder):
    """Finished when the message that says so arrives."""

    def _stream(self, producer: str) -> Producer:
        return self._streams.setdefault(producer, ArrivedProducer())


class EmptyQueue(Recorder):
    """Finished when nothing is queued."""

    def _announced(self, what: Any) -> bool:
        return not any(True for _ in self.missing())


class OneProducer(Recorder):
    """Finished when the first producer is."""

    def _announced(self, what: Any) -> bool:
        return any(stream.done(what) for stream in self._streams.values())


class WithoutRounds(Recorder):
    """The end does not wait for what is parked."""

    def _ask(self, stage: Stage) -> list[Action]:
        return self._end() if stage == "all" else super()._ask(stage)


class TwoRounds(Recorder):
    """The next round does not wait for the one before."""

    def _round_done(self) -> bool:
        return self._round_size is not None


class EarlyGate(Recorder):
    """The gate opens before structure has had its rounds."""

    def _decide(self) -> list[Action]:
        self.parked_structure = 0
        return super()._decide()


class OneRound(Recorder):
    """The gate opens after one round of structure, whatever that left parked."""

    def _decide(self) -> list[Action]:
        self.parked_structure *= self.round == 0
        return super()._decide()


class EndsTwice(Recorder):
    """A late repeat ends the import again."""

    def _decide(self) -> list[Action]:
        return [Finish()] if self.finished else super()._decide()


def live_long(recorder_type: type[Recorder], *, newest_counts: bool = True) -> None:
    """Let many histories pass, each with its own chance; raise what the first bad one raises."""
    for seed in range(1000):
        recorder = recorder_type("spring", 0.0, producers=2)
        World(recorder, ("1", "2"), newest_counts=newest_counts).live(Random(seed), 60)


def test_the_histories_that_find_faults_find_none() -> None:
    """The same ones, with the recorder as it is."""
    live_long(Recorder)


@pytest.mark.parametrize(
    "broken",
    [
        Counting,
        Arrival,
        EmptyQueue,
        OneProducer,
        WithoutRounds,
        TwoRounds,
        EarlyGate,
        OneRound,
        EndsTwice,
    ],
)
def test_planted_faults_break_the_laws(broken: type[Recorder]) -> None:
    """The laws above can fail."""
    with pytest.raises(AssertionError):
        live_long(broken)


def test_counts_of_parked_commands_that_are_out_of_date_break_the_laws() -> None:
    """Whoever tells the recorder gives the newest counts, not those of its own settlement."""
    with pytest.raises(AssertionError):
        live_long(Recorder, newest_counts=False)
