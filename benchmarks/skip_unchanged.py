"""How much sooner an unchanged catalogue is imported again with `--skip-unchanged`.

    python benchmarks/skip_unchanged.py [--products 20000] [--rounds 3]

A generated catalogue goes into a simulated PIM in a process of its own, which takes 250 ms for a
call. Then it comes again, in turn as it is and with everything sent; start and end of the process
are included. The figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _importer import Pim, generated, imported, simulated_pim
from _measure import Limit, in_turn, limits, machine, medians, ratios

SENT, SKIPPED = "everything sent", "--skip-unchanged"

LATENCY_MS = "250"

SKIPPING = {"IMPORTBUS_SKIP_UNCHANGED": "true"}


def measured(pim: Pim, catalogue: Path, rounds: int) -> tuple[dict[str, float], int]:
    """Return the median seconds of both, and the requests for products when skipping."""
    products = "PATCH /api/rest/v1/products"
    requests = 0
    again = catalogue.with_name("again.jsonl")  # with a journal of its own
    again.hardlink_to(catalogue)

    def sent() -> float:
        return imported(pim, again).seconds

    def skipped() -> float:
        nonlocal requests
        before = pim.requests.get(products, 0)
        seconds = imported(pim, catalogue, settings=SKIPPING).seconds
        requests += pim.requests.get(products, 0) - before
        return seconds

    imported(pim, catalogue, settings=SKIPPING)
    return medians(in_turn({SKIPPED: skipped, SENT: sent}, rounds)), requests


def main() -> int:
    """Measure, print, and return whether a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    said = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder, simulated_pim("--latency-ms", LATENCY_MS) as pim:
        catalogue = generated(Path(folder), said.products)
        found, requests = measured(pim, catalogue, said.rounds)
    ratios(f"{said.products:,} products again", "s", found, {})
    sooner = found[SKIPPED] / found[SENT]
    met = limits("unchanged", "", [Limit("requests for products", requests, 0)])
    share = limits("time", "of sending", [Limit(SKIPPED, sooner, 0.1)], digits=3)
    return 0 if met and share else 1


if __name__ == "__main__":
    sys.exit(main())
