"""Live progress: what bars and lines say."""

from __future__ import annotations

from io import StringIO

import pytest
from attrs import evolve
from rich.console import Console
from rich.progress import Progress

from importbus.adapters.cli.progress import Bars, line_of, notes
from importbus.adapters.progress import Snapshot

SNAPSHOT = Snapshot(
    read={"CreateOrUpdateFamily": 6, "CreateOrUpdateProduct": 1_000},
    done={"CreateOrUpdateFamily": 6, "CreateOrUpdateProduct": 400},
    outcomes={"created": 404, "failed": 1, "dead": 1},
    rejected=3,
    parked=2,
    requests=12,
    busy=frozenset({0, 1, None}),
    waits={2: "brake", None: "pause"},
    reading=True,
    round=1,
)


def test_notes_say_what_needs_attention() -> None:
    """Lanes in use, why others wait, parked, failed, rejected, round."""
    assert notes(SNAPSHOT) == (
        "lanes 3, pause structure, brake lane 2, 2 parked, 2 failed, 3 rejected, round 1"
    )


def test_a_smooth_import_has_nothing_to_note() -> None:
    """Zeros are not worth a word."""
    smooth = evolve(SNAPSHOT, outcomes={}, rejected=0, parked=0, waits={}, round=0)

    assert notes(smooth) == "lanes 3"


def test_each_class_has_its_bar() -> None:
    """A bar is as long as what was read, and filled as far as it has outcomes."""
    progress = Progress(console=Console(file=StringIO()))
    Bars(progress).show(SNAPSHOT)
    bars = {task.description: (task.completed, task.total) for task in progress.tasks}

    assert bars == {"all": (406, 1_006), "Family": (6, 6), "Product": (400, 1_000)}


@pytest.mark.parametrize(
    ("reading", "says"), [(True, "406 of 1,006+ done"), (False, "406 of 1,006 done")]
)
def test_a_line_says_how_far_it_is(reading: bool, says: str) -> None:
    """While the source is being read, nobody knows how much there will be."""
    line = line_of("night", evolve(SNAPSHOT, reading=reading))

    assert line.startswith(f"night: {says}, 12 requests, ")
