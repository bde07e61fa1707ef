"""Events through the broker: told to everyone who listens at that time."""

from __future__ import annotations

from collections import deque
from threading import Condition

from attrs import define, field
from loguru import logger

from importbus.adapters.protocol import decode_event
from importbus.adapters.transports.rabbitmq.driver import Hooks, Link, Received
from importbus.adapters.transports.rabbitmq.failures import BrokerRefused
from importbus.adapters.transports.rabbitmq.lanes import Door
from importbus.adapters.transports.rabbitmq.pauses import Pauses
from importbus.bus.errors import TransportUnavailable, UndecodableMessage
from importbus.bus.messages import Event

AHEAD = 100
"""Events that are here and not read yet (I7)."""

KEPT = 10_000
"""Events that the broker keeps for one listener; who reads more slowly misses the oldest."""


@define(eq=False)
class RabbitEvents:
    """One listener, from the moment it was made.

    What is told while its connection is lost it misses, as everyone does who is away.
    """

    _door: Door
    _pauses: Pauses = field(factory=Pauses)
    _inbox: deque[Received] = field(factory=deque, init=False)
    _changed: Condition = field(factory=Condition, init=False)
    _link: Link = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin to listen."""
        self._link = self._listening()

    def receive(self, timeout: float) -> Event | None:
        """Wait at most *timeout* seconds for the next event; None if there is none.

        What cannot be understood, as it is of a newer version, is passed over.

        Raises:
            TransportClosed: The transport was closed.
            TransportUnavailable: The broker refuses the caller now.
        """
        until = self._door.clock.monotonic() + timeout
        while True:
            left = max(0.0, until - self._door.clock.monotonic())
            if (event := self._next(left)) or not left:
                return event

    def close(self) -> None:
        """Listen no more."""
        self._link.close()

    def _next(self, left: float) -> Event | None:
        self._door.must_be_open("Nobody listens")
        if self._link.error and not self._inbox:
            self._listen_again(left)
        with self._changed:
            self._changed.wait_for(self._is_over, left)
            received = self._inbox.popleft() if self._inbox else None
        self._door.must_be_open("Nobody listens")
        return self._understood(received) if received else None

    def _is_over(self) -> bool:
        return bool(self._inbox or self._link.error or self._door.is_closed())

    def _understood(self, received: Received) -> Event | None:
        self._link.ack(received.tag)
        try:
            return decode_event(received.message.body)
        except UndecodableMessage as error:
            logger.warning("An event is passed over: {}", error)
            return None

    def _listen_again(self, left: float) -> None:
        with self._changed:
            self._changed.wait_for(self._door.is_closed, min(left, self._pauses.next()))
        try:
            self._link = self._listening()
        except BrokerRefused:
            raise
        except TransportUnavailable as error:
            logger.warning("Nobody listens to events for now: {}", error)
        else:
            self._pauses.reset()

    def _listening(self) -> Link:
        link = self._door.connect(Hooks(self._on_told, lost=self._on_lost), "events", AHEAD)
        link.listen(self._door.topology.events, KEPT)
        return link

    def _on_told(self, received: Received) -> None:
        with self._changed:
            self._inbox.append(received)
            self._changed.notify_all()

    def _on_lost(self) -> None:
        with self._changed:
            self._changed.notify_all()
