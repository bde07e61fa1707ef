"""Queues of tests in a broker: looked at, left as a dying process does, and deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika  # type: ignore[import-untyped]

from importbus.adapters.transports import contract
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.lanes import RabbitConsumer
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport

LANES = 8
"""More than any test uses."""


def delete_queues(url: str, name: str) -> None:
    """Delete the exchanges and queues of the fleet *name*."""
    topology = Topology(name, LANES, 1)
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        for exchange in (topology.commands, topology.events):
            channel.exchange_delete(exchange)
        for queue in topology.queues:
            channel.queue_delete(queue.name)


def opened(address: Address, patience: float = 30.0) -> RabbitTransport:
    """Return a transport that tries again soon."""
    return RabbitTransport(
        address, contract.command_codec(), contract.LANES, patience=patience, jitter=lambda: 0.2
    )


def die(consumer: RabbitConsumer, watching: RabbitTransport) -> None:
    """Drop the connection of *consumer*, and wait until the broker has noticed."""
    consumer._link.drop()
    until = time.monotonic() + 10
    while watching._inquiry.count(consumer.queue).consumers:
        assert time.monotonic() < until, "The broker keeps a consumer that is gone."
        time.sleep(0.01)


def drained(transport: RabbitTransport, lane: int | None) -> list[int]:
    """Return the numbers of all batches of *lane*, and settle them."""
    consumer, found = transport.lease(lane), []
    while delivery := consumer.receive(0):
        found.append(delivery.batch.seq)
        delivery.ack()
    consumer.close()
    return found


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return when *condition* holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It does not happen."
        time.sleep(0.02)


@contextmanager
def with_channel(address: Address) -> Iterator[Any]:
    """Give a channel of a client that knows nothing of ours."""
    url = f"amqp://{address.user}:{address.password}@{address.host}:{address.port}/"
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        yield connection.channel()
