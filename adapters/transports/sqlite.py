"""``sqlite:///path``: lanes in a file, for any number of processes of one machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

from loguru import logger

from importbus.adapters.clock import SystemClock
from importbus.adapters.media import MediaFiles
from importbus.adapters.protocol import content_of, encode_batch
from importbus.adapters.sqlite_file import Database
from importbus.adapters.transports.leases import Lease, Leases
from importbus.adapters.transports.sqlite_consumer import SHORT_LOOK, Door, FileConsumer
from importbus.adapters.transports.sqlite_consumers import Consumers
from importbus.adapters.transports.sqlite_events import EventLog, FileEvents
from importbus.adapters.transports.sqlite_queue import DeadLetter, Message, QueueFile, lane_name
from importbus.adapters.transports.sqlite_schema import QUEUE
from importbus.bus.batches import Batch
from importbus.bus.errors import BusError, ConfigurationError, TransportError
from importbus.bus.messages import BatchSettled
from importbus.bus.messages import Event as BusEvent
from importbus.bus.ports import Clock, Codec

LEASE_SECONDS = 30.0
"""Seconds without a sign of life after which others may take a lane."""

SIGNS = 5
"""Signs of life within the time of a lease: a few may be late."""

AT_ONCE = 40
"""Batches that are best published together: they wait for the disk once."""


class SqliteTransport:
    """Lanes in the file at *path*: first in, first out, one holder each; thread-safe.

    What is published is on the disk when ``publish`` returns. A lane is leased: its holder gives a
    sign of life every few seconds, from a thread of this transport. Who gives none for
    *lease_seconds* has lost the lane, and the next holder gets the batch that was in work.

    Attributes:
        holder: The name of this transport among those who hold leases: host/process/transport.

    Args:
        path: The file; made when it is missing, for its owner only.
        codec: Knows the command classes that travel.
        lanes: Catalogue lanes, the same number for everyone who uses the file.
        capacity: Batches that a lane holds before publishing to it waits; None for no limit.
        keep_alive: Whether a thread gives the signs of life; else ``renew`` must be called.
        files: Where the files are that are too large for a message.

    Raises:
        TransportUnavailable: The file cannot be opened, is damaged, or is no queue.
        ConfigurationError: The file was made with another number of lanes.
    """

    durable = True
    at_once = AT_ONCE

    def __init__(
        self,
        path: str,
        codec: Codec,
        lanes: int,
        *,
        capacity: int | None = None,
        clock: Clock | None = None,
        lease_seconds: float = LEASE_SECONDS,
        keep_alive: bool = True,
        files: MediaFiles = MediaFiles(),
    ) -> None:
        self.lanes = lanes
        self._clock = clock or SystemClock()
        self._capacity = capacity
        self._closed = Event()
        self._database = Database(path, QUEUE, durable=True)
        self._leases = Leases(self._database, lease_seconds)
        self._events = EventLog(self._database, self._clock)
        queue, is_closed = QueueFile(self._database), self._closed.is_set
        self._door = Door(queue, codec, self._clock, self._leases, self._events, is_closed, files)
        self._consumers = Consumers(self._database, self._clock, lease_seconds)
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
        self._held: dict[str, Lease] = {}
        self._lock = Lock()
        self._agree(lanes)
        if keep_alive:
            self._start_renewing(lease_seconds / SIGNS)

    def publish(self, *batches: Batch[Any]) -> None:
        """Store *batches* at the ends of their lanes; one whose id is there stays as it is.

        They wait for the disk once, unless lanes have a *capacity*: then one is stored after the
        other, as there is room.

        Raises:
            TransportUnavailable: Not confirmed as stored; publishing again is safe.
            TransportClosed: The transport was closed, perhaps while this call waited.
        """
        messages = [self._message(batch) for batch in batches]
        self._door.must_be_open("Nothing was published")
        if self._capacity is None:
            self._door.queue.put(*messages)
            return
        for message in messages:
            while not self._door.queue.put_within(self._capacity, message):
                self._clock.sleep(SHORT_LOOK)
                self._door.must_be_open(f"Batch {message.batch_id} was not published")

    def _message(self, batch: Batch[Any]) -> Message:
        body = encode_batch(batch, self._door.codec, lanes=self.lanes)
        return Message(lane_name(batch.lane), batch.id, body, content_of(batch))

    def lease(self, lane: int | None) -> FileConsumer:
        """Take *lane* for one worker.

        Raises:
            LaneHeld: Another consumer holds it; the message names its process.
            TransportClosed: The transport was closed.
        """
        return FileConsumer(self._door, self.hold(lane_name(lane)), self.give_back)

    def hold(self, name: str) -> Lease:
        """Take the lease of *name* and keep it until it is given back; raises as ``lease`` does."""
        self._door.must_be_open(f"{name} was not taken")
        lease = self._leases.take(name, self.holder, self._clock.now())
        with self._lock:
            self._held[name] = lease
        return lease

    def verify(self, lease: Lease) -> None:
        """Make sure that *lease* is still held; raises ``LaneLost``."""
        self._door.must_be_open(f"{lease.name} is not held")
        self._door.verify(lease)

    def give_back(self, lease: Lease) -> None:
        """Let others take *lease* at once; nothing happens when it has ended."""
        with self._lock:
            if self._held.get(lease.name) == lease:
                del self._held[lease.name]
        if not self._closed.is_set():
            self._leases.give_back(lease, self._clock.now())

    def renew(self) -> None:
        """Give a sign of life for every lease that is held here."""
        with self._lock:
            held = list(self._held.values())
        for lease in held:
            try:
                self._leases.renew(lease, self._clock.now())
            except BusError as error:  # its holder finds out when it receives or settles
                logger.warning("{}", error)

    def holders(self) -> Mapping[str, str]:
        """Return who holds which lease now, as host/process/transport."""
        with self._database.reading() as connection:
            now = self._clock.now()
            query = "SELECT name, holder FROM leases WHERE until > ? ORDER BY name"
            return dict(connection.execute(query, (now,)).fetchall())

    def tell_status(self, status: Mapping[str, object] | None) -> None:
        """Let others see what this consumer is doing; None when it leaves."""
        if not self._closed.is_set():
            self._consumers.tell(self.holder, status)

    def consumers(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each consumer told last, by its name; those that died are left out."""
        return self._consumers.told()

    def serve(self, path: str, identity: str) -> None:
        """Have all who use the file use the same journal, the file at *path*.

        Raises:
            ConfigurationError: The batches that are stored belong to another journal.
        """
        self._door.queue.agree_on_journal(os.path.realpath(path))

    def depths(self) -> Mapping[int | None, int]:
        """Return the batches per lane that are stored and not settled, those in work included."""
        found = self._door.queue.depths()
        return {lane: found.get(lane_name(lane), 0) for lane in (None, *range(self.lanes))}

    def check(self) -> None:
        """Read the whole file; raises ``TransportUnavailable`` when it is damaged."""
        self._database.check()

    def dead_letters_after(self, number: int) -> list[DeadLetter]:
        """Return the messages that were put aside behind *number* (0: all), oldest first."""
        return self._door.queue.dead_letters_after(number)

    def dead_letters(self) -> list[tuple[bytes, str]]:
        """Return the messages that were rejected, with the reasons, oldest first."""
        return self._door.queue.dead_letters()

    def broadcast(self, event: BusEvent) -> None:
        """Tell *event* to everyone who listens now, also in other processes."""
        self._door.must_be_open("The event was not told")
        if isinstance(event, BatchSettled):  # many a second, which need not be told one by one
            self._events.hold(event)
        else:
            self._events.append(event)

    def events(self) -> FileEvents:
        """Listen from now on; raises ``TransportClosed``."""
        self._door.must_be_open("Nobody listens")
        return FileEvents(self._events, self._closed.is_set, self._events.last())

    def close(self) -> None:
        """Give back what is held and release the file; a second call does nothing."""
        with self._lock:
            held, self._held = list(self._held.values()), {}
        if not self._closed.is_set():
            for lease in held:
                self._leases.give_back(lease, self._clock.now())
            with suppress(TransportError):  # for speed only; the journal has it
                self._events.flush()
            self._closed.set()
            self._database.close()

    def _agree(self, lanes: int) -> None:
        try:
            self._door.queue.agree_on_lanes(lanes)
        except ConfigurationError:
            self._database.close()
            raise

    def _start_renewing(self, every: float) -> None:
        def run() -> None:
            while not self._closed.wait(every):
                self.renew()

        Thread(target=run, name="importbus-leases", daemon=True).start()
