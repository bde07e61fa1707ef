"""One lane, its worker, and a desk and a sink that do what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event
from typing import Any, cast

from attrs import define, field

from importbus.adapters.batch_run import Tools
from importbus.adapters.importer import LaneWorker, LaneWorkers
from importbus.adapters.transports.memory import MemoryTransport
from importbus.bus.batches import Batch, Envelope, Settlement
from importbus.bus.errors import BusError
from importbus.bus.journal import Journal, Moment
from importbus.bus.messages import Position
from importbus.bus.outcomes import Outcome
from importbus.bus.ports import Delivery
from lane_fakes import FakeClock
from toy_commands import Put


def batch(seq: int = 1, *, gated: bool = False) -> Batch[Put]:
    """Return a batch of one command."""
    envelope = Envelope(Put(f"p{seq}"), Position("a", seq), seq, 9)
    return Batch("spring", "1", seq, 0, Put, (envelope,), gated=gated)


class NothingParked:
    """A journal as far as a worker asks it."""

    def parked(self, import_id: str) -> int:
        return 0

    def moment(self, import_id: str, moment: Moment) -> None:
        pass


@define
class Desk:
    """The recorder's side: calls ``before_settling`` in turn, stops the worker with the last."""

    transport: MemoryTransport
    log: list[str]
    before_settling: list[Callable[[], object]] = field(factory=list)
    gate: bool = True
    settled: list[Settlement] = field(factory=list)
    failed: list[BusError] = field(factory=list)
    stop: Event = field(factory=Event)
    unwanted: set[int] = field(factory=set)
    quiet_seconds: float = 0.0
    until_rest: bool = False
    rests: int = 0

    def wants(self, delivery: Delivery) -> bool:
        return delivery.batch.seq not in self.unwanted

    def quiet(self, delivery: Delivery) -> float:
        if self.quiet_seconds:
            self.log.append(f"quiet {delivery.batch.seq}")
        return self.quiet_seconds

    def took(self, lane: int | None) -> None:
        pass

    def left(self, lane: int | None) -> None:
        pass

    def rested(self) -> None:
        self.rests += 1
        self.stop.set()

    def await_gate(self, batch: Batch[Any], stop: Event) -> bool:
        self.log.append("gate")
        return self.gate

    def settle(self, settlement: Settlement) -> None:
        self.log.append(f"settle {settlement.batch.seq} with {self.transport.depths()[0]} queued")
        if self.before_settling:
            self.before_settling.pop(0)()
        self.settled.append(settlement)
        if self.transport.depths()[0] <= 1 and not self.until_rest:
            self.stop.set()

    def fail(self, error: BusError) -> None:
        self.failed.append(error)
        self.transport.close()

    def working(self, import_id: str, lane: int | None, *, busy: bool) -> None:
        pass

    def waiting(self, import_id: str, lane: int | None, reason: str | None) -> None:
        pass


@define
class Scene:
    """One lane, its worker and a sink that answers with *answer*."""

    answer: Callable[[Batch[Any]], Iterable[Outcome]] = field(default=lambda b: [Outcome.updated()])
    log: list[str] = field(factory=list)
    transport: MemoryTransport = field(factory=lambda: MemoryTransport(1))
    desk: Desk = field(init=False)
    importer: LaneWorkers = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.desk = Desk(self.transport, self.log)
        journal = cast(Journal, NothingParked())
        tools = Tools(journal, self.desk, lambda _: self, FakeClock(), stop=self.desk.stop)
        self.importer = LaneWorkers(self.transport, self.desk, tools)

    def write(self, batch: Batch[Any], /) -> Iterable[Outcome]:
        """Be the sink."""
        self.log.append(f"write {batch.seq}")
        return self.answer(batch)

    def run(self, *batches: Batch[Any]) -> None:
        """Publish *batches* and work until the last of them is settled, or the worker gives up."""
        for one in batches:
            self.transport.publish(one)
        LaneWorker(self.importer, 0).run()

    @property
    def kinds(self) -> list[str]:
        return [r.outcome.kind.value for s in self.desk.settled for r in s.results]
