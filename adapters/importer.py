"""The Importer: lane workers that carry batches to the sink and their outcomes to the recorder."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event, Thread
from typing import Any, Protocol

from attrs import field, frozen
from loguru import logger

from importbus.adapters.batch_run import BatchRun, Stopped, Tools
from importbus.adapters.consumer_board import lane_name
from importbus.adapters.threads import LANE_THREAD
from importbus.bus.batches import Batch, Settlement
from importbus.bus.errors import BusError, LaneHeld, LaneLost, TransportClosed, TransportUnavailable
from importbus.bus.pacing import Pace
from importbus.bus.ports import Delivery, Transport

MOST_DELIVERIES = 4
"""A batch delivered more often is not tried any more; its commands become suspects."""

LOOK = 0.1
"""Seconds that an idle worker waits for a batch before it looks whether it has to stop."""

HOPELESS = 10
"""Deliveries after which not even that can be settled: the import stops, rather than go on so."""


STANDBY = 0.5
"""Seconds between two tries for a lane that another worker holds."""


class Desk(Protocol):
    """What a lane worker asks of the recorder's side.

    ``adapters/recording.py`` is that of one process, ``adapters/fleet_desk.py`` that of many.
    """

    def took(self, lane: int | None) -> None:
        """A worker has taken *lane*, which others may have had before."""
        ...

    def wants(self, delivery: Delivery) -> bool:
        """Whether a delivery is still to be carried out; if not, it is acknowledged."""
        ...

    def await_gate(self, batch: Batch[Any], stop: Event) -> bool:
        """Return when the structure of the batch's import is settled; False when stopped."""
        ...

    def quiet(self, delivery: Delivery) -> float:
        """Return for how many seconds calls that another worker began may still run (I3)."""
        ...

    def settle(self, settlement: Settlement) -> None:
        """Make outcomes durable and decide what follows."""
        ...

    def left(self, lane: int | None) -> None:
        """A worker has nothing in work any more."""
        ...

    def rested(self) -> None:
        """A worker has found its lane empty after it had work: an import may be over."""
        ...

    def fail(self, error: BusError) -> None:
        """Nothing can go on: wake everyone who waits with *error*."""
        ...


@frozen
class LaneWorkers:
    """The lane workers of a process; ``start`` begins the work of *lanes*, all when None."""

    transport: Transport
    desk: Desk
    tools: Tools
    lanes: Sequence[int | None] | None = None
    _threads: list[Thread] = field(factory=list, init=False)

    def start(self) -> None:
        """Start a worker thread for each lane; a second call does nothing."""
        if self._threads:
            return
        lanes = (None, *range(self.transport.lanes)) if self.lanes is None else self.lanes
        for lane in lanes:
            name = f"{LANE_THREAD}-{'structure' if lane is None else lane}"
            worker = LaneWorker(self, lane)
            self._threads.append(Thread(target=worker.run, name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def close(self, grace: float = 30.0) -> None:
        """Take no new work, let what is in flight end within *grace* seconds, and stop.

        Whoever waits for a lane or an import is woken, since nothing moves any more.
        """
        self.tools.stop.set()
        if not (self.transport.durable or any(self.transport.depths().values())):
            self._wake_all()  # no lane has work or will get any: they need not look once more
        deadline = self.tools.clock.monotonic() + grace
        for thread in self._threads:
            thread.join(max(0.0, deadline - self.tools.clock.monotonic()))
        self._wake_all()

    def _wake_all(self) -> None:
        self.desk.fail(TransportClosed("The lanes were stopped."))


class LaneWorker:
    """Works on one lane: receive, carry to the sink, settle, acknowledge; in this order (I2)."""

    def __init__(self, shared: LaneWorkers, lane: int | None) -> None:
        self._shared = shared
        self._lane = lane
        self._paces: dict[type, Pace] = {}

    def run(self) -> None:
        """Work until told to stop; a batch that breaks the worker is delivered again.

        While another worker holds the lane, this one stands by.
        """
        stop = self._shared.tools.stop
        while not stop.is_set():
            try:
                self._hold()
            except LaneHeld:
                stop.wait(STANDBY)
            except TransportUnavailable as error:
                if not (error.temporary and getattr(self._shared.transport, "reconnects", False)):
                    self._shared.desk.fail(error)
                    return
                logger.warning("Lane {} waits: {}", self._lane, error)
                stop.wait(STANDBY)
            except LaneLost as error:  # its batch comes again, to whoever holds the lane now
                logger.warning("{}", error)
            except (Stopped, TransportClosed):
                return
            except BusError as error:
                self._shared.desk.fail(error)
                return
            except Exception:  # noqa: BLE001 - the lane must go on; the batch comes again
                logger.exception("Lane {} starts again after an unexpected error.", self._lane)

    def work(self, delivery: Delivery) -> None:
        """Carry one delivery through; raises ``Stopped`` when told to stop before its end."""
        batch, desk = delivery.batch, self._shared.desk
        if delivery.redelivered >= HOPELESS:
            raise BusError(
                f"Batch {batch.id} breaks its worker, also when it is not sent; see log."
            )
        if not self._is_wanted(delivery):
            self._let_lost_call_end(delivery)  # what follows in the lane may be about its keys
            delivery.ack()
            return
        waits = batch.gated and not _too_often(delivery)  # which makes no call to wait with
        if waits and not desk.await_gate(batch, self._shared.tools.stop):
            delivery.release()
            raise Stopped
        settlement = self._carry(delivery)
        delivery.verify()
        desk.settle(settlement)
        delivery.ack()

    def _is_wanted(self, delivery: Delivery) -> bool:
        try:
            return self._shared.desk.wants(delivery)
        except Stopped:  # while it waited for the answer
            delivery.release()
            raise

    def _carry(self, delivery: Delivery) -> Settlement:
        self._let_lost_call_end(delivery)
        batch = delivery.batch
        pace = self._paces.setdefault(batch.command_type, Pace())
        run = BatchRun(self._shared.tools, batch, pace, delivery.verify)
        try:
            return run.carry(too_often=_too_often(delivery))
        except Stopped:
            if not run.may_be_running:  # else the next worker has to wait for that call
                delivery.release()
            raise

    def _let_lost_call_end(self, delivery: Delivery) -> None:
        """Wait while a call may still run that a worker began which is gone (I3)."""
        tools, batch = self._shared.tools, delivery.batch
        if quiet := self._shared.desk.quiet(delivery):
            tools.board.waiting(batch.import_id, batch.lane, "quiet")
            if tools.stop.wait(quiet):
                delivery.release()
                raise Stopped
            tools.board.waiting(batch.import_id, batch.lane, None)

    def _hold(self) -> None:
        """Hold the lane and work on what comes, until told to stop or until something breaks."""
        consumer, desk, worked = self._shared.transport.lease(self._lane), self._shared.desk, False
        tools = self._shared.tools
        try:
            desk.took(self._lane)
            while not tools.stop.is_set():
                if delivery := consumer.receive(0.0 if worked else LOOK):
                    batch, lane = delivery.batch, lane_name(self._lane)
                    with logger.contextualize(
                        import_id=batch.import_id, batch_id=batch.id, lane=lane
                    ):
                        self.work(delivery)
                    desk.left(self._lane)
                elif worked:
                    tools.right_of_way.leave()
                    desk.rested()
                worked = delivery is not None
        finally:
            consumer.close()
            tools.right_of_way.leave()
            desk.left(self._lane)


def _too_often(delivery: Delivery) -> bool:
    """Whether a batch came so often that its commands are suspects, and go on one by one."""
    return delivery.redelivered >= MOST_DELIVERIES
