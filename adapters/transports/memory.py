"""``memory:``, the transport of sync mode: a bounded queue per lane inside the process."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from threading import Condition, Lock
from typing import Any

from attrs import define, field

from importbus.adapters.right_of_way import RightOfWay
from importbus.bus.batches import Batch
from importbus.bus.errors import AlreadySettled, LaneHeld, LaneLost, TransportClosed
from importbus.bus.messages import Event

CAPACITY = 8
"""Batches that a lane holds before publishing to it blocks."""

SHARE = 3
"""Batches for each lane that the catalogue lanes hold together before publishing to any blocks.

What waits here is most of the memory of an import (I7). A lane that is slower than the others may
use their shares: by simulation lanes are as busy as with 8 places each, less 1%, and with 3 places
each they were less busy by 6%.
"""

AT_ONCE = 4
"""Batches that are handed over together: they are noted in one transaction.

A quarter of the cost of noting them; more would be seldom full, and take more memory (I7).
"""

SPENT = 4
"""Most batches that are kept beyond their end until somebody publishes.

Their memory is given back there, since that takes 0.8 ms for a hundred products: in a lane that is
about to make its next call, the PIM would wait for it.
"""

DEAD_LETTERS = 1000
"""Most rejected batches that are kept, the newest ones (I7)."""


@define
class _Lane:
    changed: Condition  # one for all lanes, since they share room
    spent: deque[Batch[Any]]  # the same
    batches: deque[Batch[Any]] = field(factory=deque)
    deliveries: int = 0  # of the batch at the head, those before the present one
    leased: bool = False
    closed: bool = False


class MemoryTransport:
    """Lanes in memory: first in, first out, one consumer each; publishing blocks when full.

    A lane holds *capacity* batches, all catalogue lanes together ``SHARE`` for each of them. The
    structure lane has its room for itself: the others may be waiting for it.

    What was not settled when a consumer leaves is delivered again, in the same order, to the next
    one. Nothing survives the process: the journal is what makes an import resumable.
    """

    durable = False
    at_once = AT_ONCE

    def __init__(
        self, lanes: int, *, capacity: int = CAPACITY, right_of_way: RightOfWay | None = None
    ) -> None:
        self.lanes = lanes
        self._right_of_way = right_of_way or RightOfWay()
        self._capacity = capacity
        self._shared = max(capacity, SHARE * lanes)
        self._dead: deque[tuple[Batch[Any], str]] = deque(maxlen=DEAD_LETTERS)
        changed = Condition(Lock())
        self._spent: deque[Batch[Any]] = deque(maxlen=SPENT)
        self._lanes = {lane: _Lane(changed, self._spent) for lane in (None, *range(lanes))}
        self._listeners: list[SimpleQueue[Event | None]] = []
        self._closed = False

    def publish(self, *batches: Batch[Any]) -> None:
        """Append each of *batches* to its lane; wait while there is no room.

        Raises:
            TransportClosed: The transport was closed, perhaps while this call waited.
        """
        for batch in batches:
            self._append(batch)

    def _append(self, batch: Batch[Any]) -> None:
        lane = self._lanes[batch.lane]
        with lane.changed:
            lane.changed.wait_for(lambda: lane.closed or self._has_room(batch.lane))
            if lane.closed:
                raise TransportClosed(f"Batch {batch.id} was not published: the queue is closed.")
            lane.batches.append(batch)
            lane.changed.notify_all()
        self._right_of_way.give()
        self._spent.clear()

    def _has_room(self, lane: int | None) -> bool:
        depths = self.depths()
        catalogue = sum(depths.values()) - depths[None]
        return depths[lane] < self._capacity and (lane is None or catalogue < self._shared)

    def lease(self, lane: int | None) -> MemoryConsumer:
        """Take *lane* for one worker.

        Raises:
            LaneHeld: Another consumer holds the lane; it must be closed first.
        """
        state = self._lanes[lane]
        with state.changed:
            if state.closed:
                raise TransportClosed(f"Lane {lane} was not taken: the queue is closed.")
            if state.leased:
                raise LaneHeld(f"Lane {lane} is held by another consumer.")
            state.leased = True
        return MemoryConsumer(state, self._dead)

    def depths(self) -> Mapping[int | None, int]:
        """Return the batches per lane that are not settled, those in work included."""
        return {lane: len(state.batches) for lane, state in self._lanes.items()}

    def dead_letters(self) -> list[tuple[Batch[Any], str]]:
        """Return the rejected batches with the reasons, oldest first."""
        return list(self._dead)

    def broadcast(self, event: Event) -> None:
        """Tell *event* to everyone who listens now; raises ``TransportClosed``."""
        self._must_be_open()
        for listener in list(self._listeners):
            listener.put(event)

    def events(self) -> MemoryEvents:
        """Listen from now on; raises ``TransportClosed``."""
        self._must_be_open()
        told: SimpleQueue[Event | None] = SimpleQueue()
        self._listeners.append(told)
        return MemoryEvents(told)

    def close(self) -> None:
        """Wake everyone who waits; what is queued is gone."""
        self._closed = True
        for listener in self._listeners:
            listener.put(None)
        for state in self._lanes.values():
            with state.changed:
                state.closed = True
                state.changed.notify_all()

    def _must_be_open(self) -> None:
        if self._closed:
            raise TransportClosed("The queue is closed.")


class MemoryEvents:
    """One listener of the events of a ``MemoryTransport``."""

    def __init__(self, told: SimpleQueue[Event | None]) -> None:
        self._told = told

    def receive(self, timeout: float) -> Event | None:
        """Wait at most *timeout* seconds for the next event; None if there is none.

        Raises:
            TransportClosed: The transport was closed.
        """
        try:
            event = self._told.get(timeout=timeout) if timeout > 0 else self._told.get_nowait()
        except Empty:
            return None
        if event is None:
            self._told.put(None)  # for the next call
            raise TransportClosed("The queue is closed.")
        return event


class MemoryConsumer:
    """The hold of one lane of a ``MemoryTransport``."""

    def __init__(self, lane: _Lane, dead: deque[tuple[Batch[Any], str]]) -> None:
        self._lane = lane
        self._dead = dead
        self._current: MemoryDelivery | None = None

    def receive(self, timeout: float) -> MemoryDelivery | None:
        """Return the batch at the head of the lane, or None after *timeout* seconds.

        Raises:
            TransportClosed: The transport was closed.
        """
        lane = self._lane
        with lane.changed:
            lane.changed.wait_for(lambda: lane.closed or self._ready(), timeout)
            if lane.closed:
                raise TransportClosed("The queue is closed.")
            if not self._ready():
                return None
            self._current = MemoryDelivery(lane, lane.batches[0], lane.deliveries, self._dead)
            lane.deliveries += 1
            return self._current

    def close(self) -> None:
        """Leave the lane; what was not settled is delivered again to the next holder."""
        with self._lane.changed:
            self._lane.leased = False
            if self._current:
                self._current.settled = True

    def _ready(self) -> bool:
        in_work = self._current is not None and not self._current.settled
        return bool(self._lane.batches) and not in_work


class MemoryDelivery:
    """A batch at the head of a lane; it stays there until it is settled."""

    def __init__(
        self, lane: _Lane, batch: Batch[Any], redelivered: int, dead: deque[tuple[Batch[Any], str]]
    ) -> None:
        self.batch = batch
        self.redelivered = redelivered
        self.settled = False
        self._lane = lane
        self._dead = dead

    def verify(self) -> None:
        """Make sure that it is still in work here; raises ``LaneLost``."""
        if self.settled:
            raise LaneLost(f"Batch {self.batch.id} is not in work here; its lane was left.")

    def release(self) -> None:
        """Give it back uncounted; raises ``AlreadySettled`` the second time."""
        with self._lane.changed:
            self._settle_once()
            self._lane.deliveries -= 1

    def ack(self) -> None:
        """Remove the batch from its lane; raises ``AlreadySettled`` the second time."""
        with self._lane.changed:
            self._settle_once()
            self._lane.deliveries = 0
            self._lane.spent.append(self._lane.batches.popleft())
            self._lane.changed.notify_all()

    def reject(self, reason: str) -> None:
        """Move the batch to the dead letters; raises ``AlreadySettled`` the second time."""
        self.ack()
        self._dead.append((self.batch, reason))

    def _settle_once(self) -> None:
        if self.settled:
            raise AlreadySettled(f"Batch {self.batch.id} was settled before.")
        self.settled = True
