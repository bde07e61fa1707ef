"""Live progress: what bars and lines say."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from attrs import evolve

from importbus.adapters.cli import progress
from importbus.adapters.cli.progress import Bars, line_of, notes, watch
from importbus.adapters.progress import ProgressBoard, Snapshot

SNAPSHOT = Snapshot(
    read={"CreateOrUpdateFamily": 6, "CreateOrUpdateProduct": 1_000},
    done={"CreateOrUpdateFamily": 6, "CreateOrUpdateProduct": 400},
    outcomes={"created": 404, "failed": 1, "dead": 1},
    rejected=3,
    parked=2,
    requests=12,
    busy=frozenset({0, 1, None}),
    waits={2: "brake", None: "gate", 1: "gate", 3: "gate"},
    reading=True,
    round=1,
)


def test_notes_say_what_needs_attention() -> None:
    """Lanes in use, why others wait, parked, failed, rejected, round."""
    assert notes(SNAPSHOT) == (
        "3 lanes in use, gate: structure and lanes 1 3, brake: lane 2, "
        "2 parked, 2 failed, 3 rejected, round 1"
    )


def test_a_smooth_import_has_nothing_to_note() -> None:
    """Zeros are not worth a word."""
    smooth = evolve(SNAPSHOT, outcomes={}, rejected=0, parked=0, waits={}, round=0)

    assert notes(smooth) == "3 lanes in use"
    assert notes(evolve(smooth, busy=frozenset())) == ""


def shown(snapshot: Snapshot) -> dict[str, tuple[float, float | None, str]]:
    """Return each bar: how far it is, of how much, and its numbers."""
    bars = Bars()
    bars.show(snapshot)
    tasks = bars.progress.tasks
    return {task.description: (task.completed, task.total, task.fields["count"]) for task in tasks}


def test_each_class_has_its_bar() -> None:
    """A bar is as long as what the source holds, and filled as far as there are outcomes."""
    expected = {"CreateOrUpdateFamily": 6, "CreateOrUpdateProduct": 9_000}

    assert shown(evolve(SNAPSHOT, expected=expected)) == {
        "all": (406, 9_006, "406/9,006"),
        "Family": (6, 6, "6/6"),
        "Product": (400, 9_000, "400/9,000"),
    }


def test_a_bar_of_unknown_length_says_so() -> None:
    """While standard input is read nobody knows how much will come: no bar that grows."""
    assert shown(SNAPSHOT)["Product"] == (400, None, "400/?")
    assert shown(evolve(SNAPSHOT, reading=False))["Product"] == (400, 1_000, "400/1,000")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "406 of 1,006+ done"),
        ({"reading": False}, "406 of 1,006 done"),
        ({"expected": {"CreateOrUpdateProduct": 2_000}}, "406 of 2,006 done"),
    ],
)
def test_a_line_says_how_far_it_is(changes: dict[str, Any], says: str) -> None:
    """A plus stands for what nobody knows while a pipe is being read."""
    line = line_of("night", evolve(SNAPSHOT, **changes))

    assert line.startswith(f"night: {says}, 12 requests, 3 lanes in use")


def test_away_from_a_terminal_a_line_comes_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ten seconds; an import that ends before is told by its result alone."""
    said, told = [], Event()

    def note(line: str) -> None:
        said.append(line)
        told.set()

    monkeypatch.setattr(progress, "note", note)
    monkeypatch.setattr(progress, "on_terminal", lambda: False)
    with watch("day", ProgressBoard()):
        pass
    assert (said, progress.LINE_SECONDS) == ([], 10.0)

    monkeypatch.setattr(progress, "LINE_SECONDS", 0.001)
    with watch("night", ProgressBoard()):
        assert told.wait(30)
    assert said[0] == "night: 0 of 0+ done, 0 requests"
