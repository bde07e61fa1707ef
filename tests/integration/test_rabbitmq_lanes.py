"""Lanes of a real broker: leaving them in order, losing them, and what nobody can carry out."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from functools import partial

import pytest
from attrs import evolve

from cut_wire import CutWire
from importbus.adapters.transports.contract import batch, with_file
from importbus.adapters.transports.rabbitmq import lanes
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.lanes import RabbitConsumer, RabbitDelivery
from importbus.adapters.transports.rabbitmq.messages import Message
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.bus.errors import LaneHeld, LaneLost
from importbus.bus.messages import ImportStarted
from rabbit_queues import die, drained, opened, until
from rabbit_server import RabbitServer

pytestmark = pytest.mark.integration

WORKER = """
import sys, time
from attrs import evolve
from importbus.adapters.transports.contract import LANES, command_codec
from importbus.adapters.transports.rabbitmq.address import address_of
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport

transport = RabbitTransport(address_of(sys.argv[1]), command_codec(), LANES)
delivery = transport.lease(0).receive(10)
print("GOT", delivery.batch.seq, flush=True)
time.sleep(60)
"""


@pytest.fixture
def transport(address: Address) -> Iterator[RabbitTransport]:
    """The queue as this process sees it."""
    transport = opened(address)
    yield transport
    transport.close()


def publish(transport: RabbitTransport, count: int) -> None:
    """Publish batches 1 to *count* to lane 0."""
    for seq in range(1, count + 1):
        transport.submit(batch(seq))
    transport.flush()


def received(consumer: RabbitConsumer) -> RabbitDelivery:
    """Return the next delivery."""
    delivery = consumer.receive(10)
    assert delivery is not None, "nothing was delivered"
    return delivery


def has_arrived(consumer: RabbitConsumer) -> bool:
    """Whether the broker has sent a batch that nobody has received yet."""
    return bool(consumer._inbox)


def taken(transport: RabbitTransport) -> RabbitConsumer:
    """Return lane 0 as soon as whoever holds it has lost it."""
    end = time.monotonic() + 20
    while True:
        try:
            return transport.lease(0)
        except LaneHeld:
            assert time.monotonic() < end, "The lane stays held."
            time.sleep(0.05)


def test_leaving_a_lane_again_and_again_keeps_its_order(transport: RabbitTransport) -> None:
    """Workers that settle a batch and leave, with the next one sent ahead, change no order."""
    publish(transport, 40)
    found: list[int] = []
    other = transport.lease(0)
    while len(found) < 40:
        delivery = received(other)
        found.append(delivery.batch.seq)
        delivery.ack()
        other.close()
        other = transport.lease(0)

    assert found == list(range(1, 41))


def test_a_standby_goes_on_where_the_holder_left(
    transport: RabbitTransport, address: Address
) -> None:
    """Of two who ask at once, the later one gets what the other has not settled, in order."""
    publish(transport, 20)
    found, later = [], opened(address)
    first = transport.lease(0)
    standby = type(first)(later._door, 0)
    for n in range(10):
        delivery = received(first)
        found.append(delivery.batch.seq)
        delivery.ack()
        assert n or standby.receive(0) is None
    first.close()
    while delivery_ := standby.receive(1):
        found.append(delivery_.batch.seq)
        delivery_.ack()
    standby.close()
    later.close()

    assert found == list(range(1, 21))


def test_what_was_sent_ahead_and_never_seen_was_not_delivered(transport: RabbitTransport) -> None:
    """However often workers come and go, a batch that nobody has tried is no suspect."""
    publish(transport, 12)
    counts = []
    for _ in range(10):
        consumer = transport.lease(0)
        delivery = received(consumer)
        counts.append(delivery.redelivered)
        delivery.ack()
        consumer.close()
    for _ in range(3):
        idle = transport.lease(0)
        until(partial(has_arrived, idle))
        idle.close()
    counts.append(received(transport.lease(0)).redelivered)

    assert counts == [0] * 11


def test_giving_back_again_and_again_never_counts(transport: RabbitTransport) -> None:
    """A batch that waits for a PIM that is out of reach is given back for hours."""
    publish(transport, 1)
    for _ in range(4):
        consumer = transport.lease(0)
        received(consumer).release()
        consumer.close()
    consumer = transport.lease(0)
    assert received(consumer).redelivered == 0
    die(consumer, transport)

    assert received(taken(transport)).redelivered == 1


def test_what_a_killed_process_held_goes_to_the_next(
    transport: RabbitTransport, address: Address, broker: RabbitServer
) -> None:
    """After kill -9 its lane is free at once, with the batch that was in work first."""
    publish(transport, 3)
    url = f"{broker.url}?name={address.name}"
    command = [sys.executable, "-c", WORKER, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        got = worker.stdout.readline().split()
        with pytest.raises(LaneHeld, match=r"lane\.0 is held by another consumer"):
            transport.lease(0)
        worker.kill()
    consumer = taken(transport)
    again = received(consumer)
    again.ack()

    assert (got, again.batch.seq, again.redelivered) == (["GOT", "1"], 1, 1)
    consumer.close()
    assert drained(transport, 0) == [2, 3]


def test_the_wire_is_cut_between_receive_and_ack(
    behind: RabbitTransport, transport: RabbitTransport, wire: CutWire
) -> None:
    """The worker is told that its lane is lost, and the batch comes again, first and counted."""
    publish(transport, 3)
    consumer = behind.lease(0)
    delivery = received(consumer)
    wire.cut()
    until(lambda: consumer.is_over)

    with pytest.raises(LaneLost, match=r"lane\.0 is not held here any more"):
        delivery.verify()
    with pytest.raises(LaneLost, match=r"lane\.0 is not held here any more"):
        delivery.ack()
    with pytest.raises(LaneLost, match=r"lane\.0 is not held here any more"):
        consumer.receive(0)
    again = received(taken(transport))
    assert (again.batch.seq, again.redelivered) == (1, 1)


def test_a_delivery_of_an_earlier_connection_is_settled_no_more(
    behind: RabbitTransport, transport: RabbitTransport, wire: CutWire
) -> None:
    """Tags begin anew with each connection: acking an old one would settle another batch."""
    publish(transport, 2)
    old = received(behind.lease(0))
    wire.cut()
    consumer = taken(behind)
    current = received(consumer)
    with pytest.raises(LaneLost):
        old.ack()

    assert current._received.tag == old._received.tag
    assert behind.depths()[0] == 2
    current.ack()
    assert drained_of(consumer) == [2]


def drained_of(consumer: RabbitConsumer) -> list[int]:
    """Return the numbers of what *consumer* still gets, and settle it."""
    found = []
    while delivery := consumer.receive(0):
        found.append(delivery.batch.seq)
        delivery.ack()
    return found


def test_an_ack_that_was_lost_on_the_way_lets_the_batch_come_again(
    behind: RabbitTransport, transport: RabbitTransport, wire: CutWire
) -> None:
    """At least once: the journal knows that it was settled."""
    publish(transport, 2)
    consumer = behind.lease(0)
    delivery = received(consumer)
    wire.deaf.set()
    delivery.ack()
    wire.cut()
    wire.deaf.clear()

    assert drained_of(taken(transport)) == [1, 2]


def test_a_silent_broker_is_no_proof_of_a_hold(
    behind: RabbitTransport,
    transport: RabbitTransport,
    wire: CutWire,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before outcomes are made durable it must have shown lately that it knows the hold."""
    publish(transport, 1)
    delivery = received(behind.lease(0))
    wire.mute.set()
    delivery.verify()  # it has just delivered
    monkeypatch.setattr(lanes, "FRESH", 0.0)

    with pytest.raises(LaneLost, match="gave no answer within 5 seconds"):
        delivery.verify()


def test_a_delivery_that_is_never_settled_is_lost(
    transport: RabbitTransport, broker: RabbitServer
) -> None:
    """The broker closes the channel of who takes too long; the lane is taken again, in order."""
    publish(transport, 2)
    limit = broker.evaluate("application:get_env(rabbit, consumer_timeout).")
    assert "1800000" in limit
    broker.evaluate("application:set_env(rabbit, consumer_timeout, 500).")
    try:
        consumer = transport.lease(0)
        delivery = received(consumer)
        until(lambda: consumer.is_over)
    finally:
        broker.evaluate("application:set_env(rabbit, consumer_timeout, 1800000).")

    with pytest.raises(LaneLost, match="406 PRECONDITION_FAILED"):
        delivery.ack()
    again = received(taken(transport))
    assert (again.batch.seq, again.redelivered) == (1, 1)


def test_a_broker_that_starts_again_has_the_lanes_as_they_were(
    transport: RabbitTransport, broker: RabbitServer
) -> None:
    """What was in work comes again, first; what was acknowledged does not."""
    publish(transport, 4)
    consumer = transport.lease(0)
    received(consumer).ack()
    in_work = received(consumer)
    in_work.verify()
    broker.kill()
    broker.start()
    with pytest.raises(LaneLost):
        in_work.ack()
    consumer.close()

    assert drained_of(taken(transport)) == [2, 3, 4]


def test_listeners_hear_again_after_a_lost_connection(
    behind: RabbitTransport, transport: RabbitTransport, wire: CutWire
) -> None:
    """What was told meanwhile is missed, as always."""
    listener = behind.events()
    transport.broadcast(ImportStarted("one"))
    heard = [listener.receive(10)]
    wire.cut()
    until(lambda: behind._events.is_lost)
    transport.broadcast(ImportStarted("two"))
    heard.append(listener.receive(0.5))
    transport.broadcast(ImportStarted("three"))
    heard.append(listener.receive(10))

    assert heard == [ImportStarted("one"), None, ImportStarted("three")]


def test_who_reads_slowly_misses_the_oldest(transport: RabbitTransport) -> None:
    """A listener that is busy costs bounded memory (I7)."""
    slow = transport.events()
    slow.inbox = deque(maxlen=2)
    for name in ("one", "two", "three"):
        transport.broadcast(ImportStarted(name))
    quick = transport.events()
    transport.broadcast(ImportStarted("four"))

    assert quick.receive(10) == ImportStarted("four")
    assert [slow.receive(10), slow.receive(0)] == [ImportStarted("three"), ImportStarted("four")]


def test_an_event_that_nobody_understands_is_passed_over(transport: RabbitTransport) -> None:
    """A newer version may tell more than this one knows."""
    listener = transport.events()
    exchange = transport._door.topology.events
    for body in (b"{", b'{"v": 1, "kind": "NewThing"}'):
        transport._publisher.tell(Message(body), exchange, "NewThing", mandatory=False)
    transport.broadcast(ImportStarted("one"))

    assert listener.receive(10) == ImportStarted("one")


def test_a_fault_of_the_driver_ends_its_connections_and_nothing_else(
    transport: RabbitTransport,
) -> None:
    """Whatever a driver cannot read: workers lose their lanes, and everything goes on."""
    publish(transport, 2)
    consumer = transport.lease(0)
    received(consumer)
    transport._loop.call(lambda: 1 / 0)  # type: ignore[arg-type]
    with pytest.raises(LaneLost, match="division by zero"):
        consumer.receive(10)
    transport.publish(batch(3))

    assert drained_of(taken(transport)) == [1, 2, 3]


@pytest.mark.parametrize("header", [{"x-delivery-count": "many"}, {"x-death": "of cold"}])
def test_headers_of_strangers_crash_nobody(
    transport: RabbitTransport, header: dict[str, object]
) -> None:
    """Anyone may write what the broker writes by itself."""
    message = transport._messages.encode(batch(1), at=0)
    strange = evolve(message, headers={**message.headers, **header})
    transport._publisher.tell(strange, transport._door.topology.commands, "lane.0")
    transport._publisher.tell(strange, "", transport._door.topology.dead)

    assert drained(transport, 0) == [1]
    until(lambda: len(transport.dead_letters_after(0)) == 1)


def test_the_bytes_of_a_file_survive_the_broker(transport: RabbitTransport) -> None:
    """Eight MiB, which is many frames, and each byte in its place."""
    content = bytes(range(256)) * 32 * 1024
    sent = with_file(batch(1), content)
    transport.publish(sent)

    assert received(transport.lease(0)).batch == sent
