"""One run of ``importbus import``: sources through the bus into the sink, to the last outcome."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from difflib import get_close_matches
from itertools import islice
from threading import Event, Thread

from attrs import frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.importer import Importer
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.runtime import Runtime
from importbus.adapters.sources import open_sources
from importbus.bus import (
    BusError,
    ConfigurationError,
    FinishImport,
    ImportContext,
    ImportFailed,
    ImportStarted,
    InvalidCommand,
    LaneCommand,
    Position,
    Rejection,
    Report,
    Source,
    TransportClosed,
    checked_import_id,
    new_import_id,
)
from importbus.bus.context import current_import, current_position
from importbus.bus.journal import Moment, Resumption

QUIET = 5.0
"""Seconds to wait for calls of a run that died, when nobody knows how long calls take (I3)."""

Watch = Callable[[str, ProgressBoard], AbstractContextManager[object]]
"""Shows an import, by its id and board, while its context is entered."""

Item = tuple[Position, LaneCommand | Rejection]


@frozen
class ImportOptions:
    """What the user asked for.

    Attributes:
        import_id: The name of the import; None for a new one.
        label: What people call it.
        strict: Stop reading at the first line that is no command, or command that fails.
        resume: The import to continue.
        restart: Forget an import of that name and begin anew.
        limit: Most commands and rejected lines to read.
        only: Class names to read; all when empty.
    """

    import_id: str | None = None
    label: str | None = None
    strict: bool = False
    resume: str | None = None
    restart: bool = False
    limit: int | None = None
    only: tuple[str, ...] = ()


def run_import(
    runtime: Runtime,
    sources: Sequence[str],
    options: ImportOptions,
    *,
    watch: Watch,
    stop: Event,
) -> Report:
    """Import *sources* and return the account when every command has its outcome.

    With *stop* set, nothing new is read, calls in flight end, and the state is ``stopped``.

    Raises:
        ConfigurationError: An option, a source or the configuration is wrong; nothing was read.
        SinkUnavailable: The PIM is out of reach at the start; nothing was read.
        SinkRefused: The PIM refuses the credentials at the start; nothing was read.
        ImportFailed: It cannot go on; what has its outcome keeps it, and it can be resumed.
        JournalError: The journal cannot be written.
    """
    if runtime.pim is None:
        raise ConfigurationError(
            "No PIM is configured: set IMPORTBUS_PIM_URL, IMPORTBUS_PIM_CLIENT_ID, "
            "IMPORTBUS_PIM_SECRET, IMPORTBUS_PIM_USERNAME and IMPORTBUS_PIM_PASSWORD."
        )
    wanted = _wanted(runtime.codec, options.only)
    opened = open_sources(sources, runtime.codec)
    runtime.pim.probe()
    run = _begin(runtime, tuple(sources), options)
    board = runtime.adapter.board(run.context.import_id)
    with watch(run.context.import_id, board), _stopping(runtime.importer, stop):
        run.carry_out(opened, wanted, stop)
        return run.report(stop)


@frozen
class _Run:
    """An import that was opened or is continued."""

    runtime: Runtime
    context: ImportContext
    options: ImportOptions
    resumption: Resumption | None

    def carry_out(
        self, sources: Sequence[Source], wanted: Callable[[str], bool], stop: Event
    ) -> None:
        """Read and dispatch everything; announce the end unless *stop* or ``strict`` ended it."""
        self._let_lost_calls_end(stop)
        inside = current_import.set(self.context)
        try:
            complete = self._dispatch_all(self._items(sources, wanted), stop)
            if complete:
                self._announce_end()
        except (TransportClosed, ImportFailed):
            complete = False  # the lanes were stopped; the recorder knows why
        finally:
            current_import.reset(inside)
        if not complete:
            self.runtime.adapter.abandon(self.context.import_id)

    def report(self, stop: Event) -> Report:
        """Wait for the end, unless there will be none, and return the account."""
        import_id, recording = self.context.import_id, self.runtime.recording
        if recording.error and not stop.is_set():
            raise ImportFailed(_failed(import_id, recording.error)) from recording.error
        if self.runtime.adapter.report(import_id).state != "stopped":
            self._wait(stop)
        if stop.is_set():
            self.runtime.importer.close()  # what is in flight is settled, and counts
        return self.runtime.adapter.report(import_id)

    def _announce_end(self) -> None:
        try:
            self.runtime.bus.broadcast(FinishImport(self.context.import_id))
        except ExceptionGroup as failed:
            ours, _ = failed.split(BusError)
            raise (ours or failed).exceptions[0] from failed

    def _wait(self, stop: Event) -> None:
        import_id = self.context.import_id
        try:
            self.runtime.recording.wait(import_id, stop=stop)
        except ImportFailed as error:
            if not stop.is_set():
                raise ImportFailed(_failed(import_id, error)) from error
        if stop.is_set() and self.runtime.adapter.report(import_id).state in ("running", "queued"):
            self.runtime.adapter.abandon(import_id)

    def _let_lost_calls_end(self, stop: Event) -> None:
        if self.resumption and self.resumption.in_flight:
            quiet = self.resumption.quiet
            stop.wait(QUIET if quiet is None else quiet)

    def _items(self, sources: Sequence[Source], wanted: Callable[[str], bool]) -> Iterator[Item]:
        """Yield what is to be dispatched: structure first where a source can be read twice."""
        settled = self.resumption.settled if self.resumption else frozenset()
        is_structure = self.runtime.codec.is_structure
        for source in sources:
            if source.rereadable:
                first = source.read(lambda n: wanted(n) and is_structure(n), rejections=False)
                yield from (item for item in first if item[0] not in settled)
        for source in sources:
            rest = source.read(_rest(wanted, is_structure) if source.rereadable else wanted)
            yield from (item for item in rest if item[0] not in settled)

    def _dispatch_all(self, items: Iterator[Item], stop: Event) -> bool:
        """Dispatch *items*; return whether the input was read to its end."""
        board = self.runtime.adapter.board(self.context.import_id)
        for position, item in islice(items, self.options.limit):
            if stop.is_set() or self.runtime.recording.error:
                return False
            if isinstance(item, Rejection):
                self._reject(position, item)
            if self.options.strict and board.trouble:
                return False
            if isinstance(item, LaneCommand):
                self._dispatch(position, item)
        return not stop.is_set()

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


def _begin(runtime: Runtime, sources: tuple[str, ...], options: ImportOptions) -> _Run:
    import_id = options.resume or options.import_id or new_import_id(time.time(), os.urandom(5))
    checked_import_id(import_id)
    resumption = None
    if options.resume:
        resumption = runtime.journal.resume_import(import_id)
        runtime.journal.moment(
            import_id, Moment(time.time(), "resume", f"{resumption.read} are accounted for")
        )
    elif options.restart:
        runtime.journal.delete_import(import_id)
    producer = resumption.producer if resumption else "1"
    context = ImportContext(import_id, producer, label=options.label)
    runtime.adapter.begin(context, resumption=resumption, sources=sources)
    runtime.bus.broadcast(ImportStarted(import_id, options.label))
    return _Run(runtime, context, options, resumption)


@contextmanager
def _stopping(importer: Importer, stop: Event) -> Iterator[None]:
    """Stop the lanes as soon as *stop* is set, also while the input waits for room in one (I11)."""
    over = Event()

    def close_when_told() -> None:
        while not over.is_set():
            if stop.wait(0.05):
                importer.close()
                return

    thread = Thread(target=close_when_told, name="importbus-stop", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _wanted(codec: JsonCodec, only: tuple[str, ...]) -> Callable[[str], bool]:
    """Return whether a class name was asked for."""
    for name in only:
        if name not in codec.names:
            close = get_close_matches(name, codec.names, 1)
            likely = f" Did you mean {close[0]}?" if close else ""
            raise ConfigurationError(f"--only {name}: there is no such command.{likely}")
    return (lambda name: name in only) if only else (lambda name: True)


def _rest(
    wanted: Callable[[str], bool], is_structure: Callable[[str], bool]
) -> Callable[[str], bool]:
    return lambda name: wanted(name) and not is_structure(name)


def _failed(import_id: str, error: Exception) -> str:
    return f"{error} Continue later with --resume {import_id}."
