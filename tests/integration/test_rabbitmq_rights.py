"""The three users of a real broker: what each may is enough for its work, and it may no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

import pika  # type: ignore[import-untyped]
import pytest
from attrs import evolve, frozen
from pika import exceptions

from importbus.adapters.transports.contract import LANES, batch, command_codec
from importbus.adapters.transports.rabbitmq.address import Address, address_of
from importbus.adapters.transports.rabbitmq.fleet import RabbitQueue
from importbus.adapters.transports.rabbitmq.messages import Message
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.bus.errors import ConfigurationError, TransportUnavailable
from importbus.bus.messages import (
    BatchSettled,
    Event,
    ImportFinished,
    ImportStarted,
    PhaseSettled,
    PimPaused,
)
from rabbit_queues import delete_queues, drained, until, with_channel
from rabbit_server import RabbitServer
from rabbit_users import SCRIPT, in_role, make_users

pytestmark = pytest.mark.integration

REFUSED = "ACCESS_REFUSED"

REPLIES = "amq.rabbitmq.reply-to"

SETTLED = BatchSettled("spring", "spring/1/1", "Put", {"created": 1}, 1.0)


@frozen
class Fleet:
    """A fleet whose users the script has made."""

    address: Address
    said: str
    """What the script said."""

    @property
    def topology(self) -> Topology:
        return Topology(self.address.name, LANES, self.address.delivery_limit)

    def as_(self, role: str) -> Address:
        return in_role(self.address, role)

    def opened(self, role: str) -> RabbitQueue:
        return RabbitQueue(self.as_(role), command_codec(), LANES)


@pytest.fixture(scope="module")
def fleet(broker: RabbitServer) -> Iterator[Fleet]:
    """Users by the script, and queues by the one of them who may make them."""
    address = evolve(address_of(broker.url), name=f"t.{uuid4().hex[:8]}", connection_timeout=60)
    found = Fleet(address, make_users(broker, address))
    with pytest.raises(TransportUnavailable, match=r"403.*Or start somebody first .* the recorder"):
        found.opened("consumer")
    found.opened("recorder").close()
    yield found
    delete_queues(broker.url, address.name)


@pytest.fixture
def opened(fleet: Fleet) -> Iterator[Callable[[str], RabbitQueue]]:
    """Opens the transport of a role."""
    transports: list[RabbitQueue] = []

    def open_as(role: str) -> RabbitQueue:
        transports.append(fleet.opened(role))
        return transports[-1]

    yield open_as
    for transport in transports:
        transport.close()


Opened = Callable[[str], RabbitQueue]


def test_the_script_shows_no_password(fleet: Fleet) -> None:
    """Neither does it say one, nor give one to a program (I9)."""
    assert "pass$word" not in fleet.said
    assert 'add_user "$name-$1" "' not in SCRIPT.read_text()


def test_a_producer_publishes_tells_and_listens(opened: Opened) -> None:
    """Also over a new connection, which makes sure that all queues are there."""
    producer, recorder = opened("producer"), opened("recorder")
    listener = producer.events()
    producer.publish(batch(1, None), batch(2))
    producer._publisher._link.drop()  # type: ignore[union-attr]
    producer.publish(batch(3, 1))
    producer.broadcast(ImportStarted("spring"))
    recorder.broadcast(PhaseSettled("spring"))

    assert producer.depths() == {None: 1, 0: 1, 1: 1}
    assert [listener.receive(10), listener.receive(10)] == [
        ImportStarted("spring"),
        PhaseSettled("spring"),
    ]
    assert [drained(recorder, lane) for lane in (None, 0, 1)] == [[1], [2], [3]]


def test_a_consumer_works_on_lanes(opened: Opened) -> None:
    """It receives, acknowledges, rejects with a reason, gives back uncounted, tells, listens."""
    producer, consumer, recorder = opened("producer"), opened("consumer"), opened("recorder")
    producer.publish(batch(1), batch(2), batch(3))
    listener = consumer.events()
    lane = consumer.lease(0)
    for settle in ("ack", "reject", "release"):
        delivery = lane.receive(10)
        assert delivery is not None
        delivery.verify()
        getattr(delivery, settle)(*(["not today"] if settle == "reject" else []))
    lane.close()
    again = consumer.lease(0).receive(10)
    for event in (SETTLED, PimPaused(1.5)):
        consumer.broadcast(event)

    assert again is not None
    assert (again.batch.seq, again.redelivered) == (3, 0)
    again.ack()
    assert [listener.receive(10), listener.receive(10)] == [SETTLED, PimPaused(1.5)]
    until(lambda: bool(recorder.dead_letters_after(0)))
    (letter,) = recorder.dead_letters_after(0)
    assert (letter.batch_id, letter.reason) == ("spring/1/2", "not today")
    recorder.dead_letters_after(letter.place)


def test_a_question_is_answered(fleet: Fleet, opened: Opened) -> None:
    """A consumer asks where outcomes go, and the recorder answers to the asking channel."""
    consumer = opened("consumer")
    with (
        with_channel(fleet.as_("consumer")) as asking,
        with_channel(fleet.as_("recorder")) as answering,
    ):
        answers: list[bytes] = []
        asking.basic_consume(REPLIES, lambda *answer: answers.append(answer[-1]), auto_ack=True)
        properties = pika.BasicProperties(reply_to=REPLIES, message_id="q1")
        asking.basic_publish("", fleet.topology.outcomes, b"may I?", properties)
        consumer._publisher.tell(Message(b"created", kind="outcomes"), "", fleet.topology.outcomes)
        ((asked, question), (_, outcomes)) = taken(answering, fleet.topology.outcomes, 2)
        answering.basic_publish("", asked.reply_to, question + b" yes")
        asking.connection.process_data_events(10)

    assert answers == [b"may I? yes"]
    assert outcomes == b"created"


def taken(channel: Any, queue: str, count: int) -> list[tuple[Any, bytes]]:
    """Consume so many messages, and acknowledge them; return properties and bodies."""
    found = []
    for method, properties, body in islice(channel.consume(queue), count):
        channel.basic_ack(method.delivery_tag)
        found.append((properties, body))
    return found


def sent(channel: Any, exchange: str, key: str) -> None:
    """Publish something, and wait for the broker's word on it."""
    channel.confirm_delivery()
    channel.basic_publish(exchange, key, b"something")


def test_a_recorder_publishes_rounds_and_tells(opened: Opened) -> None:
    """Rounds go the way of every batch, and it may tell any event."""
    recorder, consumer = opened("recorder"), opened("consumer")
    listener = consumer.events()
    recorder.publish(batch(7, None))
    recorder.broadcast(ImportFinished("spring", "e1", "finished"))

    assert drained(consumer, None) == [7]
    assert listener.receive(10) == ImportFinished("spring", "e1", "finished")


@pytest.mark.parametrize(
    ("role", "event"),
    [
        ("producer", PhaseSettled("spring")),
        ("consumer", ImportStarted("spring")),
        ("consumer", ImportFinished("spring", "e1", "finished")),
    ],
)
def test_what_others_tell_is_refused(opened: Opened, role: str, event: Event) -> None:
    """Nobody can say that an import is finished but the recorder; what may be told still goes."""
    transport = opened(role)
    with pytest.raises(TransportUnavailable, match=rf"403 {REFUSED} .*{type(event).__name__}"):
        transport.broadcast(event)

    transport.broadcast(ImportStarted("spring") if role == "producer" else SETTLED)


def test_a_settled_batch_that_the_wrong_one_tells_is_heard_by_nobody(opened: Opened) -> None:
    """It is told without waiting for the broker's word; what may be told still goes."""
    producer, listener = opened("producer"), opened("consumer").events()
    producer.broadcast(SETTLED)
    producer.broadcast(ImportStarted("spring"))

    assert listener.receive(10) == ImportStarted("spring")


def test_a_consumer_cannot_publish_batches(opened: Opened) -> None:
    """It is told at once, and not after a minute of trying again."""
    consumer = opened("consumer")
    consumer._publisher.patience = 20.0

    with pytest.raises(TransportUnavailable, match=rf"403 {REFUSED} .*\.commands'"):
        consumer.publish(batch(1))


def test_a_producer_cannot_take_a_lane(opened: Opened) -> None:
    """What it has published is for others to read."""
    with pytest.raises(TransportUnavailable, match=rf"403 {REFUSED} .*\.lane\.0'"):
        opened("producer").lease(0)


@pytest.mark.parametrize("role", ["producer", "consumer"])
def test_dead_letters_and_outcomes_are_for_the_recorder(
    fleet: Fleet, opened: Opened, role: str
) -> None:
    """Whoever read them would take them away from it."""
    with pytest.raises(TransportUnavailable, match=rf"403 {REFUSED} .*\.dead'"):
        opened(role).dead_letters_after(0)
    with (
        pytest.raises(exceptions.ChannelClosedByBroker, match=REFUSED),
        with_channel(fleet.as_(role)) as channel,
    ):
        channel.basic_get(fleet.topology.outcomes)


@pytest.mark.parametrize(
    ("role", "action"),
    [
        ("producer", lambda channel, fleet: channel.queue_declare(f"{fleet.name}.lane.9")),
        ("producer", lambda channel, fleet: channel.queue_purge(f"{fleet.name}.lane.0")),
        ("producer", lambda channel, fleet: channel.queue_delete(f"{fleet.name}.lane.0")),
        ("consumer", lambda channel, fleet: channel.queue_delete(f"{fleet.name}.lane.0")),
        ("consumer", lambda channel, fleet: channel.exchange_delete(f"{fleet.name}.commands")),
        ("producer", lambda channel, fleet: sent(channel, "", fleet.outcomes)),
        ("consumer", lambda channel, fleet: sent(channel, fleet.commands, "lane.0")),
        ("recorder", lambda channel, fleet: channel.queue_declare("other.lane.0")),
        ("recorder", lambda channel, fleet: sent(channel, "amq.topic", "PimPaused")),
        ("recorder", lambda channel, fleet: channel.queue_declare("amq-general")),
    ],
)
def test_what_no_role_does_is_refused(
    fleet: Fleet, role: str, action: Callable[[Any, Topology], object]
) -> None:
    """Queues are neither made, emptied nor deleted by those who only use them, nor lied to."""
    with (
        pytest.raises(exceptions.ChannelClosedByBroker, match=REFUSED),
        with_channel(fleet.as_(role)) as channel,
    ):
        action(channel, fleet.topology)


@pytest.mark.parametrize("role", ["producer", "consumer"])
def test_another_number_of_lanes_is_told_to_those_who_make_nothing(fleet: Fleet, role: str) -> None:
    """As it is to those who do."""
    with pytest.raises(ConfigurationError, match=r"are for more lanes than transport\.lanes"):
        RabbitQueue(fleet.as_(role), command_codec(), LANES - 1)
