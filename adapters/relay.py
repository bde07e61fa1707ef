"""Events between processes: what others tell is told on this bus, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Event, Thread

from attrs import define, field
from loguru import logger

from importbus.bus.errors import BusClosed, BusError, TransportClosed
from importbus.bus.messages import Event as BusEvent
from importbus.bus.messages import ImportFinished, ImportStarted
from importbus.bus.ports import EventConsumer, Transport

LOOK = 0.5
"""Seconds that one wait for an event takes at the most."""


END_SECONDS = 5.0
"""How long the word of an end is waited for that stands in the journal already."""


@define(eq=False)
class Relay:
    """Tells the events of *transport* to *hear*, in a thread of its own; each end only once.

    ``tell`` takes those of this process to the others, and is not heard as an echo.
    """

    transport: Transport
    hear: Callable[[BusEvent], object]
    _own: set[str] = field(factory=set, init=False)
    _ends: set[str] = field(factory=set, init=False)
    _over: set[str] = field(factory=set, init=False)
    _changed: Condition = field(factory=Condition, init=False)
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

    def await_end(self, import_id: str) -> None:
        """Return when the end of an import was told here, or will not be so soon."""
        with self._changed:
            self._changed.wait_for(lambda: import_id in self._over, END_SECONDS)

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
            if event.event_id not in self._ends:
                self._ends.add(event.event_id)
                self._tell_listeners(event)
            with self._changed:
                self._over.add(event.import_id)
                self._changed.notify_all()
        else:
            self._tell_listeners(event)

    def _tell_listeners(self, event: BusEvent) -> None:
        try:
            self.hear(event)
        except BusClosed:
            return  # nobody listens any more
        except Exception:  # noqa: BLE001 - whatever a listener raises
            logger.exception("A listener of {} failed.", type(event).__name__)
