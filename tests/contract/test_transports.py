"""The contract of transports, kept by each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import define, field

from importbus.adapters.transports.contract import (
    LANES,
    Promises,
    TransportContract,
    command_codec,
)
from importbus.adapters.transports.memory import CAPACITY, MemoryTransport
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.lanes import RabbitConsumer
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.transports.sqlite import SqliteTransport
from importbus.bus.ports import LaneConsumer
from rabbit_queues import die
from shifted_clock import ShiftedClock


@define
class MemoryQueue:
    """A queue that lives in one process."""

    transport: MemoryTransport | None = None

    def open(self, *, capacity: int | None = None) -> MemoryTransport:
        self.transport = self.transport or MemoryTransport(LANES, capacity=capacity or CAPACITY)
        return self.transport

    def lose(self, consumer: LaneConsumer) -> None:
        consumer.close()


@define
class FileQueue:
    """A queue in a file; a lease ends when the clock has passed it."""

    path: Path
    clock: ShiftedClock = field(factory=ShiftedClock)
    opened: list[SqliteTransport] = field(factory=list)

    def open(self, *, capacity: int | None = None) -> SqliteTransport:
        transport = SqliteTransport(
            str(self.path),
            command_codec(),
            LANES,
            capacity=capacity,
            clock=self.clock,
            lease_seconds=30.0,
            keep_alive=False,
        )
        self.opened.append(transport)
        return transport

    def lose(self, consumer: LaneConsumer) -> None:
        self.clock.ahead += 30.0


@define
class BrokerQueue:
    """A queue in a broker; a connection that is dropped is what a process leaves that dies."""

    address: Address
    opened: list[RabbitTransport] = field(factory=list)

    def open(self, *, capacity: int | None = None) -> RabbitTransport:
        transport = RabbitTransport(self.address, command_codec(), LANES, capacity=capacity)
        self.opened.append(transport)
        return transport

    def lose(self, consumer: LaneConsumer) -> None:
        assert isinstance(consumer, RabbitConsumer)
        die(consumer, self.opened[0])


class TestMemory(TransportContract):
    """``memory:``."""

    @pytest.fixture
    def queue(self) -> MemoryQueue:
        return MemoryQueue()


class TestSqlite(TransportContract):
    """``sqlite:///``."""

    promises = Promises(durable=True, processes=True)

    @pytest.fixture
    def queue(self, tmp_path: Path) -> Iterator[FileQueue]:
        queue = FileQueue(tmp_path / "queue.db")
        yield queue
        for transport in queue.opened:
            transport.close()


@pytest.mark.integration
class TestRabbitmq(TransportContract):
    """``amqp://``."""

    promises = Promises(durable=True, processes=True, counts_all=False)

    @pytest.fixture
    def queue(self, address: Address) -> Iterator[BrokerQueue]:
        queue = BrokerQueue(address)
        yield queue
        for transport in queue.opened:
            transport.close()
