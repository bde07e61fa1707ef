"""Publishing to a real broker: confirms in a window, and what may happen before they come."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from threading import Event, Thread
from typing import Any

import pytest

from cut_wire import CutWire
from importbus.adapters.transports.contract import batch
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.bus.errors import TransportClosed, TransportUnavailable
from rabbit_queues import drained, opened, until, with_channel
from rabbit_server import RabbitServer

pytestmark = pytest.mark.integration


@pytest.fixture
def transport(address: Address) -> Iterator[RabbitTransport]:
    """The queue as a producer sees it."""
    transport = opened(address)
    yield transport
    transport.close()


def once(numbers: list[int]) -> list[int]:
    """Return *numbers* without those that came before, as a journal settles them."""
    return list(dict.fromkeys(numbers))


def test_many_batches_are_on_their_way_at_once(transport: RabbitTransport) -> None:
    """More than the window holds arrive in the order of their lanes, and flush says when."""
    for seq in range(1, 201):
        transport.submit(batch(seq, seq % 2))
    transport.flush()

    assert transport.depths() == {None: 0, 0: 100, 1: 100}
    assert drained(transport, 0) == list(range(2, 201, 2))
    assert drained(transport, 1) == list(range(1, 201, 2))


def test_submitting_does_not_wait_for_each_confirmation(
    behind: RabbitTransport, wire: CutWire
) -> None:
    """While the broker is silent as many go out as the window holds, and then it blocks."""
    behind.publish(batch(1))
    wire.mute.set()
    submitted: list[int] = []
    over = Event()

    def submit() -> None:
        for seq in range(2, 100):
            behind.submit(batch(seq))
            submitted.append(seq)
        over.set()

    Thread(target=submit, daemon=True).start()
    until(lambda: len(submitted) == 64)
    stands = not over.wait(0.3) and len(submitted) == 64
    wire.mute.clear()
    wire.cut()

    assert stands
    assert over.wait(20)
    behind.flush()
    assert once(drained(behind, 0)) == list(range(1, 100))


def test_the_wire_is_cut_between_publish_and_confirm(
    behind: RabbitTransport, transport: RabbitTransport, wire: CutWire
) -> None:
    """What was stored without the producer knowing is published again, and is there in order."""
    behind.publish(batch(1))
    wire.mute.set()
    for seq in range(2, 7):
        behind.submit(batch(seq))
    until(lambda: transport.depths()[0] == 6)
    wire.cut()
    wire.mute.clear()
    behind.flush()

    assert transport.depths()[0] == 11
    assert drained(transport, 0) == [1, 2, 3, 4, 5, 6, 2, 3, 4, 5, 6]


def test_what_never_reached_the_broker_is_published_again(
    behind: RabbitTransport, transport: RabbitTransport, wire: CutWire
) -> None:
    """Nobody has to know what became of it: the producer sends it once more."""
    behind.publish(batch(1))
    wire.deaf.set()
    for seq in range(2, 7):
        behind.submit(batch(seq, seq % 2))
    wire.cut()
    wire.deaf.clear()
    behind.flush()

    assert drained(transport, 0) == [1, 2, 4, 6]
    assert drained(transport, 1) == [3, 5]


def test_a_batch_says_how_often_it_was_published(
    behind: RabbitTransport, address: Address, wire: CutWire
) -> None:
    """Whoever looks at the broker sees what came a second time."""
    behind.publish(batch(1))
    wire.deaf.set()
    behind.submit(batch(2))
    wire.cut()
    wire.deaf.clear()
    behind.flush()

    found = [properties.headers["x-attempt"] for properties, _ in bodies(address, 2)]
    assert found == [1, 2]


def bodies(address: Address, count: int) -> list[tuple[Any, bytes]]:
    """Return the first messages of lane 0 as any client gets them."""
    with with_channel(address) as channel:
        lane = channel.consume(f"{address.name}.lane.0", auto_ack=True, inactivity_timeout=10)
        return [(properties, body) for _, properties, body in islice(lane, count)]


def test_any_client_finds_what_it_needs(transport: RabbitTransport, address: Address) -> None:
    """The properties are those of the protocol, and the message outlives the broker."""
    transport.publish(batch(1))
    ((found, body),) = bodies(address, 1)

    assert (found.message_id, found.correlation_id) == ("spring/1/1", "spring")
    assert (found.type, found.content_type, found.app_id) == (
        "batch",
        "application/json",
        "importbus",
    )
    assert found.delivery_mode == 2
    assert found.headers == {"x-importbus-v": 1, "x-command": "Put", "x-attempt": 1}
    assert b'"batch_id":"spring/1/1"' in body


def test_an_unconfirmed_batch_is_told(behind: RabbitTransport, wire: CutWire) -> None:
    """The producer learns that nobody knows, and publishing again waits for the same batch."""
    behind.publish(batch(1))
    behind._publisher.patience = 0.5
    wire.mute.set()
    with pytest.raises(TransportUnavailable, match=r"spring/1/2 was not confirmed .* 0\.5 seconds"):
        behind.publish(batch(2))
    wire.mute.clear()
    wire.cut()
    behind._publisher.patience = 30.0
    behind.publish(batch(2))

    assert once(drained(behind, 0)) == [1, 2]


def test_a_queue_that_was_deleted_is_made_again(
    transport: RabbitTransport, address: Address
) -> None:
    """A batch that no queue takes comes back (mandatory), and is published when there is one."""
    transport.publish(batch(1))
    with with_channel(address) as channel:
        channel.queue_delete(f"{address.name}.lane.0")
    for seq in (2, 3, 4):
        transport.submit(batch(seq))
    transport.flush()

    assert once(drained(transport, 0)) == [2, 3, 4]


def test_a_refused_batch_is_published_again_with_all_behind_it(
    transport: RabbitTransport, broker: RabbitServer, address: Address
) -> None:
    """A policy may bound a lane: nothing is lost, and the last copies are in order."""
    pattern = f"^{address.name}[.]lane[.]0$"
    broker.control("set_policy", address.name, pattern, '{"max-length": 3}')
    sent: list[int] = []

    def refused() -> bool:
        if transport._publisher._window.refused:
            return True
        sent.append(len(sent) + 1)
        transport.submit(batch(sent[-1]))
        return False

    until(refused)
    flushing = Thread(target=transport.flush, daemon=True)
    flushing.start()
    consumer, found = transport.lease(0), []
    while (delivery := consumer.receive(0.1)) or flushing.is_alive():
        if delivery:
            found.append(delivery.batch.seq)
            delivery.ack()
    broker.control("clear_policy", address.name)

    assert once(found[::-1])[::-1] == sent


def test_a_blocked_broker_is_told(transport: RabbitTransport, broker: RabbitServer) -> None:
    """Short of memory it takes nothing: that is seen, and what waits arrives afterwards."""
    transport.publish(batch(1))
    try:
        broker.control("set_vm_memory_high_watermark", "absolute", "1MB")
        transport.submit(batch(2))
        until(lambda: transport.blocked is not None)
        reason = transport.blocked
        transport._publisher.patience = 0.3
        with pytest.raises(TransportUnavailable, match=r"takes no messages for now: low on memory"):
            transport.flush()
        taken = transport.depths()[0]
    finally:
        broker.control("set_vm_memory_high_watermark", "0.6")
    transport._publisher.patience = 30.0
    transport.flush()

    assert (reason, taken) == ("low on memory", 1)
    until(lambda: transport.blocked is None)
    assert drained(transport, 0) == [1, 2]


def test_a_blocked_broker_still_gives_out_what_it_has(
    transport: RabbitTransport, broker: RabbitServer
) -> None:
    """Lanes have connections that never publish, so that workers can make room."""
    for seq in (1, 2, 3):
        transport.publish(batch(seq))
    try:
        broker.control("set_vm_memory_high_watermark", "absolute", "1MB")
        transport.submit(batch(4))
        until(lambda: transport.blocked is not None)
        found = drained(transport, 0)
    finally:
        broker.control("set_vm_memory_high_watermark", "0.6")

    assert found == [1, 2, 3]
    transport.flush()


def test_a_broker_that_starts_again_has_everything(
    transport: RabbitTransport, broker: RabbitServer
) -> None:
    """Killed amid publishing, it comes back with all that was confirmed, and gets the rest."""
    for seq in range(1, 11):
        transport.submit(batch(seq))
    transport.flush()
    transport.submit(batch(11))
    broker.kill()
    starting = Thread(target=broker.start, daemon=True)
    starting.start()
    transport._publisher.patience = 120.0
    for seq in range(12, 16):
        transport.submit(batch(seq))
    transport.flush()
    starting.join()

    assert once(drained(transport, 0)) == list(range(1, 16))


def test_closing_gives_up_what_is_not_confirmed(behind: RabbitTransport, wire: CutWire) -> None:
    """Whoever waits for it is told, at once."""
    behind.publish(batch(1))
    wire.mute.set()
    behind.submit(batch(2))
    raised: list[BaseException] = []

    def flush() -> None:
        try:
            behind.flush()
        except TransportClosed as error:
            raised.append(error)

    flushing = Thread(target=flush, daemon=True)
    flushing.start()
    flushing.join(0.2)
    behind.close()
    flushing.join(5)

    assert len(raised) == 1
