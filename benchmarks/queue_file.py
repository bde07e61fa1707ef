"""Commands per second through a queue file, beside huey's SQLite storage.

    python benchmarks/queue_file.py [--commands 100000] [--tasks 10000] [--rounds 5]

Two processes each: one publishes small commands, the other consumes them while they come. The time
runs from the first command published to the last one done. For importbus that is the end of the
import in its journal: every batch published, received, answered by a sink that does nothing,
settled, acknowledged, and the import accounted for; all settings are as shipped. For huey, with a
command a task, it is the last task having run in one worker thread, with which it is fastest.
Set-up is in no time: both processes are ready before. Each runs for a second or more, so that how
soon the first command is seen and the end is noticed does not decide.

huey is measured in four settings:

- its fast one, in which nothing waits for the disk (`fsync=False`), so that a loss of power may
  lose tasks, and nothing is kept of results. The bound is for this one, and for no other.
- the same with results kept: what became of a command is known afterwards, as importbus knows it.
- on the disk (`fsync=True`): a task is there when enqueuing returns, as a batch of importbus is
  when publishing does; the removal of a task waits for the disk, too.
- on the disk with results kept, which is the promise of importbus.

The figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from _measure import Limit, in_turn, limits, machine, medians, ratios
from _sides import seconds_through

LEAST = 10.0
"""Least times the commands per second of huey."""

HERE = Path(__file__).parent

FAST, KEPT = "huey, nothing waits for the disk", "huey, the same, results kept"
SAFE, ALIKE = "huey, on the disk", "huey, on the disk, results kept"

SETTINGS = {
    FAST: ("no-fsync", "no-results"),
    KEPT: ("no-fsync", "results"),
    SAFE: ("fsync", "no-results"),
    ALIKE: ("fsync", "results"),
}

IMPORTBUS = "importbus, on the disk, batches of 100"


def microseconds(script: str, count: int, *settings: object) -> Callable[[], float]:
    """Return what measures the microseconds of a command, each time with a new file."""

    def measure() -> float:
        with tempfile.TemporaryDirectory() as folder:
            seconds = seconds_through(HERE / script, Path(folder), count, *settings)
        return seconds / count * 1_000_000

    return measure


def main() -> int:
    """Measure and print; return 1 when the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=100_000, help="through importbus")
    parser.add_argument("--tasks", type=int, default=10_000, help="through huey")
    parser.add_argument("--workers", type=int, default=1, help="threads of huey's consumer")
    parser.add_argument("--rounds", type=int, default=5)
    said = parser.parse_args()
    print(machine())
    subjects = {
        name: microseconds("_queue_huey.py", said.tasks, said.workers, *settings)
        for name, settings in SETTINGS.items()
    }
    subjects[IMPORTBUS] = microseconds("_queue_importbus.py", said.commands)
    found = medians(in_turn(subjects, said.rounds))
    met = ratios("publish, consume, settle", "us", found, {IMPORTBUS: 1 / LEAST})
    limits("speed", "commands/s", [Limit(name, 1_000_000 / us) for name, us in found.items()])
    for peer in SETTINGS:
        print(f"{found[peer] / found[IMPORTBUS]:.1f} times the commands per second of {peer}")
    print(f"at least {LEAST:.0f} times those of {FAST}: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
