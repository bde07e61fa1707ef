"""A queue between processes, each of which publishes, consumes or records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from threading import Event

from attrs import frozen

from importbus.adapters.batch_run import Patience, Tools
from importbus.adapters.clock import SystemClock
from importbus.adapters.codec import JsonCodec
from importbus.adapters.config import Config, files_of
from importbus.adapters.consumer import Consumer, Duty
from importbus.adapters.consumer_board import ConsumerBoard
from importbus.adapters.fleet_completion import FleetCompletion
from importbus.adapters.fleet_desk import FleetDesk
from importbus.adapters.fleet_queue import FleetQueue
from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.importer import LaneWorkers
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners
from importbus.adapters.pim import PimClient
from importbus.adapters.recording import Timeouts
from importbus.adapters.relay import Relay
from importbus.adapters.runtime import Runtime
from importbus.adapters.served import ConsumerImports
from importbus.adapters.telling import tell_failures
from importbus.adapters.upsertable import UpsertableAdapter
from importbus.adapters.wiring.outcomes import duty_of, tell_finish, view_of
from importbus.adapters.wiring.parts import attach_pim, attach_publishing, open_codec
from importbus.adapters.wiring.queues import Queue, open_queue
from importbus.bus import (
    BusError,
    CommandBus,
    ImportFinished,
    ImportStarted,
    LaneCommand,
    PimPaused,
    Sink,
    TransportError,
)
from importbus.bus import (
    Event as BusEvent,
)
from importbus.bus.middleware import ImportIdTagging, Logging, Retry
from importbus.handlers.akeneo.media_codes import InMemoryMediaCodes

SinkFor = Callable[[type[LaneCommand]], Sink]


@frozen
class _Fleet:
    """What processes of a fleet have in common, as this one sees it.

    *journal* is None in a process that only works on lanes, and tells a recorder what came of it.
    """

    clock: SystemClock
    codec: JsonCodec
    journal: SqliteJournal | None
    queue: Queue
    timeouts: Timeouts

    def consumer(
        self,
        sink_for: SinkFor,
        *,
        patience: Patience,
        lanes: Sequence[int | None] | None = None,
        record: bool = True,
        failed: Callable[[BusError], object] = lambda error: None,
    ) -> Consumer:
        """Return a consumer of *lanes*, all when None."""
        stop, board = Event(), ConsumerBoard()
        seen = view_of(self.queue, self.codec, self.journal, stop)
        desk = FleetDesk(
            seen.journal, seen.imports, self.queue, self.codec, self.clock, board, stop,
            self.timeouts, failed,
        )  # fmt: skip
        tools = Tools(seen.journal, desk, sink_for, self.clock, patience=patience, stop=stop)
        workers = LaneWorkers(self.queue, desk, tools, lanes)
        duty = self._duty(desk, board) if record else None
        if duty:
            desk.on_rest = duty.wake
        return Consumer(self.journal, seen.standing, self.queue, desk, workers, duty, board)

    def _duty(self, desk: FleetDesk, board: ConsumerBoard) -> Duty | None:
        journal, gave_up = self.journal, board.gave_up
        if journal is None:
            return None

        def recorder() -> FleetRecorder:
            return FleetRecorder(
                journal, journal.shared, self.queue, self.clock, self.timeouts, gave_up
            )

        return duty_of(self.queue, journal, self.codec, self.clock, recorder, desk.fail)


def _journal_of(config: Config, codec: JsonCodec, stack: ExitStack) -> SqliteJournal:
    journal = SqliteJournal(config.journal.path, codec, durable=True)
    stack.callback(journal.close)
    return journal


def _fleet_of(
    config: Config,
    codec: JsonCodec,
    journal: SqliteJournal | None,
    timeouts: Timeouts,
    stack: ExitStack,
) -> _Fleet:
    queue = open_queue(config, codec)
    stack.callback(queue.close)
    if journal:
        queue.serve(journal.path, journal.identity)
    return _Fleet(SystemClock(), codec, journal, queue, timeouts)


@contextmanager
def open_fleet(
    config: Config, *, patience: Patience, timeouts: Timeouts, consume: bool
) -> Iterator[Runtime]:
    """Open a bus that publishes to a queue and, with *consume*, works on its lanes, too."""
    with ExitStack() as stack:
        codec = open_codec()
        journal = _journal_of(config, codec, stack)
        fleet = _fleet_of(config, codec, journal, timeouts, stack)
        queue = fleet.queue
        owners = Owners(config.journal.path)
        stack.callback(owners.close)
        bus = CommandBus(Logging(), ImportIdTagging(), Retry(attempts=5))
        completion = FleetCompletion(journal, fleet.clock, on_finished=partial(tell_finish, queue))
        adapter = UpsertableAdapter(
            queue, journal, codec, completion, fleet.clock,
            shared=journal.shared, wait_at_close=consume, files=files_of(config),
        )  # fmt: skip
        stack.callback(adapter.halt)
        pim = attach_pim(
            config, bus, stack, journal.media_codes, on_pause=partial(_tell_pause, queue)
        )
        if pim is None and not consume:
            attach_publishing(bus)
        consumer = fleet.consumer(adapter.sink_for, patience=patience, failed=completion.fail)
        stack.callback(consumer.close)
        if consume:
            completion.on_started = consumer.start  # earlier, sinks might not be registered yet
        bus.attach(adapter)
        tell_failures(bus, journal)
        relay = Relay(queue, partial(_hear, bus, pim))
        completion.await_end = relay.await_end
        for listener in (owners.import_started, relay.tell):
            bus.subscribe(ImportStarted, listener)
        bus.subscribe(ImportFinished, owners.import_finished)
        stack.callback(relay.close)
        relay.start()
        adapter.start()
        yield Runtime(bus, adapter, completion, consumer.workers, journal, codec, pim, owners)
        bus.close()


@contextmanager
def open_consumer(
    config: Config,
    *,
    lanes: Sequence[int | None] | None = None,
    record: bool = True,
    patience: Patience = Patience(),
    timeouts: Timeouts = Timeouts(),
    sinks: Callable[[CommandBus], object] = lambda bus: None,
) -> Iterator[tuple[Consumer, PimClient | None]]:
    """Open a consumer, which begins when it is started.

    Args:
        config: Names queue, journal and, for the Akeneo commands, the PIM.
        lanes: Those to work on, None being the structure lane; all of them without this.
        record: Whether it is the recorder when no other process is. Without that, and with a
            broker, it needs no journal: it tells the recorder what came of each batch.
        patience: How long a lane worker tries.
        timeouts: When the recorder loses patience.
        sinks: Registers the batch handlers of an application on the bus that it is given.
    """
    with ExitStack() as stack:
        remote = not record and config.transport.broker is not None
        bus, codec = CommandBus(), open_codec()
        journal = None if remote else _journal_of(config, codec, stack)
        fleet = _fleet_of(config, codec, journal, timeouts, stack)
        pause = partial(_tell_pause, fleet.queue)
        codes = journal.media_codes if journal else InMemoryMediaCodes()
        pim = attach_pim(config, bus, stack, codes, on_pause=pause)
        imports = _imports(config, fleet)
        bus.attach(imports)
        if journal:
            tell_failures(bus, journal)
        sinks(bus)
        consumer = fleet.consumer(imports.sink_for, patience=patience, lanes=lanes, record=record)
        relay = Relay(fleet.queue, partial(_hear, bus, pim))
        stack.callback(relay.close)
        stack.callback(consumer.close)
        relay.start()
        yield consumer, pim


def _imports(config: Config, fleet: _Fleet) -> UpsertableAdapter | ConsumerImports:
    """Return what a consumer's bus has: with a journal its handlers may dispatch, too."""
    if fleet.journal is None:
        return ConsumerImports(fleet.codec)
    told = partial(tell_finish, fleet.queue)
    completion = FleetCompletion(fleet.journal, fleet.clock, on_finished=told)
    return UpsertableAdapter(
        fleet.queue, fleet.journal, fleet.codec, completion, fleet.clock,
        shared=fleet.journal.shared, files=files_of(config),
    )  # fmt: skip


def _tell_pause(queue: FleetQueue, until: float) -> None:
    """Let the other processes pause, too; without word they are turned away themselves."""
    with suppress(TransportError):
        queue.broadcast(PimPaused(until))


def _hear(bus: CommandBus, pim: PimClient | None, event: BusEvent) -> None:
    """Pass on what another process told; a pause concerns the calls of this one, too."""
    if isinstance(event, PimPaused) and pim:
        pim.pause_until(event.until)
    bus.broadcast(event)
