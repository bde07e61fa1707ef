"""One run of ``importbus failed retry``: failed commands once more, as an import of their own."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from attrs import frozen

from importbus.adapters.failed_source import NAME, FailedSource
from importbus.adapters.import_run import ImportOptions, Watch, reach_pim, run_reading
from importbus.adapters.journal.selecting import Selection
from importbus.adapters.reading import Reading
from importbus.adapters.runtime import Runtime
from importbus.adapters.stopping import StopRequest
from importbus.bus import Report, UnknownImport, checked_import_id, new_import_id

FINISHED = ("finished", "finished_with_failures")
"""States in which it is known of every command whether it was cured."""


@frozen
class RetryOptions:
    """What the user asked for.

    Attributes:
        import_id: The name of the retry; None for a new one.
        label: What people call it; None for the import that it repeats.
        resume: The retry to continue.
    """

    import_id: str | None = None
    label: str | None = None
    resume: str | None = None


@frozen
class Retried:
    """What came of a retry: its account, how many failures it cured and how many it did not."""

    report: Report
    cured: int
    left: int


def run_retry(
    runtime: Runtime,
    selection: Selection,
    options: RetryOptions,
    *,
    watch: Watch,
    stop: StopRequest,
) -> Retried | None:
    """Send what is selected and open again; None when there is nothing.

    What succeeded is then marked as cured. What was read of one key is sent in the order in which
    it failed, so that the latest of it is what stays. Raises as ``run_import`` does.
    """
    failed, name = runtime.journal.failed, _reserve(runtime, options)
    if not options.resume:
        taken = [one for one in failed.retries() if one != name and runtime.owners.owner(one)]
        if not _begin(runtime, selection, name, taken, stop):
            runtime.owners.release(name)
            return None
    try:
        report = _run(runtime, name, options, watch, stop)
    except BaseException:
        _forget_unopened(runtime, name)
        raise
    at = time.time()
    cured, left = failed.end_retry(name, at=at) if report.state in FINISHED else (0, 0)
    return Retried(report, cured, left)


def _reserve(runtime: Runtime, options: RetryOptions) -> str:
    """Return the name of the retry, which no other process can run from now on."""
    name = options.resume or options.import_id or new_import_id(time.time(), os.urandom(8))
    runtime.owners.take(checked_import_id(name))
    return name


def _begin(
    runtime: Runtime, selection: Selection, name: str, taken: Sequence[str], stop: StopRequest
) -> int:
    """Mark what is to be sent, once the PIM is there, and return how much that is.

    What is marked is taken from retries that were interrupted; one that cannot begin takes nothing.
    """
    failed = runtime.journal.failed
    if not failed.retryable_count(selection, taken=taken):
        return 0
    reach_pim(runtime, stop)
    return failed.begin_retry(selection, name, taken=taken)


def _run(
    runtime: Runtime, name: str, options: RetryOptions, watch: Watch, stop: StopRequest
) -> Report:
    reading = Reading([FailedSource(runtime.journal.failed, runtime.codec, name)], runtime.codec)
    label = options.label or _label(runtime, name)
    chosen = ImportOptions(None if options.resume else name, label, resume=options.resume)
    reached = not options.resume  # before anything was marked
    return run_reading(runtime, reading, (NAME,), chosen, watch=watch, stop=stop, reached=reached)


def _label(runtime: Runtime, name: str) -> str:
    parents = runtime.journal.failed.parents(name)
    rest = f" and {len(parents) - 1} more" if len(parents) > 1 else ""
    return f"retry of {parents[0]}{rest}" if parents else "retry"


def _forget_unopened(runtime: Runtime, name: str) -> None:
    """Leave no mark of a retry that did not begin."""
    try:
        runtime.journal.record(name)
    except UnknownImport:
        runtime.journal.failed.cancel_retry(name)
