"""What each lane is doing right now: which have a call in flight, and why others wait."""

from __future__ import annotations

from threading import Lock

from attrs import define, field


@define
class LaneStatus:
    """The part of a board that lanes write; every method is thread-safe."""

    _busy: set[int | None] = field(factory=set, init=False)
    _waits: dict[int | None, str] = field(factory=dict, init=False)
    _lock: Lock = field(factory=Lock, init=False, repr=False)

    def working(self, lane: int | None, *, busy: bool) -> None:
        """Say whether a lane has a call in flight."""
        with self._lock:
            (self._busy.add if busy else self._busy.discard)(lane)

    def waiting(self, lane: int | None, reason: str | None) -> None:
        """Say why a lane waits; None when it no longer does."""
        with self._lock:
            self._waits.pop(lane, None)
            if reason:
                self._waits[lane] = reason
