"""What the journal of an import of a million says: its account, and when what was settled."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from attrs import frozen

from _bad_items import Catalogue
from _measure import IMPORTBUS, environment

STEP = 100_000
"""Commands whose time is compared."""

LEAST_STEPS = 3
"""Steps that there are at least; otherwise they are smaller."""

SETTLED = """
SELECT settled, commands FROM batches WHERE settled IS NOT NULL AND round = 0 ORDER BY settled
"""


def account(settings: Mapping[str, str]) -> Any:
    """Return what ``importbus report --json`` prints."""
    command = [*IMPORTBUS, "report", "million", "--json"]
    done = subprocess.run(command, env=environment(settings), stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def wrong_with(report: Mapping[str, Any], made: Catalogue) -> Iterator[str]:
    """Yield what is not as it has to be, in sentences (I1)."""
    outcomes = sum(report["outcomes"].values())
    read, rejected, left = report["read"], report["rejected"], report["open"]
    if read != made.lines:
        yield f"{read:,} of {made.lines:,} lines were read."
    if left or read != outcomes + rejected:
        yield f"{read:,} read, {outcomes:,} with outcome, {rejected:,} rejected, {left:,} open."
    yield from _differ("failed", _lines(report, sent=True), made.refused)
    yield from _differ("rejected", _lines(report, sent=False), made.rejected)
    if report["outcomes"].get("failed") != len(made.refused) or rejected != len(made.rejected):
        yield f"{report['outcomes']} with {rejected:,} rejected."


@frozen
class Steps:
    """How long each 100,000 commands took, and the last ones, until they were settled.

    In an import with fewer than 300,000 a tenth of them stands for 100,000.

    Attributes:
        commands: How many there are in a step.
        each: Seconds, from the opening of the import on; a rest that is smaller is left out.
        last: Seconds of the last step of all.
    """

    commands: int
    each: list[float]
    last: float


def steps(journal: Path) -> Steps:
    """Return when what was settled, from the only import of *journal*."""
    with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as connection:
        (opened,) = connection.execute("SELECT opened FROM imports").fetchone()
        settled = connection.execute(SETTLED).fetchall()
    total = sum(commands for _, commands in settled)
    step = STEP if total >= LEAST_STEPS * STEP else max(1, total // 10)
    marks = [opened, *(_when(settled, n) for n in range(step, total + 1, step))]
    each = [after - before for before, after in pairwise(marks)]
    return Steps(step, each, settled[-1][0] - _when(settled, total - step))


def _when(settled: Sequence[tuple[float, int]], commands: int) -> float:
    """Return when so many *commands* were settled."""
    done = accumulate(count for _, count in settled)
    return next(at for (at, _), so_far in zip(settled, done, strict=True) if so_far >= commands)


def _lines(report: Mapping[str, Any], *, sent: bool) -> set[int]:
    failures = report["failures"]
    return {one["position"]["line"] for one in failures if (one["status"] is not None) == sent}


def _differ(what: str, found: set[int], expected: frozenset[int]) -> Iterator[str]:
    if found != expected:
        several = sorted(found ^ expected)[:5]
        yield f"{len(found):,} {what}, {len(expected):,} expected; it differs at lines {several}."
