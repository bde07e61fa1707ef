"""Who reads a source lets lanes go first, but for no longer than a lane should need."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from importbus.adapters.right_of_way import LONGEST, RightOfWay
from importbus.adapters.threads import LANE_THREAD

LANE = f"{LANE_THREAD}-0"


def in_thread(run: Callable[[], object], name: str = LANE) -> None:
    """Have *run* end in a thread called *name*."""
    thread = Thread(target=run, name=name)
    thread.start()
    thread.join(5)


def test_who_gives_way_waits_until_the_lane_leaves() -> None:
    """Reading goes on when the next call was sent."""
    way, sent = RightOfWay(monotonic=lambda: 0.0), Event()
    taken, log = Event(), list[str]()

    def turn() -> None:
        way.take()
        taken.set()
        sent.wait(5)
        log.append("sent")
        way.leave()

    def read() -> None:
        way.give()
        log.append("read")

    lane, reader = Thread(target=turn, name=LANE), Thread(target=read)
    lane.start()
    taken.wait(5)
    reader.start()
    reader.join(0.05)
    sent.set()
    reader.join(5)

    assert log == ["sent", "read"]


def test_a_lane_that_keeps_it_is_not_waited_for_any_longer() -> None:
    """It may have met a pause, a gate or an error: then it takes its time."""
    times = iter([0.0, LONGEST])
    way = RightOfWay(monotonic=lambda: next(times, LONGEST))
    in_thread(way.take)
    reader = Thread(target=way.give, daemon=True)
    reader.start()
    reader.join(5)

    assert not reader.is_alive()


def test_others_do_not_have_it() -> None:
    """Who reads makes the first calls, and must not wait for himself."""
    way = RightOfWay(monotonic=lambda: 0.0)
    in_thread(way.take, "reader")
    way.take()
    reader = Thread(target=way.give, daemon=True)
    reader.start()
    reader.join(5)

    assert not reader.is_alive()
