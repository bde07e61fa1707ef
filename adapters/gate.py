"""The gate of an import: its catalogue waits here until its structure is settled."""

from __future__ import annotations

from threading import Event, Lock

from attrs import define, field

from importbus.adapters.lane_watch import LaneWatch
from importbus.bus.batches import STRUCTURE_LANE


@define(eq=False)
class Gate:
    """Holds the gated batches of one import in their lanes. Thread-safe.

    ``timeout`` are the seconds that the structure lane may settle nothing, of whichever import,
    before a gated batch goes on: the gate saves work, parking keeps it right.
    """

    watch: LaneWatch
    timeout: float
    _opened: Event = field(factory=Event, init=False)
    _since: float | None = field(default=None, init=False)
    _ignored: bool = field(default=False, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def open(self) -> None:
        """Let all batches go."""
        self._opened.set()

    def wait(self, seconds: float) -> bool:
        """Return whether it is open, at the latest after *seconds*."""
        return self._opened.wait(seconds)

    def overdue(self, now: float) -> bool:
        """Whether the structure lane has been quiet for too long since a batch first waited."""
        with self._lock:
            since = self._since = now if self._since is None else self._since
        return self.watch.quiet([STRUCTURE_LANE], since=since, now=now) > self.timeout

    def ignored(self) -> bool:
        """Note that a batch goes on although it is shut; return whether it is the first one."""
        with self._lock:
            before, self._ignored = self._ignored, True
        return not before
