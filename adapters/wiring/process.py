"""``memory:``: everything in one process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from importbus.adapters.batch_run import Patience, Tools
from importbus.adapters.clock import SystemClock
from importbus.adapters.config import Config, files_of
from importbus.adapters.importer import LaneWorkers
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners
from importbus.adapters.recording import Recording, Timeouts
from importbus.adapters.runtime import Runtime
from importbus.adapters.telling import tell_failures, tell_progress
from importbus.adapters.transports.memory import MemoryTransport
from importbus.adapters.upsertable import UpsertableAdapter
from importbus.adapters.wiring.parts import attach_pim, open_codec
from importbus.bus import CommandBus, ImportFinished, ImportStarted
from importbus.bus.middleware import ImportIdTagging, Logging, Retry


@contextmanager
def open_process(config: Config, *, patience: Patience, timeouts: Timeouts) -> Iterator[Runtime]:
    """Open a bus, its lanes in memory, and who works on them."""
    with ExitStack() as stack:
        clock, codec = SystemClock(), open_codec()
        journal = SqliteJournal(config.journal.path, codec)
        stack.callback(journal.close)
        owners = Owners(config.journal.path)
        stack.callback(owners.close)
        transport = MemoryTransport(config.transport.lanes)
        bus = CommandBus(Logging(), ImportIdTagging(), Retry(attempts=5))
        recording = Recording(
            journal, transport, codec, clock, broadcast=bus.broadcast, timeouts=timeouts
        )
        stack.callback(recording.close)
        adapter = UpsertableAdapter(
            transport, journal, codec, recording, clock, files=files_of(config)
        )
        tools = Tools(journal, recording, adapter.sink_for, clock, patience=patience)
        stack.callback(adapter.halt)
        workers = LaneWorkers(transport, recording, tools)
        pim = attach_pim(config, bus, stack, journal.media_codes)
        stack.callback(workers.close)  # before the PIM is: calls in flight are answered
        bus.attach(adapter)
        tell_failures(bus, journal)
        tell_progress(bus, journal, clock)
        bus.subscribe(ImportStarted, owners.import_started)
        bus.subscribe(ImportFinished, owners.import_finished)
        for part in (recording, adapter, workers):
            part.start()
        yield Runtime(bus, adapter, recording, workers, journal, codec, pim, owners)
        bus.close()
