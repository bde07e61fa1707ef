"""How long lanes have been quiet: what tells a stalled import from one that waits its turn."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock


class LaneWatch:
    """When each lane settled something last, of whichever import. Thread-safe.

    Times are seconds of any clock that never goes back.
    """

    def __init__(self) -> None:
        self._last: dict[int | None, float] = {}
        self._lock = Lock()

    def settled(self, lane: int | None, now: float) -> None:
        """Note that *lane* has settled a batch."""
        with self._lock:
            self._last[lane] = now

    def quiet(self, lanes: Iterable[int | None], *, since: float, now: float) -> float:
        """Return for how many seconds none of *lanes* has settled anything; *since* at the most."""
        with self._lock:
            return now - max([since, *(self._last.get(lane, since) for lane in lanes)])
