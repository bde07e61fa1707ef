"""What a fleet has in its broker, how failures are told, and how long to wait after one."""

from __future__ import annotations

import pytest
from pika import exceptions  # type: ignore[import-untyped]

from importbus.adapters.transports.rabbitmq.address import address_of
from importbus.adapters.transports.rabbitmq.connecting import translated
from importbus.adapters.transports.rabbitmq.failures import (
    BrokerRefused,
    PreconditionFailed,
    QueueMissing,
    by_code,
)
from importbus.adapters.transports.rabbitmq.pauses import Pauses
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.bus.errors import TransportUnavailable

TOPOLOGY = Topology("night", 2, 20)


def test_the_lanes_of_a_broker() -> None:
    """Each lane has its queue, which the exchange of commands leads to by the lane's name."""
    assert {queue.key: queue.name for queue in TOPOLOGY.queues if queue.key} == {
        "structure": "night.structure",
        "lane.0": "night.lane.0",
        "lane.1": "night.lane.1",
    }


def test_what_keeps_the_order_of_a_lane() -> None:
    """One consumer at a time, a limit that lets returned messages go to the head, and no bound."""
    lane = next(queue for queue in TOPOLOGY.queues if queue.key == "lane.1")

    assert lane.arguments == {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": 20,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "night.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def test_dead_letters_have_their_place_before_there_are_any() -> None:
    """A lane that could put nothing aside would keep it for ever."""
    assert TOPOLOGY.queues[0].name == "night.dead"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (403, BrokerRefused),
        (404, QueueMissing),
        (406, PreconditionFailed),
        (530, BrokerRefused),
        (320, TransportUnavailable),
        (541, TransportUnavailable),
    ],
)
def test_what_a_reply_code_means(code: int, kind: type[Exception]) -> None:
    """The broker's own words are kept, with where it is."""
    error = by_code(address_of("amqp://ann:s3cret@mq.example:5/night"), code, "NO_WAY - today")

    assert type(error) is kind
    assert "mq.example:5" in str(error)
    assert "NO_WAY - today" in str(error)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (exceptions.ProbableAuthenticationError("x"), BrokerRefused, "refuses the user 'ann'"),
        (exceptions.AuthenticationError("x"), BrokerRefused, "refuses the user 'ann'"),
        (exceptions.ProbableAccessDeniedError("x"), BrokerRefused, "has no vhost 'night'"),
        (exceptions.ConnectionClosedByBroker(530, "no"), BrokerRefused, "has no vhost 'night'"),
        (exceptions.ConnectionClosedByBroker(320, "bye"), TransportUnavailable, "320 bye"),
        (exceptions.ChannelClosedByBroker(404, "none"), QueueMissing, "404 none"),
        (exceptions.ChannelClosedByBroker(406, "late"), PreconditionFailed, "406 late"),
        (exceptions.ConnectionClosedByClient(200, "x"), TransportUnavailable, "was closed"),
        (exceptions.StreamLostError("cut"), TransportUnavailable, "mq.example:5: cut."),
        (exceptions.AMQPHeartbeatTimeout("silent"), TransportUnavailable, "silent"),
        (exceptions.ConnectionOpenAborted(), TransportUnavailable, "ConnectionOpenAborted"),
        (exceptions.AMQPConnectionError(OSError(111, "no")), TransportUnavailable, "111"),
        (ZeroDivisionError("division by zero"), TransportUnavailable, "division by zero"),
    ],
)
def test_what_an_error_of_the_driver_means(
    error: Exception, kind: type[Exception], said: str
) -> None:
    """None of them reaches whoever uses the transport as it is."""
    found = translated(address_of("amqp://ann:s3cret@mq.example:5/night"), error)

    assert type(found) is kind
    assert said in str(found)


def test_pauses_grow_up_to_the_longest() -> None:
    """The first try comes at once, and nobody waits longer than ten seconds."""
    pauses = Pauses(lambda: 1.0)
    waits = [pauses.next() for _ in range(10)]

    assert waits == [0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_pauses_begin_anew_after_a_success() -> None:
    """What has worked once is tried at once the next time."""
    pauses = Pauses(lambda: 1.0)
    for _ in range(5):
        pauses.next()
    pauses.reset()

    assert [pauses.next(), pauses.next()] == [0.0, 0.1]


def test_pauses_are_by_chance() -> None:
    """Two processes that lost the same broker do not come back at the same moment."""
    pauses = Pauses(lambda: 0.25)
    pauses.next()

    assert pauses.next() == pytest.approx(0.025)
