"""One run of ``importbus import``: sources through the bus into the sink, to the last outcome."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import partial
from threading import Event

from attrs import evolve, frozen

from importbus.adapters.dispatching import Dispatching
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Heard, Means, Reading, open_reading
from importbus.adapters.runtime import Runtime
from importbus.adapters.stopping import Interrupted, StopRequest
from importbus.adapters.threads import alongside
from importbus.adapters.unchanged import Skipping
from importbus.bus import (
    ConfigurationError,
    HandlingFailed,
    ImportContext,
    ImportFailed,
    ImportStarted,
    JournalError,
    Report,
    SinkPaused,
    UnknownImport,
    checked_import_id,
    new_import_id,
)
from importbus.bus.journal import ImportRecord, Moment

QUIET = 5.0
"""Seconds to wait for calls of a run that died, when nobody knows how long calls take (I3)."""

NO_PIM = (
    "No PIM is configured: set IMPORTBUS_PIM_URL, IMPORTBUS_PIM_CLIENT_ID, "
    "IMPORTBUS_PIM_SECRET, IMPORTBUS_PIM_USERNAME and IMPORTBUS_PIM_PASSWORD."
)

PATIENCE = 5
"""How often the start of an import waits when the PIM asks everyone to."""

STOP_POLL = 0.1
"""Seconds between two looks at whether to stop."""

CHANGED = (
    "Give the file as it was to resume import {0!r}; or begin anew with --import-id {0} --restart, "
    "which forgets its outcomes so far."
)

Watch = Callable[[str, ProgressBoard], AbstractContextManager[object]]
"""Shows an import, by its id and board, while its context is entered."""


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
        into: The options that say where the commands go instead of to a PIM; the journal keeps them
            with the sources, so that an import goes on where it began.
        read_with: The options that say how the sources are read; kept as those are.
    """

    import_id: str | None = None
    label: str | None = None
    strict: bool = False
    resume: str | None = None
    restart: bool = False
    limit: int | None = None
    only: tuple[str, ...] = ()
    into: tuple[str, ...] = ()
    read_with: tuple[str, ...] = ()


def run_import(
    runtime: Runtime,
    sources: Sequence[str],
    options: ImportOptions,
    *,
    watch: Watch,
    stop: StopRequest,
    means: Means = Means(),
    heard: Heard | None = None,
    skipping: Skipping | None = None,
) -> Report:
    """Import *sources* and return the account when every command has its outcome.

    *means* say how they are read; whoever reads tables asks the PIM of *runtime* unless *means*
    have one. *heard* is told every command that is read, also those that a resumed import does not
    send again. With *skipping*, what the last import wrote so is not sent. With *stop* set, nothing
    new is read, calls in flight end, and the state is ``stopped``. To be called in the main thread,
    as signals arrive there.

    Raises:
        ConfigurationError: An option, a source or the configuration is wrong, or another process
            runs the import; nothing was sent.
        SinkUnavailable: The PIM is out of reach at the start; no import was opened.
        SinkRefused: The PIM refuses the credentials at the start; no import was opened.
        Interrupted: *stop* was set before the start; no import was opened.
        ImportFailed: It cannot go on; what has its outcome keeps it, and it can be resumed.
        JournalError: The journal cannot be written; no import was opened.
    """
    reading = open_reading(
        sources,
        runtime.codec,
        evolve(means, pim=means.pim or runtime.pim),
        only=options.only,
        limit=options.limit,
        strict=options.strict,
        heard=heard,
    )
    return run_reading(
        runtime,
        reading,
        (*sources, *options.into, *options.read_with),
        options,
        watch=watch,
        stop=stop,
        skipping=skipping,
        reached=bool(options.into),
    )


def run_reading(
    runtime: Runtime,
    reading: Reading,
    sources: tuple[str, ...],
    options: ImportOptions,
    *,
    watch: Watch,
    stop: StopRequest,
    skipping: Skipping | None = None,
    reached: bool = False,
) -> Report:
    """Import what *reading* has; *sources* name it in the journal. See ``run_import``.

    With *reached* the caller has made sure of the PIM.
    """
    with closing(reading):
        import_id = _reserve(runtime, sources, options, reading)
        if not reached:
            with alongside(reading.survey, "importbus-survey"):
                reach_pim(runtime, stop)
        run = _begin(runtime, import_id, sources, options, reading, skipping)
        return _carry_out(run, watch=watch, stop=stop)


def _carry_out(run: _Run, *, watch: Watch, stop: StopRequest) -> Report:
    import_id, runtime = run.import_id, run.runtime
    try:
        with watch(import_id, runtime.adapter.board(import_id)), _stopping(runtime, stop):
            run.carry_out(stop)
            return run.report(stop)
    except ConfigurationError as error:  # a source that can no longer be read
        raise ConfigurationError(failed(import_id, error)) from error
    except (HandlingFailed, JournalError) as error:  # of the former, the PIM that tables need
        raise ImportFailed(failed(import_id, error)) from error


def reach_pim(runtime: Runtime, stop: StopRequest) -> None:
    """Make sure that the PIM is there; raises as ``run_import`` does."""
    if runtime.pim is None:
        raise ConfigurationError(NO_PIM)
    reach(runtime.pim.probe, stop)


def reach(probe: Callable[[], None], stop: StopRequest) -> None:
    """Make sure that the PIM is there; while it asks everyone to wait, wait and ask again.

    It does so as long as the calls of a run that was killed are still under way.
    """
    for _ in range(PATIENCE):
        try:
            stop.interruptible(probe)
        except SinkPaused as pause:
            stop.interruptible(partial(time.sleep, pause.retry_after or 1.0))
        else:
            return
    stop.interruptible(probe)


@contextmanager
def _stopping(runtime: Runtime, stop: StopRequest) -> Iterator[None]:
    """Stop the lane workers once *stop* is set, also while the main thread waits for a full lane.

    What is in flight ends and is settled; then the lanes are closed, which wakes the main thread.
    """

    def run(over: Event) -> None:
        while not over.wait(STOP_POLL):
            if stop.is_set():
                runtime.workers.close()
                return

    with alongside(run, "importbus-stop"):
        yield


@frozen
class _Run:
    """An import of this process that was opened or is continued."""

    runtime: Runtime
    dispatching: Dispatching

    @property
    def import_id(self) -> str:
        """The name of the import."""
        return self.dispatching.context.import_id

    def carry_out(self, stop: StopRequest) -> None:
        """Read and dispatch everything; announce the end unless *stop* or ``strict`` ended it."""
        self._let_lost_calls_end(stop)
        if not self.dispatching.carry_out(stop):
            self.runtime.adapter.abandon(self.import_id)

    def report(self, stop: StopRequest) -> Report:
        """Wait for the end, unless there will be none, and return the account."""
        import_id, completion = self.import_id, self.runtime.completion
        if completion.error and not stop.is_set():
            raise ImportFailed(failed(import_id, completion.error)) from completion.error
        if self.runtime.adapter.report(import_id).state != "stopped":
            self._wait(stop)
        if stop.is_set():
            self.runtime.workers.close()  # what is in flight is settled, and counts
        return self.runtime.adapter.report(import_id)

    def _wait(self, stop: StopRequest) -> None:
        import_id = self.import_id
        try:
            self.runtime.completion.wait(import_id, stop=stop)
        except ImportFailed as error:
            if not stop.is_set():
                raise ImportFailed(failed(import_id, error)) from error
        if stop.is_set() and self.runtime.adapter.report(import_id).state in ("running", "queued"):
            self.runtime.adapter.abandon(import_id)

    def _let_lost_calls_end(self, stop: StopRequest) -> None:
        resumption = self.dispatching.resumption
        if resumption and resumption.in_flight:
            quiet = resumption.quiet
            with suppress(Interrupted):
                stop.interruptible(partial(time.sleep, QUIET if quiet is None else quiet))


def _reserve(
    runtime: Runtime, sources: tuple[str, ...], options: ImportOptions, reading: Reading
) -> str:
    """Return the name of the import, which no other process can run from now on."""
    import_id = options.resume or options.import_id or new_import_id(time.time(), os.urandom(8))
    runtime.owners.take(checked_import_id(import_id))
    if options.resume:
        record = runtime.journal.record(import_id)
        check_same(record, sources, runtime.workers.transport.lanes)
        _must_not_be_cancelled(runtime, import_id)
        reading.check_same(runtime.journal.read_before(import_id), CHANGED.format(import_id))
    return import_id


def _must_not_be_cancelled(runtime: Runtime, import_id: str) -> None:
    """Make sure that nobody gave the import up: what it had not sent has its outcome already."""
    if runtime.journal.state(import_id) == "cancelled":
        raise ConfigurationError(
            f"Import {import_id!r} was cancelled and cannot be continued: begin a new one."
        )


def _begin(
    runtime: Runtime,
    import_id: str,
    sources: tuple[str, ...],
    options: ImportOptions,
    reading: Reading,
    skipping: Skipping | None,
) -> _Run:
    resumption, label, producer = None, options.label, "1"
    if options.resume:
        label = runtime.journal.record(import_id).label
        resumption = runtime.journal.resume_import(import_id)
        producer = resumption.producer
        detail = f"{resumption.read:,} are accounted for"
        runtime.journal.moment(import_id, Moment(time.time(), "resume", detail))
    elif options.restart:
        _forget(runtime, import_id)
    context = ImportContext(import_id, producer, label=label)
    runtime.adapter.begin(context, resumption=resumption, sources=sources)
    runtime.bus.broadcast(ImportStarted(import_id, label))
    dispatching = Dispatching(runtime, context, reading, resumption, skipping=skipping)
    return _Run(runtime, dispatching)


def _forget(runtime: Runtime, import_id: str) -> None:
    """Forget an earlier import of the name; its batches in a queue would meet the new ones."""
    with suppress(UnknownImport):
        if runtime.journal.record(import_id).shared:
            raise ConfigurationError(
                f"Import {import_id!r} was published to a queue: choose another --import-id."
            )
    runtime.journal.delete_import(import_id)


def check_same(
    record: ImportRecord, sources: tuple[str, ...], lanes: int, *, shared: bool = False
) -> None:
    """Make sure that an import is continued as it was begun.

    A source of another name would be sent from its first line on, and a key in another lane would
    meet itself.

    Raises:
        ConfigurationError: It is not; the message says how it was begun.
    """
    if record.shared != shared:
        verb = "publish" if record.shared else "import"
        raise ConfigurationError(
            f"Import {record.import_id!r} is of another kind: continue it with importbus {verb}."
        )
    if not record.sources:
        raise ConfigurationError(
            f"Import {record.import_id!r} was not begun by importbus import: it cannot be resumed."
        )
    if set(record.sources) != set(sources):
        raise ConfigurationError(
            f"Import {record.import_id!r} was begun with {', '.join(record.sources)}: "
            "give the same sources and options to resume it."
        )
    if record.lanes != lanes:
        raise ConfigurationError(
            f"Import {record.import_id!r} was begun with {record.lanes} lanes: "
            f"set IMPORTBUS_LANES={record.lanes} to resume it."
        )


def failed(import_id: str, error: Exception) -> str:
    """Return *error* with what to do about it."""
    return f"{error} Continue later with --resume {import_id}."
