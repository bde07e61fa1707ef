"""Events in a queue file: told to everyone who listens at that time."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.protocol import decode_event, encode_event
from importbus.adapters.sqlite_file import Database
from importbus.bus.errors import TransportClosed, UndecodableMessage
from importbus.bus.messages import Event
from importbus.bus.ports import Clock

KEPT = 600.0
"""Seconds that an event is kept; who looks less often misses some, and asks for the state."""

LOOK = 0.05
"""Seconds between two looks for events."""


FORGET = """
DELETE FROM events
WHERE id IN (SELECT id FROM events ORDER BY id LIMIT ?) AND at < ?
"""
"""Two of the oldest for each new one, so that old ones get fewer, and young ones cost nothing."""


@frozen
class EventLog:
    """The events of a queue file, the newest last."""

    database: Database
    clock: Clock
    _held: deque[tuple[float, bytes]] = field(factory=deque, init=False)

    def append(self, event: Event) -> None:
        """Write *event* behind the others, and forget the old ones."""
        self.hold(event)
        with self.database.transaction(lasting=False) as connection:
            self.write_held(connection)

    def hold(self, event: Event) -> None:
        """Have *event* written by ``write_held`` or with the next one that is appended."""
        self._held.append((self.clock.now(), encode_event(event)))

    def write_held(self, connection: sqlite3.Connection) -> None:
        """Write what is held in a transaction of the caller, who loses it should that fail."""
        rows = [self._held.popleft() for _ in range(len(self._held))]
        if rows:
            connection.executemany("INSERT INTO events (at, body) VALUES (?, ?)", rows)
            connection.execute(FORGET, (2 * len(rows), self.clock.now() - KEPT))

    def last(self) -> int:
        """Return the number of the newest event; 0 before the first."""
        with self.database.looking() as connection:
            query = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"
            (number,) = connection.execute(query).fetchone()
        return int(number)

    def after(self, number: int) -> list[tuple[int, bytes]]:
        """Return the events behind *number*, each with its own number."""
        query = "SELECT id, body FROM events WHERE id > ? ORDER BY id LIMIT 100"
        with self.database.looking() as connection:
            return connection.execute(query, (number,)).fetchall()


@define(eq=False)
class FileEvents:
    """One listener of the events of a queue file, from the moment it was made."""

    _log: EventLog
    _is_closed: Callable[[], bool]
    _seen: int
    _waiting: deque[bytes] = field(factory=deque, init=False)

    def receive(self, timeout: float) -> Event | None:
        """Wait at most *timeout* seconds for the next event; None if there is none.

        What cannot be understood, as it is of a newer version, is passed over.

        Raises:
            TransportClosed: The transport was closed.
        """
        until = self._log.clock.monotonic() + timeout
        while True:
            if self._is_closed():
                raise TransportClosed("Nobody listens: the queue is closed.")
            if event := self._next():
                return event
            left = until - self._log.clock.monotonic()
            if left <= 0:
                return None
            self._log.clock.sleep(min(LOOK, left))

    def _next(self) -> Event | None:
        for number, body in () if self._waiting else self._log.after(self._seen):
            self._seen = number
            self._waiting.append(body)
        while self._waiting:
            try:
                return decode_event(self._waiting.popleft())
            except UndecodableMessage as error:
                logger.warning("An event is passed over: {}", error)
        return None
