"""Events of other processes on this bus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from importbus.adapters.relay import Relay
from importbus.adapters.transports.memory import MemoryTransport
from importbus.bus.errors import BusClosed
from importbus.bus.messages import Event, ImportFinished, ImportStarted, PhaseSettled

END = ImportFinished("spring", "e1", "finished")


@pytest.fixture
def transport() -> MemoryTransport:
    """What carries the events."""
    return MemoryTransport(1)


@pytest.fixture
def heard() -> list[Event]:
    """What listeners heard."""
    return []


@pytest.fixture
def relay(transport: MemoryTransport, heard: list[Event]) -> Iterator[Relay]:
    """A relay that listens."""
    relay = Relay(transport, heard.append)
    relay.start()
    yield relay
    relay.close()


def until(fact: Callable[[], object]) -> None:
    """Return when *fact* is true."""
    end = time.monotonic() + 10
    while not fact():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.005)


def test_what_others_tell_is_heard(
    relay: Relay, transport: MemoryTransport, heard: list[Event]
) -> None:
    """In the order of telling; also what was told just before closing."""
    told: list[Event] = [ImportStarted("spring"), PhaseSettled("spring"), END]
    for event in told:
        transport.broadcast(event)
    relay.close()

    assert heard == told


def test_an_end_that_is_told_again_is_heard_once(
    relay: Relay, transport: MemoryTransport, heard: list[Event]
) -> None:
    """I6: at least once on the way, once for each listener."""
    for _ in range(3):
        transport.broadcast(END)
    relay.await_end("spring")
    relay.close()

    assert heard == [END]


def test_what_was_opened_here_is_no_echo(
    relay: Relay, transport: MemoryTransport, heard: list[Event]
) -> None:
    """The bus has told its own listeners already; others hear it."""
    others = transport.events()
    relay.tell(ImportStarted("spring"))
    relay.close()

    assert heard == []
    assert others.receive(1) == ImportStarted("spring")


def test_a_listener_that_fails_does_not_stop_the_others(transport: MemoryTransport) -> None:
    """It is logged; a bus that is closed is nothing to tell of."""
    heard: list[Event] = []

    def hear(event: Event) -> None:
        heard.append(event)
        raise BusClosed if len(heard) == 1 else ValueError("a bug")

    relay = Relay(transport, hear)
    relay.start()
    for name in ("a", "b", "c"):
        transport.broadcast(PhaseSettled(name))
    until(lambda: len(heard) == 3)
    relay.close()

    assert len(heard) == 3
