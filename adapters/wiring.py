"""Puts bus, handlers and adapters together; with the command line the one module that sees all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from importbus.adapters.batch_run import Patience, Tools
from importbus.adapters.clock import SystemClock
from importbus.adapters.codec import JsonCodec
from importbus.adapters.config import Config, PimConfig
from importbus.adapters.importer import Importer
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners
from importbus.adapters.pim import PimClient
from importbus.adapters.recording import Recording, Timeouts
from importbus.adapters.runtime import Runtime
from importbus.adapters.transports.memory import MemoryTransport
from importbus.adapters.upsertable import UpsertableAdapter
from importbus.bus import CommandBus, ImportFinished, ImportStarted
from importbus.bus.middleware import ImportIdTagging, Logging, Retry
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.sink import AkeneoSink


def open_codec() -> JsonCodec:
    """Return a codec that knows the Akeneo commands."""
    codec = JsonCodec()
    for command in COMMANDS:
        codec.register(command)
    return codec


def open_journal(config: Config) -> SqliteJournal:
    """Open the journal, which is made when it is missing.

    Raises:
        JournalError: It cannot be read or written; the message says what to do.
    """
    return SqliteJournal(config.journal.path, open_codec())


def open_pim(config: PimConfig) -> PimClient:
    """Return a client of the PIM; it logs in at the first call."""
    return PimClient(
        url=config.url,
        client_id=config.client_id,
        secret=config.secret,
        username=config.username,
        password=config.password,
    )


@contextmanager
def open_bus(config: Config) -> Iterator[CommandBus]:
    """Open a bus whose lane commands go to the transport of *config* and on to their sinks.

    Without ``config.pim`` only the application's own batch handlers can be used. Leaving it
    finishes the standing import, waits for its outcomes, and releases everything.
    """
    with open_runtime(config) as runtime:
        yield runtime.bus


@contextmanager
def open_runtime(
    config: Config, *, patience: Patience = Patience(), timeouts: Timeouts = Timeouts()
) -> Iterator[Runtime]:
    """Open everything that ``open_bus`` opens, and give access to the parts."""
    with ExitStack() as stack:
        clock = SystemClock()
        codec = open_codec()
        journal = SqliteJournal(config.journal.path, codec)
        stack.callback(journal.close)
        owners = Owners(config.journal.path)
        stack.callback(owners.close)
        transport = MemoryTransport(config.transport.lanes)
        bus = CommandBus(Logging(), ImportIdTagging(), Retry(attempts=5))
        recording = Recording(
            journal,
            transport,
            codec,
            clock,
            broadcast=bus.broadcast,
            timeouts=timeouts,
        )
        stack.callback(recording.close)
        adapter = UpsertableAdapter(transport, journal, codec, recording, clock)
        tools = Tools(journal, recording, adapter.sink_for, clock, patience=patience)
        stack.callback(adapter.halt)
        importer = Importer(transport, recording, tools)
        pim = _attach_pim(config, bus, stack) if config.pim else None
        stack.callback(importer.close)  # before the PIM is: calls in flight are answered
        bus.attach(adapter)
        bus.subscribe(ImportStarted, owners.import_started)
        bus.subscribe(ImportFinished, owners.import_finished)
        for part in (recording, adapter, importer):
            part.start()
        yield Runtime(bus, adapter, recording, importer, journal, codec, pim, owners)
        bus.close()


def _attach_pim(config: Config, bus: CommandBus, stack: ExitStack) -> PimClient | None:
    if config.pim is None:
        return None
    pim = open_pim(config.pim)
    stack.callback(pim.close)
    sink = AkeneoSink(pim)
    for command in COMMANDS:
        bus.register_sink(command, sink)
    return pim
