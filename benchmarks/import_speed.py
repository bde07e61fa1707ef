"""Commands per second of `importbus import`, beside a bare loop that only posts.

    python benchmarks/import_speed.py [--products 100000] [--rounds 3]

Both send the same generated catalogue to a simulated PIM in a process of its own, in turn, each
into an empty one. The importer reads, checks, batches and journals, start and end of its process
included. The bare loop has its bodies of 100 lines ready before its time begins; four threads post
them with httpx. The figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _bare_loop import phases, post_all
from _importer import Pim, Run, generated, imported, simulated_pim
from _measure import Limit, in_turn, limits, machine, medians, ratios, seconds_of

BARE, IMPORT = "bare loop, bodies ready", "importbus import"


def lines_of(catalogue: Path) -> int:
    """Return how many commands there are."""
    with catalogue.open("rb") as stream:
        return sum(1 for _ in stream)


def measured(pim: Pim, catalogue: Path, rounds: int) -> tuple[dict[str, float], list[Run]]:
    """Return the median seconds of both, and the runs of the importer."""
    bodies, runs = phases(catalogue), list[Run]()

    def bare() -> float:
        pim.reset()
        return seconds_of(lambda: post_all(pim, bodies))

    def importer() -> float:
        pim.reset()
        runs.append(imported(pim, catalogue))
        return runs[-1].seconds

    return medians(in_turn({BARE: bare, IMPORT: importer}, rounds)), runs


def main() -> int:
    """Measure and print; there is no bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    said = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder, simulated_pim() as pim:
        catalogue = generated(Path(folder), said.products)
        count = lines_of(catalogue)
        found, runs = measured(pim, catalogue, said.rounds)
    ratios(f"{count:,} commands", "s", found, {})
    speeds = [Limit(name, count / seconds) for name, seconds in found.items()]
    limits("speed", "commands/s", speeds)
    cpu = medians({IMPORT: [run.cpu for run in runs]})[IMPORT]
    limits("processor", "us/command", [Limit(IMPORT, cpu / count * 1_000_000)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
