"""What the benchmarks share: the machine, fresh processes, subjects in turn, tables with bounds."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from attrs import frozen

IMPORTBUS = (sys.executable, "-m", "importbus.adapters.cli")
"""The command line, as the environment that runs the benchmark has it."""

SILENCED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME", "PYTHONTRACEMALLOC")
"""Variables with which Python is slower than where it is installed."""


@frozen
class Limit:
    """A figure, and the most that it may be; None: it is only reported."""

    name: str
    found: float
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether the figure is within its bound."""
        return self.most is None or self.found <= self.most


def machine() -> str:
    """Return processor and interpreter."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cpu = f"{len(names)} x {names[0]}" if names else platform.processor() or platform.machine()
    return f"{cpu}, {platform.python_implementation()} {platform.python_version()}"


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables for a process that is measured: byte code is kept, colours are not."""
    left_out = (*SILENCED, "IMPORTBUS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**kept, "NO_COLOR": "1", **(more or {})}


def in_turn(subjects: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure each of *subjects* once a round, so that a noisy moment falls on all of them."""
    found: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, measure in subjects.items():
            found[name].append(measure())
    return found


def medians(found: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median of each subject."""
    return {name: statistics.median(figures) for name, figures in found.items()}


def seconds_of(call: Callable[[], object]) -> float:
    """Return the seconds that *call* takes."""
    started = perf_counter()
    call()
    return perf_counter() - started


def ratios(title: str, unit: str, found: Mapping[str, float], most: Mapping[str, float]) -> bool:
    """Print *found* as multiples of the first one; return whether none is over its *most*."""
    base = next(iter(found.values()))
    print(f"\n{title:<46}{unit:>10}{'times':>8}{'at most':>9}")
    for name, figure in found.items():
        bound = f"{most[name]:.1f}" if name in most else ""
        print(f"{name:<46}{figure:>10.1f}{figure / base:>8.2f}{bound:>9}")
    return all(found[name] / base <= bound for name, bound in most.items() if name in found)


def limits(title: str, unit: str, found: Iterable[Limit], *, digits: int = 0) -> bool:
    """Print figures beside their bounds; return whether all are met."""
    rows = list(found)
    print(f"\n{title:<46}{unit:>10}{'at most':>17}")
    for row in rows:
        bound = "" if row.most is None else f"{row.most:,.{digits}f}"
        print(f"{row.name:<46}{row.found:>10,.{digits}f}{bound:>17}{'' if row.met else '  OVER'}")
    return all(row.met for row in rows)
