"""What happens when nothing happens: the gate's patience (section 9) and the stall (I12)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from attrs import evolve

from importbus.adapters.gate import Gate
from importbus.adapters.lane_watch import LaneWatch
from importbus.adapters.stalling import NAMED
from importbus.bus.batches import Batch
from importbus.bus.errors import SinkRefused
from importbus.bus.messages import ImportStalled
from importbus.bus.outcomes import Outcome
from recorded_scene import RecordedScene
from toy_commands import Put, PutKind


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[RecordedScene]:
    """An import that was just opened."""
    scene = RecordedScene(tmp_path)
    yield scene
    scene.journal.close()


def gated(scene: RecordedScene, seq: int) -> Batch[Any]:
    """Return a batch that waits for structure."""
    return evolve(scene.note(seq, Put("a")), gated=True)


def test_an_open_gate_holds_nobody(scene: RecordedScene) -> None:
    """The structure is settled, so the catalogue goes."""
    kind = scene.note(1, PutKind("k"), lane=None)
    batch = gated(scene, 2)
    scene.phase(1)
    scene.settle(kind, Outcome.created())
    scene.decide()

    assert scene.recording.await_gate(batch, Event())


def test_a_gate_lets_a_waiting_worker_go_when_it_opens(scene: RecordedScene) -> None:
    """No wakeup is lost, and the lane no longer shows a reason to wait."""
    kind = scene.note(1, PutKind("k"), lane=None)
    batch, passed = gated(scene, 2), list[bool]()
    scene.phase(1)
    worker = Thread(target=lambda: passed.append(scene.recording.await_gate(batch, Event())))
    worker.start()
    scene.settle(kind, Outcome.created())
    scene.decide()
    worker.join(10)

    assert (passed, scene.board.snapshot().waits) == ([True], {})


def test_a_worker_that_is_told_to_stop_leaves_the_gate(scene: RecordedScene) -> None:
    """I11: its batch stays unsettled."""
    stop = Event()
    stop.set()

    assert not scene.recording.await_gate(gated(scene, 1), stop)


def test_nobody_stays_at_the_gate_when_nothing_can_go_on(scene: RecordedScene) -> None:
    """The structure will not be settled any more."""
    scene.recording.fail(SinkRefused("wrong credentials"))

    assert not scene.recording.await_gate(gated(scene, 1), Event())


def test_a_batch_goes_on_when_the_structure_lane_is_quiet_for_too_long(
    scene: RecordedScene,
) -> None:
    """The gate saves work, parking keeps it right; the first one stands in the timeline."""
    batch = gated(scene, 2)
    current = scene.recording._imports["spring"]
    assert not current.gate.overdue(scene.clock.time)
    scene.clock.time += 60.1
    passed = [scene.recording.await_gate(batch, Event()) for _ in range(2)]

    assert passed == [True, True]
    assert [moment.kind for moment in scene.journal.timeline("spring")] == ["gate"]


def test_a_busy_structure_lane_keeps_the_gate_shut() -> None:
    """It counts what the lane settles, of whichever import, and nothing else."""
    watch = LaneWatch()
    gate = Gate(watch, 60.0)
    first = gate.overdue(100.0)
    watch.settled(None, 150.0)
    watch.settled(0, 200.0)

    assert (first, gate.overdue(210.0), gate.overdue(210.1)) == (False, False, True)


def test_a_stall_names_batches_and_positions(scene: RecordedScene) -> None:
    """I12: ids and lines, for listeners, in the timeline and as the state."""
    scene.note(1, Put("a"), Put("b"), Put("c"))
    scene.finish(1)
    scene.clock.time += 600.0
    report = scene.recording.wait("spring")

    assert report.state == "stalled"
    assert scene.events == [ImportStalled("spring", ("spring/1/1 (a:1-3)",))]
    assert "spring/1/1 (a:1-3)" in scene.journal.timeline("spring")[-1].detail


def test_a_stall_in_a_round_names_positions_too(scene: RecordedScene) -> None:
    """They stand with the parked commands then."""
    outcome = Outcome.parked("missing", status=422, wants=["kind:k"])
    scene.settle(scene.note(1, Put("a"), Put("b")), Outcome.created(), outcome)
    scene.finish(1)
    scene.decide()
    scene.clock.time += 600.0
    scene.recording.wait("spring")

    assert scene.events[-1] == ImportStalled("spring", ("spring/r1/1 (a:2)",))


def test_a_long_stall_is_short_to_read(scene: RecordedScene) -> None:
    """I7: some are named, the rest is counted."""
    for seq in range(1, NAMED + 4):
        scene.note(seq, Put(f"p{seq}"))
    scene.finish(NAMED + 3)
    scene.clock.time += 600.0
    scene.recording.wait("spring")
    told = scene.events[-1]

    assert isinstance(told, ImportStalled)
    assert (len(told.missing), told.missing[-1]) == (NAMED + 1, "3 more batches")


def test_a_pause_of_the_input_is_no_stall(scene: RecordedScene) -> None:
    """A batch that comes after a long time with nothing to do has its time before it."""
    scene.settle(scene.note(1, Put("a")), Outcome.created())
    scene.clock.time += 5000.0
    scene.note(2, Put("b"))
    scene.finish(2)
    stop = Event()
    stop.set()
    scene.recording._look_for_stall(scene.recording._imports["spring"])

    assert scene.recording.wait("spring", stop=stop).state == "running"


def test_behind_another_import_it_is_queued(scene: RecordedScene) -> None:
    """Its lane works for somebody else: that is no stall; afterwards it runs again."""
    scene.open("autumn")
    mine = scene.note(1, Put("a"))
    other = scene.note(1, Put("b"), import_id="autumn")
    scene.clock.time += 599.0
    scene.settle(other, Outcome.created())
    scene.clock.time += 2.0
    look(scene)
    queued = scene.report.state
    scene.settle(mine, Outcome.created())

    assert (queued, scene.report.state, scene.heard()) == ("queued", "running", [])


def test_lanes_that_hold_nothing_of_it_do_not_keep_it_from_stalling(scene: RecordedScene) -> None:
    """Only its own lanes count."""
    scene.open("autumn")
    scene.note(1, Put("a"), lane=0)
    other = scene.note(1, Put("b"), import_id="autumn", lane=1)
    scene.clock.time += 599.0
    scene.settle(other, Outcome.created())
    scene.clock.time += 2.0
    look(scene)

    assert scene.heard() == ["ImportStalled"]


def look(scene: RecordedScene) -> None:
    """Look for a stall as whoever waits does again and again."""
    scene.recording._look_for_stall(scene.recording._imports["spring"])
