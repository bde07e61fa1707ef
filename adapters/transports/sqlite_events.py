"""Events in a queue file: told to everyone who listens at that time."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable

from attrs import define, field
from loguru import logger

from importbus.adapters.protocol import decode_event, encode_event
from importbus.adapters.sqlite_file import Database
from importbus.bus.errors import TransportClosed, UndecodableMessage
from importbus.bus.messages import Event
from importbus.bus.ports import Clock

KEPT = 600.0
"""Seconds that an event is kept; who looks less often misses some, and asks for the state."""

LOOK = 0.05
"""Seconds between two looks for events. What was settled is not told more often either."""


FORGET = """
DELETE FROM events
WHERE id IN (SELECT id FROM events ORDER BY id LIMIT ?) AND at < ?
"""
"""Two of the oldest for each new one, so that old ones get fewer, and young ones cost nothing."""

FORGET_EVERY = 50
"""Events that are written before old ones are looked for: that takes as long as writing one."""


@define(eq=False)
class EventLog:
    """The events of a queue file, the newest last."""

    database: Database
    clock: Clock
    _unforgotten: int = field(default=0, init=False)  # written since old ones were looked for
    _written_at: float = field(default=0.0, init=False)
    _held: deque[tuple[float, bytes]] = field(factory=deque, init=False)

    def append(self, event: Event) -> None:
        """Write *event* behind the others, and forget the old ones."""
        self.hold(event)
        with self.database.transaction(lasting=False) as connection:
            self.write_held(connection)

    def hold(self, event: Event) -> None:
        """Have *event* written by ``flush`` or with the next one that is appended."""
        self._held.append((self.clock.now(), encode_event(event)))

    def flush(self, *, due: bool = False) -> None:
        """Write what is held; if only what is *due*, nothing when something was written just now.

        Those who listen would not look before; until they do, more may come.
        """
        if self._held and (not due or self._is_due()):
            with self.database.transaction(lasting=False) as connection:
                self.write_held(connection)

    def _is_due(self) -> bool:
        return abs(self.clock.now() - self._written_at) >= LOOK

    def write_held(self, connection: sqlite3.Connection) -> None:
        """Write what is held in a transaction of the caller, who loses it should that fail."""
        rows = [self._held.popleft() for _ in range(len(self._held))]
        if not rows:
            return
        connection.executemany("INSERT INTO events (at, body) VALUES (?, ?)", rows)
        self._written_at = self.clock.now()
        self._unforgotten += len(rows)
        if self._unforgotten >= FORGET_EVERY:
            connection.execute(FORGET, (2 * self._unforgotten, self.clock.now() - KEPT))
            self._unforgotten = 0

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
        self._log.flush(due=True)
        for number, body in () if self._waiting else self._log.after(self._seen):
            self._seen = number
            self._waiting.append(body)
        while self._waiting:
            try:
                return decode_event(self._waiting.popleft())
            except UndecodableMessage as error:
                logger.warning("An event is passed over: {}", error)
        return None
