"""``--verify``: reading back what an import has sent, and telling what differs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from importbus.adapters import wiring
from importbus.adapters.cli.progress import watch
from importbus.adapters.cli.rendering import many
from importbus.adapters.codec import JsonCodec
from importbus.adapters.findings import Findings
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.pim import PimClient
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.report_json import finding_document
from importbus.adapters.sample import Sample
from importbus.adapters.stopping import StopRequest
from importbus.adapters.verification import Verification, verify
from importbus.bus.journal import Moment

SAMPLE = 1_000
"""Items that are read back when no number is given."""

ALL = 0
"""Stands for every item."""

SHOWN = 20
"""Differences that are printed; a JSON document has all."""


def read_count(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Return how many items to read back: a number, or ``ALL`` for all."""
    if value is None or value == "all":
        return None if value is None else ALL
    if value.isdecimal() and int(value) > 0:
        return int(value)
    said = f"{value!r} is neither a number of items nor all."
    advice = "Put --verify behind the sources, or write --verify=100."
    raise click.BadParameter(f"{said} {advice}", ctx, param)


@contextmanager
def sampling(size: int | None, codec: JsonCodec) -> Iterator[Sample | None]:
    """Give a sample of *size* identities, ``ALL`` for everything; None for None."""
    if size is None:
        yield None
        return
    with Sample(size or None, codec) as sample:
        yield sample


@contextmanager
def read_back(
    sample: Sample, import_id: str, journal: SqliteJournal, pim: PimClient, stop: StopRequest
) -> Iterator[Verification]:
    """Read *sample* back and give what differs; the journal notes that it was done."""
    board = ProgressBoard()
    failed = (failure.position for failure in journal.failures(import_id))
    with Findings() as differences:
        with watch(f"{import_id}: reading back", board):
            found = verify(sample, failed, wiring.verifier_of(pim), differences, board, stop)
        journal.moment(import_id, Moment(time.time(), "verify", verdict(found)))
        yield found


def verdict(found: Verification) -> str:
    """Return what reading back has shown, in one sentence."""
    count = found.count
    differs = f"{count:,} {'differs' if count == 1 else 'differ'}" if count else "nothing differs"
    so_far = f"; it ended early: {found.trouble}" if found.trouble else "."
    return (
        f"Read back {many(found.items, 'item')}, compared {found.compared:,} properties and values "
        f"of them: {differs}{so_far}"
    )


def told(found: Verification) -> Iterator[str]:
    """Yield the first differences, each in a line, and the verdict."""
    for n, each in enumerate(found.differences):
        if n == SHOWN:
            yield f"and {many(found.count - SHOWN, 'further difference')}; --json lists them all"
            break
        yield str(each)
    yield verdict(found)


def verification_document(found: Verification) -> dict[str, Any]:
    """Return what reading back has shown as one JSON object."""
    return {
        "items": found.items,
        "compared": found.compared,
        "complete": not found.trouble,
        "reason": found.trouble or None,
        "differences": [finding_document(each) for each in found.differences],
    }
