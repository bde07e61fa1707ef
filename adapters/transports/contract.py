"""What every transport must do, as tests: subclass ``TransportContract`` and bring a queue.

```text
class TestMine(TransportContract):
    @pytest.fixture
    def queue(self, tmp_path): return MyQueue(tmp_path, command_codec())
```

The suite needs pytest to be run, and nothing of it to be imported.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from threading import Thread
from typing import ClassVar, Protocol

from attrs import evolve, frozen

from importbus.adapters.codec import JsonCodec
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.errors import AlreadySettled, LaneHeld, LaneLost, TransportClosed
from importbus.bus.messages import ImportFinished, ImportStarted, Position, Upsertable
from importbus.bus.ports import Delivery, LaneConsumer, Transport

SOON = 10.0
"""Seconds within which what must happen happens, on a slow machine."""

LANES = 2
"""The catalogue lanes of the queues that are tested."""


@frozen
class Promises:
    """What a transport promises besides what none may decline.

    Attributes:
        durable: What was published is there after everyone has closed the queue.
        processes: Several processes can use one queue.
        counts_all: Depths include what other processes have in work.
    """

    durable: bool = False
    processes: bool = False
    counts_all: bool = True


class Queue(Protocol):
    """One queue with ``LANES`` lanes under test, as several processes see it."""

    def open(self, *, capacity: int | None = None) -> Transport:
        """Return the transport of one more process; the same one where there is but one.

        *capacity* is how many batches a lane holds before publishing waits; None: the usual.
        """
        ...

    def lose(self, consumer: LaneConsumer) -> None:
        """Let the worker that has *consumer* die without a word, and what it held become free."""
        ...


@frozen
class Put(Upsertable):
    """The command that travels in these tests."""

    name: str
    resource: ClassVar[str] = "thing"

    @property
    def key(self) -> str:
        """The name."""
        return self.name


def command_codec() -> JsonCodec:
    """Return a codec that knows the command of these tests."""
    codec = JsonCodec()
    codec.register(Put)
    return codec


def batch(seq: int, lane: int | None = 0) -> Batch[Put]:
    """Return batch number *seq*, with two commands."""
    codec = command_codec()
    commands = [Put(f"{seq}-{n}") for n in (1, 2)]
    envelopes = tuple(
        Envelope(
            command, Position("test", seq), 2 * seq + n, len(codec.encode(command)), n, f"thing:{n}"
        )
        for n, command in enumerate(commands)
    )
    return Batch("spring", "1", seq, lane, Put, envelopes)


def with_file(one: Batch[Put], content: bytes) -> Batch[Put]:
    """Return the first command of *one* with a file of *content*, as a batch."""
    digest = hashlib.sha256(content).hexdigest()
    attachment = Attachment("mug.png", len(content), digest, content=content)
    return evolve(one, envelopes=(evolve(one.envelopes[0], attachment=attachment),))


class TransportContract:
    """The tests; no transport may decline one that asks for no promise."""

    promises = Promises()

    def test_a_batch_arrives_as_it_was_published(self, queue: Queue) -> None:
        """Commands, positions, numbers, lane, round, gate and reason."""
        transport = queue.open()
        sent = evolve(batch(1, None), gated=True, reason="linger", producer="r3", round=3)
        transport.publish(sent)

        assert _next(transport.lease(None)).batch == sent

    def test_a_file_travels_with_its_command(self, queue: Queue) -> None:
        """Byte by byte, in its place in the lane, and again when the worker was lost."""
        transport, bytes_ = queue.open(), bytes(range(256)) * 4096
        sent = with_file(batch(2), bytes_)
        for each in (batch(1), sent, batch(3)):
            transport.publish(each)
        lost = transport.lease(0)
        _next(lost).ack()
        assert _next(lost).batch == sent
        queue.lose(lost)
        consumer = queue.open().lease(0)
        again = _next(consumer)
        attachment = again.batch.envelopes[0].attachment
        again.ack()

        assert again.batch == sent
        assert attachment is not None
        with attachment.open() as file:
            assert file.read() == bytes_
        assert _drained(consumer) == [3]

    def test_a_lane_is_first_in_first_out(self, queue: Queue) -> None:
        """Batches come out in the order in which they were published, each lane for itself."""
        transport = queue.open()
        for seq in range(1, 7):
            transport.publish(batch(seq, seq % 2))

        assert _drained(transport.lease(0)) == [2, 4, 6]
        assert _drained(transport.lease(1)) == [1, 3, 5]

    def test_there_is_no_next_batch_before_the_present_one_is_settled(self, queue: Queue) -> None:
        """One batch of a lane at a time: order survives a failure."""
        transport, consumer = _published(queue, 1, 2)
        _next(consumer)

        assert consumer.receive(0) is None
        assert transport.depths()[0] == 2

    def test_what_a_lost_worker_held_comes_back_first(self, queue: Queue) -> None:
        """At least once: the next holder gets the same batch, and is told that it came before."""
        transport, lost = _published(queue, 1, 2, 3)
        _next(lost)
        queue.lose(lost)
        consumer = queue.open().lease(0)
        again = _next(consumer)
        again.ack()

        assert (again.batch.seq, again.redelivered) == (1, 1)
        assert _drained(consumer) == [2, 3]
        assert transport.depths()[0] == 0

    def test_a_worker_that_leaves_its_lane_leaves_it_in_order(self, queue: Queue) -> None:
        """What it did not settle is the first that the next one gets, as often as it happens."""
        transport, consumer = _published(queue, 1, 2)
        for times in range(3):
            assert (_next(consumer).batch.seq, times) == (1, times)
            consumer.close()
            consumer = transport.lease(0)

        assert _next(consumer).redelivered == 3

    def test_a_delivery_is_settled_once(self, queue: Queue) -> None:
        """A second ack or reject is a mistake of the caller and says so."""
        _, consumer = _published(queue, 1, 2)
        delivery = _next(consumer)
        delivery.ack()

        assert "spring/1/1" in str(_raised(AlreadySettled, delivery.ack))
        _raised(AlreadySettled, lambda: delivery.reject("again"))

    def test_who_has_lost_a_lane_settles_nothing_of_it(self, queue: Queue) -> None:
        """Another worker has the batch now: its ack counts, and no other."""
        transport, lost = _published(queue, 1)
        late = _next(lost)
        queue.lose(lost)
        holder = queue.open()
        current = _next(holder.lease(0))
        counting = transport if self.promises.counts_all else holder

        _raised(LaneLost, late.verify)
        _raised((LaneLost, AlreadySettled), late.ack)
        assert counting.depths()[0] == 1
        current.verify()
        current.ack()
        assert counting.depths()[0] == 0

    def test_a_batch_that_is_given_back_was_never_delivered(self, queue: Queue) -> None:
        """A worker that stops before it has done anything with it is no reason to suspect it."""
        _, first = _published(queue, 1, 2)
        delivery = _next(first)
        delivery.release()
        _raised(AlreadySettled, delivery.ack)
        first.close()
        again = _next(queue.open().lease(0))

        assert (again.batch.seq, again.redelivered) == (1, 0)

    def test_a_rejected_batch_leaves_its_lane(self, queue: Queue) -> None:
        """The next one comes."""
        _, consumer = _published(queue, 1, 2)
        _next(consumer).reject("no such thing")

        assert _drained(consumer) == [2]

    def test_a_lane_has_one_holder(self, queue: Queue) -> None:
        """Two workers on one lane would break its order."""
        first, second = queue.open(), queue.open()
        consumer = first.lease(0)

        _raised(LaneHeld, lambda: second.lease(0))
        consumer.close()
        second.lease(0).close()

    def test_depths_count_what_is_not_settled(self, queue: Queue) -> None:
        """Per lane, what is in work included."""
        transport = queue.open()
        for seq, lane in enumerate((None, 0, 0), 1):
            transport.publish(batch(seq, lane))
        consumer = transport.lease(0)
        _next(consumer)

        assert transport.depths() == {None: 1, 0: 2, 1: 0}

    def test_publishing_waits_while_the_lane_is_full(self, queue: Queue) -> None:
        """Back-pressure: memory stays bounded however fast the source is (I7)."""
        transport = queue.open(capacity=2)
        publisher = Thread(target=_publish, args=(transport, 1, 2, 3), daemon=True)
        publisher.start()
        consumer = transport.lease(0)
        first = consumer.receive(SOON)
        publisher.join(0.2)
        waited = publisher.is_alive()
        assert first is not None
        first.ack()
        publisher.join(SOON)

        assert waited
        assert not publisher.is_alive()
        assert _drained(consumer) == [2, 3]

    def test_closing_wakes_whoever_waits_to_publish(self, queue: Queue) -> None:
        """Nobody hangs on a closed queue."""
        transport = queue.open(capacity=1)
        raised: list[BaseException] = []
        publisher = Thread(
            target=lambda: raised.append(
                _raised(TransportClosed, lambda: _publish(transport, 1, 2))
            ),
            daemon=True,
        )
        publisher.start()
        publisher.join(0.1)
        transport.close()
        publisher.join(SOON)

        assert len(raised) == 1

    def test_closing_twice_is_closing(self, queue: Queue) -> None:
        """The second call does nothing."""
        transport = queue.open()
        transport.close()
        transport.close()

    def test_a_closed_transport_says_so(self, queue: Queue) -> None:
        """Whatever is asked of it, from a consumer and a listener that it gave, too."""
        transport, consumer = _published(queue, 1)
        listener = transport.events()
        transport.close()

        for use in (
            lambda: transport.publish(batch(2)),
            lambda: transport.lease(1),
            lambda: transport.broadcast(ImportStarted("spring")),
            transport.events,
            lambda: consumer.receive(0),
            lambda: listener.receive(0),
        ):
            _raised(TransportClosed, use)

    def test_an_event_reaches_everyone_who_listens(self, queue: Queue) -> None:
        """In order, from the moment that they began to."""
        transport, other = queue.open(), queue.open()
        early = other.events()
        transport.broadcast(ImportStarted("spring", "shop"))
        late = transport.events()
        transport.broadcast(ImportFinished("spring", "e1", "finished"))
        told = [early.receive(SOON), early.receive(SOON), late.receive(SOON), late.receive(0)]

        start, end = ImportStarted("spring", "shop"), ImportFinished("spring", "e1", "finished")
        assert told == [start, end, end, None]

    def test_what_was_published_survives(self, queue: Queue) -> None:
        """A durable queue holds it after everyone has gone."""
        if not self.promises.durable:
            return
        first = queue.open()
        _publish(first, 1, 2)
        first.close()
        transport = queue.open()

        assert transport.durable
        assert _drained(transport.lease(0)) == [1, 2]

    def test_order_and_number_survive_any_schedule(self, queue: Queue) -> None:
        """Whoever dies when: each batch is settled once, in the order of its lane."""
        for seed in range(10):
            chance, transport = random.Random(seed), queue.open()
            _publish(transport, *range(1, 9))
            settled = list(_worked_off(queue, transport, chance))

            assert settled == list(range(1, 9)), f"seed {seed}"


def _publish(transport: Transport, *seqs: int) -> None:
    for seq in seqs:
        transport.publish(batch(seq))


def _published(queue: Queue, *seqs: int) -> tuple[Transport, LaneConsumer]:
    """Return a transport with batches in lane 0, and the consumer of that lane."""
    transport = queue.open()
    _publish(transport, *seqs)
    return transport, transport.lease(0)


def _next(consumer: LaneConsumer) -> Delivery:
    delivery = consumer.receive(SOON)
    assert delivery is not None, "nothing was delivered"
    return delivery


def _drained(consumer: LaneConsumer) -> list[int]:
    """Return the numbers of all batches that are left, and settle them."""
    found = []
    while delivery := consumer.receive(0):
        found.append(delivery.batch.seq)
        delivery.ack()
    return found


def _worked_off(queue: Queue, transport: Transport, chance: random.Random) -> Iterator[int]:
    """Work lane 0 off with workers that are lost or leave by *chance*; yield what is settled."""
    consumer = transport.lease(0)
    while transport.depths()[0]:
        delivery = _next(consumer)
        match chance.choice(("ack", "ack", "lose", "leave")):
            case "ack":
                delivery.ack()
                yield delivery.batch.seq
            case "lose":
                queue.lose(consumer)
                consumer = transport.lease(0)
            case "leave":
                consumer.close()
                consumer = transport.lease(0)
    consumer.close()


def _raised(
    expected: type[BaseException] | tuple[type[BaseException], ...], action: Callable[[], object]
) -> BaseException:
    """Return the error that *action* must raise."""
    try:
        action()
    except expected as error:
        return error
    raise AssertionError(f"{expected} was not raised")
