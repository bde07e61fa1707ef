"""Where an import stands right now, for progress bars: counters that any thread may update."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import define, field, frozen

from importbus.adapters.lane_status import LaneStatus
from importbus.bus.report import Report


@frozen
class Snapshot:
    """One look at a running import.

    Attributes:
        read: Commands read so far, per class name.
        done: Final outcomes so far, per class name.
        outcomes: Final outcomes so far, by name of the outcome.
        rejected: Lines that were no command.
        parked: Commands that wait for a reference.
        requests: Calls made so far.
        busy: The lanes that have a call in flight; None is the structure lane.
        waits: Why a lane waits, e.g. ``brake``, ``pause``, ``gate``, per lane.
        reading: Whether the source has not been read to its end.
        round: The parking round, 0 before the first.
        expected: Commands that the source holds, per class name; empty when nobody knows.
    """

    read: Mapping[str, int]
    done: Mapping[str, int]
    outcomes: Mapping[str, int]
    rejected: int
    parked: int
    requests: int
    busy: frozenset[int | None]
    waits: Mapping[int | None, str]
    reading: bool
    round: int
    expected: Mapping[str, int] = {}

    def total(self, command: str) -> int | None:
        """Return how many commands of a class there will be; None while nobody knows."""
        if self.reading and not self.expected:
            return None
        return max(self.expected.get(command, 0) * self.reading, self.read.get(command, 0))

    @property
    def total_of_all(self) -> int | None:
        """How many commands there will be; None while nobody knows."""
        if self.reading and not self.expected:
            return None
        return sum(self.total(name) or 0 for name in self.read.keys() | self.expected.keys())


@define
class ProgressBoard(LaneStatus):
    """The counters of one import; every method is thread-safe and takes less than 10 us.

    ``taken`` counts the commands that are read, by their classes. Whoever takes them in counts by
    himself, under the lock that he has anyway: there may be 100,000 a second.
    """

    taken: dict[type, int] = field(factory=dict, init=False)
    _read: Counter[str] = field(factory=Counter, init=False)  # besides those in ``taken``
    _done: Counter[str] = field(factory=Counter, init=False)
    _outcomes: Counter[str] = field(factory=Counter, init=False)
    _expected: dict[str, int] = field(factory=dict, init=False)
    rejected: int = field(default=0, init=False)
    parked: int = field(default=0, init=False)
    requests: int = field(default=0, init=False)
    reading: bool = field(default=True, init=False)
    round: int = field(default=0, init=False)

    def expect(self, commands: Mapping[str, int]) -> None:
        """Say how many commands the source holds, per class name."""
        with self._lock:
            self._expected = {name: count for name, count in commands.items() if count}

    def accepted(self, command: str, count: int = 1) -> None:
        """Count commands that were read."""
        with self._lock:
            self._read[command] += count

    def settled(self, command: str, outcomes: Mapping[str, int], *, requests: int) -> None:
        """Count final outcomes, by name, and the calls that they took."""
        with self._lock:
            self._done[command] += sum(outcomes.values())
            self._outcomes.update(outcomes)
            self.requests += requests

    def load(self, report: Report) -> None:
        """Take the counts that the journal holds: when resuming, and after a parking round."""
        with self._lock:
            self._done = Counter({name: sum(n.values()) for name, n in report.by_class.items()})
            self._read |= self._done - self._taken()  # what has its outcome is not read again
            self._outcomes = Counter(report.outcomes)
            self.rejected, self.parked = report.rejected, report.parked
            self.requests = report.requests

    def _taken(self) -> Counter[str]:
        return Counter({kind.__name__: count for kind, count in self.taken.copy().items()})

    @property
    def trouble(self) -> int:
        """How many lines were rejected and commands have failed."""
        return self.rejected + self._outcomes["failed"] + self._outcomes["dead"]

    def snapshot(self) -> Snapshot:
        """Return a consistent copy."""
        with self._lock:
            return Snapshot(
                read=dict(self._read + self._taken()),
                done=dict(self._done),
                outcomes=dict(self._outcomes),
                rejected=self.rejected,
                parked=self.parked,
                requests=self.requests,
                busy=frozenset(self._busy),
                waits=dict(self._waits),
                reading=self.reading,
                round=self.round,
                expected=self._expected,
            )
