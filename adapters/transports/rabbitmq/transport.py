"""``amqp://`` and ``amqps://``: lanes in a RabbitMQ broker."""

from __future__ import annotations

import contextlib
import random
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from threading import Event, Lock
from typing import Any

from importbus.adapters.clock import SystemClock
from importbus.adapters.media import MediaFiles
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.dead_letters import DeadLetters
from importbus.adapters.transports.rabbitmq.driver import Hooks, Link
from importbus.adapters.transports.rabbitmq.events import Events, RabbitEvents
from importbus.adapters.transports.rabbitmq.inquiry import Inquiry
from importbus.adapters.transports.rabbitmq.lanes import Door, RabbitConsumer
from importbus.adapters.transports.rabbitmq.loop import Loop
from importbus.adapters.transports.rabbitmq.messages import BatchMessages, event_message
from importbus.adapters.transports.rabbitmq.pauses import Pauses
from importbus.adapters.transports.rabbitmq.publisher import Publisher
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.adapters.transports.rabbitmq.window import BATCHES, Pending
from importbus.adapters.transports.sqlite_queue import DeadLetter, lane_name
from importbus.bus.batches import Batch
from importbus.bus.errors import BusError, LaneHeld, LaneLost
from importbus.bus.messages import BatchSettled
from importbus.bus.messages import Event as BusEvent
from importbus.bus.ports import Clock, Codec

PATIENCE = 60.0
"""Seconds to wait for the confirmation of a batch, reconnecting meanwhile."""

FULL_LOOK = 0.05
"""Seconds between two looks at a lane that is full."""


class RabbitTransport:
    """Lanes in the broker at *address*: first in, first out, one active consumer; thread-safe.

    What is published is on the broker's disk when ``publish`` returns. ``submit`` and ``flush``
    are the same with many batches on their way at once, in the order of their lanes. After a lost
    connection a lane is published again from its first unconfirmed batch on, so a batch may be in
    its lane twice: it is known by its id.

    Args:
        address: Where the broker is; see ``address_of``.
        codec: Knows the command classes that travel.
        lanes: Catalogue lanes, the same number for everyone who uses the same name.
        capacity: Batches that a lane holds before publishing to it waits; None for no limit.
        files: Where the files are that are too large for a message.
        patience: Seconds to wait for the confirmation of a batch, reconnecting meanwhile.
        jitter: Returns a number from 0 to 1, for the pauses between two tries to connect.

    Raises:
        TransportUnavailable: The broker is out of reach, or refuses the user or the vhost.
        ConfigurationError: The queues were made for another number of lanes, or otherwise; or the
            certificates cannot be used.
    """

    durable = True

    reconnects = True
    """A broker that is away comes back: whoever wants a lane waits for it."""

    at_once = BATCHES
    """As many as may be on their way before the first of them is confirmed."""

    def __init__(
        self,
        address: Address,
        codec: Codec,
        lanes: int,
        *,
        capacity: int | None = None,
        clock: Clock | None = None,
        files: MediaFiles = MediaFiles(),
        patience: float = PATIENCE,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.lanes = lanes
        self._address, self._capacity = address, capacity
        self._clock = clock or SystemClock()
        self._closed, self._lock = Event(), Lock()
        self._held: dict[int | None, RabbitConsumer] = {}
        topology = Topology(address.name, lanes, address.delivery_limit)
        self._messages = BatchMessages(codec, lanes, files)
        self._loop = Loop()
        publishing = partial(self._connect, purpose="publish")
        pauses = Pauses(jitter)
        self._inquiry = Inquiry(lambda: self._connect(Hooks(), "questions"), topology)
        self._publisher = Publisher(
            publishing, self._inquiry.prepare, topology.commands, self._clock, patience, pauses
        )
        self._events = Events(
            self._connect, topology.events, self._clock, self._closed.is_set, Pauses(jitter)
        )
        self._dead = DeadLetters(self._connect, topology.dead)
        self._door = Door(
            self._connect,
            topology,
            self._messages,
            self._publisher,
            self._inquiry,
            self._clock,
            self._closed.is_set,
        )
        self._begin()

    @property
    def blocked(self) -> str | None:
        """Why the broker takes nothing for now, in its own words; None when it does."""
        return self._publisher.blocked

    def publish(self, *batches: Batch[Any]) -> None:
        """Store *batches* at the ends of their lanes; return when the broker has confirmed them.

        Raises:
            TransportUnavailable: Not confirmed within the patience; some may be stored. They stay
                on their way, so publishing them again waits for the same.
            TransportClosed: The transport was closed, perhaps while this call waited.
            ConfigurationError: Its import id is too long for a broker.
            InvalidCommand: A command that goes with a file is too large for its headers.
        """
        waiting: deque[Pending] = deque()
        for batch in batches:
            waiting.append(self.submit(batch))
            while waiting and waiting[0].stored:  # its bytes need not be kept any longer (I7)
                waiting.popleft()
        for pending in waiting:
            self._publisher.wait(pending)

    def submit(self, batch: Batch[Any]) -> Pending:
        """Send *batch* to the end of its lane, and return before it is confirmed.

        Waits while as many are on their way as the window holds, or while the lane is full.
        ``flush`` says that all of them are stored. Raises as ``publish`` does.
        """
        message = self._messages.encode(batch, at=self._clock.now())
        self._door.must_be_open(f"Batch {batch.id} was not published")
        self._wait_for_room(batch)
        return self._publisher.submit(lane_name(batch.lane), message)

    def flush(self) -> None:
        """Return when everything that was submitted is confirmed.

        Raises:
            TransportUnavailable: Something is not, within the patience; it stays on its way.
            TransportClosed: The transport was closed.
        """
        self._publisher.flush()

    def lease(self, lane: int | None) -> RabbitConsumer:
        """Take *lane* for one worker.

        Of two who ask at the same moment both may get it: the broker gives batches to the one who
        came first, and the other is its standby.

        Raises:
            LaneHeld: Another consumer holds it.
            TransportUnavailable: The broker cannot be reached.
            TransportClosed: The transport was closed.
        """
        self._door.must_be_open(f"{lane_name(lane)} was not taken")
        consumer = self._taken(lane)
        with self._lock:
            self._held[lane] = consumer
        return consumer

    def depths(self) -> Mapping[int | None, int]:
        """Return the batches per lane that are stored and not settled.

        Those in work are included when they are in work here. The broker does not tell what other
        processes have in work, which is one batch a lane at the most.
        """
        lanes = (None, *range(self.lanes))
        return {lane: self._depth(lane) for lane in lanes}

    def dead_letters_after(self, number: int) -> list[DeadLetter]:
        """Return the messages that were put aside behind *number* (0: all), oldest first.

        Those up to *number* are forgotten. For one reader at a time; numbers are those of this
        transport, and what was not forgotten comes again with a new one after a lost connection.
        """
        self._door.must_be_open("Nothing was read")
        return self._dead.after(number)

    def broadcast(self, event: BusEvent) -> None:
        """Tell *event* to everyone who listens now, also in other processes.

        That a batch was settled is told without waiting for the broker: there may be hundreds a
        second, and the journal has it.

        Raises:
            TransportUnavailable: The broker has not confirmed it; some may have been told.
        """
        self._door.must_be_open("The event was not told")
        message = event_message(event, at=self._clock.now())
        exchange = self._door.topology.events
        tell = self._publisher.mention if isinstance(event, BatchSettled) else self._publisher.tell
        tell(message, exchange, message.kind, mandatory=False)

    def events(self) -> RabbitEvents:
        """Listen from now on; raises ``TransportClosed`` and ``TransportUnavailable``."""
        self._door.must_be_open("Nobody listens")
        return self._events.listener()

    def close(self) -> None:
        """Leave all lanes and end all connections; a second call does nothing.

        What was submitted and is not confirmed may be stored or not.
        """
        with self._lock:
            held, self._held = list(self._held.values()), {}
        if self._closed.is_set():
            return
        for consumer in held:
            consumer.close()
        self._closed.set()
        self._events.close()
        self._publisher.close()
        self._inquiry.close()
        self._dead.close()
        self._loop.close()

    def _begin(self) -> None:
        try:
            self._inquiry.begin()
        except BusError:
            self._inquiry.close()
            self._loop.close()
            raise

    def _connect(self, hooks: Hooks, purpose: str, prefetch: int = 0) -> Link:
        return Link(self._loop, self._address, hooks, purpose, prefetch=prefetch)

    def _taken(self, lane: int | None) -> RabbitConsumer:
        queue = self._door.topology.queue_of(lane)
        if self._inquiry.count(queue).consumers:
            raise LaneHeld(f"{lane_name(lane)} is held by another consumer of {queue}.")
        return RabbitConsumer(self._door, lane)

    def _wait_for_room(self, batch: Batch[Any]) -> None:
        while self._capacity is not None and self._kept(batch.lane) >= self._capacity:
            self._clock.sleep(FULL_LOOK)
            self._door.must_be_open(f"Batch {batch.id} was not published")

    def _kept(self, lane: int | None) -> int:
        return self._depth(lane) + self._publisher.on_its_way(lane_name(lane))

    def _depth(self, lane: int | None) -> int:
        with self._lock:
            consumer = self._held.get(lane)
        if consumer and not consumer.is_over:
            with contextlib.suppress(LaneLost):  # just now
                return consumer.depth()
        return self._inquiry.count(self._door.topology.queue_of(lane)).ready
