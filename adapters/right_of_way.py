"""Who runs Python code first: lanes between two calls, before whoever reads a source.

Threads of one process run Python code in turn. A lane whose call was answered needs a few
milliseconds until its next call is on its way, and a PIM with nothing to do in between. Reading
ahead can wait for these milliseconds; without that they took twice as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition, Lock, get_ident

from attrs import define, field

from importbus.adapters.threads import carries_imports

LONGEST = 0.05
"""Seconds that anybody gives way to one lane: it may have met something that it has to wait for."""


@define(eq=False)
class RightOfWay:
    """Lanes take it when a call is answered, and leave it when the next one was sent. Thread-safe.

    *monotonic* returns seconds of a clock that never goes back.
    """

    monotonic: Callable[[], float] = time.monotonic
    _until: dict[int, float] = field(factory=dict, init=False)  # by thread
    _changed: Condition = field(factory=lambda: Condition(Lock()), init=False)

    def take(self) -> None:
        """Have others give way to this thread; nothing happens unless it is that of a lane."""
        if carries_imports():
            with self._changed:
                self._until[get_ident()] = self.monotonic() + LONGEST

    def leave(self) -> None:
        """Let others go on: this thread waits for an answer, or has nothing to do."""
        if get_ident() in self._until:
            with self._changed:
                self._until.pop(get_ident(), None)
                if not self._until:
                    self._changed.notify_all()

    def give(self) -> None:
        """Return when no lane has it any more, or has had it for ``LONGEST``."""
        if self._until:
            with self._changed:
                while self._until:
                    self._changed.wait(self._left())

    def _left(self) -> float:
        """Forget the lanes that have had it for too long; return the seconds until the next."""
        now = self.monotonic()
        for thread, until in list(self._until.items()):
            if until <= now:
                del self._until[thread]
        return min(self._until.values(), default=now) - now
