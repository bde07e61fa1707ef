"""Laws of imports that many processes carry, under random schedules of the shipped parts.

`tests/support/simulated_fleet.py` says what chance decides.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from loguru import logger

from broken_parts import (
    AckFirst,
    Counting,
    Overtaking,
    Sleepwalker,
    ToldAgain,
    WaitingForEachOther,
)
from import_laws import (
    Ended,
    check_account,
    check_failures,
    check_state,
    commands_of,
    commands_of_one_key,
)
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.resuming import accounted_for
from importbus.adapters.recording import Timeouts
from importbus.bus.messages import LaneCommand, Position
from shared_journals import OneFile, OwnConnections
from simulated_fleet import Fleet

FEW = 15
"""Schedules that are tried where nobody wants to wait."""

MANY = 10_000
"""Schedules in CI."""

PARTS = 5
"""Tests among which they are shared out."""

MOST = 2000
"""Schedules within which a planted fault breaks a law, and each row of the crash table occurs."""

CALLS = {
    "Sender": ("note", "publish", "confirm", "announce"),
    "Consumer": ("the call", "settle"),
    "Clerk": ("plan_round", "publish", "finish", "open_gate", "broadcast", "told"),
}
"""By whom something is changed, and how."""

ROWS = {
    *(f"{who} before {call}" for who, calls in CALLS.items() for call in calls),
    *(f"{who} after {call}" for who, calls in CALLS.items() for call in calls),
    "Consumer during the call",
    "Consumer in a wait",
    "Consumer at the gate",
} - {"Consumer after the call"}  # which is before it settles
"""Where a process may die; see ``docs/reliability.md``."""

MEMORY = Path("/dev/shm")
"""A file system in memory, where there is one."""


def producer_of(command: LaneCommand) -> str:
    """Return which of two producers has a command; a key, and a tree, has one of them."""
    return "2" if command.key in ("b", "y", "l") else "1"


def fleet_of(random: Random, journals: Any, **parts: Any) -> Fleet:
    """Return a fleet with one import or two, each of one producer or two."""
    imports = ["spring", "summer"][: random.choice([1, 1, 1, 1, 2])]
    some = random.choice([commands_of, commands_of, commands_of_one_key])
    commands = {import_id: some(random, 3) for import_id in imports}
    producers = {import_id: random.choice([1, 1, 2]) for import_id in imports}
    return Fleet(journals, commands, random, producers, producer_of, **parts)


def check(fleet: Fleet) -> None:
    """The laws that hold at the end of every schedule."""
    for import_id in fleet.commands:
        ended, withdrawn = ended_of(fleet, import_id)
        if import_id in fleet.cancelled:
            assert (ended.report.state, ended.report.open) == ("cancelled", 0)
            continue
        assert not ended.left_out or import_id in fleet.given_up
        check_account(ended)
        if not (ended.left_out and withdrawn & fleet.calls.carried):
            check_state(ended)
            check_failures(ended)


def ended_of(fleet: Fleet, import_id: str) -> tuple[Ended, set[str]]:
    """Return what an import left behind, and the batches that were published and withdrawn."""
    with fleet.journal._database.reading() as connection:
        positions, _, _ = accounted_for(connection, import_id)
        query = "SELECT import_id || '/' || producer || '/' || seq FROM batches"
        known = {name for (name,) in connection.execute(query)}
    lines = range(1, len(fleet.commands[import_id]) + 1)
    told = [e for e in fleet.lanes.told if getattr(e, "import_id", None) == import_id]
    ended = Ended(
        list(fleet.commands[import_id]),
        fleet.calls.states[import_id],
        fleet.journal.report(import_id),
        list(fleet.journal.failures(import_id)),
        told,
        frozenset(line for line in lines if Position("a", line) not in positions),
    )
    return ended, {batch.id for batch in fleet.lanes.published} - known


def check_schedule(seed: int, journals: OneFile | OwnConnections, **parts: Any) -> set[str]:
    """Check the laws for the schedule of *seed*, and return who died where; an error names it."""
    fleet = fleet_of(Random(seed), journals, **parts)
    try:
        fleet.carry_out()
        check(fleet)
    except AssertionError as error:
        error.add_note(f"The schedule of seed {seed}.")
        raise
    return fleet.chance.deaths


def try_schedules(seeds: Iterable[int], journals: OneFile, **parts: Any) -> int:
    """Check the laws for a schedule a seed, and return how many these were."""
    done = 0
    for seed in seeds:
        journals.empty()
        check_schedule(seed, journals, **parts)
        done += 1
    return done


@contextmanager
def in_memory() -> Iterator[Path]:
    """Give a folder, in memory where that is possible."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def one_file(kind: type[SqliteJournal] = SqliteJournal) -> Iterator[OneFile]:
    """Give a journal for many schedules."""
    with in_memory() as folder:
        journals = OneFile(folder, kind)
        yield journals
        journals.close()


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Log nothing: it would take as long as all the rest."""
    logger.disable("importbus")
    yield
    logger.enable("importbus")


@pytest.mark.parametrize("part", range(PARTS))
def test_every_schedule_of_a_fleet_ends_as_if_nothing_had_happened(part: int) -> None:
    """I1 to I6, I8: whoever dies, loses a lane or a post, comes late or leaves."""
    many = (MANY if os.environ.get("CI") else FEW) // PARTS
    with one_file() as journals:
        done = try_schedules(range(part * many, (part + 1) * many), journals)

    assert done == many


def test_schedules_end_as_well_when_each_process_opens_the_file_itself() -> None:
    """The one connection of the others hides nothing."""
    for seed in range(FEW):
        with in_memory() as folder:
            journals = OwnConnections(folder)
            check_schedule(seed, journals)
            journals.close()


def test_what_is_cancelled_stays_so_and_holds_nothing_up() -> None:
    """I1, I6: whoever was about to announce, settle or decide something meanwhile."""
    many = MANY // 20 if os.environ.get("CI") else FEW
    with one_file() as journals:
        assert try_schedules(range(many), journals, cancels=True) == many


def test_schedules_end_as_well_where_consumers_only_tell_a_recorder() -> None:
    """I1 to I6, I8: what they tell arrives in order, now and then twice, and outlives them."""
    many = MANY // 10 if os.environ.get("CI") else FEW
    with one_file() as journals:
        assert try_schedules(range(many), journals, far=True) == many


def test_schedules_end_as_well_where_some_consumers_write_the_journal_themselves() -> None:
    """I1 to I6, I8: lanes pass between them and others whose word is still on its way."""
    many = MANY // 10 if os.environ.get("CI") else FEW
    with one_file() as journals:
        assert try_schedules(range(many), journals, far=True, mixed=True) == many


def test_there_is_a_schedule_for_each_row_of_the_crash_table() -> None:
    """Chance reaches every place at which a process may die."""
    deaths: set[str] = set()
    with one_file() as journals:
        for seed in range(MOST):
            if deaths >= ROWS:
                break
            journals.empty()
            deaths |= check_schedule(seed, journals)

    assert deaths >= ROWS, ROWS - deaths


@pytest.mark.parametrize(
    "broken",
    [
        {"worker_type": AckFirst},
        {"worker_type": Sleepwalker},
        {"recorder_type": Counting},
        {"kind": Overtaking},
        {"lanes_type": WaitingForEachOther, "timeouts": Timeouts(gate=1e9)},
        {"worker_type": AckFirst, "far": True},
        {"kind": Overtaking, "far": True},
    ],
    ids=[
        "ack first",
        "sleepwalker",
        "count",
        "overtaking",
        "waiting for each other",
        "ack first, far away",
        "overtaking, far away",
    ],
)
def test_planted_faults_break_the_laws_of_a_fleet(broken: dict[str, Any]) -> None:
    """The laws can fail: each of these loses, overtakes, ends early or never."""
    kind = broken.pop("kind", SqliteJournal)
    with one_file(kind) as journals, pytest.raises(AssertionError):
        try_schedules(range(MOST), journals, **broken)


def test_what_the_recorder_is_told_again_changes_nothing() -> None:
    """I8: the same schedules with every settled batch told twice, to whoever keeps the set."""
    with one_file() as journals:
        assert try_schedules(range(FEW), journals, recorder_type=ToldAgain) == FEW
