"""One run of ``importbus consume``: work on lanes until told to stop or a limit is reached."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from resource import RUSAGE_SELF, getrusage

from attrs import define, field, frozen

from importbus.adapters.consumer import Consumer
from importbus.adapters.consumer_board import ConsumerSnapshot
from importbus.adapters.stopping import Interrupted, StopRequest
from importbus.bus.errors import TransportUnavailable
from importbus.bus.ports import Clock
from importbus.bus.sharing import ENDED

LOOK = 0.1
"""Seconds between two looks at the limits."""

STATE_LOOK = 0.5
"""Seconds between two looks whether an import is over: the answer may come from afar."""

MEGABYTE = 1_000_000


@frozen
class Limits:
    """When a consumer stops by itself; None for never.

    Attributes:
        received: After so many commands were received; a batch that was begun is finished.
        seconds: After so many seconds.
        memory: When its resident memory exceeds so many megabytes.
        failures: After so many commands failed.
        idle: When it had nothing in work, and its lanes had nothing waiting, for so many seconds.
        finished: When the import of this name is over.
    """

    received: int | None = None
    seconds: float | None = None
    memory: float | None = None
    failures: int | None = None
    idle: float | None = None
    finished: str | None = None


@define
class ConsumeRun:
    """A consumer at work.

    Args:
        memory: Returns the resident memory in bytes.
    """

    consumer: Consumer
    clock: Clock
    limits: Limits
    memory: Callable[[], float]
    _began: float = field(default=0.0, init=False)
    state: str | None = field(default=None, init=False)
    """The state of the import that it works for, as soon as that is over."""
    _next_look: float = field(default=0.0, init=False)
    _idle_since: float | None = field(default=None, init=False)

    def until_over(self, stop: StopRequest) -> str | None:
        """Work until *stop* is set or a limit is reached, and return which; None for *stop*.

        Whatever is in flight then is finished and settled, within the grace time.

        Raises:
            BusError: Nothing can go on. Nothing is lost: what was not settled comes again.
        """
        self._began = self.clock.monotonic()
        self.consumer.start()
        try:
            while not stop.wait(LOOK):
                if self.consumer.error:
                    raise self.consumer.error
                if reached := next(self._reached(stop), None):
                    return reached
            return None
        except Interrupted:
            return None
        finally:
            self.consumer.close()

    def left(self) -> int:
        """Return the batches that wait in the lanes of this consumer."""
        return sum(self._depths().values())

    def _reached(self, stop: StopRequest) -> Iterator[str]:
        limits, now = self.limits, self.clock.monotonic()
        seen = self.consumer.board.snapshot()
        if limits.received is not None and seen.received >= limits.received:
            yield f"{seen.received:,} received"
        if limits.seconds is not None and now - self._began >= limits.seconds:
            yield f"{limits.seconds:g} seconds have passed"
        if limits.failures is not None and seen.failed >= limits.failures:
            yield f"{seen.failed:,} failed"
        if limits.memory is not None and self.memory() > limits.memory * MEGABYTE:
            yield f"more than {limits.memory:g} MB of memory are in use"
        if limits.idle is not None and self._idle(seen, now) >= limits.idle:
            yield f"nothing came for {limits.idle:g} seconds"
        if limits.finished is not None and self._is_over(limits.finished, now, stop):
            yield f"import {limits.finished} is over"

    def _idle(self, seen: ConsumerSnapshot, now: float) -> float:
        if seen.in_flight or not self._nothing_waits():
            self._idle_since = None
            return 0.0
        self._idle_since = now if self._idle_since is None else self._idle_since
        return now - self._idle_since

    def _is_over(self, import_id: str, now: float, stop: StopRequest) -> bool:
        if now < self._next_look:
            return False
        self._next_look = now + STATE_LOOK
        ask = partial(self.consumer.standing.state, import_id)
        state = stop.interruptible(ask)  # the answer may come from afar, or not for a long time
        self.state = state if state in (*ENDED, "stalled") else None
        return self.state is not None

    def _nothing_waits(self) -> bool:
        try:
            return not self.left()
        except TransportUnavailable:  # nobody knows while the broker is away
            return False

    def _depths(self) -> Mapping[int | None, int]:
        depths, lanes = self.consumer.transport.depths(), self.consumer.workers.lanes
        return depths if lanes is None else {lane: depths[lane] for lane in lanes}


def resident_memory() -> float:
    """Return the memory of this process, in bytes; where it is not known now, at its highest."""
    try:
        with open("/proc/self/statm", "rb") as numbers:
            return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        most = getrusage(RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
