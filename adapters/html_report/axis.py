"""A time axis of equal steps, in which long quiet times are cut out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from attrs import frozen

STEPS = 120
"""Steps of an axis that is not cut."""

QUIET = 60.0
"""Seconds without work that are cut out."""

MOST_PERIODS = 8
"""Most periods of an axis; where there would be more, only longer quiet times are cut out."""

GAP = 3
"""Steps that stand for a quiet time that was cut out, whatever its length."""

Period = tuple[float, float]
"""From when to when, in seconds of the wall clock."""


@frozen
class Axis:
    """Periods of work side by side, with ``GAP`` steps between them.

    Attributes:
        periods: Each with its first step.
        step: How long a step is in seconds.
    """

    periods: Sequence[tuple[int, Period]]
    step: float

    @property
    def length(self) -> int:
        """How many steps there are, gaps included."""
        first, period = self.periods[-1]
        return first + steps_in(period, self.step)

    @property
    def gaps(self) -> list[tuple[int, float]]:
        """The first step of each gap, and the seconds that it stands for."""
        pairs = zip(self.periods, self.periods[1:], strict=False)
        return [(later - GAP, then[0] - now[1]) for (_, now), (later, then) in pairs]

    @property
    def end(self) -> float:
        """When the last period ends, in seconds of the wall clock."""
        return self.periods[-1][1][1]

    @property
    def ticks(self) -> list[str]:
        """What stands below the axis: its begin, its middle unless it is cut, and its end."""
        times = [self.start_of(0), self.end]
        if not self.gaps:
            times.insert(1, self.start_of(self.length // 2))
        days = {day(at) for at in times}
        return [clock(at) if len(days) == 1 else f"{day(at)} {clock(at)}" for at in times]

    @property
    def seconds(self) -> float:
        """How long all periods take together."""
        return sum(end - start for _, (start, end) in self.periods)

    def spread(self, began: float, ended: float) -> Iterator[tuple[int, float]]:
        """Yield the steps that a stretch of time touches, each with its part in seconds.

        The parts add up to the stretch, as far as it lies within the periods.
        """
        for first, (start, end) in self.periods:
            low, high = max(began, start) - start, min(ended, end) - start
            if low < high:
                last = steps_in((start, end), self.step) - 1
                for step in range(int(low / self.step), min(int(high / self.step), last) + 1):
                    part = min(high, (step + 1) * self.step) - max(low, step * self.step)
                    if part > 0:
                        yield first + step, part

    def at(self, moment: float) -> int:
        """Return the step of *moment*; in a gap it is the last one before."""
        found = 0
        for first, (start, end) in self.periods:
            if moment >= start:
                last = steps_in((start, end), self.step) - 1
                found = first + min(int((moment - start) / self.step), last)
        return found

    def start_of(self, step: int) -> float:
        """Return when *step* begins, in seconds of the wall clock."""
        first, (start, _) = next(p for p in reversed(self.periods) if p[0] <= step)
        return start + (step - first) * self.step


def axis_of(spans: Iterable[Period]) -> Axis:
    """Return an axis that holds *spans*, of which there is one at least.

    They come by their ends; memory is bounded by ``MOST_PERIODS``.
    """
    periods = list(_periods(spans))
    step = max(sum(end - start for start, end in periods) / STEPS, 0.01)
    placed, first = [], 0
    for period in periods:
        placed.append((first, period))
        first += steps_in(period, step) + GAP
    return Axis(placed, step)


def steps_in(period: Period, step: float) -> int:
    """Return how many steps hold *period*; a moment takes one."""
    return max(1, math.ceil((period[1] - period[0]) / step - 1e-6))


def _periods(spans: Iterable[Period]) -> list[Period]:
    """Join what less than ``QUIET`` seconds lie between; then the nearest until they are few."""
    found: list[Period] = []
    for start, end in spans:
        while found and start - found[-1][1] < QUIET:
            before = found.pop()
            start, end = min(start, before[0]), max(end, before[1])
        found.append((start, end))
        if len(found) > MOST_PERIODS:
            _join_nearest(found)
    return found


def _join_nearest(periods: list[Period]) -> None:
    pairs = range(len(periods) - 1)
    nearest = min(pairs, key=lambda index: periods[index + 1][0] - periods[index][1])
    periods[nearest : nearest + 2] = [(periods[nearest][0], periods[nearest + 1][1])]


def clock(at: float) -> str:
    """Return the time of day of *at* in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S")


def day(at: float) -> str:
    """Return the date of *at* in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
