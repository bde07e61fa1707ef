"""The contract of transports finds the faults that it is there for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pytest

from importbus.adapters.transports import contract
from importbus.adapters.transports.contract import LANES, Queue, TransportContract
from importbus.adapters.transports.memory import MemoryConsumer, MemoryDelivery, MemoryTransport
from importbus.bus.batches import Batch
from importbus.bus.messages import Event, LaneCommand
from importbus.bus.ports import LaneConsumer

CONTRACT = TransportContract()


class Planted:
    """A queue in memory with a fault in one of its three classes."""

    def __init__(self, fault: Callable[[MemoryTransport], None]) -> None:
        self.fault = fault

    def open(self, *, capacity: int | None = None) -> MemoryTransport:
        transport = MemoryTransport(LANES, capacity=capacity or 8)
        self.fault(transport)
        return transport

    def lose(self, consumer: LaneConsumer) -> None:
        consumer.close()


class Forgetful(MemoryConsumer):
    """Acknowledged on delivery: what a lost worker held is gone."""

    def receive(self, timeout: float) -> MemoryDelivery | None:
        if found := super().receive(timeout):
            found.ack()
            found.settled = False
        return found


class ToTheEnd(MemoryConsumer):
    """What was not settled goes to the end of its lane."""

    def close(self) -> None:
        if self._current and not self._current.settled:
            self._lane.batches.rotate(-1)
        super().close()


def consumers(kind: type[MemoryConsumer]) -> Callable[[MemoryTransport], None]:
    """Return the fault of a transport whose consumers are of *kind*."""

    def plant(transport: MemoryTransport) -> None:
        def lease(lane: int | None) -> MemoryConsumer:
            transport._lanes[lane].leased = True
            return kind(transport._lanes[lane], deque())

        transport.lease = lease  # type: ignore[method-assign]

    return plant


def unbounded(transport: MemoryTransport) -> None:
    """Publishing never waits."""

    def publish(*batches: Batch[LaneCommand]) -> None:
        for batch in batches:
            transport._lanes[batch.lane].batches.append(batch)

    transport.publish = publish  # type: ignore[method-assign]


def deaf(transport: MemoryTransport) -> None:
    """Only who began to listen first is told."""

    def broadcast(event: Event) -> None:
        transport._listeners[0].put(event)

    transport.broadcast = broadcast  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        (consumers(Forgetful), CONTRACT.test_what_a_lost_worker_held_comes_back_first),
        (consumers(Forgetful), CONTRACT.test_who_has_lost_a_lane_settles_nothing_of_it),
        (consumers(ToTheEnd), CONTRACT.test_a_worker_that_leaves_its_lane_leaves_it_in_order),
        (consumers(MemoryConsumer), CONTRACT.test_a_lane_has_one_holder),
        (unbounded, CONTRACT.test_publishing_waits_while_the_lane_is_full),
        (deaf, CONTRACT.test_an_event_reaches_everyone_who_listens),
    ],
)
def test_a_planted_fault_breaks_the_contract(
    fault: Callable[[MemoryTransport], None],
    law: Callable[[Queue], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each test of the contract fails for the fault that it is about."""
    monkeypatch.setattr(contract, "SOON", 0.3)
    with pytest.raises((AssertionError, IndexError)):
        law(Planted(fault))
