"""Which handler carries out which command class: one a class, the nearest base class wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from importbus.bus.errors import DuplicateHandler, HandlerNotFound, WiringError
from importbus.bus.messages import Command, Event, LaneCommand

Handler = Callable[[Any], Any]
"""Takes a command, returns what dispatching it returns."""

ATTACH = "Lane commands need an adapter: open the bus with importbus.adapters.wiring.open_bus."


class Registry:
    """The handlers of a bus, by command class. Not thread-safe; the bus guards it."""

    def __init__(self) -> None:
        self._handlers: dict[type, Handler] = {}

    def add(self, command_type: type, handler: Handler) -> None:
        """Let *handler* carry out *command_type* and its subclasses that have no nearer one.

        Raises:
            DuplicateHandler: *command_type* itself has a handler already.
            WiringError: *command_type* is no command class, or *handler* cannot be called.
        """
        if not derives(command_type, Command):
            raise WiringError(f"{command_type!r} is no command class; derive it from Command.")
        if not callable(handler):
            raise WiringError(f"{handler!r} cannot handle {command_type.__name__}: not callable.")
        if first := self._handlers.get(command_type):
            raise DuplicateHandler(command_type, where(first), where(handler))
        self._handlers[command_type] = handler

    def get(self, command_type: type) -> Handler | None:
        """Return the handler registered for exactly *command_type*, if there is one."""
        return self._handlers.get(command_type)

    def find(self, command_type: type) -> Handler:
        """Return the handler of the nearest class in the method resolution order.

        Raises:
            HandlerNotFound: Neither *command_type* nor a class that it derives from has one.
        """
        for candidate in command_type.__mro__:
            if handler := self._handlers.get(candidate):
                return handler
        alike, hint = self._alike(command_type), _hint(command_type)
        raise HandlerNotFound(command_type, alike, hint) from None

    def __iter__(self) -> Iterator[tuple[type, Handler]]:
        """Yield command classes and handlers in the order of registering."""
        return iter(list(self._handlers.items()))

    def _alike(self, command_type: type) -> list[str]:
        from difflib import (
            get_close_matches,  # only for this error: not worth every start
        )

        names = [known.__name__ for known in self._handlers]
        return get_close_matches(command_type.__name__, names, n=3)


def derives(candidate: object, base: type) -> bool:
    """Whether *candidate* is a class that derives from *base*."""
    return isinstance(candidate, type) and issubclass(candidate, base)


def where(handler: object) -> str:
    """Return module, name and line of *handler*, for people: ``app.stock.count (line 12)``."""
    while isinstance(handler, partial):
        handler = handler.func
    owner = handler if hasattr(handler, "__qualname__") else type(handler)
    name = f"{owner.__module__}.{owner.__qualname__}"
    line = _line(handler)
    return f"{name} (line {line})" if line else name


def _line(handler: object) -> int | None:
    called = handler if hasattr(handler, "__code__") else getattr(handler, "__call__", handler)  # noqa: B004
    code = getattr(called, "__code__", None)
    return code.co_firstlineno if code else None


def _hint(command_type: type) -> str:
    if issubclass(command_type, LaneCommand):
        return ATTACH
    if issubclass(command_type, Event):
        return "It is an event: events go to bus.broadcast."
    if not issubclass(command_type, Command):
        return "It is no command: dispatch an instance of a class derived from Command."
    return ""
