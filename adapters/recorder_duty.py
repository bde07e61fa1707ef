"""Who is the recorder: one process at a time, the others stand by."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any, Protocol

from attrs import field, frozen
from loguru import logger

from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.threads import RECORDER_THREAD, recording_unless_it_fails
from importbus.bus.errors import BusError, LaneHeld, LaneLost

RECORDER = "recorder"
"""The name of its lease."""

LOOK, SHORT_LOOK = 0.2, 0.02
"""Seconds between two looks at the journal; short ones amid a parking round, which is short."""

STANDBY = 1.0
"""Seconds between two tries to become the recorder."""


class Posts(Protocol):
    """Gives a post to one holder at a time; see ``transports/sqlite.py``."""

    def hold(self, name: str) -> Any:
        """Take the post *name* and return the lease of it; raises ``LaneHeld``."""
        ...

    def verify(self, lease: Any) -> None:
        """Make sure that *lease* is still held; raises ``LaneLost``."""
        ...

    def give_back(self, lease: Any) -> None:
        """Let others have the post at once."""
        ...


@frozen(eq=False)
class RecorderDuty:
    """Is the recorder, in a thread, as long as no other process is; until ``stop`` is set.

    Args:
        make: Returns a recorder that has read nothing yet.
        fail: Told the error after which nothing can go on.
        stop: Ends it.
    """

    posts: Posts
    make: Callable[[], FleetRecorder]
    fail: Callable[[BusError], object]
    stop: Event = field(factory=Event)
    _awake: Event = field(factory=Event, init=False)
    _threads: list[Thread] = field(factory=list, init=False)

    def start(self) -> None:
        """Begin, in a thread of its own; a second call does nothing."""
        if not self._threads:
            thread = Thread(target=self.run, name=RECORDER_THREAD, daemon=True)
            self._threads.append(thread)
            thread.start()

    def run(self) -> None:
        """Take the post or stand by, until told to stop."""
        with recording_unless_it_fails(self.fail):
            while not self.stop.is_set():
                try:
                    self._hold()
                except LaneHeld:
                    self.stop.wait(STANDBY)
                except LaneLost as error:
                    logger.warning("{}", error)

    def wake(self) -> None:
        """Have the recorder look now: something may have ended."""
        self._awake.set()

    def close(self) -> None:
        """Stop, and give the post back."""
        self.stop.set()
        self._awake.set()
        for thread in self._threads:
            thread.join(5)

    def _hold(self) -> None:
        lease = self.posts.hold(RECORDER)
        try:
            recorder = self.make()
            while not self.stop.is_set():
                self._awake.clear()
                in_round = recorder.step(lambda: self.posts.verify(lease))
                self._awake.wait(SHORT_LOOK if in_round else LOOK)
        finally:
            self.posts.give_back(lease)
