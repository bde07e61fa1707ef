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


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that ``Retry-After`` asks for; None when it says nothing usable.

    A date counts from the server's own ``Date``, if there is one, else from *now* (seconds since
    1970). Source: RFC 9110, section 10.2.3.
    """
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(float(value), LONGEST_PAUSE)
    until = _date(value)
    if until is None:
        return None
    since = _date(headers.get("date", "")) or datetime.fromtimestamp(now, UTC)
    return min(max((until - since).total_seconds(), 0.0), LONGEST_PAUSE)


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


@define
class Pause:
    """Until when nobody may call. Times are seconds of a clock that never goes back."""

    _until: float = 0.0
    _in_a_row: int = 0
    _lock: Lock = field(factory=Lock, repr=False)

    def extend(self, seconds: float | None, now: float) -> float:
        """Make everyone wait *seconds*, or ever longer when the server did not say how long.

        Returns:
            The seconds from *now* until calls are allowed.
        """
        with self._lock:
            self._in_a_row += 1
            wait = min(2.0 ** (self._in_a_row - 1), 60.0) if seconds is None else seconds
            self._until = max(self._until, now + wait)
            return self._until - now

    def over(self) -> None:
        """A call was answered: the next pause without a time begins short again."""
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
            earliest = self._calls[-places] + 1.0 if len(self._calls) >= places else now
            at = max(now, earliest)
            self._calls.append(at)
            while len(self._calls) > places:
                self._calls.popleft()
            return at - now
