"""Processes of importbus, and what memory they take while they run, second by second."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import monotonic

from attrs import define, field

from _measure import IMPORTBUS, environment

MEGABYTE = 1_000_000

Sample = tuple[float, float]
"""Seconds since the watch began, and megabytes of resident memory."""


def resident(pid: int) -> float | None:
    """Return the megabytes of resident memory of a process; None when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(sizes[0]) * 1024 / MEGABYTE if sizes else None  # a process that ends has none


@define
class Watch:
    """Looks at processes every *every* seconds; ``samples`` has what it saw, by name."""

    every: float
    samples: dict[str, list[Sample]] = field(factory=dict)
    _pids: dict[str, int] = field(factory=dict)
    _over: Event = field(factory=Event)
    _began: float = field(factory=monotonic)

    def add(self, name: str, pid: int) -> None:
        """Look at a process from now on."""
        self.samples[name] = []
        self._pids[name] = pid

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Look, as long as the context is entered."""
        thread = Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _run(self) -> None:
        while not self._over.wait(self.every):
            for name, pid in list(self._pids.items()):
                size = resident(pid)
                if size is not None:
                    self.samples[name].append((monotonic() - self._began, size))


def begun(settings: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """Begin ``importbus`` with *arguments* and a clean environment."""
    return subprocess.Popen(
        [*IMPORTBUS, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(settings),
    )


def ended(process: subprocess.Popen[bytes], *codes: int) -> float:
    """Wait for the end of a process; return its processor seconds.

    Raises:
        SystemExit: It ended with none of *codes*.
    """
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"{process.args!r} ended with exit {process.returncode}.")
    return used.ru_utime + used.ru_stime


WARM_UP = 0.2
"""The part of the time in which memory is still being taken for the first time."""


def flatness(samples: Sequence[Sample]) -> float:
    """Return the median of the last third as a multiple of the first, behind the warm-up.

    1 when there are too few samples to tell.
    """
    behind = [size for _, size in samples[int(len(samples) * WARM_UP) :]]
    third = len(behind) // 3
    if not third:
        return 1.0
    return median(behind[-third:]) / median(behind[:third])
