"""How long to wait before trying again."""

from __future__ import annotations

import random
from collections.abc import Callable

from attrs import define, field

FIRST, MOST = 0.1, 10.0
"""Seconds: the longest first wait, and the longest of all."""


@define
class Pauses:
    """Waits that grow with each failure, with full jitter: no two processes come at once.

    ``jitter`` returns a number from 0 to 1.
    """

    jitter: Callable[[], float] = random.random
    _failures: int = field(default=0, init=False)

    def next(self) -> float:
        """Return the seconds to wait before the next try; none before the first."""
        longest = min(MOST, FIRST * 2 ** (self._failures - 1)) if self._failures else 0.0
        self._failures = min(self._failures + 1, 20)
        return longest * self.jitter()

    def reset(self) -> None:
        """It has worked: begin anew."""
        self._failures = 0
