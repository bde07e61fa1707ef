"""The clock of the machine."""

from __future__ import annotations

import time


class SystemClock:
    """Time as the machine tells it; see ``importbus.bus.ports.Clock``."""

    def now(self) -> float:
        """Return the wall clock in seconds since 1970."""
        return time.time()

    monotonic = staticmethod(time.monotonic)
    """Return seconds that never go back; it is asked for every command."""

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        time.sleep(seconds)
