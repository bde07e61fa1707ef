"""One batch on its way through a sink, with pauses, backoff and brake."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, Protocol

from attrs import field, frozen
from loguru import logger

from importbus.bus.batches import Batch, Settlement
from importbus.bus.context import current_attempt
from importbus.bus.errors import Recoverable, SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.following import leaders_of
from importbus.bus.journal import Moment, WorkerJournal
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.bus.pacing import Pace, backoff, probe_interval
from importbus.bus.ports import Clock, Sink
from importbus.bus.work import BatchWork, Item


class Stopped(Exception):
    """The worker was told to stop while it waited; its batch stays unsettled."""


class Board(Protocol):
    """Where a run shows what it is doing."""

    def working(self, import_id: str, lane: int | None, *, busy: bool) -> None:
        """Show whether a lane has a call in flight."""
        ...

    def waiting(self, import_id: str, lane: int | None, reason: str | None) -> None:
        """Show why a lane waits; None when it no longer does."""
        ...


@frozen
class Patience:
    """How long a lane worker tries.

    Attributes:
        brake_after: Whole calls that fail in a row before the lane brakes and probes.
        alone_attempts: Calls with a single item that fail while the sink answers probes, before
            the item is a suspect.
        quiet: Seconds to wait before a call is repeated whose answer was lost, when nobody knows
            how long calls take.
    """

    brake_after: int = 5
    alone_attempts: int = 5
    quiet: float = 5.0


@frozen
class Tools:
    """What the runs of all lanes share.

    ``sink_for`` gives the sink of a command class; ``chance`` returns numbers from 0 up to 1;
    ``stop`` ends every wait.
    """

    journal: WorkerJournal
    board: Board
    sink_for: Callable[[type[LaneCommand]], Sink]
    clock: Clock
    chance: Callable[[], float] = random.random
    patience: Patience = Patience()
    stop: Event = field(factory=Event)


class BatchRun:
    """One batch on its way through the sink, with pauses, backoff and brake.

    *verify* is called before each call; it raises when the batch is not in work here any more.
    ``may_be_running`` says whether the answer to a call was lost, so that it may still be running.
    """

    def __init__(
        self,
        tools: Tools,
        batch: Batch[Any],
        pace: Pace,
        verify: Callable[[], object] = lambda: None,
    ) -> None:
        self._tools = tools
        self._batch = batch
        self._verify = verify
        self._pace = pace
        self._sink = tools.sink_for(batch.command_type)
        self._work = BatchWork(batch, leaders=leaders_of(batch, tools.journal))
        self._failures = 0
        self._alone_failures = 0
        self._unclear = 0
        self._requests = 0
        self.may_be_running = False
        self._seconds = 0.0

    def carry(self, *, too_often: bool = False) -> Settlement:
        """Send until every command has an outcome; *too_often* makes them suspects instead."""
        while items := self._work.piece(self._pace.size):
            if too_often:
                self._work.suspect(items[0], "Its batch broke the worker again and again.")
            else:
                self._verify()  # who waited may have lost the lane, and another is further on (I3)
                self._send(items)
        return Settlement(
            batch=self._batch,
            results=self._work.results(),
            requests=self._requests,
            milliseconds=self._seconds * 1000,
            at=self._tools.clock.now(),
        )

    def _send(self, items: Sequence[Item]) -> None:
        try:
            outcomes = self._write(self._work.batch_of(items))
        except SinkPaused as pause:
            self._wait(pause.retry_after or 1.0, "pause")
        except Recoverable as error:
            self._unanswered(items, error)
        except SinkRefused:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an application's sink raises
            self._broken(items, error)
        else:
            self._failures = self._alone_failures = 0
            self._work.learn(items, outcomes)
            self._rest_after(items, outcomes)

    def _write(self, batch: Batch[Any]) -> Sequence[Outcome]:
        started = self._tools.clock.monotonic()
        attempt = current_attempt.set(1 + self._failures + self._unclear)
        self._show_busy(True)
        try:
            outcomes = self._sink.write(batch)
            answered = outcomes if isinstance(outcomes, tuple) else tuple(outcomes)
            _check(answered, len(batch))
        finally:
            self._show_busy(False)
            current_attempt.reset(attempt)
            seconds = self._tools.clock.monotonic() - started
            self._seconds += seconds
            self._requests += 1
        self._requests += getattr(answered, "requests", 1) - 1
        self._pace.took(seconds)
        return answered

    def _rest_after(self, items: Sequence[Item], outcomes: Sequence[Outcome]) -> None:
        """Wait before items are sent again; longer when their answers were lost on the way."""
        unknown = [o.status for o in outcomes if o.kind is OutcomeKind.UNKNOWN and o.sent]
        unknown += [None] * (len(items) - len(outcomes))
        if not unknown:
            self._unclear = 0
            return
        self._unclear += 1
        self.may_be_running = self.may_be_running or None in unknown
        pause = backoff(self._unclear, self._tools.chance())
        self._wait(max(pause, self._quiet()) if None in unknown else pause, "retry")

    def _unanswered(self, items: Sequence[Item], error: Recoverable) -> None:
        self._failures += 1
        self._pace.shrink()
        if _maybe_running(error):
            self.may_be_running = True
            self._work.lost(items)
        self._note("retry", f"{error} ({len(items)} items, failure {self._failures} in a row)")
        self._wait(self._pause_after(error), "retry")
        if self._failures >= self._tools.patience.brake_after:
            self._brake(str(error))
            self._count_alone(items, str(error))

    def _pause_after(self, error: Recoverable) -> float:
        tools = self._tools
        wait = max(backoff(self._failures, tools.chance()), error.retry_after or 0.0)
        return max(wait, self._quiet()) if _maybe_running(error) else wait

    def _quiet(self) -> float:
        recent = getattr(self._sink, "recent_seconds", None)
        known = recent() if callable(recent) else None
        return self._tools.patience.quiet if known is None else 2 * float(known)

    def _brake(self, reason: str) -> None:
        """Hold the lane until the sink answers a probe; a sink that has none is asked again."""
        self._note("brake", reason)
        probe = getattr(self._sink, "probe", None)
        failures = 0
        while callable(probe) and not _answers(probe):
            self._wait(probe_interval(failures), "brake")
            failures += 1
        self._failures = 0

    def _count_alone(self, items: Sequence[Item], reason: str) -> None:
        """The sink answers probes: if it never answers one certain item, that item is to blame."""
        if len(items) == 1:
            self._alone_failures += 1
            if self._alone_failures >= self._tools.patience.alone_attempts:
                self._alone_failures = 0
                self._work.suspect(items[0], reason)

    def _broken(self, items: Sequence[Item], error: Exception) -> None:
        if len(items) > 1:
            self._work.isolate(items)
        else:
            reason = f"{type(error).__name__}: {error}"
            logger.opt(exception=error).error("The sink failed on {}.", items[0].envelope.position)
            self._work.learn(items, [Outcome.failed(reason)])

    def _wait(self, seconds: float, reason: str) -> None:
        """Wait, unless told to stop; the lane shows why."""
        self._show_waiting(reason)
        if self._tools.stop.wait(seconds):
            raise Stopped
        self._show_waiting(None)

    def _show_busy(self, busy: bool) -> None:
        self._tools.board.working(self._batch.import_id, self._batch.lane, busy=busy)

    def _show_waiting(self, reason: str | None) -> None:
        self._tools.board.waiting(self._batch.import_id, self._batch.lane, reason)

    def _note(self, kind: str, detail: str) -> None:
        moment = Moment(self._tools.clock.now(), kind, detail, self._batch.lane)
        self._tools.journal.moment(self._batch.import_id, moment)
        logger.warning("{} of lane {}: {}", kind, self._batch.lane, detail)


def _check(outcomes: Sequence[object], items: int) -> None:
    """Raise ``TypeError`` for what cannot be told apart: no outcomes, or more than items."""
    for outcome in outcomes:
        if not isinstance(outcome, Outcome):
            raise TypeError(f"the sink returned {type(outcome).__name__} instead of an Outcome")
    if len(outcomes) > items:
        raise TypeError(f"the sink returned {len(outcomes)} outcomes for {items} items")


def _maybe_running(error: Recoverable) -> bool:
    return isinstance(error, SinkUnavailable) and error.maybe_running


def _answers(probe: Callable[[], None]) -> bool:
    try:
        probe()
    except Recoverable:
        return False
    return True
