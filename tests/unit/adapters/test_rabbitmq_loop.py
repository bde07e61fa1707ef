"""The thread that does all that concerns the network."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from importbus.adapters.transports.rabbitmq.loop import Loop


@pytest.fixture
def loop() -> Iterator[Loop]:
    """A loop without links."""
    loop = Loop()
    yield loop
    loop.close()


def test_what_is_asked_for_is_done_in_its_order(loop: Loop) -> None:
    """Also what is asked for while the thread is at work."""
    done: list[int] = []
    over = Event()
    for number in range(100):
        loop.call(lambda number=number: done.append(number))  # type: ignore[misc]
    loop.call(lambda: loop.call(over.set))

    assert over.wait(10)
    assert done == list(range(100))


def test_what_stands_behind_a_fault_is_done_all_the_same(loop: Loop) -> None:
    """A fault of the driver ends neither the thread nor what others have asked for."""
    go_on, over = Event(), Event()

    def fault() -> None:
        raise ValueError

    loop.io.add_callback_threadsafe(lambda: go_on.wait(10))  # so that both are asked for in a row
    loop.call(fault)
    loop.call(over.set)
    go_on.set()

    assert over.wait(10)
