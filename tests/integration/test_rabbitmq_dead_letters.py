"""What a real broker puts aside, and how it is read and forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from attrs import evolve

from importbus.adapters.transports.contract import LANES, batch, command_codec, with_file
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.messages import Message
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.transports.sqlite_queue import DeadLetter
from importbus.bus.errors import TransportUnavailable
from rabbit_queues import die, drained, until, with_channel
from rabbit_server import RabbitServer

pytestmark = pytest.mark.integration


@pytest.fixture
def transport(address: Address) -> Iterator[RabbitTransport]:
    """A queue whose broker allows three deliveries."""
    limited = evolve(address, delivery_limit=2)
    transport = RabbitTransport(limited, command_codec(), LANES)
    yield transport
    transport.close()


def letters(transport: RabbitTransport, count: int) -> list[DeadLetter]:
    """Return the dead letters when there are so many."""
    until(lambda: len(transport.dead_letters_after(0)) >= count)
    return transport.dead_letters_after(0)


def batch_id(letter: DeadLetter) -> str:
    """Return the batch id that the JSON of *letter* says."""
    return str(orjson.loads(letter.body)["batch_id"])


def reject(transport: RabbitTransport, reason: str) -> None:
    """Give the first batch of lane 0 up."""
    consumer = transport.lease(0)
    delivery = consumer.receive(10)
    assert delivery is not None
    delivery.reject(reason)
    consumer.close()


def test_a_rejected_batch_is_a_dead_letter_with_its_reason(transport: RabbitTransport) -> None:
    """Whoever reads it later learns why, and of which batch."""
    transport.publish(batch(1))
    transport.publish(batch(2))
    reject(transport, "nobody knows what it means")
    (letter,) = letters(transport, 1)

    assert (letter.batch_id, letter.reason) == ("spring/1/1", "nobody knows what it means")
    assert batch_id(letter) == "spring/1/1"
    assert drained(transport, 0) == [2]


def test_a_poisonous_batch_is_put_aside_by_the_broker(transport: RabbitTransport) -> None:
    """Whoever takes it dies: after the limit it is a dead letter, and the next one comes."""
    for seq in (1, 2):
        transport.publish(batch(seq))
    counts = []
    for _ in range(3):
        consumer = transport.lease(0)
        delivery = consumer.receive(10)
        assert delivery is not None
        counts.append((delivery.batch.seq, delivery.redelivered))
        die(consumer, transport)
    (letter,) = letters(transport, 1)

    assert counts == [(1, 0), (1, 1), (1, 2)]
    assert letter.batch_id == batch_id(letter) == "spring/1/1"
    assert letter.reason == "It was delivered as often as the broker allows, and never settled."
    assert drained(transport, 0) == [2]


def test_poison_in_one_lane_stops_no_other(transport: RabbitTransport) -> None:
    """A lane whose workers die holds up none of the others, nor what is behind it for good."""
    for seq, lane in enumerate((0, 1, 0, 1), 1):
        transport.publish(batch(seq, lane))
    for _ in range(3):
        consumer = transport.lease(0)
        assert consumer.receive(10) is not None
        die(consumer, transport)

    assert drained(transport, 1) == [2, 4]
    until(lambda: transport.depths()[0] == 1)
    assert drained(transport, 0) == [3]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Message(b"{", "spring/1/7"), "no JSON"),
        (Message(b'{"v": 1, "kind": "batch"}', "spring/1/7"), "it is no batch"),
        (Message(b'{"v": 9}', "spring/1/7"), "its version is 9, not 1"),
        (Message(b"png", "spring/1/7", kind="media"), "x-importbus-message is no text"),
    ],
)
def test_what_is_no_message_is_put_aside(
    transport: RabbitTransport, message: Message, reason: str
) -> None:
    """With what arrived and why, and the lane goes on."""
    transport._publisher.tell(message, transport._door.topology.commands, "lane.0")
    transport.publish(batch(2))

    assert drained(transport, 0) == [2]
    (letter,) = letters(transport, 1)
    assert letter.batch_id == "spring/1/7"
    assert reason in letter.reason


def test_the_letter_of_a_file_has_its_json(transport: RabbitTransport) -> None:
    """The commands of a dead batch are known by that, whatever the file was."""
    transport.publish(with_file(batch(1), b"png"))
    reject(transport, "not today")
    (letter,) = letters(transport, 1)

    assert batch_id(letter) == "spring/1/1"


def test_letters_are_kept_until_the_reader_has_left_them_behind(
    transport: RabbitTransport, address: Address
) -> None:
    """A reader that dies before it has written them down gets them again."""
    for seq in (1, 2, 3):
        transport.publish(batch(seq))
        reject(transport, f"reason {seq}")
    found = letters(transport, 3)
    rest = transport.dead_letters_after(found[0].place)
    transport._dead._link.drop()  # type: ignore[union-attr]
    again = letters(transport, 2)

    assert [letter.reason for letter in found] == ["reason 1", "reason 2", "reason 3"]
    assert rest == found[1:]
    assert {letter.reason for letter in again} == {"reason 2", "reason 3"}
    assert min(letter.place for letter in again) > found[-1].place


def test_letters_survive_the_broker(transport: RabbitTransport, broker: RabbitServer) -> None:
    """They are on its disk when a batch was rejected."""
    transport.publish(batch(1))
    reject(transport, "not today")
    broker.kill()
    broker.start()

    assert [letter.reason for letter in letters(transport, 1)] == ["not today"]


def test_a_letter_that_cannot_be_stored_leaves_the_batch_in_its_lane(
    transport: RabbitTransport, address: Address
) -> None:
    """Nothing is forgotten before it is stored elsewhere, and it can be rejected again."""
    transport.publish(batch(1))
    consumer = transport.lease(0)
    delivery = consumer.receive(10)
    assert delivery is not None
    with with_channel(address) as channel:
        channel.queue_delete(f"{address.name}.dead")
    with pytest.raises(TransportUnavailable, match="may not be stored"):
        delivery.reject("not today")
    kept = transport.depths()[0]
    transport._inquiry.begin()
    delivery.reject("not today")

    assert kept == 1
    assert transport.depths()[0] == 0
    assert [letter.reason for letter in letters(transport, 1)] == ["not today"]
