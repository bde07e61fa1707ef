"""The outbox: does later, in a thread of its own, what a lane worker must not wait for."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from loguru import logger


class Outbox:
    """Runs tasks one after the other in a thread that starts with the first of them."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread: Thread | None = None

    def put(self, task: Callable[[], object]) -> None:
        """Have *task* run after those put in before; an error of it is logged."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="importbus-outbox", daemon=True)
            self._thread.start()
        self._tasks.put(task)

    def close(self) -> None:
        """Run what was put in, and end the thread."""
        if self._thread is not None:
            self._tasks.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while task := self._tasks.get():
            try:
                task()
            except Exception:  # noqa: BLE001 - the tasks behind it must still run
                logger.exception("A command that a listener dispatched was not sent.")
