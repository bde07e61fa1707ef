"""The Upsertable adapter: takes every lane command, keeps the open batches, sends full ones on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from threading import Event, RLock, Thread, current_thread

from attrs import evolve
from loguru import logger

from importbus.adapters.importer import LANE_THREAD
from importbus.adapters.open_import import Completion, OpenImport, Way
from importbus.adapters.outbox import Outbox
from importbus.adapters.progress import ProgressBoard
from importbus.bus.batching import LINE_BYTES, Limits
from importbus.bus.context import ImportContext, current_import, current_position
from importbus.bus.errors import (
    BusClosed,
    BusError,
    HandlerNotFound,
    InvalidCommand,
    WiringError,
)
from importbus.bus.importing import new_import_id
from importbus.bus.journal import ImportRecord, Journal, Resumption
from importbus.bus.messages import FinishImport, LaneCommand, Position, Receipt
from importbus.bus.ports import Clock, Codec, Sink, Transport
from importbus.bus.report import Failure, Report

TICK = 0.1
"""Seconds between two looks at what has lingered."""

STANDING_QUIET = 5.0
"""Seconds without a command after which the standing import is finished."""


class UpsertableAdapter:
    """Carries the lane commands of a bus to the transport; implements ``Imports``. Thread-safe.

    Commands outside ``bus.importing()`` belong to a standing import, which is opened by the first
    of them and finished when none came for a while, and by ``close``.
    """

    def __init__(
        self,
        transport: Transport,
        journal: Journal,
        codec: Codec,
        recorder: Completion,
        clock: Clock,
        *,
        limits: Limits | None = None,
        standing_quiet: float = STANDING_QUIET,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._way = Way(transport, journal, codec, recorder)
        self._clock = clock
        self._limits = limits or Limits()
        self._special: dict[type[LaneCommand], Limits] = {}
        self._sinks: dict[type, Sink] = {}
        self._imports: dict[str, OpenImport] = {}
        self._standing: ImportContext | None = None
        self._standing_quiet = standing_quiet
        self._random = random
        self._lock = RLock()
        self._outbox = Outbox()
        self._stop = Event()
        self._ticker = Thread(target=self._tick_on, name="importbus-ticker", daemon=True)
        self._ticker.start()

    def register(
        self, command_type: type[LaneCommand], sink: Sink, *, size: int, linger: float
    ) -> None:
        """Let *sink* write the commands of *command_type*, at most *size* a batch."""
        self._special[command_type] = evolve(self._limits, lines=size, linger=linger)
        self._sinks[command_type] = sink
        self._way.codec.register(command_type)

    def sink_for(self, command_type: type[LaneCommand]) -> Sink:
        """Return the sink of *command_type* or of its nearest base class.

        Raises:
            HandlerNotFound: No sink is registered for it.
        """
        for base in command_type.__mro__:
            if sink := self._sinks.get(base):
                return sink
        names = [known.__name__ for known in self._sinks]
        raise HandlerNotFound(command_type, names, "Register a sink with @bus.batch_handler.")

    def accept(self, command: LaneCommand, /) -> Receipt:
        """Take *command* into the import of the current context, or into the standing one.

        Raises:
            HandlerNotFound: No sink is registered for it.
            InvalidCommand: Its data is larger than a line of a request may be.
            TransportUnavailable: A batch could not be stored; it is sent first the next time.
        """
        self.sink_for(type(command))
        size = len(self._way.codec.encode(command))
        if size > LINE_BYTES:
            raise InvalidCommand(
                f"The data has {size:,} bytes; at most {LINE_BYTES:,} can be sent."
            )
        position = current_position.get()
        if current_thread().name.startswith(LANE_THREAD):
            return self._accept_later(current_import.get(), command, position, size)
        return self._take(current_import.get(), command, position, size)

    def begin(
        self,
        context: ImportContext,
        *,
        resumption: Resumption | None = None,
        sources: tuple[str, ...] = (),
    ) -> None:
        """Open an import, or continue one with *resumption*; raises ``ImportExists``."""
        if self._stop.is_set():
            raise BusClosed
        import_id = context.import_id
        if resumption is None:
            lanes = self._way.transport.lanes
            record = ImportRecord(import_id, context.label, sources, lanes, self._clock.now())
            self._way.journal.open_import(record)
        opened = OpenImport(
            context, self._way, self._limits, self._special, self._clock.monotonic()
        )
        if resumption:
            opened.resume(resumption)
        with self._lock:
            self._imports[import_id] = opened
        self._way.recorder.started(import_id, resumption=resumption)

    def finish(self, event: FinishImport) -> None:
        """Send what is left of the import and announce its end."""
        opened = self._of(event.import_id)
        with opened.lock:
            if not opened.closed:
                opened.finish()

    def wait(self, import_id: str) -> Report:
        """Return when every command has its outcome; raises ``ImportFailed``."""
        return self._way.recorder.wait(import_id)

    def abandon(self, import_id: str) -> Report:
        """Stop accepting for the import without announcing its end; say what was sent."""
        opened = self._of(import_id)
        with opened.lock:
            opened.closed = True
        self._way.journal.set_state(import_id, "stopped", at=self._clock.now())
        return self.report(import_id)

    def report(self, import_id: str) -> Report:
        """Return the account of the import as it stands."""
        return self._way.journal.report(import_id)

    def failures(self, import_id: str) -> Iterator[Failure]:
        """Yield the failures of the import, rejected lines included."""
        return self._way.journal.failures(import_id)

    def reject(
        self, import_id: str, position: Position, *, command: str | None, reason: str, raw: bytes
    ) -> None:
        """Keep a line of input that is no command; a repeat of the same line counts once."""
        opened = self._of(import_id)
        with opened.lock:
            new = self._way.journal.reject(
                import_id, position, command=command, reason=reason, raw=raw
            )
            opened.read += new
            opened.board.rejected += new

    def board(self, import_id: str) -> ProgressBoard:
        """Return the progress of an import of this process."""
        return self._of(import_id).board

    def flush(self) -> None:
        """Send all open batches; return when they are confirmed."""
        for opened in list(self._imports.values()):
            with opened.lock:
                opened.flush()

    def tick(self, now: float) -> None:
        """Send what has lingered; an import that is busy is looked at the next time."""
        for opened in list(self._imports.values()):
            if not opened.closed and opened.lock.acquire(blocking=False):
                try:
                    opened.tick(now)
                finally:
                    opened.lock.release()
        self._finish_quiet_standing(now)

    def halt(self) -> None:
        """Stop the threads without finishing anything; a second call does nothing."""
        self._outbox.close()
        self._stop.set()
        self._ticker.join()

    def close(self) -> None:
        """Finish the standing import and wait for it; take no more commands."""
        self.halt()
        if standing := self._end_standing():
            self.finish(FinishImport(standing.import_id))
            self.wait(standing.import_id)

    def _take(
        self,
        context: ImportContext | None,
        command: LaneCommand,
        position: Position | None,
        size: int,
    ) -> Receipt:
        while True:
            opened = self._of((context or self._open_standing()).import_id)
            with opened.lock:
                if not opened.closed:
                    return opened.take(command, position, size, self._clock.monotonic())
            if context:
                raise WiringError(f"Import {context.import_id!r} takes no more commands.")

    def _accept_later(
        self,
        context: ImportContext | None,
        command: LaneCommand,
        position: Position | None,
        size: int,
    ) -> Receipt:
        self._outbox.put(lambda: self._take(context, command, position, size))
        import_id = (context or self._open_standing()).import_id
        return Receipt(import_id, position or Position("dispatch", 0), None)

    def _of(self, import_id: str | None) -> OpenImport:
        opened = self._imports.get(import_id or "")
        if opened is None:
            raise WiringError(f"No import {import_id!r} is open here; use bus.importing().")
        return opened

    def _open_standing(self) -> ImportContext:
        with self._lock:
            if self._standing:
                return self._standing
            import_id = new_import_id(self._clock.now(), self._random(5))
            standing = ImportContext(import_id, label="standing")
            self.begin(standing)
            self._standing = standing
            return standing

    def _end_standing(self) -> ImportContext | None:
        with self._lock:
            standing, self._standing = self._standing, None
            return standing

    def _finish_quiet_standing(self, now: float) -> None:
        standing = self._standing
        opened = standing and self._imports.get(standing.import_id)
        if opened and now - opened.touched >= self._standing_quiet:
            self._end_standing()
            self.finish(FinishImport(opened.context.import_id))

    def _tick_on(self) -> None:
        while not self._stop.wait(TICK):
            try:
                self.tick(self._clock.monotonic())
            except BusError as error:  # what was not sent is sent first the next time
                logger.error("What lingered could not be sent: {}", error)
