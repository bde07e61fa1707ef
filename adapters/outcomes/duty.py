"""The recorder of a fleet whose consumers tell it outcomes: one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from random import random
from threading import Event, Thread
from typing import Protocol

from attrs import field, frozen
from loguru import logger

from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.outcomes.intake import Intake, Told
from importbus.adapters.recorder_duty import LOOK, SHORT_LOOK, STANDBY
from importbus.adapters.threads import RECORDER_THREAD, recording_unless_it_fails
from importbus.bus.errors import BusError, LaneHeld, LaneLost, TransportUnavailable
from importbus.bus.ports import Clock

AT_ONCE = 200
"""Messages that are taken before the recorder looks what follows from them."""

TOGETHER = 16
"""Messages of which those that can be are made durable together: they wait for the disk once.

Each may have a batch of a few megabytes as objects, which take several times as much.
"""


class Post(Protocol):
    """The hold of the stream of outcomes, which one process has at a time."""

    arrived: Event

    def next(self) -> Told | None:
        """Return the next message that is here; raises ``LaneLost``."""
        ...

    def must_hold(self) -> None:
        """Raise ``LaneLost`` when somebody else may hold it."""
        ...

    def close(self) -> None:
        """Let others have it."""
        ...


@frozen(eq=False)
class StreamDuty:
    """Is the recorder, in a thread, as long as no other process is; until ``stop`` is set.

    Args:
        take_post: Takes the stream of outcomes; raises ``LaneHeld``.
        make: Returns a recorder that has read nothing yet.
        intake: Takes what arrives.
        fail: Told the error after which nothing can go on.
        clock: Its monotonic time says when it is time to look.
        stop: Ends it.
        chance: Returns a number from 0 to 1, for the pauses between two tries.
    """

    take_post: Callable[[], Post]
    make: Callable[[], FleetRecorder]
    intake: Intake
    fail: Callable[[BusError], object]
    clock: Clock
    stop: Event = field(factory=Event)
    chance: Callable[[], float] = random
    _threads: list[Thread] = field(factory=list, init=False)
    _posts: list[Post] = field(factory=list, init=False)
    _due: Event = field(factory=Event, init=False)

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
                    self._stand_by()
                except TransportUnavailable as error:
                    if not error.temporary:
                        raise
                    logger.warning("The recorder waits: {}", error)
                    self._stand_by()
                except LaneLost as error:
                    logger.warning("{}", error)

    def wake(self) -> None:
        """Have the recorder look now: something may have ended."""
        self._due.set()
        for post in self._posts:
            post.arrived.set()

    def close(self) -> None:
        """Stop, and give the post back."""
        self.stop.set()
        for post in self._posts:
            post.arrived.set()
        for thread in self._threads:
            thread.join(5)

    def _stand_by(self) -> None:
        """Wait for a time that two who came at the same moment do not share."""
        self.stop.wait(STANDBY * (0.5 + self.chance()))

    def _hold(self) -> None:
        post = self.take_post()
        self._posts[:] = [post]
        try:
            self._record(post, self.make())
        finally:
            post.close()

    def _record(self, post: Post, recorder: FleetRecorder) -> None:
        look, next_look = LOOK, self.clock.monotonic()
        while not self.stop.is_set():
            post.arrived.clear()
            taken = self._take(post)
            if self._due.is_set() or self.clock.monotonic() >= next_look:
                self._due.clear()
                look = SHORT_LOOK if recorder.step(post.must_hold) else LOOK
                next_look = self.clock.monotonic() + look
            if taken < AT_ONCE:
                post.arrived.wait(max(0.0, next_look - self.clock.monotonic()))

    def _take(self, post: Post) -> int:
        taken = 0
        while taken < AT_ONCE and (letters := list(islice(iter(post.next, None), TOGETHER))):
            self.intake.take(*letters)
            taken += len(letters)
        return taken
