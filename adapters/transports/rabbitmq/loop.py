"""The thread that does all that concerns the network."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Thread
from typing import Any, Protocol
from weakref import WeakSet

from loguru import logger
from pika.adapters.select_connection import IOLoop  # type: ignore[import-untyped]


class Failing(Protocol):
    """What is told when the driver has failed."""

    def fail(self, error: Exception) -> None:
        """The driver has failed with *error*; called in the thread of the loop."""
        ...


class Loop:
    """The thread that all links of a transport share."""

    def __init__(self) -> None:
        self._loop = IOLoop()
        self._actions: deque[Callable[[], None]] = deque()
        self._is_woken = False
        self._links: WeakSet[Failing] = WeakSet()
        self._thread = Thread(target=self._run, name="importbus-rabbitmq", daemon=True)
        self._thread.start()

    @property
    def io(self) -> Any:
        """The loop of pika."""
        return self._loop

    def add(self, link: Failing) -> None:
        """Have *link* told when the driver has failed."""
        self._links.add(link)

    def _run(self) -> None:
        """Run until it is closed.

        After a fault of the driver, such as bytes that it cannot read, new connections go on.
        """
        while True:
            try:
                self._loop.start()
            except Exception as error:  # noqa: BLE001 - whatever a driver may raise
                logger.error("The connections to RabbitMQ have failed: {!r}", error)
                for link in list(self._links):
                    link.fail(error)
            else:
                return

    def call(self, action: Callable[[], None]) -> None:
        """Have *action* done soon, after whatever was asked for before.

        What is asked for in a row wakes the thread once: a wake-up costs as much as a message.
        """
        self._actions.append(action)
        if not self._is_woken:
            self._is_woken = True
            self._loop.add_callback_threadsafe(self._act)

    def _act(self) -> None:
        self._is_woken = False  # first: whoever asks from here on wakes it once more
        try:
            while self._actions:
                self._actions.popleft()()
        finally:
            if self._actions:  # one has failed, and those behind it are still to be done
                self._loop.add_callback_threadsafe(self._act)

    def close(self) -> None:
        """End the thread; links that are open then are lost without a word."""
        self.call(self._loop.stop)
        self._thread.join(5)
        if not self._thread.is_alive():
            self._loop.close()
