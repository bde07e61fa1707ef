"""What listeners are told of an import besides its batches: each failure, and how far it is."""

from __future__ import annotations

from threading import RLock
from typing import Any, Protocol

from attrs import define, field
from loguru import logger

from importbus.adapters.journal import SqliteJournal
from importbus.adapters.pacer import Pacer
from importbus.bus.errors import BusClosed
from importbus.bus.messages import BatchSettled, Event, ImportFinished, ImportProgress
from importbus.bus.ports import Clock
from importbus.bus.report import CommandFailed


class Bus(Protocol):
    """Where events are told."""

    def broadcast(self, event: Event, /) -> None:
        """Call every listener of *event*."""
        ...

    def subscribe(self, event_type: type[Any], listener: Any) -> None:
        """Let *listener* hear of every *event_type*."""
        ...

    def is_heard(self, event_type: type[Event]) -> bool:
        """Whether anyone listens to *event_type*."""
        ...


def tell_failures(bus: Bus, journal: SqliteJournal) -> None:
    """Tell listeners on *bus* of each command that fails from now on, as ``CommandFailed``.

    In a fleet every process does so for itself, from the journal that it shares. Each failure is
    told once, in the order of the journal, and before the end of its import.
    """
    teller = _Failures(bus, journal, journal.failure_log.last())
    bus.subscribe(BatchSettled, teller.batch_settled)
    bus.subscribe(ImportFinished, teller.import_finished)


def tell_progress(bus: Bus, journal: SqliteJournal, clock: Clock) -> None:
    """Tell listeners on *bus* how far an import is, as ``ImportProgress``.

    That is for one process; in a fleet it is the recorder who tells it to all.
    """
    teller = _Progress(bus, journal, clock)
    bus.subscribe(BatchSettled, teller.batch_settled)
    bus.subscribe(ImportFinished, teller.import_finished)


@define(eq=False)
class _Failures:
    bus: Bus
    journal: SqliteJournal
    since: int
    _told: dict[str, int] = field(factory=dict, init=False)
    _lock: RLock = field(factory=RLock, init=False)  # several lanes settle at once

    def batch_settled(self, event: BatchSettled) -> None:
        if event.outcomes.get("failed") or event.outcomes.get("dead"):
            self._tell(event.import_id)

    def import_finished(self, event: ImportFinished) -> None:
        self._tell(event.import_id)  # rounds may have failed some, too

    def _tell(self, import_id: str) -> None:
        if not self.bus.is_heard(CommandFailed):
            return
        with self._lock:
            while found := self.journal.failure_log.after(
                import_id, self._told.get(import_id, self.since)
            ):
                for number, failure in found:
                    self._told[import_id] = number
                    _broadcast(self.bus, CommandFailed(import_id, failure))


@define(eq=False)
class _Progress:
    bus: Bus
    journal: SqliteJournal
    clock: Clock
    _pacer: Pacer = field(factory=Pacer, init=False)
    _lock: RLock = field(factory=RLock, init=False)

    def batch_settled(self, event: BatchSettled) -> None:
        if not self.bus.is_heard(ImportProgress):
            return
        with self._lock:
            due = self._pacer.is_due(event.import_id, self.clock.monotonic())
        if due:
            report = self.journal.report(event.import_id, groups=0)
            _broadcast(self.bus, report.progress)

    def import_finished(self, event: ImportFinished) -> None:
        with self._lock:
            self._pacer.forget(event.import_id)


def _broadcast(bus: Bus, event: Event) -> None:
    """Tell *event*; a listener that fails must not keep others from hearing of the next one."""
    try:
        bus.broadcast(event)
    except BusClosed:
        return  # nobody listens any more
    except Exception:  # noqa: BLE001 - whatever a listener raises
        logger.exception("A listener of {} failed.", type(event).__name__)
