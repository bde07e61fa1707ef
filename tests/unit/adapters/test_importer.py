"""Lane workers: settle before acknowledging, and what becomes of a batch when one breaks (I2)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Thread
from threading import enumerate as all_threads
from typing import Any, cast

import pytest
from attrs import define, evolve

from importbus.adapters import importer
from importbus.adapters.importer import HOPELESS, MOST_DELIVERIES, LaneWorker
from importbus.adapters.threads import LANE_THREAD
from importbus.adapters.transports.memory import MemoryConsumer, MemoryTransport
from importbus.bus.batches import Batch
from importbus.bus.errors import (
    BusError,
    JournalError,
    LaneLost,
    SinkPaused,
    SinkRefused,
    SinkUnavailable,
    TransportClosed,
    TransportUnavailable,
)
from importbus.bus.outcomes import Outcome
from worker_scene import Scene, batch


@define
class LostDelivery:
    """A delivery whose lane is found lost at a look; the first *looks* find that it is held."""

    batch: Batch[Any]
    looks: int = 0
    redelivered: int = 0
    acknowledged: bool = False

    def verify(self) -> None:
        if not self.looks:
            raise LaneLost("The lease has ended.")
        self.looks -= 1

    def ack(self) -> None:
        self.acknowledged = True

    def release(self) -> None:
        raise AssertionError

    def reject(self, reason: str) -> None:
        raise AssertionError(reason)


def broken() -> None:
    """Raise what nobody expects."""
    raise ValueError("a bug")


@define
class Away:
    """A transport that is out of reach for a while; *reconnects* says whether it may come back."""

    transport: MemoryTransport
    reconnects: bool
    tries: int = 3
    lanes: int = 1

    def lease(self, lane: int | None) -> MemoryConsumer:
        self.tries -= 1
        if self.tries > 0:
            raise TransportUnavailable("The broker is away.")
        return self.transport.lease(lane)


def test_a_worker_waits_for_a_broker_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes its lane as soon as it can."""
    monkeypatch.setattr(importer, "STANDBY", 0.0)
    scene = Scene()
    scene.transport.publish(batch())
    away = Away(scene.transport, reconnects=True)
    LaneWorker(evolve(scene.importer, transport=cast(Any, away)), 0).run()

    assert scene.kinds == ["updated"]
    assert scene.desk.failed == []


def test_a_worker_ends_with_a_file_that_cannot_be_read() -> None:
    """It does not come back by itself."""
    scene = Scene()
    away = Away(scene.transport, reconnects=False)
    LaneWorker(evolve(scene.importer, transport=cast(Any, away)), 0).run()

    assert [type(error) for error in scene.desk.failed] == [TransportUnavailable]


def test_a_batch_is_written_then_settled_then_acknowledged() -> None:
    """I2: it is still queued while its outcomes become durable."""
    scene = Scene()
    scene.run(batch())

    assert scene.log == ["write 1", "settle 1 with 1 queued"]
    assert scene.transport.depths()[0] == 0


def test_a_worker_that_breaks_gets_its_batch_again_before_the_next() -> None:
    """Nothing is lost and the order of the lane is kept, whatever the error."""
    scene = Scene()
    scene.desk.before_settling = [broken]
    scene.run(batch(1), batch(2))

    assert scene.log == [
        "write 1", "settle 1 with 2 queued", "write 1", "settle 1 with 2 queued",
        "write 2", "settle 2 with 1 queued",
    ]  # fmt: skip


def test_the_fifth_delivery_makes_suspects() -> None:
    """Poison: what broke the worker again and again is not sent any more, but settled."""
    scene = Scene()
    scene.desk.before_settling = [broken] * MOST_DELIVERIES
    scene.run(batch())

    assert scene.log.count("write 1") == MOST_DELIVERIES == 4
    assert scene.kinds == ["parked"]


def test_a_batch_that_cannot_even_be_given_up_stops_the_import() -> None:
    """I12: rather an error that names it than a worker that breaks for ever."""
    scene = Scene()
    scene.desk.before_settling = [broken] * 99
    scene.run(batch())
    (error,) = scene.desk.failed

    assert "spring/1/1" in str(error)
    assert len(scene.desk.before_settling) == 99 - HOPELESS


@pytest.mark.parametrize("error", [JournalError("the disk is full"), BusError("another")])
def test_what_cannot_be_settled_is_not_acknowledged(error: BusError) -> None:
    """I2: the batch stays in its lane, and everyone who waits is told."""

    def fail() -> None:
        raise error

    scene = Scene()
    scene.desk.before_settling = [fail]
    scene.run(batch())

    assert scene.desk.failed == [error]
    assert scene.transport.depths()[0] == 1


def test_a_sink_that_refuses_the_caller_stops_everything() -> None:
    """Nothing is settled: the import can go on when the cause is mended."""
    error = SinkRefused("wrong credentials")

    def refuse(batch: Batch[Any]) -> Iterable[Outcome]:
        raise error

    scene = Scene(refuse)
    scene.run(batch())

    assert (scene.desk.failed, scene.desk.settled) == ([error], [])
    assert scene.transport.depths()[0] == 1


class IdleAtFirst(MemoryTransport):
    """Lanes that seem empty twice, whoever takes them."""

    def lease(self, lane: int | None) -> MemoryConsumer:
        consumer, idle = super().lease(lane), [None, None]
        receive = consumer.receive
        consumer.receive = lambda timeout: idle.pop() if idle else receive(timeout)  # type: ignore[method-assign]
        return consumer


def test_who_finds_the_lane_empty_after_work_says_so_once() -> None:
    """The recorder may have something to decide; an idle lane has nothing to say."""
    scene = Scene()
    scene.desk.until_rest = True
    scene.run(batch(1), batch(2))

    assert (len(scene.desk.settled), scene.desk.rests) == (2, 1)


def test_a_lane_that_was_empty_all_along_has_nothing_to_say() -> None:
    """A worker looks ten times a second, and the recorder need not."""
    scene = Scene(transport=IdleAtFirst(1))
    scene.run(batch())

    assert (len(scene.desk.settled), scene.desk.rests) == (1, 0)


def test_a_gated_batch_waits_for_its_gate() -> None:
    """The question comes before the call, and only for batches that are marked."""
    scene = Scene()
    scene.run(batch(1, gated=True), batch(2))

    assert scene.log[:2] == ["gate", "write 1"]
    assert scene.log.count("gate") == 1


def test_a_worker_that_is_stopped_at_the_gate_leaves_its_batch_unsettled() -> None:
    """I11: the lane can be taken again, the batch is still there, and nobody broke it."""
    scene = Scene()
    scene.desk.gate = False
    scene.run(batch(1, gated=True))
    delivery = scene.transport.lease(0).receive(0)

    assert scene.log == ["gate"]
    assert delivery is not None
    assert delivery.redelivered == 0


@pytest.mark.parametrize(
    ("error", "redelivered"),
    [
        (SinkPaused("wait", retry_after=60), 0),
        (SinkUnavailable("down", retry_after=60), 0),
        (SinkUnavailable("lost", retry_after=60, maybe_running=True), 1),
    ],
)
def test_a_stop_amid_retries_counts_where_a_call_may_still_run(
    error: Exception, redelivered: int
) -> None:
    """I3, I11: the next worker has to wait for that call; else nobody broke anything."""

    def fail(_: Batch[Any]) -> Iterable[Outcome]:
        scene.desk.stop.set()
        raise error

    scene = Scene(fail)
    scene.run(batch(1))
    delivery = scene.transport.lease(0).receive(0)

    assert delivery is not None
    assert delivery.redelivered == redelivered


def test_a_worker_that_is_told_to_stop_finishes_what_it_has() -> None:
    """I11: what is in flight is settled and acknowledged, nothing new is begun."""
    scene = Scene()
    scene.desk.before_settling = [scene.desk.stop.set]
    scene.run(batch(1), batch(2))

    assert scene.log == ["write 1", "settle 1 with 2 queued"]
    assert scene.transport.depths()[0] == 1


def test_a_closed_queue_ends_the_worker_in_silence() -> None:
    """Who closed it knows why."""
    scene = Scene()
    scene.transport.close()
    scene.run()

    assert (scene.desk.failed, scene.log) == ([], [])


def test_while_somebody_else_holds_the_lane_a_worker_stands_by() -> None:
    """It takes the lane over as soon as the holder has left."""
    scene = Scene()
    holder = scene.transport.lease(0)
    scene.transport.publish(batch(1))
    worker = LaneWorker(scene.importer, 0)
    thread = Thread(target=worker.run, daemon=True)
    thread.start()
    thread.join(0.1)
    before = list(scene.log)
    holder.close()
    thread.join(10)

    assert before == []
    assert scene.log == ["write 1", "settle 1 with 1 queued"]


def test_a_batch_that_nobody_wants_is_acknowledged_and_not_sent() -> None:
    """I8: it came again after it was settled, or was withdrawn."""
    scene = Scene()
    scene.desk.unwanted = {1}
    scene.run(batch(1), batch(2))

    assert scene.log == ["write 2", "settle 2 with 1 queued"]
    assert scene.transport.depths()[0] == 0


@pytest.mark.parametrize("unwanted", [False, True])
def test_whoever_gets_the_batch_of_a_lost_worker_waits_first(unwanted: bool) -> None:
    """I3: a call of that worker may still run; also where the batch itself is wanted no more."""
    scene = Scene()
    scene.desk.quiet_seconds = 0.05
    scene.desk.unwanted = {1} if unwanted else set()
    began = time.monotonic()
    scene.run(batch(1), batch(2))

    assert time.monotonic() - began >= 0.05
    assert scene.log[0] == "quiet 1"


def test_who_has_lost_its_lane_settles_nothing() -> None:
    """Another worker has the batch now; this one leaves the lane and takes it again."""
    scene = Scene()
    delivery = LostDelivery(batch(1), looks=1)
    with pytest.raises(LaneLost):
        LaneWorker(scene.importer, 0).work(delivery)

    assert scene.log == ["write 1"]
    assert not delivery.acknowledged


def test_who_has_lost_its_lane_at_the_gate_sends_nothing() -> None:
    """I3: another worker may have sent this batch and later ones meanwhile."""
    scene = Scene()
    with pytest.raises(LaneLost):
        LaneWorker(scene.importer, 0).work(LostDelivery(batch(1, gated=True)))

    assert scene.log == ["gate"]


def test_a_batch_that_came_too_often_does_not_wait_at_the_gate() -> None:
    """Each worker that dies there counts as a delivery, and after ten its lane would end."""
    scene = Scene()
    scene.desk.gate = False
    delivery = LostDelivery(batch(1, gated=True), looks=1, redelivered=MOST_DELIVERIES)
    LaneWorker(scene.importer, 0).work(delivery)

    assert delivery.acknowledged
    assert (scene.kinds, "gate" in scene.log) == (["parked"], False)


def test_who_has_lost_its_lane_between_two_calls_does_not_repeat_the_first() -> None:
    """I3: a worker that slept while it waited may wake up when others are further on."""
    scene = Scene(lambda batch: [Outcome.unknown()])
    with pytest.raises(LaneLost):
        LaneWorker(scene.importer, 0).work(LostDelivery(batch(1), looks=1))

    assert scene.log == ["write 1"]


def test_each_lane_has_a_worker_and_the_structure_lane_too() -> None:
    """Their names say which threads must not wait for an import."""
    scene = Scene()
    scene.importer.start()
    names = {t.name for t in all_threads() if t.name.startswith(LANE_THREAD)}
    scene.importer.close()

    assert names == {f"{LANE_THREAD}-structure", f"{LANE_THREAD}-0"}


def test_stopping_does_not_wait_for_lanes_without_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are woken at once: an import that is over ends there and then."""
    monkeypatch.setattr("importbus.adapters.importer.LOOK", 60.0)
    scene = Scene()
    scene.importer.start()
    started = time.monotonic()
    scene.importer.close(grace=5)

    assert time.monotonic() - started < 5


def test_stopping_wakes_whoever_waits_for_room_in_a_lane() -> None:
    """I11: a lane that nobody works on will never have any."""
    scene = Scene()
    full = scene.desk.transport = MemoryTransport(1, capacity=1)
    full.publish(batch(1))
    errors: list[str] = []
    publisher = Thread(target=publish, args=(full, errors), daemon=True)
    publisher.start()
    scene.importer.close()
    publisher.join(10)

    assert errors == ["Batch spring/1/2 was not published: the queue is closed."]


def publish(transport: MemoryTransport, errors: list[str]) -> None:
    """Publish a batch and note the error."""
    try:
        transport.publish(batch(2))
    except TransportClosed as error:
        errors.append(str(error))
