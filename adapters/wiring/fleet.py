"""``sqlite:///file``: a queue between processes, each of which publishes, consumes or records."""

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
from importbus.adapters.consumer import Consumer
from importbus.adapters.consumer_board import ConsumerBoard
from importbus.adapters.fleet_completion import FleetCompletion
from importbus.adapters.fleet_desk import FleetDesk
from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.importer import LaneWorkers
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.ownership import Owners
from importbus.adapters.pim import PimClient
from importbus.adapters.recorder_duty import RecorderDuty
from importbus.adapters.recording import Timeouts
from importbus.adapters.relay import Relay
from importbus.adapters.runtime import Runtime
from importbus.adapters.telling import tell_failures
from importbus.adapters.transports.sqlite import SqliteTransport
from importbus.adapters.upsertable import UpsertableAdapter
from importbus.adapters.wiring.parts import attach_pim, attach_publishing, open_codec
from importbus.bus import (
    BusError,
    CommandBus,
    ConfigurationError,
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

SinkFor = Callable[[type[LaneCommand]], Sink]


def open_queue(config: Config, codec: JsonCodec) -> SqliteTransport:
    """Open the queue of *config*, which is made when it is missing.

    Raises:
        ConfigurationError: ``transport.url`` names no queue, or the queue has another number of
            lanes or belongs to another journal.
        TransportUnavailable: It cannot be read or written.
    """
    transport = SqliteTransport(
        queue_file(config),
        codec,
        config.transport.lanes,
        lease_seconds=config.transport.lease_seconds,
        files=files_of(config),
    )
    try:
        transport.serve(config.journal.path)
    except BaseException:
        transport.close()
        raise
    return transport


def queue_file(config: Config) -> str:
    """Return the path of the queue; raises ``ConfigurationError`` when ``transport.url`` has none.

    A command that needs a queue asks before it opens anything.
    """
    if config.transport.file is None:
        raise ConfigurationError(
            f"transport.url is {config.transport.url}, which is for one process only: set "
            "IMPORTBUS_TRANSPORT=sqlite:///queue.db, here and in every process of this queue."
        )
    return config.transport.file


@frozen
class _Shared:
    """What processes of a fleet have in common, as this one sees it."""

    clock: SystemClock
    codec: JsonCodec
    journal: SqliteJournal
    transport: SqliteTransport
    timeouts: Timeouts

    def recorder(self, board: ConsumerBoard) -> FleetRecorder:
        """Return a recorder that has read nothing yet."""
        journal, gave_up = self.journal, board.gave_up
        return FleetRecorder(
            journal, journal.shared, self.transport, self.clock, self.timeouts, gave_up
        )

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
        stop, board, journal = Event(), ConsumerBoard(), self.journal
        desk = FleetDesk(
            journal, journal.shared, self.transport, self.codec, self.clock, board, stop,
            self.timeouts, failed,
        )  # fmt: skip
        tools = Tools(journal, desk, sink_for, self.clock, patience=patience, stop=stop)
        workers = LaneWorkers(self.transport, desk, tools, lanes)
        duty = (
            RecorderDuty(self.transport, partial(self.recorder, board), desk.fail)
            if record
            else None
        )
        if duty:
            desk.on_rest = duty.wake
        return Consumer(journal, self.transport, desk, workers, duty, board)


def _open_shared(config: Config, stack: ExitStack, timeouts: Timeouts) -> _Shared:
    codec = open_codec()
    journal = SqliteJournal(config.journal.path, codec, durable=True)
    stack.callback(journal.close)
    transport = open_queue(config, codec)
    stack.callback(transport.close)
    return _Shared(SystemClock(), codec, journal, transport, timeouts)


@contextmanager
def open_fleet(
    config: Config, *, patience: Patience, timeouts: Timeouts, consume: bool
) -> Iterator[Runtime]:
    """Open a bus that publishes to a queue and, with *consume*, works on its lanes, too."""
    with ExitStack() as stack:
        shared = _open_shared(config, stack, timeouts)
        journal, transport = shared.journal, shared.transport
        owners = Owners(config.journal.path)
        stack.callback(owners.close)
        bus = CommandBus(Logging(), ImportIdTagging(), Retry(attempts=5))
        completion = FleetCompletion(journal, shared.clock)
        adapter = UpsertableAdapter(
            transport, journal, shared.codec, completion, shared.clock,
            shared=journal.shared, wait_at_close=consume, files=files_of(config),
        )  # fmt: skip
        stack.callback(adapter.halt)
        pim = attach_pim(config, bus, stack, journal, on_pause=partial(_tell_pause, transport))
        if pim is None and not consume:
            attach_publishing(bus)
        consumer = shared.consumer(adapter.sink_for, patience=patience, failed=completion.fail)
        stack.callback(consumer.close)
        if consume:
            completion.on_started = consumer.start  # earlier, sinks might not be registered yet
        bus.attach(adapter)
        tell_failures(bus, journal)
        relay = Relay(transport, partial(_hear, bus, pim))
        completion.await_end = relay.await_end
        for listener in (owners.import_started, relay.tell):
            bus.subscribe(ImportStarted, listener)
        bus.subscribe(ImportFinished, owners.import_finished)
        stack.callback(relay.close)
        relay.start()
        adapter.start()
        yield Runtime(
            bus, adapter, completion, consumer.workers, journal, shared.codec, pim, owners
        )
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
        record: Whether it is the recorder when no other process is.
        patience: How long a lane worker tries.
        timeouts: When the recorder loses patience.
        sinks: Registers the batch handlers of an application on the bus that it is given.
    """
    with ExitStack() as stack:
        shared = _open_shared(config, stack, timeouts)
        bus = CommandBus()
        pause = partial(_tell_pause, shared.transport)
        pim = attach_pim(config, bus, stack, shared.journal, on_pause=pause)
        completion = FleetCompletion(shared.journal, shared.clock)
        adapter = UpsertableAdapter(
            shared.transport, shared.journal, shared.codec, completion, shared.clock,
            shared=shared.journal.shared, files=files_of(config),
        )  # fmt: skip
        bus.attach(adapter)
        tell_failures(bus, shared.journal)
        sinks(bus)
        consumer = shared.consumer(adapter.sink_for, patience=patience, lanes=lanes, record=record)
        relay = Relay(shared.transport, partial(_hear, bus, pim))
        stack.callback(relay.close)
        stack.callback(consumer.close)
        relay.start()
        yield consumer, pim


def _tell_pause(transport: SqliteTransport, until: float) -> None:
    """Let the other processes pause, too; without word they are turned away themselves."""
    with suppress(TransportError):
        transport.broadcast(PimPaused(until))


def _hear(bus: CommandBus, pim: PimClient | None, event: BusEvent) -> None:
    """Pass on what another process told; a pause concerns the calls of this one, too."""
    if isinstance(event, PimPaused) and pim:
        pim.pause_until(event.until)
    bus.broadcast(event)
