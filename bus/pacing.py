"""How much to send at once and how long to wait: pure rules, chance and time are arguments."""

from __future__ import annotations

from attrs import define

SHORT_CALL = 5.0
"""Seconds; a call that takes less may carry more."""

LONG_CALL = 15.0
"""Seconds; a call that takes more must carry less."""

MAX_ITEMS = 100
"""Most items in a call.

Source: akeneo/pim-api-docs, content/rest-api/limits (100 resources in one PATCH of a collection).
"""


@define
class Pace:
    """The number of items in a call, adapted so that a call takes 5 to 15 seconds at most."""

    size: int = MAX_ITEMS

    def took(self, seconds: float) -> None:
        """Learn from a call that was answered."""
        if seconds > LONG_CALL:
            self.shrink()
        elif seconds < SHORT_CALL:
            self.size = min(MAX_ITEMS, self.size * 2)

    def shrink(self) -> None:
        """Learn from a call that got no usable answer."""
        self.size = max(1, self.size // 2)


def backoff(failures: int, chance: float, *, first: float = 0.5, most: float = 30.0) -> float:
    """Return the seconds to wait after the n-th failure in a row: exponential, full jitter.

    *chance* is a number from 0 up to 1. Source of the rule: "Exponential Backoff And Jitter",
    AWS Architecture Blog, 2015.
    """
    ceiling = min(most, first * 2.0 ** min(failures, 16))
    return chance * ceiling


def probe_interval(failures: int, *, first: float = 1.0, most: float = 60.0) -> float:
    """Return the seconds between probes of a braked lane; grows with each that fails."""
    return min(most, first * 2.0 ** min(failures, 16))
