"""What listeners are told of an import besides its batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from importbus.adapters.journal.failure_log import AFTER
from importbus.adapters.pacer import Pacer
from importbus.adapters.telling import tell_failures, tell_progress
from importbus.bus import CommandBus, CommandFailed, Event, ImportFinished, ImportProgress
from importbus.bus.outcomes import Outcome
from recorded_scene import RecordedScene
from toy_commands import Put, PutKind

REFUSED = Outcome.failed("no", status=422)


@pytest.fixture
def bus() -> CommandBus:
    """The bus on which everything is told."""
    return CommandBus()


@pytest.fixture
def scene(tmp_path: Path, bus: CommandBus) -> RecordedScene:
    """An import whose events are told on the bus, failures and progress with them."""
    scene = RecordedScene(tmp_path, listener=bus.broadcast)
    tell_failures(bus, scene.journal)
    tell_progress(bus, scene.journal, scene.clock)
    return scene


def keys(heard: list[Event]) -> list[str | None]:
    """Return the keys of the failures among *heard*."""
    return [event.failure.key for event in heard if isinstance(event, CommandFailed)]


def test_each_failure_is_told_once_with_what_the_journal_has(
    bus: CommandBus, scene: RecordedScene
) -> None:
    """A command that died is one, too; what was written is none."""
    heard: list[CommandFailed] = []
    bus.subscribe(CommandFailed, heard.append)
    scene.settle(scene.note(1, Put("a"), Put("b")), REFUSED, Outcome.created())
    scene.settle(scene.note(2, Put("c")), Outcome.created())
    scene.settle(scene.note(3, Put("d")), REFUSED)

    assert keys([*heard]) == ["a", "d"]
    assert [one.failure for one in heard] == list(scene.journal.failures("spring"))
    assert heard[0].import_id == "spring"


def test_what_no_round_can_cure_is_told_before_the_end(
    bus: CommandBus, scene: RecordedScene
) -> None:
    """No batch of theirs is settled any more."""
    heard: list[Event] = []
    for kind in (ImportFinished, CommandFailed):
        bus.subscribe(kind, heard.append)
    parked = Outcome.parked("missing", status=422, wants=("other:x",))
    scene.settle(scene.note(1, Put("a")), parked)
    scene.finish(1)
    scene.decide()
    scene.settle(scene.transport.published[0], parked)
    scene.decide()

    assert [type(event) for event in heard] == [CommandFailed, ImportFinished]


def test_a_listener_that_fails_does_not_keep_the_next_failure_back(
    bus: CommandBus, scene: RecordedScene
) -> None:
    """The import goes on, too."""
    heard: list[Event] = []

    def listen(event: CommandFailed) -> None:
        heard.append(event)
        raise ValueError("no")

    bus.subscribe(CommandFailed, listen)
    scene.settle(scene.note(1, Put("a"), Put("b")), REFUSED, REFUSED)

    assert keys(heard) == ["a", "b"]


def test_failures_of_before_are_not_told(
    tmp_path: Path, bus: CommandBus, scene: RecordedScene
) -> None:
    """Whoever continues an import hears of what fails from then on."""
    scene.settle(scene.note(1, Put("a")), REFUSED)
    later, heard = CommandBus(), list[Event]()
    tell_failures(later, scene.journal)
    later.subscribe(CommandFailed, heard.append)
    scene.listener = later.broadcast
    scene.settle(scene.note(2, Put("b")), REFUSED)

    assert keys(heard) == ["b"]


def test_more_failures_than_are_read_at_once_are_all_told(
    bus: CommandBus, scene: RecordedScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be any number."""
    monkeypatch.setattr("importbus.adapters.journal.failure_log.MOST", 2)
    heard: list[Event] = []
    bus.subscribe(CommandFailed, heard.append)
    scene.settle(scene.note(1, *map(Put, "abcde")), *[REFUSED] * 5)

    assert keys(heard) == [*"abcde"]


def test_failures_are_read_on_from_the_last_one(scene: RecordedScene) -> None:
    """By their numbers: no call goes through all that failed before."""
    with scene.journal.failed.database.looking() as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {AFTER}", (0, "spring", 1)).fetchall()

    assert [row[3] for row in plan] == ["SEARCH failures USING INTEGER PRIMARY KEY (rowid>?)"]


def test_progress_is_told_at_most_once_a_second(bus: CommandBus, scene: RecordedScene) -> None:
    """With the counts of a report, which balance."""
    heard: list[ImportProgress] = []
    bus.subscribe(ImportProgress, heard.append)
    for seq, seconds in enumerate((0.0, 0.9, 0.2, 0.5, 0.5), start=1):
        scene.clock.time += seconds
        scene.settle(scene.note(seq, PutKind(f"k{seq}"), lane=None), Outcome.created())

    assert [one.outcomes for one in heard] == [{"created": n} for n in (1, 3, 5)]
    assert all(o.read == sum(o.outcomes.values()) + o.rejected + o.open for o in heard)


def test_nothing_is_looked_up_that_nobody_wants_to_hear(
    scene: RecordedScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not subscribed to costs nothing."""
    asked: list[str] = []
    log = type(scene.journal.failure_log)
    monkeypatch.setattr(log, "after", lambda *_: asked.append("failures"))
    monkeypatch.setattr(scene.journal, "report", lambda *_, **__: asked.append("report"))
    scene.settle(scene.note(1, Put("a")), REFUSED)

    assert asked == []


def test_imports_have_their_turns_apart() -> None:
    """The first word about each is due at once, and again when it was forgotten."""
    pacer = Pacer()
    due = [pacer.is_due("a", 5.0), pacer.is_due("b", 5.5), pacer.is_due("a", 5.9)]
    pacer.forget("a")

    assert due == [True, True, False]
    assert pacer.is_due("a", 5.95)
    assert not pacer.is_due("b", 6.4)
    assert pacer.is_due("b", 6.5)
