"""Reading that does not give up at the first trouble: it calls again, in ever longer waits."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, BinaryIO, Protocol, TypeVar

from importbus.adapters.pim.answer import Answer
from importbus.adapters.pim.reading import Reading
from importbus.bus.errors import Recoverable, SinkUnavailable

T = TypeVar("T")

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
        """Make one call, once."""
        answer = self._pim.call(method, path)
        self._count()
        return answer

    def download(self, path: str, into: BinaryIO) -> Answer:
        """Write the file at *path* into a file, from its beginning on at each attempt."""

        def attempt() -> Answer:
            into.seek(0)
            into.truncate()
            answer = self._pim.download(path, into)
            self._count()
            if answer.status == 200 and not _is_file(answer):
                raise SinkUnavailable(f"GET {path} did not answer a whole file.", status=200)
            return answer

        return self._again(attempt)

    def _read_json(self, target: str) -> Any:
        read = super()._read_json
        return self._again(lambda: read(target))

    def _sleep(self, seconds: float) -> None:
        self._wait(seconds)

    def _count(self) -> None:
        with self._lock:
            self.calls += 1

    def _again(self, attempt: Callable[[], T]) -> T:
        for wait in WAITS:
            try:
                return attempt()
            except Recoverable as error:
                self._wait(error.retry_after or wait)
        return attempt()


def _is_file(answer: Answer) -> bool:
    """Tell whether an answer is a whole file: a page without a name says that the PIM is away."""
    named = "content-disposition" in answer.headers
    return answer.complete and (named or answer.content_type != "text/html")
