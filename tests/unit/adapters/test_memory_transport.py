"""The lanes in memory: order, redelivery, back-pressure, settle once."""

from __future__ import annotations

import weakref
from threading import Thread

import pytest

from importbus.adapters.transports.memory import (
    CAPACITY,
    DEAD_LETTERS,
    SHARE,
    MemoryTransport,
)
from importbus.bus.batches import Batch
from importbus.bus.errors import AlreadySettled, TransportClosed, TransportUnavailable
from importbus.bus.messages import LaneCommand


def batch(seq: int, lane: int | None = 0) -> Batch[LaneCommand]:
    """Return an empty batch."""
    return Batch("spring", "1", seq, lane, LaneCommand, ())


def test_a_lane_is_first_in_first_out() -> None:
    """Batches come out in the order in which they were published."""
    transport = MemoryTransport(2)
    consumer = transport.lease(0)
    for seq in (1, 2):
        transport.publish(batch(seq))
    seqs = []
    while delivery := consumer.receive(0):
        seqs.append(delivery.batch.seq)
        delivery.ack()

    assert seqs == [1, 2]


def test_there_is_no_next_batch_before_the_present_one_is_settled() -> None:
    """One batch of a lane at a time: order survives a failure."""
    transport = MemoryTransport(1)
    consumer = transport.lease(0)
    transport.publish(batch(1))
    transport.publish(batch(2))
    consumer.receive(0)

    assert consumer.receive(0) is None


def test_what_a_lost_worker_held_comes_back_first() -> None:
    """At least once: the next holder of the lane gets the same batch, marked as redelivered."""
    transport = MemoryTransport(1)
    transport.publish(batch(1))
    transport.publish(batch(2))
    lost = transport.lease(0)
    lost.receive(0)
    lost.close()
    delivery = transport.lease(0).receive(0)

    assert delivery is not None
    assert (delivery.batch.seq, delivery.redelivered) == (1, 1)


def test_a_delivery_is_settled_once() -> None:
    """A second ack or reject is a mistake of the caller and says so."""
    transport = MemoryTransport(1)
    transport.publish(batch(1))
    delivery = transport.lease(0).receive(0)
    assert delivery is not None
    delivery.ack()

    with pytest.raises(AlreadySettled, match="spring/1/1"):
        delivery.reject("again")


def test_a_delivery_of_a_left_lane_cannot_be_settled() -> None:
    """Who left the lane must not acknowledge what somebody else holds now."""
    transport = MemoryTransport(1)
    transport.publish(batch(1))
    consumer = transport.lease(0)
    delivery = consumer.receive(0)
    assert delivery is not None
    consumer.close()

    with pytest.raises(AlreadySettled):
        delivery.ack()


def test_a_rejected_batch_is_a_dead_letter() -> None:
    """It leaves its lane, with the reason, and the next one comes."""
    transport = MemoryTransport(1)
    transport.publish(batch(1))
    delivery = transport.lease(0).receive(0)
    assert delivery is not None
    delivery.reject("undecodable")

    assert transport.dead_letters() == [(batch(1), "undecodable")]
    assert transport.depths() == {None: 0, 0: 0}


def test_only_the_newest_dead_letters_are_kept() -> None:
    """I7: memory does not grow with the length of an import."""
    transport = MemoryTransport(1)
    consumer = transport.lease(0)
    for seq in range(1, DEAD_LETTERS + 3):
        transport.publish(batch(seq))
        delivery = consumer.receive(0)
        assert delivery is not None
        delivery.reject("undecodable")

    assert len(transport.dead_letters()) == DEAD_LETTERS
    assert transport.dead_letters()[-1][0].seq == DEAD_LETTERS + 2


def test_a_lane_has_one_holder() -> None:
    """Two workers on one lane would break its order."""
    transport = MemoryTransport(1)
    transport.lease(0)

    with pytest.raises(TransportUnavailable, match="held"):
        transport.lease(0)


def test_publishing_waits_while_the_lane_is_full() -> None:
    """Back-pressure: memory stays bounded however fast the source is (I7)."""
    transport = MemoryTransport(1, capacity=1)
    transport.publish(batch(1))
    publisher = Thread(target=transport.publish, args=(batch(2),))
    publisher.start()
    waiting = transport.depths()[0]
    delivery = transport.lease(0).receive(1)
    assert delivery is not None
    delivery.ack()
    publisher.join(5)

    assert waiting == 1
    assert transport.depths()[0] == 1
    assert not publisher.is_alive()


def test_the_catalogue_lanes_share_their_room() -> None:
    """I7: one lane may hold what the others do not, and all together no more than that."""
    transport = MemoryTransport(4)
    lanes = [0] * CAPACITY + [1] * (SHARE * 4 - CAPACITY) + [2]
    batches = [batch(seq, lane) for seq, lane in enumerate(lanes, 1)]
    publisher = Thread(target=lambda: list(map(transport.publish, batches)), daemon=True)
    publisher.start()
    publisher.join(0.1)
    full = transport.depths()
    delivery = transport.lease(1).receive(1)
    assert delivery is not None
    delivery.ack()
    publisher.join(5)

    assert full == {None: 0, 0: CAPACITY, 1: SHARE * 4 - CAPACITY, 2: 0, 3: 0}
    assert transport.depths()[2] == 1


def test_the_structure_lane_has_room_of_its_own() -> None:
    """What the other lanes wait for must never wait for them."""
    transport = MemoryTransport(4)
    for seq in range(SHARE * 4):
        transport.publish(batch(seq, seq % 4))
    publisher = Thread(target=transport.publish, args=(batch(99, None),), daemon=True)
    publisher.start()
    publisher.join(5)

    assert transport.depths()[None] == 1


def test_a_batch_is_let_go_of_when_somebody_publishes() -> None:
    """Giving its memory back takes time, which a lane between two calls does not have."""
    transport, first = MemoryTransport(1), batch(1)
    seen = weakref.ref(first)
    transport.publish(first)
    delivery = transport.lease(0).receive(0)
    assert delivery is not None
    delivery.ack()
    del first, delivery
    kept = seen()
    was_kept = kept is not None
    del kept
    transport.publish(batch(2))

    assert was_kept
    assert seen() is None


def test_closing_wakes_whoever_waits() -> None:
    """Nobody hangs on a closed queue."""
    transport = MemoryTransport(1)
    consumer = transport.lease(0)
    transport.close()

    with pytest.raises(TransportClosed):
        consumer.receive(60)
    with pytest.raises(TransportClosed):
        transport.publish(batch(1))
