"""One worker's hold of a lane in a queue file, and what it holds in work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.media import MediaFiles
from importbus.adapters.protocol import decode_batch
from importbus.adapters.transports.leases import Lease, Leases
from importbus.adapters.transports.sqlite_events import EventLog
from importbus.adapters.transports.sqlite_queue import QueueFile, Stored
from importbus.bus.batches import Batch
from importbus.bus.errors import AlreadySettled, LaneLost, TransportClosed, UndecodableMessage
from importbus.bus.ports import Clock, Codec

SHORT_LOOK, LONG_LOOK = 0.01, 0.2
"""Seconds between two looks at an empty lane: short at first, then longer."""


@frozen
class Door:
    """What consumers share: the file, and whether it is still open."""

    queue: QueueFile
    codec: Codec
    clock: Clock
    leases: Leases
    events: EventLog
    is_closed: Callable[[], bool]
    files: MediaFiles = MediaFiles()

    def decode(self, stored: Stored) -> Batch[Any]:
        """Return the batch of a message; raises ``UndecodableMessage``."""
        return decode_batch(stored.body, self.codec, stored.content, self.files.unpack)

    def verify(self, lease: Lease) -> None:
        """Make sure that *lease* is held; raises ``LaneLost``."""
        self.leases.verify(lease, self.clock.now())

    def must_be_open(self, otherwise: str) -> None:
        """Raise ``TransportClosed`` when the transport was closed."""
        if self.is_closed():
            raise TransportClosed(f"{otherwise}: the queue is closed.")


@define(eq=False)
class FileConsumer:
    """The hold of one lane; implements ``importbus.bus.ports.LaneConsumer``."""

    _door: Door
    _lease: Lease
    _give_back: Callable[[Lease], None]
    _current: FileDelivery | None = field(default=None, init=False)
    _next: Stored | None = field(default=None, init=False)  # what came with an acknowledgement
    _left: bool = field(default=False, init=False)

    def receive(self, timeout: float) -> FileDelivery | None:
        """Wait at most *timeout* seconds for the batch at the head of the lane.

        While a delivery is not settled there is no next one.

        Raises:
            LaneLost: The lease has ended; leave the lane and take it again.
            TransportClosed: The transport was closed.
        """
        clock = self._door.clock
        until, pause = clock.monotonic() + timeout, SHORT_LOOK
        while (found := self._look()) is None:
            left = until - clock.monotonic()
            if left <= 0:
                return None
            clock.sleep(min(pause, left))
            pause = min(LONG_LOOK, pause * 2)
        self._current = found
        return found

    def close(self) -> None:
        """Leave the lane; what was not settled is delivered again to the next holder."""
        if self._left:
            return
        self._left = True
        if self._current:
            self._current.settled = True
        if (unseen := self._next) and not self._door.is_closed():
            with suppress(LaneLost):
                self._door.queue.uncount(self._lease, unseen.place, self._door.clock.now())
        self._give_back(self._lease)

    def _look(self) -> FileDelivery | None:
        """Return what is at the head; what cannot be understood is put aside on the way."""
        self._door.must_be_open("Nothing was received")
        if self._left:
            raise self._lease.lost()
        if self._current and not self._current.settled:
            return None
        while stored := self._take():
            try:
                batch = self._door.decode(stored)
            except UndecodableMessage as error:
                logger.error("{} of {} is put aside: {}", stored.batch_id, self._lease.name, error)
                self._door.queue.bury(self._lease, stored.place, self._door.clock.now(), str(error))
            else:
                return FileDelivery(self._door, self._lease, stored, batch, self._keep)
        return None

    def _take(self) -> Stored | None:
        """Return what came with an acknowledgement, else what is at the head of the lane."""
        stored, self._next = self._next, None
        if stored is None:
            return self._door.queue.head(self._lease, self._door.clock.now())
        self._door.verify(self._lease)
        return stored

    def _keep(self, stored: Stored | None) -> None:
        self._next = stored


@define(eq=False)
class FileDelivery:
    """A batch in work; it stays at the head of its lane until it is settled."""

    _door: Door
    _lease: Lease
    _stored: Stored
    batch: Batch[Any]
    _keep: Callable[[Stored | None], None]
    settled: bool = field(default=False, init=False)

    @property
    def redelivered(self) -> int:
        """How often it was delivered before."""
        return self._stored.redelivered

    def verify(self) -> None:
        """Make sure that it is still in work here.

        Raises:
            LaneLost: Its lane was left, or the lease has ended.
        """
        self._door.must_be_open(f"Batch {self.batch.id} is not in work")
        if self.settled:
            raise self._lease.lost()
        self._door.verify(self._lease)

    def release(self) -> None:
        """Give it back uncounted; raises as ``ack`` does."""
        self._settle_once()
        self._door.queue.uncount(self._lease, self._stored.place, self._door.clock.now())

    def ack(self) -> None:
        """Forget it, and take what is behind it along for the next ``receive``.

        Raises:
            AlreadySettled: It was settled before, or its lane was left.
            LaneLost: The lease has ended; the next holder gets the batch again.
        """
        self._settle_once()
        door, now = self._door, self._door.clock.now()
        self._keep(door.queue.pass_on(self._lease, self._stored.place, now))
        door.events.flush(due=True)

    def reject(self, reason: str) -> None:
        """Keep it as a dead letter with *reason*; raises as ``ack`` does."""
        self._settle_once()
        self._door.queue.bury(self._lease, self._stored.place, self._door.clock.now(), reason)

    def _settle_once(self) -> None:
        self._door.must_be_open(f"Batch {self.batch.id} was not settled")
        if self.settled:
            raise AlreadySettled(f"Batch {self.batch.id} was settled before.")
        self.settled = True
