"""Questions to the broker, over a connection of their own that never publishes.

A broker that is short of memory reads nothing from connections that publish; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, TypeVar

from attrs import define, field

from importbus.adapters.transports.rabbitmq.driver import Count, Link
from importbus.adapters.transports.rabbitmq.failures import BrokerRefused, QueueMissing
from importbus.adapters.transports.rabbitmq.messages import Message
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.bus.errors import ConfigurationError, TransportUnavailable

T = TypeVar("T")


@define(eq=False)
class Inquiry:
    """Asks one question after the other; thread-safe. ``connect`` opens a link."""

    connect: Callable[[], Link]
    topology: Topology
    _may_make: bool = field(default=True, init=False)
    _link: Link | None = field(default=None, init=False)
    _lock: Any = field(factory=RLock, init=False)

    def begin(self) -> None:
        """Make what is not there yet; a user who may not make it is content when it is there.

        Raises:
            BrokerRefused: Something is not there, and this user may not make it.
            ConfigurationError: It is there, for another number of lanes or with other settings.
        """
        name, lanes = self.topology.name, self.topology.lanes
        known = self._exists(self.topology.queue_of(None))
        fewer = known and not self._exists(self.topology.queue_of(lanes - 1))
        if fewer or self._exists(self.topology.queue_of(lanes)):
            number = "fewer" if fewer else "more"
            raise ConfigurationError(
                f"The queues of {name!r} are for {number} lanes than transport.lanes, which is"
                f" {lanes}; everyone who uses them needs the same number."
            )
        try:
            self._asked(self.prepare)
        except BrokerRefused as refused:
            self._find(refused)

    def prepare(self, link: Link) -> None:
        """Make on *link* what is not there, or see that it is, as ``begin`` has found out.

        Raises as ``Link.declare`` and ``Link.find`` do.
        """
        if self._may_make:
            link.declare(self.topology)
        else:
            link.find(self.topology)

    def count(self, queue: str) -> Count:
        """Return what *queue* has; raises ``TransportUnavailable``."""
        return self._asked(lambda link: link.count(queue))

    def note(self, queue: str) -> Message | None:
        """Return the first message of *queue*, which stays there; None if there is none."""
        return self._asked(lambda link: _looked_at(link, queue))

    def close(self) -> None:
        """End the connection."""
        with self._lock:
            if self._link:
                self._link.close()

    def _find(self, refused: BrokerRefused) -> None:
        self._may_make = False
        try:
            self._asked(self.prepare)
        except QueueMissing:
            raise BrokerRefused(
                f"{refused} Or start somebody first who has it, such as the recorder: not all"
                f" queues of {self.topology.name!r} are there."
            ) from refused

    def _exists(self, queue: str) -> bool:
        try:
            self._asked(lambda link: link.count(queue))
        except QueueMissing:
            return False
        return True

    def _asked(self, question: Callable[[Link], T]) -> T:
        with self._lock:
            try:
                return question(self._open())
            except (BrokerRefused, QueueMissing):
                raise
            except TransportUnavailable:  # perhaps it was lost long ago, and nobody has noticed
                return question(self._open())

    def _open(self) -> Link:
        if self._link is None or self._link.error:
            self._link = self.connect()
        return self._link


def _looked_at(link: Link, queue: str) -> Message | None:
    found = link.get(queue)
    if found is None:
        return None
    link.put_back(found.tag)
    link.count(queue)  # it is there again then, for whoever looks next
    return found.message
