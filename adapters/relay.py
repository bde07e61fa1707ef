"""Events between processes: what others tell is told on this bus, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from attrs import define, field
from loguru import logger

from importbus.bus.errors import BusError, TransportClosed
from importbus.bus.messages import Event as BusEvent
from importbus.bus.messages import ImportFinished, ImportStarted
from importbus.bus.ports import EventConsumer, Transport

LOOK = 0.5
"""Seconds that one wait for an event takes at the most."""


@define(eq=False)
class Relay:
    """Tells the events of *transport* to *hear*, in a thread of its own; each end only once.

    ``tell`` takes those of this process to the others, and is not heard as an echo.
    """

    transport: Transport
    hear: Callable[[BusEvent], object]
    _own: set[str] = field(factory=set, init=False)
    _ends: set[str] = field(factory=set, init=False)
    _stop: Event = field(factory=Event, init=False)
    _thread: Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Listen from now on."""
        consumer = self.transport.events()
        self._thread = Thread(
            target=self._run, args=(consumer,), name="importbus-events", daemon=True
        )
        self._thread.start()

    def tell(self, event: ImportStarted) -> None:
        """Tell others that an import was opened here."""
        self._own.add(event.import_id)
        self.transport.broadcast(event)

    def close(self) -> None:
        """Hear what was told so far, and stop."""
        self._stop.set()
        if self._thread:
            self._thread.join(5)

    def _run(self, consumer: EventConsumer) -> None:
        try:
            while True:
                if event := consumer.receive(0 if self._stop.is_set() else LOOK):
                    self._pass_on(event)
                elif self._stop.is_set():
                    return
        except TransportClosed:
            return
        except BusError as error:
            logger.error("Events of other processes are not heard any more: {}", error)

    def _pass_on(self, event: BusEvent) -> None:
        if isinstance(event, ImportStarted) and event.import_id in self._own:
            return
        if isinstance(event, ImportFinished):
            if event.event_id in self._ends:
                return
            self._ends.add(event.event_id)
        try:
            self.hear(event)
        except Exception:  # noqa: BLE001 - whatever a listener raises
            logger.exception("A listener of {} failed.", type(event).__name__)
