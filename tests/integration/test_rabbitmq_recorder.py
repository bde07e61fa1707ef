"""The recorder's side of a real broker: the stream of outcomes, questions, claims, who is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread

import pytest
from attrs import evolve

from cut_wire import CutWire
from importbus.adapters.recorder_duty import RECORDER
from importbus.adapters.transports.contract import LANES, batch, command_codec
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.fleet import UNKNOWN, RabbitQueue
from importbus.adapters.transports.rabbitmq.outcomes import OutcomeMessage, OutcomeQueue
from importbus.bus.errors import JournalMismatch, LaneHeld, LaneLost, TransportUnavailable
from rabbit_queues import until

pytestmark = pytest.mark.integration


@pytest.fixture
def queue(address: Address) -> Iterator[RabbitQueue]:
    """The queue of a fleet as one process has it."""
    queue = RabbitQueue(address, command_codec(), LANES)
    yield queue
    queue.close()


@pytest.fixture
def other(address: Address) -> Iterator[RabbitQueue]:
    """The same queue as another process has it."""
    queue = RabbitQueue(address, command_codec(), LANES)
    yield queue
    queue.close()


def recording(queue: RabbitQueue) -> OutcomeQueue:
    """Become the recorder, as soon as the broker knows that the one before is gone."""
    posts: list[OutcomeQueue] = []

    def take() -> bool:
        with suppress(LaneHeld):
            posts.append(queue.record())
        return bool(posts)

    until(take)
    return posts[0]


def arrived(post: OutcomeQueue) -> OutcomeMessage:
    """Return the next message."""
    found: list[OutcomeMessage] = []

    def look() -> bool:
        found.extend(filter(None, [post.next()]))
        return bool(found)

    until(look)
    return found[0]


def tell(queue: RabbitQueue, *numbers: int) -> None:
    """Tell something of so many batches."""
    for number in numbers:
        queue.store_outcomes(b"{}", None, f"spring/1/{number}")


def test_one_process_is_told_everything_in_order(queue: RabbitQueue, other: RabbitQueue) -> None:
    """Another one stands by, and gets what was not acknowledged, in its order."""
    tell(queue, 1, 2, 3)
    post = queue.record()
    seen = [arrived(post).batch_id for _ in range(3)]
    with pytest.raises(LaneHeld):
        other.record()
    post.close()
    next_post = recording(other)
    first = arrived(next_post)
    first.ack()

    assert seen == ["spring/1/1", "spring/1/2", "spring/1/3"]
    assert first.batch_id == "spring/1/1"
    assert arrived(next_post).batch_id == "spring/1/2"


def test_what_was_acknowledged_does_not_come_again(queue: RabbitQueue, other: RabbitQueue) -> None:
    """Not even when the recorder leaves right behind it."""
    tell(queue, 1, 2)
    post = queue.record()
    arrived(post).ack()
    post.close()

    assert arrived(recording(other)).batch_id == "spring/1/2"


def test_a_file_goes_along_with_outcomes(queue: RabbitQueue) -> None:
    """The JSON then stands beside it."""
    queue.store_outcomes(b'{"v":1}', b"\x89PNG", "spring/1/1")
    told = arrived(queue.record())

    assert (told.body, told.content) == (b'{"v":1}', b"\x89PNG")


def test_what_is_put_aside_is_a_dead_letter(queue: RabbitQueue) -> None:
    """With the batch that it is about: its commands then end."""
    tell(queue, 1)
    arrived(queue.record()).reject("it is no message")
    until(lambda: bool(queue.dead_letters_after(0)))
    (letter,) = queue.dead_letters_after(0)

    assert (letter.batch_id, letter.reason) == ("spring/1/1", "it is no message")


def test_a_recorder_that_lost_its_connection_stops(wire: CutWire, address: Address) -> None:
    """Somebody else may be the recorder now."""
    queue = RabbitQueue(evolve(address, port=wire.port), command_codec(), LANES)
    post = queue.record()
    wire.cut()
    assert post.arrived.wait(20)
    with pytest.raises(LaneLost):
        post.next()
    queue.close()


def test_who_asks_gets_the_recorders_answer(queue: RabbitQueue, other: RabbitQueue) -> None:
    """Questions of several processes and threads find back to who asked."""
    post, stop = queue.record(), Event()

    def answer() -> None:
        while not stop.is_set():
            if told := post.next():
                told.answer(b"answer to " + told.body)
            else:
                post.arrived.wait(0.01)

    thread = Thread(target=answer)
    thread.start()
    answers = [asker.ask(b"%d" % n, "spring", 10) for n in range(3) for asker in (queue, other)]
    stop.set()
    thread.join()

    assert answers == [b"answer to %d" % n for n in range(3) for _ in range(2)]


def test_without_a_recorder_there_is_no_answer(queue: RabbitQueue) -> None:
    """And the broker forgets the question, so that nobody answers it much later."""
    answer = queue.ask(b"{}", "spring", 1)
    until(lambda: not queue._inquiry.count(queue._door.topology.outcomes).ready)

    assert answer is None


def test_who_waits_for_an_answer_learns_that_the_connection_was_lost(
    wire: CutWire, address: Address
) -> None:
    """It asks again, rather than wait for the end of its patience."""
    queue = RabbitQueue(evolve(address, port=wire.port), command_codec(), LANES)
    caught: list[Exception] = []

    def ask() -> None:
        try:
            queue.ask(b"{}", "spring", 30)
        except TransportUnavailable as error:
            caught.append(error)

    thread = Thread(target=ask)
    thread.start()
    until(lambda: bool(queue._inquiry.count(queue._door.topology.outcomes).ready))
    wire.cut()
    thread.join(20)
    queue.close()

    assert len(caught) == 1


def test_the_queues_belong_to_the_journal_of_who_came_first(
    queue: RabbitQueue, other: RabbitQueue
) -> None:
    """Whoever has the same one may come and go; another is refused, and told which one it is."""
    queue.serve("journals/night.db", "a" * 32)
    other.serve("elsewhere/copied.db", "a" * 32)
    with pytest.raises(JournalMismatch) as caught:
        other.serve("day.db", "b" * 32)

    assert "journals/night.db on " in str(caught.value)
    assert "day.db on " in str(caught.value)


def test_the_end_of_a_producer_is_told_behind_its_last_batch(queue: RabbitQueue) -> None:
    """Workers of importbus pass over it; it is for those who gather commands."""
    queue.publish(batch(1))
    queue.finish("spring", "1", 1)
    queue.publish(batch(2))
    consumer, found = queue.lease(0), []
    for _ in range(2):
        delivery = consumer.receive(10)
        assert delivery
        found.append(delivery.batch.seq)
        delivery.ack()
    rest = consumer.receive(0)
    consumer.close()

    assert (found, rest) == ([1, 2], None)


def test_who_looks_sees_who_holds_what(queue: RabbitQueue, other: RabbitQueue) -> None:
    """Of whom nothing is heard, as of a consumer in another language, it says only: somebody."""
    queue.lease(0)
    queue.lease(None)
    queue.record()
    silent = other.lease(1)
    stop = Event()

    def tell_on() -> None:
        while not stop.wait(0.2):
            queue.tell_status({"received": 7})

    thread = Thread(target=tell_on)
    thread.start()
    holders, consumers = other.holders(), other.consumers()
    stop.set()
    thread.join()
    queue.tell_status(None)
    until(lambda: not other.consumers())
    silent.close()

    assert holders == {
        "structure": queue.holder,
        "lane.0": queue.holder,
        "lane.1": UNKNOWN,
        RECORDER: queue.holder,
    }
    assert consumers == {queue.holder: {"received": 7}}
