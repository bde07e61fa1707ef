"""A consumer: lane workers and, as a standby at least, the recorder, of one process."""

from __future__ import annotations

from threading import Event, Thread
from typing import Protocol

from attrs import define, field

from importbus.adapters.consumer_board import ConsumerBoard
from importbus.adapters.fleet_desk import FleetDesk
from importbus.adapters.fleet_queue import FleetQueue
from importbus.adapters.importer import LaneWorkers
from importbus.adapters.journal import SqliteJournal
from importbus.bus.errors import BusError, TransportError

TELL = 1.0
"""Seconds between two words about itself to those who ask for the status of the fleet."""


class Standing(Protocol):
    """Whoever says how far an import is."""

    def state(self, import_id: str) -> str:
        """Return its state, as in ``importbus.bus.report.Report``; raises ``UnknownImport``."""
        ...


class Duty(Protocol):
    """Being the recorder while no other process is."""

    def start(self) -> None:
        """Begin, in a thread."""
        ...

    def wake(self) -> None:
        """Something may have ended."""
        ...

    def close(self) -> None:
        """Stop."""
        ...


@define(eq=False)
class Consumer:
    """What one process does for the lanes of a queue, as soon as ``start`` is called."""

    journal: SqliteJournal | None
    standing: Standing
    transport: FleetQueue
    desk: FleetDesk
    workers: LaneWorkers
    duty: Duty | None
    board: ConsumerBoard
    _over: Event = field(factory=Event, init=False)
    _teller: Thread | None = field(default=None, init=False)

    @property
    def error(self) -> BusError | None:
        """Why nothing can go on; None while all is well."""
        return self.desk.error

    def start(self) -> None:
        """Begin to work on lanes and to record; a second call does nothing."""
        if self._teller:
            return
        self._teller = Thread(target=self._tell_on, name="importbus-status", daemon=True)
        for part in (self.duty, self.workers, self._teller):
            if part:
                part.start()

    def close(self, grace: float = 30.0) -> None:
        """Take no new work, finish what is in flight within *grace* seconds, settle, leave."""
        if self._teller:
            self.workers.close(grace)
        if self.duty:
            self.duty.close()
        self._over.set()
        if self._teller:
            self._teller.join(5)

    def _tell_on(self) -> None:
        while not self._over.wait(TELL):
            self._tell()
        try:
            self.transport.tell_status(None)
        except TransportError:
            return  # it will be taken for dead soon

    def _tell(self) -> None:
        try:
            self.transport.tell_status(self.board.snapshot().document())
        except TransportError:
            return  # the next word may be heard
