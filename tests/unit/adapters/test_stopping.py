"""Stopping: seen between steps, and a wait that cannot see it is ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from importbus.adapters.stopping import Interrupted, StopRequest, until_stopped


def signalled(stop: StopRequest) -> Iterator[int]:
    """Yield two items; a signal arrives in the wait for a third."""
    yield 1
    yield 2
    stop.request()
    raise AssertionError("the wait went on")


def test_all_items_are_yielded_when_nobody_stops() -> None:
    """To the end of the input."""
    assert list(until_stopped(iter([1, 2, 3]), StopRequest())) == [1, 2, 3]


def test_a_signal_ends_the_wait_for_input() -> None:
    """What was read before counts; nothing comes afterwards."""
    stop = StopRequest()

    assert list(until_stopped(signalled(stop), stop)) == [1, 2]
    assert stop.is_set()


def test_a_stop_between_two_items_is_seen() -> None:
    """The next one is not read."""
    stop = StopRequest()
    items = until_stopped(iter([1, 2]), stop)
    first = next(items)
    stop.request()

    assert (first, list(items)) == (1, [])


def test_a_step_is_not_interrupted() -> None:
    """Outside of a wait a signal only leaves its mark: a half-made step would lose something."""
    stop = StopRequest()
    for _ in until_stopped(iter([1]), stop):
        stop.request()

    assert stop.is_set()


def test_a_wait_is_interrupted_at_most_once() -> None:
    """The way out of the wait must not be interrupted again."""
    stop = StopRequest()

    def wait() -> None:
        try:
            stop.request()
        finally:
            stop.request()

    with pytest.raises(Interrupted):
        stop.interruptible(wait)


def test_no_wait_begins_after_a_stop() -> None:
    """The signal came just before."""
    stop = StopRequest()
    stop.request()

    with pytest.raises(Interrupted):
        stop.interruptible(lambda: pytest.fail("the wait began"))


def test_a_wait_gives_its_result_and_its_errors() -> None:
    """Whoever waits notices no difference while nobody stops."""
    stop = StopRequest()

    assert stop.interruptible(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        stop.interruptible(lambda: 1 // 0)


def test_an_interruption_passes_by_those_who_handle_any_exception() -> None:
    """A converter that calls every exception a wrong value does not make it a rejected line."""
    stop = StopRequest()

    def wait() -> str:
        try:
            stop.request()
        except Exception:
            return "handled"
        return "went on"

    with pytest.raises(Interrupted):
        stop.interruptible(wait)
