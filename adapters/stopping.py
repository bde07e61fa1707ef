"""A request to stop, made by a signal while the main thread may be waiting for something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from threading import Event
from typing import TypeVar

T = TypeVar("T")


class Interrupted(BaseException):
    """Ends a wait of the main thread in which nothing can be lost; a signal asked to stop.

    Like ``KeyboardInterrupt`` it passes by those who handle any ``Exception``.
    """


class StopRequest(Event):
    """Set when a signal asks to stop; whoever works looks at it between two steps.

    A wait for input, or for the first answer of a server, has no steps: ``request`` ends it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._may_interrupt = False

    def request(self) -> None:
        """Ask to stop; for signal handlers, which run in the main thread.

        Raises:
            Interrupted: The main thread is in a wait that may be interrupted.
        """
        self.set()
        if self._may_interrupt:
            self._may_interrupt = False
            raise Interrupted

    def interruptible(self, wait: Callable[[], T]) -> T:
        """Return what *wait* returns; to be called in the main thread.

        Raises:
            Interrupted: A stop was asked for, before or meanwhile.
        """
        try:
            self._may_interrupt = True
            if self.is_set():
                raise Interrupted
            return wait()
        finally:
            self._may_interrupt = False


def until_stopped(items: Iterator[T], stop: StopRequest) -> Iterator[T]:
    """Yield *items* until there are no more; a stop also ends the wait for the next one."""
    step = partial(next, items)
    while True:
        try:
            item = stop.interruptible(step)
        except (StopIteration, Interrupted):
            return
        yield item
