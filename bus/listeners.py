"""Who hears of which event: any number of listeners, in the order of their subscription."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from importbus.bus.errors import WiringError
from importbus.bus.messages import Event
from importbus.bus.registry import derives

Listener = Callable[[Any], object]
"""Takes an event; what it returns is dropped."""


class Listeners:
    """The listeners of a bus. Subscribing is not thread-safe; the bus guards it."""

    def __init__(self) -> None:
        self._subscribed: tuple[tuple[type, Listener], ...] = ()

    def add(self, event_type: type, listener: Listener) -> None:
        """Let *listener* hear of every *event_type*, subclasses included.

        Raises:
            WiringError: *event_type* is no event class, or *listener* cannot be called.
        """
        if not derives(event_type, Event):
            raise WiringError(f"{event_type!r} is no event class; derive it from Event.")
        if not callable(listener):
            raise WiringError(f"{listener!r} cannot listen to {event_type.__name__}: not callable.")
        self._subscribed = (*self._subscribed, (event_type, listener))

    def tell(self, event: Event) -> None:
        """Call every listener of *event*, also after one failed.

        Raises:
            ExceptionGroup: What the listeners raised, in their order.
        """
        failures: list[Exception] = []
        for event_type, listener in self._subscribed:
            if isinstance(event, event_type):
                _call(listener, event, failures)
        if failures:
            name = type(event).__name__
            raise ExceptionGroup(f"Listeners of {name} that failed: {len(failures)}", failures)

    def hear(self, event_type: type) -> bool:
        """Whether anyone would hear of an *event_type*."""
        return any(issubclass(event_type, heard) for heard, _ in self._subscribed)

    def __iter__(self) -> Iterator[tuple[type, Listener]]:
        """Yield event classes and listeners in the order of subscription."""
        return iter(self._subscribed)


def _call(listener: Listener, event: Event, failures: list[Exception]) -> None:
    try:
        listener(event)
    except Exception as failure:  # noqa: BLE001 (the others hear of the event all the same)
        failures.append(failure)
