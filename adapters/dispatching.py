"""Commands from sources onto the bus, each with its position; what is none is rejected."""

from __future__ import annotations

from collections.abc import Container

from attrs import frozen

from importbus.adapters.journal.positions import PositionSet
from importbus.adapters.reading import Reading
from importbus.adapters.runtime import Runtime
from importbus.adapters.stopping import StopRequest, until_stopped
from importbus.adapters.unchanged import Skipping
from importbus.bus import (
    FinishImport,
    ImportContext,
    ImportFailed,
    InvalidCommand,
    LaneCommand,
    Position,
    Rejection,
    TransportClosed,
)
from importbus.bus.context import current_import, current_position
from importbus.bus.journal import Resumption


@frozen
class Dispatching:
    """An import that was opened or is continued, and what it is to read.

    ``reader`` names who reads the sources, under the same name when the import is resumed.
    With ``skipping``, what need not be sent ends as ``unchanged``.
    """

    runtime: Runtime
    context: ImportContext
    reading: Reading
    resumption: Resumption | None
    reader: str = "1"
    skipping: Skipping | None = None

    def carry_out(self, stop: StopRequest) -> bool:
        """Dispatch everything and announce the end; return whether it came so far.

        It does not when *stop* was set, ``strict`` ended the reading, or nothing can go on.
        """
        inside = current_import.set(self.context)
        extents = self.runtime.journal.extents
        extents.watch(self.context.import_id, self.reader, self.reading.extents)
        try:
            return self._dispatch_all(stop) and self._announce_finish()
        except (TransportClosed, ImportFailed):
            return False  # by a stop, or for a reason that is told to whoever waits
        finally:
            current_import.reset(inside)

    def _dispatch_all(self, stop: StopRequest) -> bool:
        """Dispatch what is read; return whether the input was read to its end."""
        board = self.runtime.adapter.board(self.context.import_id)
        settled = self.resumption.settled if self.resumption else frozenset()
        trouble = board.trouble
        reading = self._without_unchanged(settled, stop)
        for position, item in until_stopped(reading.items(board, settled), stop):
            if self.runtime.completion.error:
                return False
            if isinstance(item, Rejection):
                self._reject(position, item)
            if self.reading.strict and board.trouble > trouble:
                return False
            if isinstance(item, LaneCommand):
                self._dispatch(position, item)
        return not stop.is_set()

    def _without_unchanged(self, settled: Container[Position], stop: StopRequest) -> Reading:
        """Settle what need not be sent, and return the reading of the rest.

        Fingerprints are kept of what is sent, or are not, from now on.
        """
        import_id, skipping = self.context.import_id, self.skipping
        journal, passed, count = self.runtime.journal, PositionSet(), 0
        journal.fingerprints.keep(import_id, skipping.pim if skipping else None)
        if skipping is None:
            return self.reading
        for kind, position in skipping.find(self.reading, journal, settled, stop):
            self.runtime.adapter.pass_over(import_id, kind, position)
            passed.add(position.source, position.line)
            count += 1
        return self.reading.without(passed, count)

    def _announce_finish(self) -> bool:
        """Tell everyone that the input has ended; the first error of a listener comes alone."""
        try:
            self.runtime.bus.broadcast(FinishImport(self.context.import_id))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        return True

    def _dispatch(self, position: Position, command: LaneCommand) -> None:
        at = current_position.set(position)
        try:
            self.runtime.bus.dispatch(command)
        except InvalidCommand as error:
            name = self.runtime.codec.name_of(type(command))
            self._reject(position, Rejection(str(error), name, b""))
        finally:
            current_position.reset(at)

    def _reject(self, position: Position, rejection: Rejection) -> None:
        self.runtime.adapter.reject(
            self.context.import_id,
            position,
            command=rejection.command,
            reason=rejection.reason,
            raw=rejection.raw,
        )
