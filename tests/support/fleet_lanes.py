"""Lanes that several simulated processes share, and the parts of a process that may die in a call.

The lanes are those in memory, and keep the promises of a queue file: what is published outlives
its publisher, a batch that is in its lane is there once, and a lease can end while work goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from attrs import define, field

from importbus.adapters.fleet_recorder import Letter
from importbus.adapters.transports.memory import MemoryConsumer, MemoryDelivery, MemoryTransport
from importbus.bus.batches import Batch
from importbus.bus.errors import LaneLost
from importbus.bus.messages import Event as BusEvent
from lane_fakes import PLENTY


class SharedLanes(MemoryTransport):
    """Lanes that outlive whoever uses them; what was told is in ``told``."""

    durable = True
    at_once = 2

    def __init__(self, lanes: int) -> None:
        super().__init__(lanes, capacity=PLENTY)
        self.told: list[BusEvent] = []
        self.published: list[Batch[Any]] = []

    def publish(self, *batches: Batch[Any]) -> None:
        """Append *batches* to their lanes, unless they are there."""
        for batch in batches:
            if all(known.id != batch.id for known in self._lanes[batch.lane].batches):
                super().publish(batch)
                self.published.append(batch)

    def broadcast(self, event: BusEvent) -> None:
        """Keep what is told."""
        self.told.append(event)

    def dead_letters_after(self, number: int) -> list[Letter]:
        """Return nothing: every batch is understood."""
        return []

    def hold(self, lane: int | None) -> Hold:
        """Take *lane*; raises ``LaneHeld``."""
        return Hold(self.lease(lane))

    def is_free(self, lane: int | None) -> bool:
        """Whether nobody holds *lane*."""
        return not self._lanes[lane].leased


@define(eq=False, repr=False)
class Hold:
    """The lease of a lane, which can end before its holder knows."""

    consumer: MemoryConsumer
    lost: bool = False

    def receive(self) -> Leased | None:
        """Return the batch at the head of the lane, if there is one."""
        self.verify()
        delivery = self.consumer.receive(0)
        return Leased(self, delivery) if delivery else None

    def verify(self) -> None:
        """Make sure that the lane is held; raises ``LaneLost``."""
        if self.lost:
            raise LaneLost("The lease has ended; another worker may hold the lane.")

    def end(self) -> None:
        """Let others take the lane; its holder finds out when it asks."""
        if not self.lost:
            self.lost = True
            self.consumer.close()


@define(eq=False, repr=False)
class Leased:
    """A batch in work as long as its lane is held."""

    _hold: Hold
    _delivery: MemoryDelivery

    @property
    def batch(self) -> Batch[Any]:
        """What to carry out."""
        return self._delivery.batch

    @property
    def redelivered(self) -> int:
        """How often it was delivered before."""
        return self._delivery.redelivered

    def verify(self) -> None:
        """Make sure that it is still in work here; raises ``LaneLost``."""
        self._hold.verify()

    def release(self) -> None:
        """Give it back uncounted; raises ``LaneLost``."""
        self._hold.verify()
        self._delivery.release()

    def ack(self) -> None:
        """Remove it; raises ``LaneLost``."""
        self._hold.verify()
        self._delivery.ack()

    def reject(self, reason: str) -> None:
        """Put it aside; raises ``LaneLost``."""
        self._hold.verify()
        self._delivery.reject(reason)


@define(eq=False, repr=False)
class Mortal:
    """A part as one process has it: fate strikes before and after the calls in ``names``.

    It is told where: ``before settle``, ``after settle``; so is *doubt*, which may raise, too.
    """

    part: Any
    fate: Callable[[str], object]
    names: Collection[str]
    doubt: Callable[[str], object] = field(default=lambda where: None)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.part, name)
        if name not in self.names:
            return found

        def call(*args: Any, **named: Any) -> Any:
            self.strike(f"before {name}")
            result = found(*args, **named)
            self.strike(f"after {name}")
            return result

        return call

    def strike(self, where: str) -> None:
        """Let fate and doubt do their worst."""
        self.fate(where)
        self.doubt(where)
