"""Batch handlers: what writes the batches of a lane command class, and in which portions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from importbus.bus.errors import DuplicateHandler, WiringError
from importbus.bus.messages import LaneCommand
from importbus.bus.registry import derives, where

if TYPE_CHECKING:
    from importbus.bus.batches import Batch
    from importbus.bus.outcomes import Outcome
    from importbus.bus.ports import Imports, Sink

SIZE = 100
"""Most items in a batch, unless told otherwise."""

LINGER = 2.0
"""Seconds that an open batch waits for more, unless told otherwise."""


class FunctionSink:
    """A function as a sink."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[Batch[Any]], Iterable[Outcome]]) -> None:
        self.function = function

    def write(self, batch: Batch[Any], /) -> Iterable[Outcome]:
        """Call the function."""
        return self.function(batch)


class BatchHandler:
    """A sink with the class that it writes; ``size`` in items, ``linger`` in seconds."""

    __slots__ = ("command_type", "linger", "sink", "size")

    def __init__(
        self, command_type: type[LaneCommand], sink: Sink, *, size: int, linger: float
    ) -> None:
        if not derives(command_type, LaneCommand):
            raise WiringError(
                f"{command_type!r} cannot come in batches; derive it from Upsertable."
            )
        if not 1 <= size <= SIZE or linger < 0:
            raise WiringError(
                f"A batch of {command_type.__name__} cannot have size={size}, linger={linger}: "
                f"size is 1 to {SIZE} items, linger is 0 seconds or more."
            )
        self.command_type = command_type
        self.sink = sink
        self.size = size
        self.linger = linger

    def hand_to(self, imports: Imports) -> None:
        """Let *imports* know the sink."""
        imports.register(self.command_type, self.sink, size=self.size, linger=self.linger)

    @property
    def target(self) -> object:
        """What the application gave: its function, or its sink."""
        return self.sink.function if isinstance(self.sink, FunctionSink) else self.sink


class BatchHandlers:
    """The batch handlers of a bus, one a class. Not thread-safe; the bus guards it."""

    def __init__(self) -> None:
        self._handlers: dict[type, BatchHandler] = {}

    def add(self, handler: BatchHandler) -> None:
        """Keep *handler*; raises ``DuplicateHandler`` when its class has one already."""
        if first := self._handlers.get(handler.command_type):
            raise DuplicateHandler(handler.command_type, where(first.target), where(handler.target))
        self._handlers[handler.command_type] = handler

    def get(self, command_type: type) -> BatchHandler | None:
        """Return the batch handler of exactly *command_type*, if there is one."""
        return self._handlers.get(command_type)

    def __iter__(self) -> Iterator[BatchHandler]:
        """Yield them in the order of registering."""
        return iter(list(self._handlers.values()))
