"""The ticker: passes the time to what lingers, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from loguru import logger

from importbus.bus.errors import BusError, ImportFailed, TransportClosed
from importbus.bus.ports import Clock

TICK = 0.1
"""Seconds between two looks at what has lingered."""

TICK_AFTER_ERROR = 5.0
"""Seconds until the next look after one that failed."""


class Ticker:
    """Calls *tick* with the time of *clock* again and again, until it is stopped."""

    def __init__(self, tick: Callable[[float], object], clock: Clock) -> None:
        self._tick = tick
        self._clock = clock
        self._stop = Event()
        self._thread = Thread(target=self._run, name="importbus-ticker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; return when no tick is under way. A second call does nothing."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = TICK
        while not self._stop.wait(pause):
            pause = TICK
            try:
                self._tick(self._clock.monotonic())
            except (TransportClosed, ImportFailed):
                return  # whoever dispatches or waits is told why
            except BusError as error:
                logger.error("What has lingered could not be sent: {}", error)
                pause = TICK_AFTER_ERROR
            except Exception as error:  # noqa: BLE001 - whatever it is, the rest must not linger
                logger.opt(exception=error).error("What has lingered could not be sent.")
                pause = TICK_AFTER_ERROR
