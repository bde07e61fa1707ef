"""Reading that does not give up at the first trouble: it calls again, in ever longer waits."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import BinaryIO, Protocol

from importbus.adapters.pim.answer import Answer
from importbus.adapters.pim.reading import Reading
from importbus.bus.errors import Recoverable, SinkUnavailable

WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before each further attempt, unless the PIM names others: two minutes in all."""


class Pim(Protocol):
    """What is needed of a client of the PIM; see ``PimClient``."""

    def call(self, method: str, path: str) -> Answer:
        """Make one call."""
        ...

    def download(self, path: str, into: BinaryIO) -> Answer:
        """Read a file."""
        ...


class PatientReading(Reading):
    """Reads with *pim*, and tries again for two minutes when there is no whole answer.

    It raises what the client raises, once the last attempt has failed. Thread-safe.

    Args:
        pim: The client, which minds limits, tokens and pauses.
        sleep: Waits a number of seconds; what it raises ends the reading.
    """

    def __init__(self, pim: Pim, sleep: Callable[[float], object]) -> None:
        self._pim = pim
        self._wait = sleep
        self._lock = Lock()
        self.calls = 0

    def call(self, method: str, path: str) -> Answer:
        """Make one call, again and again if need be."""
        return self._again(lambda: self._pim.call(method, path), path)

    def download(self, path: str, into: BinaryIO) -> Answer:
        """Write the file at *path* into a file, from its beginning on at each attempt."""

        def attempt() -> Answer:
            into.seek(0)
            into.truncate()
            return self._pim.download(path, into)

        return self._again(attempt, path)

    def _sleep(self, seconds: float) -> None:
        self._wait(seconds)

    def _again(self, attempt: Callable[[], Answer], path: str) -> Answer:
        for wait in WAITS:
            try:
                return self._whole(attempt(), path)
            except Recoverable as error:
                self._wait(error.retry_after or wait)
        return self._whole(attempt(), path)

    def _whole(self, answer: Answer, path: str) -> Answer:
        with self._lock:
            self.calls += 1
        if not answer.complete:
            raise SinkUnavailable(f"The answer to GET {path} broke off.", status=answer.status)
        return answer
