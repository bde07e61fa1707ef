"""One side of a SQLite queue of huey, with a task that does nothing but count."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event
from typing import Any

from attrs import define, field
from huey import SqliteHuey  # type: ignore[import-untyped]

from _sides import DONE, READY, await_go, say

SETTINGS = {"journal_mode": "wal", "cache_mb": 64}
"""The log is SQLite's fast one."""

POLLING = {"initial_delay": 0.001, "backoff": 1.0, "max_delay": 0.001, "periodic": False}
"""An empty queue is looked at a thousand times a second."""


@define
class Prices:
    """The task; with the last of *count* it is over."""

    count: int
    done: int = 0
    over: Event = field(factory=Event)

    def set_price(self, article: str, cents: int) -> str:
        """Write nothing; what is returned is kept where results are."""
        self.done += 1
        if self.done >= self.count:
            self.over.set()
        return "created"


def publish(queue: Any, count: int) -> None:
    """Enqueue a task for each of *count* commands."""
    set_price = queue.task(name="set_price")(Prices(count).set_price)
    await_go()
    for number in range(count):
        set_price(f"article-{number}", number)


def consume(queue: Any, count: int, workers: int) -> None:
    """Run tasks in *workers* threads until all are done."""
    prices = Prices(count)
    queue.task(name="set_price")(prices.set_price)
    consumer = queue.create_consumer(workers=workers, **POLLING)
    consumer.start()
    say(READY)
    prices.over.wait()
    say(DONE)
    consumer.stop()


if __name__ == "__main__":
    side, folder, tasks, threads, disk, results = sys.argv[1:]
    file = str(Path(folder) / "huey.db")
    opened = SqliteHuey(
        "bench", filename=file, fsync=disk == "fsync", results=results == "results", **SETTINGS
    )
    if side == "publish":
        publish(opened, int(tasks))
    else:
        consume(opened, int(tasks), int(threads))
