"""Which sink writes which class of commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from attrs import define, field

from importbus.bus.context import ImportContext
from importbus.bus.errors import HandlerNotFound, WiringError
from importbus.bus.messages import FinishImport, LaneCommand, Receipt
from importbus.bus.ports import Codec, Sink
from importbus.bus.report import Failure, Report


@define(eq=False)
class Served:
    """The sinks of a process by class; a class without one has that of its nearest base class."""

    _sinks: dict[type, Sink] = field(factory=dict, init=False)

    def add(self, command_type: type[LaneCommand], sink: Sink) -> None:
        """Let *sink* write the commands of *command_type*."""
        self._sinks[command_type] = sink

    def __contains__(self, command_type: type) -> bool:
        """Whether exactly that class has a sink."""
        return command_type in self._sinks

    def nearest(self, command_type: type[LaneCommand]) -> type:
        """Return *command_type* or its nearest base class that has a sink.

        Raises:
            HandlerNotFound: None of them has one.
        """
        for base in command_type.__mro__:
            if base in self._sinks:
                return base
        names = [known.__name__ for known in self._sinks]
        raise HandlerNotFound(command_type, names, "Register a sink with @bus.batch_handler.")

    def sink_for(self, command_type: type[LaneCommand]) -> Sink:
        """Return the sink of *command_type*; raises ``HandlerNotFound``."""
        return self._sinks[self.nearest(command_type)]


@define(eq=False)
class ConsumerImports:
    """What a bus has in a process that only consumes, and has no journal: sinks, and no imports.

    Implements ``importbus.bus.ports.Imports``; whatever would open an import raises
    ``WiringError``.
    """

    _codec: Codec
    _served: Served = field(factory=Served, init=False)

    def register(
        self, command_type: type[LaneCommand], sink: Sink, *, size: int, linger: float
    ) -> None:
        """Let *sink* write the commands of *command_type*, which come as they were published."""
        self._served.add(command_type, sink)
        self._codec.register(command_type)

    def sink_for(self, command_type: type[LaneCommand]) -> Sink:
        """Return the sink of *command_type*; raises ``HandlerNotFound``."""
        return self._served.sink_for(command_type)

    def accept(self, command: LaneCommand, /) -> Receipt:
        """Refuse *command*."""
        _refuse()

    def begin(self, context: ImportContext) -> None:
        """Refuse to open an import."""
        _refuse()

    def finish(self, event: FinishImport) -> None:
        """Do nothing: no import is open here."""

    def wait(self, import_id: str) -> Report:
        """Refuse to wait."""
        _refuse()

    def abandon(self, import_id: str) -> Report:
        """Refuse: no import is open here."""
        _refuse()

    def report(self, import_id: str) -> Report:
        """Refuse: the journal is elsewhere."""
        _refuse()

    def failures(self, import_id: str) -> Iterator[Failure]:
        """Refuse: the journal is elsewhere."""
        _refuse()

    def flush(self) -> None:
        """Do nothing: nothing waits here."""

    def close(self) -> None:
        """Do nothing."""


def _refuse() -> NoReturn:
    raise WiringError(
        "This process has no journal, so that it can carry out commands and dispatch none: "
        "publish where the journal is."
    )
