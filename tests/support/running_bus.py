"""A bus with real threads and a warehouse at its end, put together as the wiring does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from attrs import frozen

from importbus.adapters.batch_run import Patience, Tools
from importbus.adapters.clock import SystemClock
from importbus.adapters.importer import LaneWorkers
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.recording import Recording, Timeouts
from importbus.adapters.transports.memory import MemoryTransport
from importbus.adapters.upsertable import UpsertableAdapter
from importbus.bus import CommandBus, Sink
from toy_commands import Drop, Put, PutKind, toy_codec

SIZE = 2
"""Items in a batch, so that few commands make many batches."""


@frozen
class Running:
    """The parts of a bus whose lanes are worked on."""

    bus: CommandBus
    adapter: UpsertableAdapter
    recording: Recording
    importer: LaneWorkers
    journal: SqliteJournal


@contextmanager
def running_bus(
    folder: Path,
    sink: Sink,
    *,
    lanes: int = 2,
    capacity: int = 8,
    timeouts: Timeouts = Timeouts(),
    patience: Patience = Patience(),
) -> Iterator[Running]:
    """Open a bus whose lanes hold *capacity* batches of two items; leaving it stops the lanes."""
    codec, clock, bus = toy_codec(), SystemClock(), CommandBus()
    journal = SqliteJournal(str(folder / "journal.db"), codec)
    transport = MemoryTransport(lanes, capacity=capacity)
    recording = Recording(
        journal, transport, codec, clock, broadcast=bus.broadcast, timeouts=timeouts
    )
    adapter = UpsertableAdapter(transport, journal, codec, recording, clock)
    tools = Tools(journal, recording, adapter.sink_for, clock, patience=patience)
    importer = LaneWorkers(transport, recording, tools)
    for command in (Put, Drop, PutKind):
        bus.register_sink(command, sink, size=SIZE, linger=0.05)
    bus.attach(adapter)
    for part in (recording, adapter, importer):
        part.start()
    try:
        yield Running(bus, adapter, recording, importer, journal)
    finally:
        importer.close(grace=5.0)
        adapter.halt()
        recording.close()
        journal.close()


def within(seconds: float, task: Callable[[], object]) -> None:
    """Run *task* in a thread; fail when it takes longer than *seconds*, raise what it raises."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            task()
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), f"it did not come back within {seconds} seconds"
    if errors:
        raise errors[0]
