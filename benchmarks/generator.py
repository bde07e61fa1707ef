"""The fake catalogue, as a multiple of a bare loop that writes the same bytes.

    python benchmarks/generator.py [--products 100000] [--rounds 5]

The bare loop has all records in memory, as plain dictionaries, before the clock runs: it calls
`orjson.dumps` and writes a line for each, and nothing else. The generator begins with a seed. Both
write to the null device, each in a fresh process; seconds are those of the processor. Once without
a profile and once with the profile `large`, of which a fifth of the products are made.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from time import process_time
from typing import Any, BinaryIO

import orjson

from _measure import environment, in_turn, machine, medians, ratios
from importbus.adapters.generator import PROFILES, Extras, generate, sections

MOST_TIMES = 1.5
"""Most that the generator may take, as a multiple of the bare loop."""

SEED = 1

SHARE = 5
"""With the profile one product in so many is made: each takes several times the bytes."""

BARE, GENERATED = "orjson.dumps of records in memory", "importbus generate"

CATALOGUES: Mapping[str, Extras] = {
    "without a profile": Extras(),
    "profile large": Extras.of(PROFILES["large"], media=False),
}

Record = Mapping[str, Any]


def write_lines(stream: BinaryIO, records: Iterable[Record]) -> None:
    """Write a record a line, and nothing else."""
    put, dumps, newline = stream.write, orjson.dumps, orjson.OPT_APPEND_NEWLINE
    for record in records:
        put(dumps(record, option=newline))


def bare(stream: BinaryIO, products: int, extras: Extras) -> float:
    """Return the seconds of the bare loop."""
    records = list(generate(products, seed=SEED, extras=extras))
    started = process_time()
    write_lines(stream, records)
    return process_time() - started


def generated(stream: BinaryIO, products: int, extras: Extras) -> float:
    """Return the seconds of what `importbus generate` does."""
    started = process_time()
    for _, records in sections(products, seed=SEED, extras=extras, encoded=True):
        write_lines(stream, records)
    return process_time() - started


SIDES: Mapping[str, Callable[[BinaryIO, int, Extras], float]] = {BARE: bare, GENERATED: generated}


class Digest:
    """A stream that keeps nothing but a digest and a count of what is written to it."""

    def __init__(self) -> None:
        self.count, self._digest = 0, hashlib.sha256()

    def write(self, content: bytes) -> None:
        """Count *content* in."""
        self.count += len(content)
        self._digest.update(content)

    @property
    def found(self) -> tuple[int, str]:
        """How many bytes were written, and their digest."""
        return self.count, self._digest.hexdigest()


def measure(side: str, catalogue: str, products: int) -> None:
    """Print the seconds of one side."""
    with open(os.devnull, "wb", buffering=1 << 20) as stream:
        print(SIDES[side](stream, products, CATALOGUES[catalogue]))


def measured(side: str, catalogue: str, products: int) -> float:
    """Return the seconds of a side in a process of its own."""
    call = [sys.executable, __file__, "--side", side, catalogue, "--products", str(products)]
    said = subprocess.run(call, env=environment(), check=True, capture_output=True, text=True)
    return float(said.stdout)


def bytes_of(catalogue: str, products: int) -> int:
    """Return how many bytes both sides write; raises ``SystemExit`` when they are not the same."""
    found = []
    for side in SIDES.values():
        digest = Digest()
        side(digest, products, CATALOGUES[catalogue])  # type: ignore[arg-type] # it only writes
        found.append(digest.found)
    if found[0] != found[1]:
        raise SystemExit(f"The sides do not write the same: {found}")
    return found[0][0]


def compare(catalogue: str, products: int, rounds: int) -> bool:
    """Print the seconds of both sides; return whether the bound is met."""
    size = bytes_of(catalogue, products)
    sides = {side: lambda side=side: measured(side, catalogue, products) for side in SIDES}
    found = medians(in_turn(sides, rounds))
    title = f"{catalogue}: {products:,} products"
    met = ratios(title, "s", found, {GENERATED: MOST_TIMES})
    print(f"{size / 1e6:,.1f} MB, {size / products:,.0f} bytes a product")
    return met


def main() -> int:
    """Measure and print; return 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.side:
        measure(chosen.side[0], chosen.side[1], chosen.products)
        return 0
    print(machine())
    plain, rich = CATALOGUES
    met = [
        compare(plain, chosen.products, chosen.rounds),
        compare(rich, chosen.products // SHARE, chosen.rounds),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
