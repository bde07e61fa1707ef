"""How fast imports are, from several looks at their counts."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from attrs import field, frozen

Counts = Mapping[str, Mapping[str, int]]
"""Final outcomes by import and command class."""

SECONDS = 10.0
"""How far back the looks go that a rate is made of: a shorter time jumps, a longer one is late."""


@frozen
class Look:
    """The counts at one moment, in seconds that never go back."""

    at: float
    done: Counts


def rates(earlier: Look, later: Look, import_id: str) -> dict[str, float]:
    """Return the outcomes a second of an import between two looks, by command class.

    A class that the earlier look did not have began at 0. Nothing is known, so that nothing is
    returned, of an import that the earlier look did not have, or when no time has passed.
    """
    seconds, before = later.at - earlier.at, earlier.done.get(import_id)
    if seconds <= 0 or before is None:
        return {}
    return {
        command: max(0, count - before.get(command, 0)) / seconds
        for command, count in later.done.get(import_id, {}).items()
    }


def seconds_left(count: int, rate: float) -> float | None:
    """Return how long *count* commands take at *rate* a second; None when they would never end."""
    if not count:
        return 0.0
    return count / rate if rate > 0 else None


@frozen
class Looks:
    """The looks of the last ``SECONDS``, and the one before these."""

    _looks: deque[Look] = field(factory=deque, init=False)

    def add(self, look: Look) -> None:
        """Take a look in, and forget those that nothing is made of any more."""
        self._looks.append(look)
        while len(self._looks) > 2 and look.at - self._looks[1].at >= SECONDS:
            self._looks.popleft()

    def rates(self, import_id: str) -> dict[str, float]:
        """Return the outcomes a second of an import lately, by command class; empty if unknown."""
        return rates(self._since(import_id), self._looks[-1], import_id) if self._looks else {}

    def _since(self, import_id: str) -> Look:
        """Return the first look that knows the import."""
        return next((one for one in self._looks if import_id in one.done), self._looks[-1])
