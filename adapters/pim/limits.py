"""Pauses and rates that all callers of one PIM share; time is an argument."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock

from attrs import define, field

LONGEST_PAUSE = 3600.0
"""Seconds; a Retry-After beyond an hour is taken for an hour."""

SHORTEST_PAUSE = 0.1
"""Seconds; who is asked to wait for nothing would otherwise ask again at once, and for ever."""

LONGEST_GUESS = 60.0
"""Seconds; the longest pause when the server does not say how long."""

WINDOW = 1.1
"""Seconds in which a rate counts its calls: a second, and what their ways to the server differ."""


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that ``Retry-After`` asks for; None when it says nothing usable.

    A date counts from the server's own ``Date``, if there is one, else from *now* (seconds since
    1970). Source: RFC 9110, section 10.2.3.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value), LONGEST_PAUSE)
    until = _date(value)
    if until is None:
        return None
    since = _date(headers.get("date", "")) or datetime.fromtimestamp(now, UTC)
    return min(max((until - since).total_seconds(), 0.0), LONGEST_PAUSE)


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


@define
class Pause:
    """Until when nobody may call. Times are seconds of a clock that never goes back."""

    _until: float = 0.0
    _begun: float = float("-inf")
    _in_a_row: int = 0
    _lock: Lock = field(factory=Lock, repr=False)

    def extend(self, seconds: float | None, now: float, *, called: float) -> float:
        """Make everyone wait *seconds*, or ever longer when the server did not say how long.

        Calls that were made (at *called*) before the pause began are turned away together with the
        first one: all of them count as one refusal.

        Returns:
            The seconds from *now* until calls are allowed.
        """
        with self._lock:
            if called > self._begun:
                self._in_a_row, self._begun = self._in_a_row + 1, now
            guess = min(2.0 ** min(max(self._in_a_row - 1, 0), 16), LONGEST_GUESS)
            wait = guess if seconds is None else max(seconds, SHORTEST_PAUSE)
            self._until = max(self._until, now + wait)
            return self._until - now

    def hold(self, until: float) -> None:
        """Make everyone wait until then, because another process was told so."""
        with self._lock:
            self._until = max(self._until, until)

    def over(self, *, called: float) -> None:
        """A call made at *called* was answered: the next guess begins short again."""
        with self._lock:
            if called > self._begun:
                self._in_a_row = 0

    def left(self, now: float) -> float:
        """Return the seconds to wait; 0 or less when there is no pause."""
        return self._until - now


@define
class RateLimit:
    """At most *rate* calls in any second."""

    rate: float
    _calls: deque[float] = field(factory=deque, init=False)
    _lock: Lock = field(factory=Lock, init=False, repr=False)

    def reserve(self, now: float) -> float:
        """Take the next place; return the seconds to wait for it."""
        with self._lock:
            places = max(1, int(self.rate))
            window = WINDOW * max(1.0, 1 / self.rate)
            full = len(self._calls) == places
            at = max(now, self._calls[0] + window) if full else now
            self._calls.append(at)
            if full:
                self._calls.popleft()
            return at - now
