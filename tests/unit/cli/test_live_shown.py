"""What people see who watch imports."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

import pytest
from attrs import evolve
from rich.console import Console

from importbus.adapters.carrier import CONSUMERS
from importbus.adapters.cli.live_rendering import LiveScreen, lines_of
from importbus.adapters.fleet_view import FleetView, LaneView
from importbus.adapters.journal.lane_work import LaneWork
from importbus.adapters.live_view import LiveImport, LiveView
from importbus.bus.journal import Moment
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure, FailureGroup, Report

FAILURE = Failure(
    Position("a.jsonl", 7), "CreateOrUpdateProduct", "mug", 422, (ServerError("no"),), 1
)

OUTCOMES = {"created": 9_000, "failed": 20}

REPORT = Report(
    "spring", None, "running", 20_000, 3, 10_977, OUTCOMES,
    {"CreateOrUpdateProduct": OUTCOMES}, 70, 90, 45.2,
    (FailureGroup(422, "Property [red]* expects a family.", 20, FAILURE),),
)  # fmt: skip

SPRING = LiveImport(
    REPORT,
    "process 17 on vm",
    whole=True,
    rates={"CreateOrUpdateProduct": 220.0},
    lanes=[LaneWork(None, 0, 0, None, 60.0), LaneWork(0, 3, 300, "CreateOrUpdateProduct", 98.0)],
    moments=[Moment(99.0, "brake", "PATCH answered 503.", 0)],
)

FLEET = FleetView([LaneView("0", "vm/18/a1b2", 3)], None, {})


def shown(*imports: LiveImport, width: int = 120, fleet: FleetView | None = None) -> str:
    """Return the text of a screen."""
    console = Console(width=width, record=True, file=StringIO())
    console.print(LiveScreen(LiveView(100.0, imports, fleet), "journal.db"))
    return console.export_text()


def rows(text: str) -> list[str]:
    """Return the lines of *text* with a single blank between words."""
    return [" ".join(line.split()) for line in text.splitlines()]


def test_the_whole_screen() -> None:
    """Counts, rate, what is left, classes, lanes and what holds them up, reasons, moments."""
    text = shown(SPRING)

    lines = rows(text)
    assert any(
        line.startswith("spring running ━") and line.endswith("9,023 20,000 20 3 70 220 0:50")
        for line in lines
    )
    assert "spring: 45 s, 90 requests, carried on by process 17 on vm" in lines
    assert "Product 9,000 20 220" in lines
    assert "0 Product 3 300 2 s ago brake" in lines
    assert "Property [red]* expects a family. 20 422" in lines
    assert lines[-1].endswith("brake lane 0: PATCH answered 503.")


def test_text_of_others_cannot_steer_the_terminal() -> None:
    """A reason and a detail are shown with their control characters as escapes, in one line."""
    group = FailureGroup(422, "No\x1b[2J\nfamily", 20, FAILURE)
    moment = Moment(99.0, "brake", "\u202e503", 0)
    text = shown(evolve(SPRING, report=evolve(REPORT, failure_groups=(group,)), moments=[moment]))

    assert "No\\u001b[2J\\nfamily" in text
    assert "brake lane 0: \\u202e503" in text


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    """Nor does a row take two lines: a small screen shows less of each."""
    lines = shown(SPRING, width=width, fleet=FLEET).splitlines()

    assert max(map(len, lines)) <= width
    assert sum("Property" in line or "Prop" in line for line in lines) == 1


def test_in_80_columns_nothing_is_cut_off_that_counts() -> None:
    """Bars and rare counts give way first."""
    lines = rows(shown(SPRING, width=80))

    assert "spring running 9,023 20,000 20 220 0:50" in lines
    assert "0 Product 3 300 2 s ago brake" in lines


def test_what_is_still_read_has_no_end() -> None:
    """Its number of commands may grow."""
    text = shown(evolve(SPRING, whole=False))

    assert "20,000+" in text
    assert "reading" in text
    assert "━" not in text


def test_lanes_of_a_fleet_are_shown_once() -> None:
    """With their holders; they carry on several imports."""
    lines = rows(shown(evolve(SPRING, owner=CONSUMERS), fleet=FLEET))

    assert "0 process 18 on vm 3" in lines
    assert not [line for line in lines if "s ago" in line]


def test_many_imports_that_are_over_are_counted() -> None:
    """A screen has an end."""
    over = LiveImport(evolve(REPORT, state="finished"), None, whole=True)
    text = shown(SPRING, *[over] * 20)

    assert text.count("finished") == 8
    assert "and 12 more" in text


def test_an_empty_journal_is_told() -> None:
    """By its name."""
    assert "The journal journal.db holds no imports." in shown()


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, "9,023 of 20,000 done, 20 failed, 3 rejected, 70 parked, 220/s, 0:50 left"),
        ({"whole": False}, "70 parked, 220/s, reading"),
        ({"rates": {}}, "20 failed, 3 rejected, 70 parked"),
        ({"rates": {"Put": 1.0}}, "1/s, 3:02:57 left"),
    ],
)
def test_where_no_screen_is_each_import_is_a_line(changes: Mapping[str, Any], end: str) -> None:
    """With what is known, and nothing that is not."""
    (line,) = lines_of(LiveView(100.0, [evolve(SPRING, **changes)], None))

    assert " spring running: " in line
    assert line.endswith(end)


def test_when_nothing_runs_that_is_a_line() -> None:
    """A log shows that somebody looked."""
    over = LiveImport(evolve(REPORT, state="finished"), None, whole=True)
    (line,) = lines_of(LiveView(100.0, [over], None))

    assert line.endswith(" No import is carried on.")
