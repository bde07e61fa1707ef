"""One look at everything that runs, on a real journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from importbus.adapters.journal.lane_work import LaneWork
from importbus.adapters.live_view import DETAILED, LiveImport, Observer
from importbus.adapters.ownership import Owners
from importbus.bus.journal import Moment
from importbus.bus.outcomes import Outcome
from importbus.bus.report import Report
from recorded_scene import RecordedScene
from toy_commands import Put, PutKind

REPORT = Report("spring", None, "running", 10, 1, 5, {"created": 4}, {}, 0, 3, 2.0)


@pytest.fixture
def scene(tmp_path: Path) -> RecordedScene:
    """A journal with the import ``spring``."""
    return RecordedScene(tmp_path)


@pytest.fixture
def owners(tmp_path: Path) -> Iterator[Owners]:
    """Whose imports are whose."""
    owners = Owners(str(tmp_path / "marks"))
    yield owners
    owners.close()


def observer_of(scene: RecordedScene, owners: Owners, import_id: str | None = None) -> Observer:
    """Return who looks."""
    return Observer(scene.journal, None, owners, scene.clock, import_id)


def test_an_import_that_runs_is_seen_with_its_rate_and_its_rest(
    scene: RecordedScene, owners: Owners
) -> None:
    """From what came between two looks; before the second one nothing is known."""
    owners.take("spring")
    observer = observer_of(scene, owners)
    first, second = scene.note(1, *map(Put, "abcd")), scene.note(2, *map(Put, "efgh"), lane=1)
    (before,) = observer.look().imports
    scene.settle(first, *[Outcome.created()] * 4)
    scene.finish(2)
    scene.clock.time += 2
    (after,) = observer.look().imports

    assert (before.rate, before.seconds_left, before.whole) == (None, None, False)
    assert (after.rate, after.seconds_left, after.whole) == (2.0, 2.0, True)
    assert [(lane.lane, lane.batches, lane.commands) for lane in after.lanes] == [
        (0, 0, 0),
        (1, 1, len(second)),
    ]


def test_reasons_and_moments_are_seen(scene: RecordedScene, owners: Owners) -> None:
    """Also of an import that nobody carries on, when it was asked for."""
    scene.settle(scene.note(1, Put("a")), Outcome.failed("no", status=422))
    scene.journal.moment("spring", Moment(5.0, "brake", "down", 0))
    (seen,) = observer_of(scene, owners, "spring").look().imports
    document = seen.document()

    assert not seen.active
    assert document["reasons"] == [{"count": 1, "status": 422, "message": "no"}]
    assert document["timeline"] == [{"at": 5.0, "kind": "brake", "detail": "down", "lane": 0}]
    assert document["classes"]["Put"]["outcomes"] == {"failed": 1}


def test_what_is_carried_on_comes_first(scene: RecordedScene, owners: Owners) -> None:
    """With its details; of the others there is a line each."""
    names = [f"later-{number}" for number in range(DETAILED + 2)]
    for name in names:
        scene.clock.time += 1
        scene.open(name)
        scene.settle(scene.note(1, Put("a"), import_id=name), Outcome.created())
    for name in ("spring", "later-0"):
        owners.take(name)
    seen = observer_of(scene, owners).look().imports

    assert [one.report.import_id for one in seen][:3] == ["later-0", "spring", names[-1]]
    assert [bool(one.lanes) for one in seen][:3] == [True, False, False]


def test_without_a_journal_there_is_nothing(owners: Owners, scene: RecordedScene) -> None:
    """Looking makes none."""
    view = Observer(None, None, owners, scene.clock).look()

    assert view.document() == {"at": scene.clock.now(), "imports": []}


class Queue:
    """A queue with one lane."""

    lanes = 1

    def holders(self) -> Mapping[str, str]:
        return {"lane.0": "vm/17/a1b2"}

    def depths(self) -> Mapping[int | None, int]:
        return {None: 0, 0: 3}

    def consumers(self) -> Mapping[str, Mapping[str, Any]]:
        return {}


def test_a_queue_is_seen_with_its_lanes(owners: Owners, scene: RecordedScene) -> None:
    """Of whichever process and host they are."""
    document = evolve(observer_of(scene, owners), queue=Queue()).look().document()

    assert document["lanes"][1] == {
        "lane": "0", "batches": 3, "holder": "vm/17/a1b2", "process": 17
    }  # fmt: skip


def work(lane: int | None, batches: int, settled_at: float | None) -> LaneWork:
    """Return what a lane has to do."""
    return LaneWork(lane, batches, batches, "Put" if batches else None, settled_at)


BRAKE = (Moment(5.0, "retry", "down", 0), Moment(6.0, "brake", "down", 0))


@pytest.mark.parametrize(
    ("lane", "structure", "moments", "expected"),
    [
        (work(0, 1, 4.0), 0, BRAKE, "brake"),
        (work(0, 1, 7.0), 0, BRAKE, ""),  # it has settled something since
        (work(0, 0, 4.0), 0, BRAKE, ""),  # it has nothing to do
        (work(1, 1, 4.0), 0, BRAKE, ""),  # that was another lane
        (work(0, 1, None), 2, (), "gate"),
        (work(0, 1, None), 0, (), ""),  # the structure is settled
        (work(0, 1, 4.0), 2, (), ""),  # it is past the gate
        (work(0, 1, None), 2, BRAKE, "brake"),
    ],
)
def test_what_holds_a_lane_up_is_what_happened_since_it_settled_something(
    lane: LaneWork, structure: int, moments: tuple[Moment, ...], expected: str
) -> None:
    """As far as the journal tells, whichever process works on it."""
    lanes = (work(None, structure, 1.0), lane)
    seen = LiveImport(REPORT, "process 1 on vm", whole=True, lanes=lanes, moments=moments)

    assert seen.hold_up(lane) == expected


def test_structure_is_not_held_up_by_itself() -> None:
    """The gate is for the other lanes."""
    lane = work(None, 1, None)
    seen = LiveImport(REPORT, "process 1 on vm", whole=False, lanes=(lane,))

    assert seen.hold_up(lane) == ""


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({}, 2.5),
        ({"whole": False}, None),  # more may come
        ({"owner": None}, None),  # nobody goes on
        ({"rates": {}}, None),  # nobody knows
        ({"rates": {"Put": 0.0}}, None),  # it stands still
    ],
)
def test_how_long_it_takes_is_told_only_if_it_is_known(
    changes: dict[str, Any], left: float | None
) -> None:
    """Read to its end, carried on, and not standing still."""
    seen = LiveImport(REPORT, "process 1 on vm", whole=True, rates={"Put": 2.0})

    assert evolve(seen, **changes).seconds_left == left


def test_the_class_in_work_is_that_of_the_oldest_batch(scene: RecordedScene) -> None:
    """A lane works in order."""
    scene.settle(scene.note(1, PutKind("k"), lane=None), Outcome.created())
    scene.note(2, PutKind("l"), PutKind("m"), lane=0)
    scene.note(3, Put("a"), lane=0)

    structure, first = scene.journal.lane_works.of("spring")
    assert structure == LaneWork(None, 0, 0, None, scene.clock.now())
    assert first == LaneWork(0, 2, 3, "PutKind", None)
