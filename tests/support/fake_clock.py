"""A clock that moves only when it is told to."""

from __future__ import annotations

from collections.abc import Callable


class FakeClock:
    """Time as an argument; see ``importbus.bus.ports.Clock``.

    Attributes:
        elapsed: Seconds since the beginning; the wall clock began at 2027-01-15 08:00 UTC.
        slept: The seconds of each sleep.
        meanwhile: What happens during the next sleep, before its time has passed.
    """

    BEGAN = 1_800_000_000.0

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.slept: list[float] = []
        self.meanwhile: Callable[[], object] | None = None

    def now(self) -> float:
        """Return the wall clock in seconds since 1970."""
        return self.BEGAN + self.elapsed

    def monotonic(self) -> float:
        """Return seconds that never go back; they began elsewhere than the wall clock."""
        return 50.0 + self.elapsed

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass at once."""
        self.slept.append(seconds)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        self.elapsed += seconds
