"""One worker's hold of a lane, and what it has in work.

A hold is a connection of its own, since leaving a lane in order means to drop the socket. It ends
with its connection: a delivery of an earlier one can be settled no more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Condition
from typing import Any

from attrs import define, evolve, field, frozen
from loguru import logger

from importbus.adapters.outcomes.messages import FINISH
from importbus.adapters.transports.rabbitmq.driver import Hooks, Link, Received
from importbus.adapters.transports.rabbitmq.inquiry import Inquiry
from importbus.adapters.transports.rabbitmq.messages import (
    BatchMessages,
    Message,
    returned_message,
    uncounted_in,
)
from importbus.adapters.transports.rabbitmq.publisher import Publisher
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.adapters.transports.sqlite_queue import lane_name
from importbus.bus.batches import Batch
from importbus.bus.errors import (
    AlreadySettled,
    BusError,
    LaneLost,
    TransportClosed,
    TransportUnavailable,
    UndecodableMessage,
)
from importbus.bus.ports import Clock

FRESH = 1.0
"""Seconds for which the broker's last word that a lane is held here need not be asked for again.

A call may take longer than that, and nobody can know during a call either.
"""

PROMPT = 0.02
"""Seconds that the next batch of a lane takes to arrive, mostly, once the last is acknowledged."""

ARRIVES = 1.0
"""Seconds within which a message arrives that the broker has ready for this consumer."""

NOTE_SECONDS = 5.0
"""Seconds to wait for the confirmation that a delivery does not count."""

FORGETS = 5.0
"""Seconds within which the broker forgets a consumer whose socket was dropped."""

LOOK = 0.01
"""Seconds between two looks whether it has."""

REASON_HEADER = "x-importbus-reason"

MOST_OF_A_REASON = 1000
"""Letters of it that are kept: all headers of a message share a frame."""


@frozen
class Door:
    """What the lanes of a transport share."""

    connect: Callable[[Hooks, str, int], Link]
    topology: Topology
    messages: BatchMessages
    publisher: Publisher
    inquiry: Inquiry
    clock: Clock
    is_closed: Callable[[], bool]

    def must_be_open(self, otherwise: str) -> None:
        """Raise ``TransportClosed`` when the transport was closed."""
        if self.is_closed():
            raise TransportClosed(f"{otherwise}: the queue is closed.")

    def bury(self, message: Message, reason: str) -> None:
        """Store a copy of *message* among the dead letters, with *reason*."""
        shown = reason[:MOST_OF_A_REASON]
        dead = evolve(message, headers={**message.headers, REASON_HEADER: shown})
        self.publisher.tell(dead, "", self.topology.dead)


@define(eq=False)
class RabbitConsumer:
    """The hold of one lane; implements ``importbus.bus.ports.LaneConsumer``.

    When another consumer is there already, this one is its standby: it gets nothing until that one
    is gone. The broker sees to it (single active consumer).
    """

    _door: Door
    lane: int | None
    _changed: Condition = field(factory=Condition, init=False)
    _inbox: deque[Received] = field(factory=deque, init=False)
    _current: RabbitDelivery | None = field(default=None, init=False)
    _unacked: bool = field(default=False, init=False)
    """Whether the broker waits for an ack, and sends nothing before it."""
    _left: bool = field(default=False, init=False)
    _known_at: float = field(default=-FRESH, init=False)
    """When the broker has last shown, on this connection, that it knows the hold."""
    _link: Link = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Connect, and begin to consume."""
        hooks = Hooks(delivered=self._on_delivered, lost=self._on_lost)
        self._link = self._door.connect(hooks, lane_name(self.lane), 1)
        try:
            self._link.consume(self.queue)
        except BusError:
            self._link.drop()
            raise

    @property
    def queue(self) -> str:
        """The name of the queue."""
        return self._door.topology.queue_of(self.lane)

    def receive(self, timeout: float) -> RabbitDelivery | None:
        """Wait at most *timeout* seconds for the batch at the head of the lane.

        While a delivery is not settled there is no next one. None means that the broker has said
        so: with no time to wait, the answer may take as long as the network does.

        Raises:
            LaneLost: The connection was lost; leave the lane and take it again.
            TransportClosed: The transport was closed.
        """
        if self._current and not self._current.settled:
            self._wait(timeout, lambda: False)
            return None
        while received := self._arrived(timeout):
            if found := self._delivery(received):
                self._current = found
                return found
        return None

    def close(self) -> None:
        """Leave the lane; what was not settled is delivered again to the next holder."""
        if self._left:
            return
        if self._current:
            self._current.settled = True
        try:
            if not self.is_over:
                self._leave()
        except BusError as error:
            logger.warning("{} was left without the broker's word: {}", self.queue, error)
        self._left = True

    @property
    def is_over(self) -> bool:
        """Whether the lane was left, or its connection was lost."""
        return self._left or self._link.error is not None

    def depth(self) -> int:
        """Return the batches of the lane that are not settled, those in work here included."""
        before, ready = -1, self._ask().ready
        while ready != before:  # until nothing moves: what was sent before the last answer is here
            before, ready = ready, self._ask().ready
        in_work = self._inbox or (self._current and not self._current.settled)
        return int(ready) + bool(in_work)

    def check(self, batch_id: str) -> None:
        """Make sure that the broker still knows this hold; raises ``LaneLost``.

        It has shown that a moment ago when it has just delivered, or answered.
        """
        self._must_hold(f"Batch {batch_id} is not in work")
        if self._door.clock.monotonic() - self._known_at >= FRESH:
            self._ask()

    def acknowledge(self, received: Received) -> None:
        """Have the broker forget *received*; raises ``LaneLost``."""
        self._must_hold(f"Batch {received.message.id} was not settled")
        self._link.ack(received.tag)
        self._unacked = False

    def bury(self, received: Received, reason: str) -> None:
        """Put *received* aside; raises ``LaneLost`` or ``TransportUnavailable``."""
        self._must_hold(f"Batch {received.message.id} was not settled")
        self._door.bury(received.message, reason)
        self._link.ack(received.tag)
        self._unacked = False

    def give_back(self, batch_id: str, uncounted: int) -> None:
        """Let the present delivery not count, for the next holder; raises ``LaneLost``."""
        self._must_hold(f"Batch {batch_id} was not given back")
        self.uncount(batch_id, uncounted)

    def uncount(self, batch_id: str, uncounted: int) -> None:
        """Write down that so many deliveries of *batch_id* do not count, if that can be done."""
        note = returned_message(batch_id, uncounted)
        queue = self._door.topology.returned_of(self.lane)
        try:
            self._door.publisher.tell(note, "", queue, patience=NOTE_SECONDS)
        except TransportUnavailable as error:  # a stop must not wait for it
            logger.warning("A delivery of {} counts that should not: {}", batch_id, error)

    def _arrived(self, timeout: float) -> Received | None:
        """Return what has arrived, and leave it in the inbox."""
        patience = timeout if self._current is None else max(timeout, PROMPT)
        if found := self._wait(patience, lambda: bool(self._inbox)):
            return found
        for _ in range(2):  # what the broker sent before the second answer was sent is here then
            ready = self._ask().ready
            if found := self._wait(ARRIVES if ready else 0, lambda: bool(self._inbox)):
                return found
        return None

    def _wait(self, timeout: float, until: Callable[[], bool]) -> Received | None:
        with self._changed:
            self._changed.wait_for(
                lambda: until() or self.is_over or self._door.is_closed(), timeout
            )
            self._must_hold("Nothing was received")
            return self._inbox[0] if self._inbox else None

    def _delivery(self, received: Received) -> RabbitDelivery | None:
        """Return what has arrived as a batch; put it aside when it is none."""
        if received.message.kind == FINISH:  # for those who gather: workers send what they get
            self._link.ack(received.tag)
            self._inbox.popleft()
            return None
        try:
            batch = self._door.messages.decode(received.message)
        except UndecodableMessage as error:
            logger.error("{} of {} is put aside: {}", received.message.id, self.queue, error)
            self.bury(received, str(error))
            self._inbox.popleft()
            return None
        uncounted = self._uncounted(received)
        self._inbox.popleft()
        self._unacked = True
        return RabbitDelivery(self, received, batch, uncounted)

    def _uncounted(self, received: Received) -> int:
        if not received.deliveries:
            return 0
        note = self._door.inquiry.note(self._door.topology.returned_of(self.lane))
        return min(received.deliveries, uncounted_in(note, received.message.id))

    def _leave(self) -> None:
        if not self._unacked:
            self._arrived(0)  # the broker sends the next batch ahead, perhaps just now
        there = self._link.count(self.queue).consumers  # all acks have reached it then
        try:
            self._give_back_unread()
        finally:
            self._link.drop()
        until = self._door.clock.monotonic() + FORGETS
        while self._door.inquiry.count(self.queue).consumers >= there:
            if self._door.clock.monotonic() > until:
                return  # another one came meanwhile
            self._door.clock.sleep(LOOK)

    def _give_back_unread(self) -> None:
        """What the broker has sent ahead, and nobody has seen, was not delivered."""
        for received in list(self._inbox):
            self.uncount(received.message.id, self._uncounted(received) + 1)

    def _ask(self) -> Any:
        try:
            count = self._link.count(self.queue)
        except TransportUnavailable as error:
            raise self._lost("The hold is gone") from error
        self._known_at = self._door.clock.monotonic()
        return count

    def _must_hold(self, otherwise: str) -> None:
        self._door.must_be_open(otherwise)
        if self.is_over:
            raise self._lost(otherwise)

    def _lost(self, otherwise: str) -> LaneLost:
        why = self._link.error or "its lane was left"
        return LaneLost(f"{otherwise}: {self.queue} is not held here any more ({why}).")

    def _on_delivered(self, received: Received) -> None:
        with self._changed:
            self._known_at = self._door.clock.monotonic()
            self._inbox.append(received)
            self._changed.notify_all()

    def _on_lost(self) -> None:
        with self._changed:
            self._changed.notify_all()


@define(eq=False)
class RabbitDelivery:
    """A batch in work; it stays at the head of its lane until it is settled."""

    _consumer: RabbitConsumer
    _received: Received
    batch: Batch[Any]
    _uncounted: int
    settled: bool = field(default=False, init=False)

    @property
    def redelivered(self) -> int:
        """How often it was delivered before."""
        return self._received.deliveries - self._uncounted

    def verify(self) -> None:
        """Make sure that it is still in work here, by asking the broker.

        Raises:
            LaneLost: Its lane was left, or the connection was lost.
        """
        self._consumer.check(self.batch.id)
        if self.settled:
            raise LaneLost(f"Batch {self.batch.id} is not in work here; it was settled.")

    def release(self) -> None:
        """Give it back uncounted, if that can be written down; raises as ``ack`` does."""
        self._settle(lambda: self._consumer.give_back(self.batch.id, self._uncounted + 1))

    def ack(self) -> None:
        """Forget it.

        Raises:
            AlreadySettled: It was settled before, or its lane was left.
            LaneLost: The connection was lost; the next holder gets the batch again.
        """
        self._settle(lambda: self._consumer.acknowledge(self._received))

    def reject(self, reason: str) -> None:
        """Keep it as a dead letter with *reason*.

        Raises:
            TransportUnavailable: The dead letter is not confirmed; it can be rejected again.
            BusError: As ``ack``.
        """
        self._settle(lambda: self._consumer.bury(self._received, reason))

    def _settle(self, action: Callable[[], None]) -> None:
        if self.settled:
            raise AlreadySettled(f"Batch {self.batch.id} was settled before.")
        action()
        self.settled = True
