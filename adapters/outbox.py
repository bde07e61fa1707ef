"""The outbox: does later, in a thread of its own, what a lane worker must not wait for."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Lock, Thread, current_thread

from loguru import logger

from importbus.bus.errors import BusClosed


class Outbox:
    """Runs tasks one after the other in a thread that starts with the first of them. Thread-safe.

    It takes as many as come: whoever puts them in must not wait, or nothing would ever move again.
    """

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False
        self._lock = Lock()

    def put(self, task: Callable[[], object]) -> None:
        """Have *task* run after those put in before; an error of it is logged.

        Raises:
            BusClosed: ``close`` was called before.
        """
        with self._lock:
            if self._closed:
                raise BusClosed
            if self._thread is None:
                self._thread = Thread(target=self._run, name="importbus-outbox", daemon=True)
                self._thread.start()
            self._tasks.put(task)

    def drain(self) -> None:
        """Return when everything that was put in before has run; at once inside of a task."""
        done = Event()
        with self._lock:
            if self._closed or self._thread in (None, current_thread()):
                return
            self._tasks.put(done.set)
        done.wait()

    def close(self) -> None:
        """Run what was put in, end the thread, take no more; a second call does nothing."""
        with self._lock:
            closed, self._closed = self._closed, True
            thread = self._thread
        if thread is not None and not closed:
            self._tasks.put(None)
            thread.join()

    def _run(self) -> None:
        while task := self._tasks.get():
            try:
                task()
            except Exception:  # noqa: BLE001 - the tasks behind it must still run
                logger.exception("What a lane worker's thread asked for could not be done.")
