"""What people see of a fleet."""

from __future__ import annotations

from io import StringIO

import pytest
from attrs import evolve
from click.testing import CliRunner
from rich.console import Console

from importbus.adapters.cli.consume import command as consume
from importbus.adapters.cli.consume import line_of
from importbus.adapters.cli.fleet_rendering import fleet
from importbus.adapters.cli.publish import command as publish
from importbus.adapters.consumer_board import ConsumerBoard
from importbus.adapters.fleet_view import FleetView, view

HOLDER, STANDBY = "vm/17/a1b2c3d4", "vm/18/e5f6a7b8"
TOLD = evolve(ConsumerBoard().snapshot(), received=1200, waits={0: "gate"}).document()


class Queue:
    """A queue with two lanes, of which nobody holds the second."""

    lanes = 2

    def holders(self) -> dict[str, str]:
        return {"structure": HOLDER, "lane.0": HOLDER, "recorder": STANDBY}

    def depths(self) -> dict[int | None, int]:
        return {None: 0, 0: 3, 1: 1200}

    def consumers(self) -> dict[str, dict[str, object]]:
        return {HOLDER: TOLD}


def shown(seen: FleetView) -> str:
    """Return what is shown on a wide terminal."""
    console = Console(width=120, record=True, file=StringIO())
    console.print(*fleet(seen))
    return console.export_text()


def test_each_lane_is_shown_with_its_holder() -> None:
    """Who, how many batches, and why it waits; a lane without a holder stands out."""
    text = shown(view(Queue()))
    rows = [line.replace("│", " ").split() for line in text.splitlines()]

    assert ["0", "process", "17", "on", "vm", "3", "gate"] in rows
    assert ["1", "nobody", "1,200"] in rows
    assert "Recorder: process 18 on vm" in text
    assert ["process", "17", "on", "vm", "1,200", *"000000"] in rows


def test_programs_get_the_same() -> None:
    """With the number of each process."""
    document = view(Queue()).document()

    assert document["lanes"] == [
        {"lane": "structure", "batches": 0, "holder": HOLDER, "process": 17},
        {"lane": "0", "batches": 3, "holder": HOLDER, "process": 17},
        {"lane": "1", "batches": 1200, "holder": None, "process": None},
    ]
    assert document["recorder"] == {"holder": STANDBY, "process": 18}


def test_the_line_of_a_consumer_has_all_its_counts() -> None:
    """And what waits, with the reason."""
    seen = evolve(
        ConsumerBoard().snapshot(), received=1200, in_flight=100, written=1090, failed=10,
        busy=frozenset({1}), waits={None: "brake", 0: "gate", 2: "gate"},
    )  # fmt: skip

    assert line_of(seen, 7) == (
        "1,200 received, 100 in flight, 1,090 written, 0 retried, 0 redelivered, 0 parked, "
        "10 failed, 7 batches left on the queue, 1 lane in use, brake: structure, gate: lanes 0 2"
    )


@pytest.mark.parametrize("lanes", ["", "structur", "1-", "a-b", "0,,1", "100"])
def test_what_is_no_lane_is_refused(lanes: str) -> None:
    """With an example of what is."""
    said = CliRunner().invoke(consume, ["--lanes", lanes])

    assert said.exit_code == 2
    assert "is no lane: structure,0-3 names five of them." in said.output


@pytest.mark.parametrize("share", ["2", "0/2", "3/2", "a/b", "1/1001", "-1/2"])
def test_what_is_no_share_is_refused(share: str) -> None:
    """With what it means."""
    said = CliRunner().invoke(publish, ["a.jsonl", "--import-id", "x", "--producer", share])

    assert said.exit_code == 2
    assert "2/3 means the second of three producers" in said.output


def test_producers_of_one_import_name_it() -> None:
    """Else each would open one of its own."""
    said = CliRunner().invoke(publish, ["a.jsonl", "--producer", "1/2"])

    assert said.exit_code == 2
    assert "--producer needs --import-id" in said.output
