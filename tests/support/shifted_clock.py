"""The clock of the machine, which can be put forward."""

from __future__ import annotations

from attrs import define

from importbus.adapters.clock import SystemClock


@define
class ShiftedClock(SystemClock):
    """Real time, and ``ahead`` seconds more; see ``importbus.bus.ports.Clock``."""

    ahead: float = 0.0

    def now(self) -> float:
        """Return the wall clock in seconds since 1970."""
        return super().now() + self.ahead

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return super().monotonic() + self.ahead
