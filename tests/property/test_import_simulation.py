"""Laws of a whole import under random schedules of the shipped parts, crashes included.

`tests/support/simulated_import.py` says what chance decides.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import count, takewhile
from pathlib import Path
from random import Random
from typing import Any

import pytest

from broken_parts import AckFirst, Overtaking, Recounting
from import_laws import Ended, check, commands_of
from importbus.adapters.batch_run import Patience
from importbus.adapters.journal import SqliteJournal
from simulated_import import Simulation

CI_SECONDS = 20.0

FEW = 15
"""Schedules that are tried where nobody wants to wait."""


def simulate(random: Random, **parts: Any) -> Ended:
    """Carry an import out and return what it left behind."""
    commands = commands_of(random)
    with tempfile.TemporaryDirectory() as folder:
        simulation = Simulation(Path(folder), commands, random, **parts)
        simulation.carry_out()
        journal = SqliteJournal(simulation.journal.path, simulation.journal._codec)
        report, failures = journal.report("spring"), list(journal.failures("spring"))
        journal.close()
    return Ended(commands, simulation.remote.state, report, failures, simulation.events)


def try_schedules(seeds: Iterable[int], **parts: Any) -> None:
    """Check the laws for a schedule a seed; an error names the seed, which repeats it."""
    for seed in seeds:
        try:
            check(simulate(Random(seed), **parts))
        except AssertionError as error:
            error.add_note(f"The schedule of seed {seed}.")
            raise


def affordable() -> Iterator[int]:
    """Yield seeds: a few on a laptop, as many as run in some seconds in CI."""
    if not os.environ.get("CI"):
        yield from range(FEW)
        return
    until = time.monotonic() + CI_SECONDS
    yield from takewhile(lambda _: time.monotonic() < until, count())


def test_every_schedule_ends_as_if_nothing_had_happened() -> None:
    """I1 to I6, I8, I10: whoever works next, crashes, dies, or loses an answer."""
    try_schedules(affordable())


@pytest.mark.parametrize(
    "broken",
    [
        {"worker_type": AckFirst},
        {"journal_type": Overtaking},
        {"journal_type": Recounting},
        {"patience": Patience(quiet=0.0)},
    ],
    ids=["ack first", "overtaking", "recounting", "impatient"],
)
def test_planted_faults_break_the_laws(broken: dict[str, Any]) -> None:
    """The laws can fail: each of these loses, repeats or overtakes something sooner or later."""
    with pytest.raises(AssertionError):
        try_schedules(range(600), **broken)
