"""The recorder in the process: what is durable first, what follows from it, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from attrs import evolve

from importbus.adapters.threads import LANE_THREAD, RECORDER_THREAD
from importbus.bus.errors import BusError, ImportFailed, JournalError, SinkRefused, WiringError
from importbus.bus.messages import BatchSettled, Event, ImportFinished
from importbus.bus.outcomes import Outcome
from recorded_scene import RecordedScene
from running_bus import within
from toy_commands import Put, PutKind


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[RecordedScene]:
    """An import that was just opened."""
    scene = RecordedScene(tmp_path)
    yield scene
    scene.recording.close()
    scene.journal.close()


def parked(*wants: str) -> Outcome:
    """Return the outcome of a command that waits for *wants*."""
    return Outcome.parked("missing", status=422, wants=wants)


def test_outcomes_are_durable_before_anybody_hears_of_them(scene: RecordedScene) -> None:
    """I2: the journal first, then listeners."""
    scene.settle(scene.note(1, Put("a")), Outcome.created())

    assert scene.notes.log == ["note 1", "settle 1", "BatchSettled"]
    assert scene.events == [BatchSettled("spring", "spring/1/1", "Put", {"created": 1}, 5.0)]


def test_a_settlement_told_twice_changes_nothing(scene: RecordedScene) -> None:
    """I8: neither the account nor the progress, and no listener hears of it again."""
    batch = scene.note(1, Put("a"))
    scene.settle(batch, Outcome.created())
    before = (scene.report.outcomes, scene.board.snapshot(), len(scene.events))
    scene.settle(batch, Outcome.failed("no"))

    assert (scene.report.outcomes, scene.board.snapshot(), len(scene.events)) == before


def test_a_repeat_that_nobody_was_told_of_still_counts(scene: RecordedScene) -> None:
    """The worker may die between the journal and the recorder: the repeat ends the import."""
    batch = scene.note(1, Put("a"))
    scene.finish(1)
    scene.listener = die_once()
    with pytest.raises(SystemExit):
        scene.settle(batch, Outcome.created())
    scene.decide()
    heard = scene.heard()
    scene.settle(batch, Outcome.updated())
    scene.decide()

    assert (heard, scene.heard()) == ([], ["PhaseSettled", "ImportFinished"])


def die_once() -> Callable[[Event], None]:
    """Return a listener that ends its thread the first time."""
    errors = [SystemExit()]

    def die(event: Event) -> None:
        if errors:
            raise errors.pop()

    return die


def test_an_import_is_finished_when_everything_has_its_outcome(scene: RecordedScene) -> None:
    """I6: decided once, told once, and then it is waited for no longer."""
    batch = scene.note(1, Put("a"))
    scene.finish(1)
    scene.decide()
    before = scene.heard()
    scene.settle(batch, Outcome.created())
    scene.decide()

    assert (before, scene.heard()) == ([], ["PhaseSettled", "ImportFinished"])
    assert scene.recording.wait("spring").state == "finished"


def test_a_finished_import_leaves_nothing_in_memory(scene: RecordedScene) -> None:
    """I7: an application that imports all day does not grow."""
    scene.settle(scene.note(1, Put("a")), Outcome.created())
    scene.finish(1)
    scene.decide()

    assert scene.recording._imports == {}


def test_a_repeat_after_the_end_is_harmless(scene: RecordedScene) -> None:
    """I8: the worker died between settling and acknowledging the last batch."""
    batch = scene.note(1, Put("a"))
    scene.settle(batch, Outcome.created())
    scene.finish(1)
    scene.decide()
    scene.recording.working("spring", 0, busy=True)
    scene.settle(batch, Outcome.updated())
    scene.decide()

    assert scene.report.outcomes == {"created": 1}
    assert scene.heard() == ["PhaseSettled", "ImportFinished"]


def test_what_is_parked_goes_again_before_the_end(scene: RecordedScene) -> None:
    """A round is written down, then published; what nothing can cure then fails."""
    scene.settle(scene.note(1, Put("a", needs=("kind:k",))), parked("kind:k"))
    scene.finish(1)
    scene.decide()
    (again,) = scene.transport.published
    scene.settle(again, parked("kind:k"))
    scene.decide()

    assert (again.id, again.reason) == ("spring/r1/1", "round")
    assert (scene.report.outcomes, scene.report.state) == ({"failed": 1}, "finished_with_failures")
    assert [moment.kind for moment in scene.journal.timeline("spring")] == ["round"]


def test_counts_of_what_is_parked_are_taken_in_the_order_of_the_journal(
    scene: RecordedScene,
) -> None:
    """I6: a worker that settled before another one parked, and tells of it later, ends nothing."""
    first, second = scene.note(1, Put("a")), scene.note(2, Put("b"), lane=1)
    scene.finish(2)
    others = [lambda: scene.settle(second, parked("kind:k"))]
    scene.listener = lambda event: others and others.pop()()
    scene.settle(first, Outcome.created())
    scene.decide()

    assert scene.heard() == []
    assert [batch.id for batch in scene.transport.published] == ["spring/r1/1"]


def test_parked_structure_goes_again_before_the_gate_opens(scene: RecordedScene) -> None:
    """Catalogue waits for the rounds of structure, too."""
    kind = scene.note(1, PutKind("k"), lane=None)
    scene.phase(1)
    scene.settle(kind, parked("kind:x"))
    scene.decide()
    shut = scene.heard()
    scene.settle(scene.transport.published[0], Outcome.created())
    scene.decide()

    assert (shut, scene.heard()) == ([], ["PhaseSettled"])


def test_a_resumed_import_sends_what_was_parked(tmp_path: Path) -> None:
    """Its rounds go on counting, and its progress begins where it stood."""
    scene = RecordedScene(tmp_path)
    scene.settle(scene.note(1, Put("a"), Put("b")), parked("kind:k"), Outcome.created())
    found = scene.resume()
    scene.recording.finished_reading("spring", found.producer, 0)
    scene.decide()

    assert [batch.id for batch in scene.transport.published] == ["spring/r1/1"]
    assert scene.board.snapshot().outcomes == {"created": 1}
    scene.journal.close()


def test_a_listener_that_fails_does_not_stop_the_import(scene: RecordedScene) -> None:
    """Its error is logged; the decisions follow all the same."""
    scene.listener = lambda event: 1 / 0
    scene.settle(scene.note(1, Put("a")), Outcome.created())
    scene.finish(1)
    scene.decide()

    assert scene.report.state == "finished"


def test_listeners_of_the_end_see_the_final_account(scene: RecordedScene) -> None:
    """When they hear of it, everything is durable."""
    seen: list[str] = []
    scene.listener = lambda event: seen.append(scene.report.state)
    scene.finish(0)
    scene.decide()

    assert scene.heard() == ["PhaseSettled", "ImportFinished"]
    assert seen == ["running", "finished"]


def test_whoever_waits_is_woken_by_the_end(scene: RecordedScene) -> None:
    """Waiting costs no turn of the recorder's thread."""
    scene.recording.start()
    batch = scene.note(1, Put("a"))
    scene.finish(1)
    worker = Thread(target=scene.settle, args=(batch, Outcome.created()))
    worker.start()

    assert scene.recording.wait("spring").outcomes == {"created": 1}
    worker.join()


def test_whoever_waits_is_told_why_nothing_can_go_on(scene: RecordedScene) -> None:
    """The first reason stays, and the queue is closed for everyone."""
    scene.note(1, Put("a"))
    scene.recording.fail(SinkRefused("wrong credentials"))
    scene.recording.fail(SinkRefused("and more of it"))

    with pytest.raises(ImportFailed, match="wrong credentials"):
        scene.recording.wait("spring")


def test_what_is_finished_does_not_fail_afterwards(scene: RecordedScene) -> None:
    """Another import cannot go on: that is no news about this one."""
    scene.finish(0)
    scene.decide()
    scene.recording.fail(SinkRefused("wrong credentials"))

    assert scene.recording.wait("spring").state == "finished"


@pytest.mark.parametrize("error", [JournalError("the disk is full"), ValueError("a bug")])
def test_a_recorder_that_cannot_go_on_wakes_whoever_waits(
    scene: RecordedScene, error: Exception
) -> None:
    """I12: a thread that ends in silence would be waited for without end."""

    def broken(import_id: str, *, at: float) -> tuple[str, str]:
        raise error

    scene.journal.finish = broken  # type: ignore[method-assign]
    scene.recording.start()
    scene.finish(0)

    with pytest.raises(ImportFailed, match=str(error)):
        within(10, lambda: scene.recording.wait("spring"))


def test_an_abandoned_import_is_not_waited_for(scene: RecordedScene) -> None:
    """I12: its end will never be announced; what was sent still gets its outcome."""
    batch = scene.note(1, Put("a"))
    scene.recording.abandoned("spring")
    kept = len(scene.recording._imports)
    report = scene.recording.wait("spring")
    scene.settle(batch, Outcome.created())

    assert (report.open, kept) == (1, 1)
    assert (scene.report.outcomes, scene.recording._imports) == ({"created": 1}, {})


@pytest.mark.parametrize("name", [f"{LANE_THREAD}-0", RECORDER_THREAD])
def test_the_threads_that_carry_imports_cannot_wait_for_one(
    scene: RecordedScene, name: str
) -> None:
    """A listener that did would wait for itself, without end and in silence."""
    errors: list[BusError] = []

    def wait() -> None:
        try:
            scene.recording.wait("spring")
        except BusError as error:
            errors.append(error)

    thread = Thread(target=wait, name=name, daemon=True)
    thread.start()
    thread.join(10)

    assert [type(error) for error in errors] == [WiringError]


def test_an_import_keeps_the_event_of_its_end(scene: RecordedScene) -> None:
    """I6: one id, by which listeners know a repeat."""
    scene.finish(0)
    scene.decide()
    (told,) = [event for event in scene.events if isinstance(event, ImportFinished)]

    assert scene.journal.finish("spring", at=999.0) == (told.state, told.event_id)
    assert evolve(told, event_id="") == ImportFinished("spring", "", "finished")
