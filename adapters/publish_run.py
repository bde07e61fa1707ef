"""One run of ``importbus publish``: sources through the bus into a queue, for consumers."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import closing

from attrs import frozen

from importbus.adapters.dispatching import Dispatching
from importbus.adapters.import_run import Watch, check_same, failed
from importbus.adapters.ownership import share
from importbus.adapters.reading import Means, Reading, open_reading
from importbus.adapters.runtime import Runtime
from importbus.adapters.stopping import StopRequest
from importbus.adapters.unchanged import Skipping
from importbus.bus import (
    ConfigurationError,
    HandlingFailed,
    ImportContext,
    ImportExists,
    ImportFailed,
    ImportStarted,
    Report,
    TransportError,
    checked_import_id,
    new_import_id,
)
from importbus.bus.journal import Moment, Resumption
from importbus.bus.sharing import ENDED

MOST_PRODUCERS = 1000

CHANGED = (
    "Give the file as it was to resume import {0!r}; or give that import up with importbus cancel "
    "{0}, and publish the file under another name."
)


@frozen
class PublishOptions:
    """What the user asked for.

    Attributes:
        import_id: The name of the import; None for a new one.
        label: What people call it.
        strict: Stop reading at the first line that is no command.
        resume: The import to continue publishing.
        wait: Return when every command has its outcome.
        producer: Which of ``producers`` this is, from 1 on.
        producers: How many producers send the import.
        read_with: See ``ImportOptions``.
    """

    import_id: str | None = None
    label: str | None = None
    strict: bool = False
    resume: str | None = None
    wait: bool = False
    producer: int = 1
    producers: int = 1
    read_with: tuple[str, ...] = ()


def run_publish(
    runtime: Runtime,
    sources: Sequence[str],
    options: PublishOptions,
    *,
    watch: Watch,
    stop: StopRequest,
    means: Means = Means(),
    skipping: Skipping | None = None,
) -> Report:
    """Publish *sources* and return the account as it stands, at the end when asked to wait.

    *means* say how they are read. With *skipping*, what the last import wrote so is not published.
    With *stop* set nothing new is read, and what was read is published.

    Raises:
        ConfigurationError: An option or a source is wrong, or another process publishes the same;
            nothing was published.
        ImportFailed: It cannot go on; what was published is carried out, and it can be resumed.
        JournalError: The journal cannot be written; no import was opened.
    """
    reading = open_reading(sources, runtime.codec, means, strict=options.strict)
    with closing(reading):
        named = (*sources, *options.read_with)
        import_id = _reserve(runtime, named, options, reading)
        run = _begin(runtime, import_id, named, options, reading, skipping)
        return _carry_out(run, options, watch=watch, stop=stop)


def _carry_out(
    run: Dispatching, options: PublishOptions, *, watch: Watch, stop: StopRequest
) -> Report:
    import_id, runtime = run.context.import_id, run.runtime
    try:
        with watch(import_id, runtime.adapter.board(import_id)):
            complete = run.carry_out(stop)
            if not complete:
                _leave(runtime, import_id)
            if options.wait and complete:
                runtime.completion.wait(import_id, stop=stop)
    except ConfigurationError as error:  # a source that can no longer be read
        raise ConfigurationError(failed(import_id, error)) from error
    except (HandlingFailed, TransportError, ImportFailed) as error:
        raise ImportFailed(failed(import_id, error)) from error
    return runtime.adapter.report(import_id)


def _leave(runtime: Runtime, import_id: str) -> None:
    """Publish what was read, announce no end, and say why nothing more comes (I11)."""
    runtime.adapter.flush()
    runtime.adapter.abandon(import_id)


def _reserve(
    runtime: Runtime, sources: tuple[str, ...], options: PublishOptions, reading: Reading
) -> str:
    """Return the name of the import, which no other process can publish from now on."""
    import_id = options.resume or options.import_id or new_import_id(time.time(), os.urandom(8))
    mark = checked_import_id(import_id)
    if options.producers > 1:
        mark = share(mark, options.producer)
    runtime.owners.take(mark)
    if options.resume:
        _check_resumable(runtime, import_id, sources, options)
        before = runtime.journal.read_before(import_id, str(options.producer))
        reading.check_same(before, CHANGED.format(import_id))
    return import_id


def _check_resumable(
    runtime: Runtime, import_id: str, sources: tuple[str, ...], options: PublishOptions
) -> None:
    record = runtime.journal.record(import_id)
    several = options.producers > 1  # each has sources of its own, and the journal one's alone
    lanes = runtime.workers.transport.lanes
    check_same(record, record.sources if several else sources, lanes, shared=True)
    if record.producers != options.producers:
        raise ConfigurationError(
            f"Import {import_id!r} has {record.producers} producers: say which one to continue, "
            f"--producer K/{record.producers}."
        )
    if runtime.adapter.report(import_id).state in ENDED:
        raise ConfigurationError(f"Import {import_id!r} has ended: there is nothing to continue.")


def _begin(
    runtime: Runtime,
    import_id: str,
    sources: tuple[str, ...],
    options: PublishOptions,
    reading: Reading,
    skipping: Skipping | None,
) -> Dispatching:
    resumption, label, producer = None, options.label, str(options.producer)
    if options.resume:
        label = runtime.journal.record(import_id).label
        resumption = _resumed(runtime, import_id, producer)
        producer = resumption.producer
    context = ImportContext(import_id, producer, label=label)
    try:
        runtime.adapter.begin(
            context, resumption=resumption, sources=sources, producers=options.producers
        )
    except ImportExists as error:
        raise ConfigurationError(
            f"Import {import_id!r} exists already. Continue it with --resume {import_id}, or "
            "choose another --import-id."
        ) from error
    runtime.bus.broadcast(ImportStarted(import_id, label))
    return Dispatching(
        runtime, context, reading, resumption, reader=str(options.producer), skipping=skipping
    )


def _resumed(runtime: Runtime, import_id: str, producer: str) -> Resumption:
    resumption = runtime.journal.shared.continue_for(import_id, producer)
    detail = f"{resumption.read:,} are published or accounted for"
    runtime.journal.moment(import_id, Moment(time.time(), "resume", detail))
    return resumption
