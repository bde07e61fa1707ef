"""What was asked of the server: a bounded list of requests, and counts of all of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from threading import Lock
from typing import Any

from attrs import define, field

from importbus.adapters.simulated_pim.model.packing import packed, unpacked
from importbus.adapters.simulated_pim.model.tables import fold
from importbus.adapters.simulated_pim.service.messages import Answer, Request
from importbus.adapters.simulated_pim.service.routes import Route, path_of

_MAX_OVERLAPS = 1_000
_MAX_PATH = 2_000
_MAX_KEY = 255


@define(eq=False)
class Call:
    """One request on its way; `n` counts from 1."""

    n: int
    method: str
    path: str
    template: str
    routed: bool
    collection: str
    size: int
    started: float
    concurrent: int
    fault: str | None = None
    held: set[tuple[str, str]] = field(factory=set)


class Trace:
    """Notes calls; *limit* of them are kept whole, older ones only counted. Thread-safe."""

    def __init__(self, limit: int, keys: bool, clock: Callable[[], float]) -> None:
        self._limit, self._keep_keys, self._clock = limit, keys, clock
        self._lock = Lock()
        self._under_way: dict[tuple[str, str], Call] = {}
        self._now = 0
        self.reset()

    def reset(self) -> None:
        """Forget all calls that have ended; those under way go on being counted."""
        with self._lock:
            self._start = self._clock()
            self._n = 0
            self._most = self._now
            self._calls: deque[bytes] = deque(maxlen=self._limit)
            self._by_path: Counter[str] = Counter()
            self._by_route: Counter[str] = Counter()
            self._by_status: Counter[str] = Counter()
            self._lines = 0
            self._overlaps: list[dict[str, Any]] = []

    def begin(self, request: Request, route: Route | None) -> Call:
        """Note that *request* was read whole."""
        template = route.template if route else request.path
        with self._lock:
            self._n += 1
            self._now += route is not None
            self._most = max(self._most, self._now)
            return Call(
                self._n,
                request.method,
                request.target,
                template,
                route is not None,
                path_of(route.resource, route.parents) if route else request.path,
                request.size,
                self._clock(),
                self._now,
            )

    def hold(self, call: Call, key: str, collection: str | None = None) -> None:
        """Note that *call* writes *key*; a second one that writes it meanwhile is an overlap.

        The *collection* is the one of the call unless another is named.
        """
        place = (collection or call.collection, fold(key))
        with self._lock:
            other = self._under_way.setdefault(place, call)
            call.held.add(place)
            if other is not call and len(self._overlaps) < _MAX_OVERLAPS:
                path, _ = place
                entry = {"path": path, "key": key, "requests": [other.n, call.n]}
                self._overlaps.append(entry)

    def end(self, call: Call, answer: Answer) -> None:
        """Note how *call* was answered."""
        with self._lock:
            self._now -= call.routed
            for place in call.held:
                if self._under_way.get(place) is call:
                    del self._under_way[place]
            self._by_path[call.template] += 1
            self._by_route[f"{call.method} {call.template}"] += 1
            self._by_status[str(answer.status)] += 1
            self._lines += answer.lines or 0
            self._calls.append(self._encoded(call, answer))

    def _encoded(self, call: Call, answer: Answer) -> bytes:
        entry: dict[str, Any] = {
            "n": call.n,
            "method": call.method,
            "path": call.path[:_MAX_PATH],
            "status": answer.status,
            "lines": answer.lines,
            "bytes": call.size,
            "started": round(call.started - self._start, 6),
            "ms": round((self._clock() - call.started) * 1000, 3),
            "concurrent": call.concurrent,
            "keys": [key[:_MAX_KEY] for key in answer.keys] if self._keep_keys else [],
        }
        if call.fault is not None:
            entry["fault"] = call.fault
        return packed(entry)

    def dump(self) -> dict[str, Any]:
        """Return the calls kept, oldest first, and the counts of all since the last reset."""
        with self._lock:
            return {
                "requests": [unpacked(call) for call in self._calls],
                "count": sum(self._by_path.values()),
                "lines": self._lines,
                "in_flight": self._now,
                "max_concurrent": self._most,
                "requests_by_path": dict(self._by_path),
                "requests_by_route": dict(self._by_route),
                "requests_by_status": dict(self._by_status),
                "overlaps": list(self._overlaps),
            }
