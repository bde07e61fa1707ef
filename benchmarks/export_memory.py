"""Peak memory of `importbus export`: a bound that does not grow with the catalogue.

    python benchmarks/export_memory.py [--small 20000] [--large 60000]

Generated catalogues are brought into a simulated PIM in a process of its own, and exported. Beside
the peaks stands the time, which is that of the PIM for the most part.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _importer import Pim, Run, generated, imported, run, simulated_pim
from _measure import IMPORTBUS, Limit, limits, machine

MOST_MEGABYTES = 100.0

MOST_GROWTH = 1.10
"""Most that the large catalogue may need, as a multiple of the small one."""


def measured(pim: Pim, folder: Path, products: int) -> Run:
    """Bring a catalogue into an empty PIM, and export it."""
    pim.reset()
    catalogue = generated(folder, products)
    imported(pim, catalogue)
    return run([*IMPORTBUS, "export", str(folder / f"copy-{products}")], pim.settings)


def main() -> int:
    """Measure and print; return 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=60_000)
    said = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name, simulated_pim() as pim:
        first, second = (measured(pim, Path(name), n) for n in (said.small, said.large))
    most = min(MOST_MEGABYTES, first.megabytes * MOST_GROWTH)
    peaks = [
        Limit(f"{said.small:,} products", first.megabytes, MOST_MEGABYTES),
        Limit(f"{said.large:,} products", second.megabytes, most),
    ]
    rates = [Limit("products a second", said.large / second.seconds)]
    fine = limits("peak memory", "MB", peaks, digits=1)
    return 0 if limits("speed", "", rates) and fine else 1


if __name__ == "__main__":
    sys.exit(main())
