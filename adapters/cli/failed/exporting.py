"""``importbus failed export``: what failed as a file to mend and import."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
import orjson

from importbus.adapters.cli.exits import DONE, SOME_FAILED
from importbus.adapters.cli.failed.choosing import STATE, choosing, journal_for
from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.session import load
from importbus.adapters.cli.streams import note, result_bytes
from importbus.adapters.journal.selecting import Selection
from importbus.adapters.sources.jsonl import RAW_BYTES
from importbus.bus.errors import ConfigurationError
from importbus.bus.report import Failure

NAMED = 5
"""Positions that are named of what cannot be written."""

EXAMPLES = """\b
Examples:
  importbus failed export spring --to again.jsonl
  importbus failed export spring --error "family does not exist" | jq .data.identifier
"""


@click.command("export", epilog=EXAMPLES)
@choosing
@STATE
@click.option(
    "--to", "out", default="-", metavar="FILE", help="Where to; default: standard output."
)
@click.pass_context
def command(ctx: click.Context, selection: Selection, out: str) -> None:
    """Write failed commands as JSONL, which importbus import reads.

    Rejected lines are written as they were read, for somebody to mend. What the journal does not
    hold as a whole, such as a rejected line of more than 2,000 bytes, is left out and named; the
    exit code is 1 then.
    """
    left_out: list[str] = []
    counts: Counter[bool] = Counter()
    with journal_for(load(ctx), selection) as journal, _opened(out) as stream:
        for failure in journal.failed.each(selection) if journal else ():
            line = line_of(failure)
            counts[line is not None] += 1
            if line is not None:
                stream.write(line + b"\n")
            elif len(left_out) < NAMED:
                left_out.append(str(failure.position))
    note(f"{many(counts[True], 'line')} written to {'standard output' if out == '-' else out}.")
    if left_out:
        rest = " and more" if counts[False] > NAMED else ""
        note(
            f"{counts[False]:,} not written, which the journal does not hold as a whole: take them "
            f"from {', '.join(left_out)}{rest}."
        )
    sys.exit(SOME_FAILED if left_out else DONE)


def line_of(failure: Failure) -> bytes | None:
    """Return the line of JSONL that a failure was read from; None when that is not known."""
    if failure.raw is not None:
        whole = 0 < len(failure.raw) < RAW_BYTES and b"\n" not in failure.raw
        return failure.raw if whole else None
    if failure.data is None:
        return None
    return orjson.dumps({"command": failure.command, "data": failure.data})


@contextmanager
def _opened(out: str) -> Iterator[BinaryIO]:
    if out == "-":
        with result_bytes() as results:
            yield results
        return
    try:
        with Path(out).open("wb") as stream:
            yield stream
    except OSError as error:
        raise ConfigurationError(f"{out}: cannot be written: {error.strerror}.") from error
