"""A queue with its two sides, each in a process of its own: one publishes, the other consumes.

A side is a script that is called with ``publish`` or ``consume``, a folder and a count. It says
READY when it is set up; the publisher waits for a line before it begins, and the consumer says
DONE when everything that was published is done.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from attrs import frozen

from _measure import environment

READY, DONE = "READY", "DONE"


@frozen
class Side:
    """One of the two processes."""

    process: subprocess.Popen[str]

    def hear(self, word: str) -> None:
        """Wait until it says *word*; raises ``SystemExit`` when it says something else."""
        assert self.process.stdout is not None
        if (said := self.process.stdout.readline().strip()) != word:
            raise SystemExit(f"{self.process.args!r} said {said!r} instead of {word}.")

    def go(self) -> None:
        """Let it begin."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@contextmanager
def started(script: Path, *arguments: object) -> Iterator[Side]:
    """Run *script* in a process of its own, to its end."""
    command = [sys.executable, str(script), *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    ) as process:
        try:
            yield Side(process)
            process.communicate(timeout=60)
        finally:
            process.kill()


def seconds_through(script: Path, folder: Path, count: int, *settings: object) -> float:
    """Return the seconds from the first command published to the last one done."""
    with (
        started(script, "consume", folder, count, *settings) as consumer,
        started(script, "publish", folder, count, *settings) as publisher,
    ):
        consumer.hear(READY)
        publisher.hear(READY)
        began = perf_counter()
        publisher.go()
        consumer.hear(DONE)
        return perf_counter() - began


def say(word: str) -> None:
    """Tell the benchmark *word*."""
    print(word, flush=True)


def await_go() -> None:
    """Say that all is set up, and return when the benchmark says so."""
    say(READY)
    sys.stdin.readline()


def seconds_told(script: Path, *arguments: object) -> float:
    """Return the seconds that *script* says it took, whose set-up is not in its time."""
    with started(script, *arguments) as side:
        assert side.process.stdout is not None
        said = side.process.stdout.readline().strip()
        try:
            return float(said)
        except ValueError:
            raise SystemExit(f"{side.process.args!r} said {said!r} instead of seconds.") from None
