"""The Upsertable adapter: takes every lane command, keeps the open batches, sends full ones on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from threading import Event, RLock

from attrs import evolve

from importbus.adapters.attaching import Attaching
from importbus.adapters.media import MediaFiles
from importbus.adapters.open_import import Completion, OpenImport, Way
from importbus.adapters.opening import first_number, open_or_join
from importbus.adapters.outbox import Outbox
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.right_of_way import RightOfWay
from importbus.adapters.served import Served
from importbus.adapters.threads import carries_imports
from importbus.adapters.ticker import Ticker
from importbus.bus.batching import LINE_BYTES, Limits
from importbus.bus.context import ImportContext, current_import, current_position
from importbus.bus.errors import (
    BusClosed,
    BusError,
    InvalidCommand,
    TransportClosed,
    UnknownImport,
    WiringError,
)
from importbus.bus.importing import new_import_id
from importbus.bus.journal import Journal, Resumption
from importbus.bus.messages import FinishImport, LaneCommand, Position, Receipt
from importbus.bus.ports import Clock, Codec, Sink, Transport
from importbus.bus.report import Failure, Report
from importbus.bus.sharing import SharedJournal

STANDING_QUIET = 5.0
"""Seconds without a command after which the standing import is finished."""


def checked_data(codec: Codec, command: LaneCommand) -> bytes:
    """Return the data of *command* as JSON; raises ``InvalidCommand`` if it is too long.

    A line that is short enough can have data that is too long: a number may be written longer.
    """
    data = codec.encode(command)
    if len(data) > LINE_BYTES:
        raise InvalidCommand(
            f"The data has {len(data):,} bytes; at most {LINE_BYTES:,} can be sent."
        )
    return data


class UpsertableAdapter:
    """Carries the lane commands of a bus to the transport; implements ``Imports``. Thread-safe.

    Commands outside ``bus.importing()`` belong to a standing import, which is opened by the first
    of them and finished when none came for a while, by ``FinishImport`` and by ``close``.

    What a lane worker or the recorder asks for, by way of sinks and listeners, is done later and in
    order by the outbox, since these threads must not wait; see ``adapters/threads.py``.
    """

    def __init__(
        self,
        transport: Transport,
        journal: Journal,
        codec: Codec,
        recorder: Completion,
        clock: Clock,
        *,
        shared: SharedJournal | None = None,
        wait_at_close: bool = True,
        limits: Limits | None = None,
        files: MediaFiles = MediaFiles(),
        standing_quiet: float = STANDING_QUIET,
        random: Callable[[int], bytes] = os.urandom,
        right_of_way: RightOfWay | None = None,
    ) -> None:
        self._way = Way(transport, journal, codec, recorder, shared, Attaching(files, clock))
        self._clock = clock
        self._limits = limits or Limits()
        self._special: dict[type[LaneCommand], Limits] = {}
        self._served = Served()
        self._imports: dict[str, OpenImport] = {}
        self._standing: OpenImport | None = None
        self._standing_quiet = standing_quiet
        self._wait_at_close = wait_at_close
        self._random = random
        self._right_of_way = right_of_way or RightOfWay()
        self._lock = RLock()
        self._outbox = Outbox()
        self._stop = Event()
        self._ticker = Ticker(self.tick, clock)

    def start(self) -> None:
        """Begin to send what lingers."""
        self._ticker.start()

    def register(
        self, command_type: type[LaneCommand], sink: Sink, *, size: int, linger: float
    ) -> None:
        """Let *sink* write the commands of *command_type*, at most *size* a batch."""
        self._special[command_type] = evolve(self._limits, lines=size, linger=linger)
        self._served.add(command_type, sink)
        self._way.codec.register(command_type)

    def sink_for(self, command_type: type[LaneCommand]) -> Sink:
        """Return the sink of *command_type* or of its nearest base class.

        Raises:
            HandlerNotFound: No sink is registered for it.
        """
        return self._served.sink_for(command_type)

    def accept(self, command: LaneCommand, /) -> Receipt:
        """Take *command* into the import of the current context, or into the standing one.

        Raises:
            HandlerNotFound: No sink is registered for it.
            InvalidCommand: Its data is larger than a line of a request may be.
            WiringError: The import has ended.
            ImportFailed: Nothing can go on; the message says why.
            TransportUnavailable: Earlier batches cannot be stored; this command was not taken.
        """
        if type(command) not in self._special:
            self._adopt(type(command))
        data = checked_data(self._way.codec, command)
        context, position = current_import.get(), current_position.get()
        if carries_imports():
            return self._take_later(context, command, position, data)
        return self._take(context, command, position, data)

    def begin(
        self,
        context: ImportContext,
        *,
        resumption: Resumption | None = None,
        sources: tuple[str, ...] = (),
        producers: int = 1,
    ) -> None:
        """Open an import, or continue one with *resumption*; raises ``ImportExists``.

        When it has several *producers*, whoever comes first opens it, and the others join.
        """
        self._begin(context, resumption, sources, producers)

    def finish(self, event: FinishImport) -> None:
        """Send what is left of the import and announce its end; a second time changes nothing.

        Without an id it is the standing import, if there is one. In a thread that carries imports
        on it is done later.

        Raises:
            WiringError: There is no such import.
            ImportFailed: Nothing can go on; the message says why.
        """
        self._in_order(lambda: self._finish(event.import_id))

    def wait(self, import_id: str) -> Report:
        """Return when every command has its outcome; raises ``ImportFailed``."""
        return self._way.recorder.wait(import_id)

    def abandon(self, import_id: str) -> Report:
        """Stop accepting for the import without announcing its end; say what was sent.

        What still waits in open batches is not sent: resuming the import sends it. In a thread
        that carries imports on it is done later.
        """
        if carries_imports():
            self._outbox.put(lambda: self._abandon(import_id))
        else:
            self._abandon(import_id)
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
            opened.board.rejected += new

    def pass_over(self, import_id: str, kind: type[LaneCommand], position: Position) -> None:
        """Settle a command of class *kind* as ``unchanged``, without sending it.

        Raises:
            HandlerNotFound: No sink is registered for it.
            BusError: It cannot be settled; see ``accept``.
        """
        if kind not in self._served:
            self._adopt(kind)
        opened = self._of(import_id)
        with opened.lock:
            opened.pass_over(kind, position)

    def board(self, import_id: str) -> ProgressBoard:
        """Return the progress of an import of this process."""
        return self._of(import_id).board

    def flush(self) -> None:
        """Send all open batches; return when they are confirmed.

        In a thread that carries imports on it is done later.
        """
        self._in_order(self._flush)

    def tick(self, now: float) -> None:
        """Send what has lingered; an import that is busy is looked at the next time.

        Raises:
            BusError: The first one of an import that could not send; all of them were looked at.
        """
        failed: list[BusError] = []
        for opened in list(self._imports.values()):
            if opened.lock.acquire(blocking=False):
                try:
                    self._tick_one(opened, now)
                except BusError as error:  # what was not sent is sent first the next time
                    failed.append(error)
                finally:
                    opened.lock.release()
        if failed:
            raise failed[0]

    def halt(self) -> None:
        """Stop the threads without finishing anything; a second call does nothing."""
        self._outbox.close()
        self._stop.set()
        self._ticker.stop()

    def close(self) -> None:
        """Finish the standing import and wait for it; take no more commands.

        When the lanes were stopped before, the standing import is abandoned instead.
        """
        self.halt()
        if standing := self._standing:
            import_id = standing.context.import_id
            try:
                self._finish(import_id)
                if self._wait_at_close:
                    self.wait(import_id)
            except TransportClosed:
                self._abandon(import_id)

    def _adopt(self, command_type: type[LaneCommand]) -> None:
        """Let the sink of a base class write *command_type*, within the limits of that class."""
        limits = self._special[self._served.nearest(command_type)]
        sink = self._served.sink_for(command_type)
        self.register(command_type, sink, size=limits.lines, linger=limits.linger)

    def _begin(
        self,
        context: ImportContext,
        resumption: Resumption | None = None,
        sources: tuple[str, ...] = (),
        producers: int = 1,
    ) -> OpenImport:
        if self._stop.is_set():
            raise BusClosed
        import_id, now = context.import_id, self._clock.monotonic()
        if resumption is None:
            open_or_join(self._way, context, sources, producers, self._clock.now())
        opened = OpenImport(context, self._way, self._limits, self._special, now)
        if resumption is None or self._way.shared:
            opened.number = first_number(context.producer)
        if resumption:
            opened.resume(resumption)
        self._way.recorder.started(import_id, opened.board, resumption=resumption)
        self._imports[import_id] = opened
        return opened

    def _take(
        self,
        context: ImportContext | None,
        command: LaneCommand,
        position: Position | None,
        data: bytes,
    ) -> Receipt:
        self._right_of_way.give()
        while True:  # an import may end while its lock is waited for: the standing one is followed
            if context is None:
                opened = self._open_standing()
            else:
                opened = self._imports.get(context.import_id) or self._of(context.import_id)
            with opened.lock:
                if not opened.closed:
                    now = self._clock.monotonic()
                    return opened.take(command, position, len(data), now, data)

    def _take_later(
        self,
        context: ImportContext | None,
        command: LaneCommand,
        position: Position | None,
        data: bytes,
    ) -> Receipt:
        opened = self._of(context.import_id) if context else self._open_standing()
        self._outbox.put(lambda: self._take(context, command, position, data))
        return Receipt(opened.context.import_id, position or Position("dispatch", 0), None)

    def _in_order(self, task: Callable[[], None]) -> None:
        """Do *task* behind what is in the outbox; now, unless the thread must not wait."""
        if carries_imports():
            self._outbox.put(task)
        else:
            self._outbox.drain()
            task()

    def _finish(self, import_id: str | None) -> None:
        standing = self._standing
        opened = standing if import_id is None else self._imports.get(import_id)
        if opened is None:
            self._must_have_ended(import_id)
            return
        with opened.lock:
            opened.finish()
            self._leave(opened)

    def _abandon(self, import_id: str) -> None:
        if opened := self._imports.get(import_id):
            with opened.lock:
                opened.try_to_send()
                self._leave(opened)
        self._way.recorder.abandoned(import_id)
        self._way.journal.set_state(import_id, "stopped", at=self._clock.now())

    def _flush(self) -> None:
        for opened in list(self._imports.values()):
            with opened.lock:
                if not opened.closed:
                    opened.flush()

    def _tick_one(self, opened: OpenImport, now: float) -> None:
        if opened.closed:
            return
        opened.tick(now)
        if opened is self._standing and now - opened.touched >= self._standing_quiet:
            opened.finish()
            self._leave(opened)

    def _of(self, import_id: str) -> OpenImport:
        opened = self._imports.get(import_id)
        if opened is None:
            raise WiringError(
                f"Import {import_id!r} takes no more commands, or was never opened here; "
                "use bus.importing()."
            )
        return opened

    def _leave(self, opened: OpenImport) -> None:
        """Forget an import that takes no more commands; call it with its lock held."""
        opened.closed = True
        self._imports.pop(opened.context.import_id, None)
        if self._standing is opened:
            self._standing = None

    def _must_have_ended(self, import_id: str | None) -> None:
        """Make sure that an import that is not open here was open once; None is no import."""
        if import_id is None:
            return
        try:
            self._way.journal.report(import_id, groups=0)
        except UnknownImport:
            raise WiringError(f"There is no import {import_id!r} to finish.") from None

    def _open_standing(self) -> OpenImport:
        with self._lock:
            if self._standing is None:
                import_id = new_import_id(self._clock.now(), self._random(8))
                context = ImportContext(import_id, label="standing")
                self._standing = self._begin(context)
            return self._standing
