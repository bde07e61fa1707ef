"""What the lane workers of a process tell and ask the others, by way of the journal."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

from attrs import define, field
from loguru import logger

from importbus.adapters.batch_log import log_settled
from importbus.adapters.consumer_board import ConsumerBoard
from importbus.adapters.recording import Timeouts
from importbus.bus.batches import STRUCTURE_LANE, Batch, Settlement
from importbus.bus.errors import BusError, TransportError
from importbus.bus.journal import Moment, WorkerJournal
from importbus.bus.messages import BatchSettled
from importbus.bus.ports import Clock, Codec, Delivery, Transport
from importbus.bus.sharing import ImportView

LOOK = 0.2
"""Seconds between two looks at the journal for whoever waits."""

QUIET = 5.0
"""Seconds that a call may still run whose worker is gone, when nobody knows how long calls take."""


@define(eq=False)
class FleetDesk:
    """The desk of lane workers whose recorder may be another process; thread-safe.

    Args:
        timeouts: How long a gated batch waits while the structure lane settles nothing.
        stop: Set when nothing can go on; ``error`` says why.
        failed: Told the error after which nothing can go on.
        on_rest: Called when a lane is empty that was not: the recorder, if it is in this process,
            need not wait for its next look.
    """

    journal: WorkerJournal
    shared: ImportView
    transport: Transport
    codec: Codec
    clock: Clock
    board: ConsumerBoard
    stop: Event
    timeouts: Timeouts = Timeouts()
    failed: Callable[[BusError], object] = lambda error: None
    on_rest: Callable[[], object] = lambda: None
    error: BusError | None = field(default=None, init=False)
    _ignored: set[str] = field(factory=set, init=False)  # imports whose gate is overdue

    def took(self, lane: int | None) -> None:
        """A worker has taken a lane of whomever it was before."""
        self.shared.took_lane()

    def wants(self, delivery: Delivery) -> bool:
        """Whether a batch is still to be carried out: a repeat, for one, may be settled (I8).

        Raises:
            UnknownImport: The journal does not know the import of the batch, which stays in its
                lane: the queue is that of another journal.
        """
        batch = delivery.batch
        self.board.received(delivery)
        wanted = self.shared.wants(batch)
        if not wanted:
            logger.info("Batch {} was settled or withdrawn before; it is not sent.", batch.id)
        return wanted

    def await_gate(self, batch: Batch[Any], stop: Event) -> bool:
        """Return when the structure of its import is settled or overdue; False when stopped."""
        if batch.import_id in self._ignored or self.shared.gate_is_open(batch.import_id):
            return True
        self.board.waiting(batch.lane, "gate")
        try:
            return self._held_at_gate(batch, stop)
        finally:
            self.board.waiting(batch.lane, None)

    def quiet(self, delivery: Delivery) -> float:
        """Return how long a call of the worker that lost this batch may still run (I3)."""
        if not delivery.redelivered:
            return 0.0
        known = self.shared.quiet(delivery.batch.import_id)
        return QUIET if known is None else known

    def settle(self, settlement: Settlement) -> None:
        """Make the outcomes of a batch durable; the recorder finds them in the journal (I2, I8)."""
        batch, name = settlement.batch, self.codec.name_of(settlement.batch.command_type)
        if not self.journal.settle(settlement).fresh:
            return
        shown = settlement.outcomes
        self.board.settled(settlement, shown)
        log_settled(settlement, name)
        event = BatchSettled(batch.import_id, batch.id, name, shown, settlement.milliseconds)
        try:
            self.transport.broadcast(event)
        except TransportError as error:  # for speed only; the journal has it
            logger.warning("{} was not told: {}", batch.id, error)

    def left(self, lane: int | None) -> None:
        """Show that a lane has nothing in work here."""
        self.board.left(lane)

    def rested(self) -> None:
        """Let the recorder of this process look."""
        self.on_rest()

    def fail(self, error: BusError) -> None:
        """Nothing can go on in this process: end it with *error*."""
        self.error = self.error or error
        self.stop.set()
        self.failed(error)

    def working(self, import_id: str, lane: int | None, *, busy: bool) -> None:
        """Show whether a lane has a call in flight."""
        self.board.working(lane, busy=busy)

    def waiting(self, import_id: str, lane: int | None, reason: str | None) -> None:
        """Show why a lane waits."""
        self.board.waiting(lane, reason)

    def _held_at_gate(self, batch: Batch[Any], stop: Event) -> bool:
        since = self.clock.now()
        while not self.shared.gate_is_open(batch.import_id):
            quiet_since = max(since, self.shared.settled_at([STRUCTURE_LANE]))
            if self.clock.now() - quiet_since > self.timeouts.gate:
                self._ignore_gate(batch)
                return True
            if not self.shared.wants(batch):  # cancelled: it has nothing to wait for
                return True
            if stop.wait(LOOK):
                return False
        return True

    def _ignore_gate(self, batch: Batch[Any]) -> None:
        said = f"Batch {batch.id} goes on before the structure is settled."
        logger.warning(said)
        if batch.import_id not in self._ignored:
            self._ignored.add(batch.import_id)
            moment = Moment(self.clock.now(), "gate", said, batch.lane)
            self.journal.moment(batch.import_id, moment)
