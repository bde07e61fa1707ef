"""When a consumer stops by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from attrs import define, evolve, field

from importbus.adapters.consume_run import ConsumeRun, Limits, resident_memory
from importbus.adapters.consumer import Consumer
from importbus.adapters.consumer_board import ConsumerBoard, ConsumerSnapshot
from importbus.adapters.stopping import Interrupted, StopRequest
from importbus.bus.errors import BusError, JournalError, TransportUnavailable
from lane_fakes import FakeClock

SEEN = ConsumerBoard().snapshot()


@define
class FakeConsumer:
    """A consumer that has done what *seen* says; implements what a run asks of it."""

    clock: FakeClock
    seen: ConsumerSnapshot = SEEN
    depths_: dict[int | None, int] = field(factory=lambda: {None: 0, 0: 0, 1: 0})
    lanes: tuple[int | None, ...] | None = None
    error: BusError | None = None
    state_: str | BaseException = "running"
    log: list[str] = field(factory=list)

    def start(self) -> None:
        self.log.append("start")

    def close(self) -> None:
        self.log.append("close")

    def snapshot(self) -> ConsumerSnapshot:
        self.clock.time += 1.0
        return self.seen

    def depths(self) -> dict[int | None, int]:
        return self.depths_

    @property
    def board(self) -> FakeConsumer:
        return self

    @property
    def transport(self) -> FakeConsumer:
        return self

    @property
    def standing(self) -> FakeConsumer:
        return self

    def state(self, import_id: str) -> str:
        """Be asked about an import; a stop may come before the answer."""
        self.log.append(f"state of {import_id}")
        if isinstance(self.state_, BaseException):
            raise self.state_
        return self.state_

    @property
    def workers(self) -> FakeConsumer:
        return self


class Ticking(StopRequest):
    """A stop that is asked for after so many looks."""

    looks = 10

    def wait(self, timeout: float | None = None) -> bool:
        self.looks -= 1
        return self.looks < 0


def run(consumer: FakeConsumer, limits: Limits, memory: Callable[[], float] = lambda: 0.0) -> Any:
    """Return which limit is reached within ten looks a second apart; None if none is."""
    one = ConsumeRun(cast(Consumer, consumer), consumer.clock, limits, memory)
    return one.until_over(Ticking())


@pytest.mark.parametrize(
    ("limits", "seen", "said"),
    [
        (Limits(received=5), evolve(SEEN, received=5), "5 received"),
        (Limits(received=5), evolve(SEEN, received=4), None),
        (Limits(failures=2), evolve(SEEN, failed=2), "2 failed"),
        (Limits(failures=2), evolve(SEEN, failed=1), None),
        (Limits(seconds=3), SEEN, "3 seconds have passed"),
        (Limits(seconds=30), SEEN, None),
        (Limits(idle=3), SEEN, "nothing came for 3 seconds"),
        (Limits(idle=3), evolve(SEEN, in_flight=1), None),
        (Limits(), SEEN, None),
    ],
)
def test_a_limit_that_is_reached_ends_it(
    limits: Limits, seen: ConsumerSnapshot, said: str | None
) -> None:
    """In order: what it holds is closed, whatever ends it."""
    consumer = FakeConsumer(FakeClock(), seen)

    assert run(consumer, limits) == said
    assert consumer.log == ["start", "close"]


def test_who_has_something_waiting_is_not_idle() -> None:
    """In a lane of its own; what waits in those of others is no reason to stay."""
    waiting = {None: 0, 0: 3, 1: 0}

    assert run(FakeConsumer(FakeClock(), depths_=waiting, lanes=(0,)), Limits(idle=3)) is None
    assert run(FakeConsumer(FakeClock(), depths_=waiting, lanes=(1,)), Limits(idle=3))


def test_memory_is_counted_in_megabytes() -> None:
    """Of a million bytes; the process asks the system."""
    said = run(FakeConsumer(FakeClock()), Limits(memory=5), lambda: 5_000_001.0)

    assert said == "more than 5 MB of memory are in use"
    assert run(FakeConsumer(FakeClock()), Limits(memory=5), lambda: 5e6) is None
    assert resident_memory() > 5e6


def test_an_error_ends_it_and_is_raised() -> None:
    """After what it holds is closed."""
    consumer = FakeConsumer(FakeClock(), error=JournalError("disk full"))
    with pytest.raises(JournalError, match="disk full"):
        run(consumer, Limits())

    assert consumer.log == ["start", "close"]


@pytest.mark.parametrize("state", ["finished", "finished_with_failures", "cancelled", "stalled"])
def test_a_run_ends_with_its_import_and_says_how_that_ended(state: str) -> None:
    """It is not asked again behind the end, when nobody would answer."""
    consumer = FakeConsumer(FakeClock(), state_=state)
    one = ConsumeRun(
        cast(Consumer, consumer), consumer.clock, Limits(finished="night"), lambda: 0.0
    )
    reached = one.until_over(Ticking())

    assert (reached, one.state) == ("import night is over", state)
    assert consumer.log == ["start", "state of night", "close"]


def test_a_stop_ends_the_wait_for_an_answer() -> None:
    """The recorder may be away."""
    consumer = FakeConsumer(FakeClock(), state_=Interrupted())

    assert run(consumer, Limits(finished="night")) is None
    assert consumer.log[-1] == "close"


def test_a_queue_that_is_away_is_not_idle() -> None:
    """Nobody knows whether something waits."""

    @define
    class Away(FakeConsumer):
        def depths(self) -> dict[int | None, int]:
            raise TransportUnavailable("The broker is away.")

    assert run(Away(FakeClock()), Limits(idle=1.0)) is None
