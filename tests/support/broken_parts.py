"""Planted faults: parts that break one promise each, to see that the laws can fail."""

from __future__ import annotations

from typing import Any

from attrs import define, evolve

from fleet_lanes import SharedLanes
from importbus.adapters.batch_run import BatchRun
from importbus.adapters.fleet_recorder import FleetRecorder
from importbus.adapters.importer import LaneWorker
from importbus.adapters.journal import SqliteJournal
from importbus.bus.batches import Batch, Settlement
from importbus.bus.pacing import Pace
from importbus.bus.ports import Delivery
from importbus.bus.recorder import Producer, Recorder, SettledSet
from importbus.bus.sharing import Stand


class AckFirst(LaneWorker):
    """The delivery is acknowledged before its outcomes are durable (I2)."""

    def work(self, delivery: Delivery) -> None:
        settlement = BatchRun(self._shared.tools, delivery.batch, Pace()).carry()
        delivery.ack()
        self._shared.desk.settle(settlement)


class Sleepwalker(LaneWorker):
    """Who has lost its lane sends on (I3)."""

    def _carry(self, delivery: Delivery) -> Settlement:
        self._let_lost_call_end(delivery)
        run = BatchRun(self._shared.tools, delivery.batch, Pace())
        return run.carry(too_often=delivery.redelivered >= 4)


class Overtaking(SqliteJournal):
    """Nobody waits behind what is parked (I3)."""

    def parked_tokens(self, *asked: Any) -> tuple[()]:
        return ()


class Recounting(SqliteJournal):
    """A batch that is settled again counts again (I8)."""

    def settle(self, settlement: Any) -> Any:
        self._database._connection.execute("UPDATE batches SET settled = NULL")
        return super().settle(settlement)


class ToldAgain(FleetRecorder):
    """No fault: the last settled batch is told again at every look, which changes nothing (I8)."""

    def _look(self, import_id: str) -> None:
        if current := self._imports.get(import_id):
            current.place = max(0, current.place - 1)
        super()._look(import_id)


@define
class Counter(SettledSet):
    """Counts what it is told, however often."""

    def add(self, number: int) -> None:
        self._upto += 1


class CountingCore(Recorder):
    """Decides by counting."""

    def _stream(self, producer: str) -> Producer:
        return self._streams.setdefault(producer, Producer(settled=Counter()))


class Counting(ToldAgain):
    """The end is decided by the number of settled batches instead of their set (I6)."""

    def _continued(self, import_id: str, stand: Stand) -> Any:
        current = super()._continued(import_id, stand)
        core = CountingCore(import_id, self.clock.now())
        core.resume(stand.round, stand.round_size, gate_open=stand.gate_open)
        current.recorder = core
        return current


class WaitingForEachOther(SharedLanes):
    """The structure lane waits for its own end, too, and nobody gives up waiting."""

    def publish(self, *batches: Batch[Any]) -> None:
        super().publish(*(evolve(batch, gated=True) for batch in batches))
