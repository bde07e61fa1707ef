"""How many calls at once, and how many a second.

Source: akeneo/pim-api-docs, content/rest-api/good-practices.md (four concurrent calls a connection;
three writes of attribute options a second).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from importbus.adapters.simulated_pim.model.refusals import Refusal

_TOO_MANY = "You have exceeded the limit of API requests per second."


class TooMany(Refusal):
    """A 429; the caller may come back after `retry_after` seconds."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(429, _TOO_MANY)
        self.retry_after = retry_after


class Concurrency:
    """Counts the calls in flight; *most* None lets any number in."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._lock = Lock()
        self._now = 0

    def enter(self) -> None:
        """Count one more call; raises `TooMany` and counts nothing when there are enough."""
        with self._lock:
            if self._most is not None and self._now >= self._most:
                raise TooMany
            self._now += 1

    def leave(self) -> None:
        """Count one call less."""
        with self._lock:
            self._now -= 1


class Rate:
    """At most *most* calls in any second of *clock*; None lets all through."""

    def __init__(self, most: int | None, clock: Callable[[], float]) -> None:
        self._most, self._clock = most, clock
        self._lock = Lock()
        self._recent: deque[float] = deque()

    def reset(self) -> None:
        """Forget the calls so far."""
        with self._lock:
            self._recent.clear()

    def check(self) -> None:
        """Count a call; raises `TooMany`, and does not count it, when it is one too many."""
        if self._most is None:
            return
        with self._lock:
            now = self._clock()
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= self._most:
                raise TooMany
            self._recent.append(now)
