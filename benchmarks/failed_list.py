"""How long people wait for what failed, in a journal of a million outcomes.

    python benchmarks/failed_list.py [--outcomes 1000000] [--failures 100000] [--worst]

A journal is filled with products in batches of 100, as an import settles them; of these some fail,
for five reasons, and as many lines are rejected as a hundredth of that. Then `importbus failed`
is called in fresh processes: seconds include the start of Python, megabytes are the peak of
resident memory. The retry is the choice and the marks alone, without a PIM.

With `--worst` every outcome is a failure in a second part.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from attrs import frozen

from _measure import IMPORTBUS, Limit, environment, limits, machine
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.selecting import Selection
from importbus.adapters.wiring import open_codec
from importbus.bus import Batch, Outcome, Position
from importbus.bus.batches import Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord
from importbus.handlers.akeneo import CreateOrUpdateProduct

MOST_LIST = 1.0
"""Seconds for the list of reasons."""

MOST_BULK = 10.0
"""Seconds for what goes through every failure."""

MOST_MEGABYTES = 150.0

BATCH = 100

REASONS = (
    'Property "family" expects a valid family code. The family does not exist, "{}" given.',
    'The "{}" attribute does not exist in your PIM.',
    "The identifier {} is used already.",
    'Property "categories" expects a valid category code, "{}" given.',
    "This value is too long: {}.",
)


@frozen
class Figures:
    """Seconds and peak megabytes of one process."""

    seconds: float
    processor: float
    megabytes: float


def fill(path: Path, outcomes: int, failures: int) -> None:
    """Make the journal at *path* with *outcomes*, every so-manieth of them failed."""
    journal = SqliteJournal(str(path), open_codec())
    journal.open_import(ImportRecord("spring", None, ("a.jsonl",), 4, 100.0))
    every = outcomes // failures
    for first in range(0, outcomes, BATCH):
        batch = _batch(first, min(BATCH, outcomes - first))
        journal.note(batch, accepted=first + len(batch))
        results = tuple(_settled(envelope, every) for envelope in batch.envelopes)
        journal.settle(Settlement(batch, results, 1, 250.0, 101.0))
    for line in range(failures // 100):
        at = Position("a.jsonl", outcomes + line + 1)
        journal.reject("spring", at, command=None, reason=f"is not JSON: {line}", raw=b"{" * 200)
    journal.finish("spring", at=102.0)
    journal.close()


def _batch(first: int, count: int) -> Batch[CreateOrUpdateProduct]:
    numbers = range(first + 1, first + count + 1)
    envelopes = tuple(_envelope(number) for number in numbers)
    return Batch(
        "spring", "1", first // BATCH + 1, first // BATCH % 4, CreateOrUpdateProduct, envelopes
    )


def _envelope(number: int) -> Envelope[CreateOrUpdateProduct]:
    text = [{"locale": "en_US", "scope": None, "data": f"Mug number {number}, stoneware, red"}]
    command = CreateOrUpdateProduct(
        identifier=f"mug-{number}", family="mugs", values={"name": text, "description": text}
    )
    return Envelope(command, Position("a.jsonl", number), number, 300)


def _settled(envelope: Envelope[CreateOrUpdateProduct], every: int) -> Settled:
    number = envelope.number
    if number % every:
        return Settled(envelope, Outcome.created(201))
    reason = REASONS[number // every % len(REASONS)].format(f"code{number}")
    return Settled(envelope, Outcome.failed(reason, status=422))


def measured(folder: Path, *arguments: str) -> Figures:
    """Return what ``importbus failed`` takes with *arguments*."""
    started = perf_counter()
    process = subprocess.Popen(
        [*IMPORTBUS, "failed", *arguments],
        cwd=folder,
        env=environment({"IMPORTBUS_JOURNAL": "journal.db"}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with exit {process.returncode}.")
    seconds = perf_counter() - started
    return Figures(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def retry_choice(folder: Path) -> float:
    """Return the seconds in which a retry marks all failures, pages through them and ends."""
    journal = SqliteJournal(str(folder / "journal.db"), open_codec())
    started = perf_counter()
    journal.failed.begin_retry(Selection(import_id="spring"), "again")
    for _ in journal.failed.retryable("again"):
        pass
    journal.failed.cancel_retry("again")
    seconds = perf_counter() - started
    journal.close()
    return seconds


def quick_check(folder: Path) -> float:
    """Return the seconds in which the whole file is read."""
    journal = SqliteJournal(str(folder / "journal.db"), open_codec())
    started = perf_counter()
    journal.check()
    seconds = perf_counter() - started
    journal.close()
    return seconds


CALLS = {
    "failed list": ("list",),
    "failed list IMPORT --class": ("list", "spring", "--class", "CreateOrUpdateProduct"),
    "failed list --error": ("list", "--error", "used already"),
    "failed show": ("show", "1"),
    "failed list --each": ("list", "--each"),
    "failed list --each --json": ("list", "--each", "--json"),
    "failed export": ("export", "--to", "again.jsonl"),
}


def measure(outcomes: int, failures: int, *, bounded: bool) -> Iterator[bool]:
    """Fill a journal and measure every call; yield whether the bounds are met."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = perf_counter()
        fill(folder / "journal.db", outcomes, failures)
        size = (folder / "journal.db").stat().st_size / 1e6
        print(
            f"\n{outcomes:,} outcomes, {failures:,} failures, {size:,.0f} MB,"
            f" made in {perf_counter() - started:.0f} s"
        )
        checked = quick_check(folder)
        found = {name: measured(folder, *call) for name, call in CALLS.items()}
        choice = retry_choice(folder)
        found["failed drop"] = measured(folder, "drop", "spring")
        seconds = [Limit("whole file read (quick_check)", checked)]
        seconds += [
            Limit("failed retry, without the calls", choice, MOST_BULK if bounded else None)
        ]
        seconds += [Limit(n, f.seconds, _most(n) if bounded else None) for n, f in found.items()]
        yield limits("call", "s", seconds, digits=2)
        processor = [Limit(n, f.processor) for n, f in found.items()]
        yield limits("call, seconds of a processor", "s", processor, digits=2)
        memory = [Limit(n, f.megabytes, MOST_MEGABYTES) for n, f in found.items()]
        yield limits("call", "MB", memory)


def _most(name: str) -> float:
    return MOST_LIST if name == "failed list" else MOST_BULK


def main() -> int:
    """Measure and print; return 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outcomes", type=int, default=1_000_000)
    parser.add_argument("--failures", type=int, default=100_000)
    parser.add_argument("--worst", action="store_true")
    chosen = parser.parse_args()
    print(machine())
    met = [*measure(chosen.outcomes, chosen.failures, bounded=True)]
    if chosen.worst:
        met += measure(chosen.outcomes, chosen.outcomes, bounded=False)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
