"""Events through the broker: told to everyone who listens at that time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Condition, Lock
from typing import Any
from weakref import WeakSet

from attrs import define, field
from loguru import logger

from importbus.adapters.protocol import decode_event
from importbus.adapters.transports.rabbitmq.driver import Hooks, Link, Received
from importbus.adapters.transports.rabbitmq.failures import BrokerRefused
from importbus.adapters.transports.rabbitmq.pauses import Pauses
from importbus.bus.errors import TransportClosed, TransportUnavailable, UndecodableMessage
from importbus.bus.messages import Event
from importbus.bus.ports import Clock

AHEAD = 100
"""Events that the broker sends before the first of them is acknowledged."""

STATUS = "status"
"""The kind of what consumers tell about themselves every second; no event."""

KEPT = 1000
"""Events that wait for one listener here; who reads more slowly misses the oldest (I7)."""


@define(eq=False)
class Events:
    """What all listeners of a transport share: one connection, made by the first of them.

    What is told while it is lost they miss, as everyone does who is away.
    """

    _connect: Callable[[Hooks, str, int], Link]
    _exchange: str
    clock: Clock
    is_closed: Callable[[], bool]
    _pauses: Pauses = field(factory=Pauses)
    changed: Condition = field(factory=Condition, init=False)
    _listeners: WeakSet[RabbitEvents] = field(factory=WeakSet, init=False)
    _link: Link | None = field(default=None, init=False)
    _queue: str = field(default="", init=False)
    _opening: Any = field(factory=Lock, init=False)

    @property
    def is_lost(self) -> bool:
        """Whether nothing can arrive."""
        return self._link is None or self._link.error is not None

    def listener(self) -> RabbitEvents:
        """Return one more listener, from now on; raises ``TransportUnavailable``."""
        self._open()
        self._let_pass()
        listener = RabbitEvents(self)
        with self.changed:
            self._listeners.add(listener)
        return listener

    def listen_again(self, left: float) -> None:
        """Connect again, at the latest after *left* seconds; it may not work.

        Raises:
            TransportUnavailable: The broker refuses the caller now.
        """
        with self.changed:
            self.changed.wait_for(self.is_closed, min(left, self._pauses.next()))
        try:
            self._open()
        except BrokerRefused:
            raise
        except TransportUnavailable as error:
            logger.warning("Nobody listens to events for now: {}", error)
        else:
            self._pauses.reset()

    def _let_pass(self) -> None:
        """Return when all that was told before has arrived, for those who listened then."""
        if link := self._link:
            for _ in range(2):  # what was sent before the second answer is here then
                link.count(self._queue)

    def close(self) -> None:
        """End the connection, and wake whoever waits."""
        with self._opening:
            if self._link:
                self._link.close()
        self._on_lost()

    def _open(self) -> None:
        with self._opening:
            if self.is_lost and not self.is_closed():
                hooks = Hooks(delivered=self._on_told, lost=self._on_lost)
                link = self._connect(hooks, "events", AHEAD)
                self._link = link
                self._queue = link.listen(self._exchange, KEPT)

    def _on_told(self, received: Received) -> None:
        if self._link:
            self._link.ack(received.tag)
        if received.message.kind == STATUS:
            return  # of consumers, for those who look at them
        with self.changed:
            for listener in self._listeners:
                listener.inbox.append(received.message.body)
            self.changed.notify_all()

    def _on_lost(self) -> None:
        with self.changed:
            self.changed.notify_all()


@define(eq=False)
class RabbitEvents:
    """One listener of the events of a transport, from the moment it was made."""

    _events: Events
    inbox: deque[bytes] = field(factory=lambda: deque(maxlen=KEPT), init=False)

    def receive(self, timeout: float) -> Event | None:
        """Wait at most *timeout* seconds for the next event; None if there is none.

        What cannot be understood, as it is of a newer version, is passed over.

        Raises:
            TransportClosed: The transport was closed.
            TransportUnavailable: The broker refuses the caller now.
        """
        until = self._events.clock.monotonic() + timeout
        while True:
            left = max(0.0, until - self._events.clock.monotonic())
            if (event := self._next(left)) or not left:
                return event

    def _next(self, left: float) -> Event | None:
        self._must_be_open()
        if self._events.is_lost and not self.inbox:
            self._events.listen_again(left)
        with self._events.changed:
            self._events.changed.wait_for(self._is_over, left)
            body = self.inbox.popleft() if self.inbox else None
        self._must_be_open()
        return _understood(body) if body is not None else None

    def _is_over(self) -> bool:
        return bool(self.inbox or self._events.is_lost or self._events.is_closed())

    def _must_be_open(self) -> None:
        if self._events.is_closed():
            raise TransportClosed("Nobody listens: the queue is closed.")


def _understood(body: bytes) -> Event | None:
    try:
        return decode_event(body)
    except UndecodableMessage as error:
        logger.warning("An event is passed over: {}", error)
        return None
