"""Peak memory and requests of `importbus import`: bounds that do not grow with the catalogue.

    python benchmarks/import_memory.py [--small 20000] [--large 100000] [--piped]

Generated catalogues, sorted by class, go into a simulated PIM in a process of its own. That PIM
takes its time: one that is faster than the importer leaves the lanes empty, and the peak would be a
matter of chance. Requests are counted by the PIM.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path

import orjson

from _importer import Pim, Run, generated, imported, simulated_pim
from _measure import Limit, limits, machine
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.resources import API, resource_of

MOST_MEGABYTES = 150.0

MOST_GROWTH = 1.10
"""Most that the large catalogue may need, as a multiple of the small one."""

LANES = 4

RESOURCES = {command.__name__: (command, resource_of(command)) for command in COMMANDS}

Counts = Mapping[str, Counter[str]]
"""For each class how many commands go to each path."""


def counted(catalogue: Path) -> Counts:
    """Count the commands of *catalogue*."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    with catalogue.open("rb") as stream:
        for record in map(orjson.loads, stream):
            _, resource = RESOURCES[record["command"]]
            found[record["command"]][resource.path.format_map(record["data"])] += 1
    return found


def requests(counts: Counts, called: Mapping[str, int]) -> Iterator[Limit]:
    """Yield for each class its requests, and the most of them: hundreds, and a rest per lane.

    A class whose path names a parent (options, family variants) has its hundreds per parent.
    """
    for name, paths in counts.items():
        command, resource = RESOURCES[name]
        route = re.sub(r"\{\w+\}", "{parent}", f"PATCH {API}/{resource.path}")
        most = sum(ceil(count / 100) for count in paths.values())
        most += LANES if command.lane_kind == "catalogue" else 0
        title = f"{name.removeprefix('CreateOrUpdate')}, {sum(paths.values()):,}"
        yield Limit(title, called.get(route, 0), most)


def memory(small: int, first: Run, large: int, second: Run) -> list[Limit]:
    """Return both peaks with their bounds."""
    most = min(MOST_MEGABYTES, first.megabytes * MOST_GROWTH)
    return [
        Limit(f"{small:,} products", first.megabytes, MOST_MEGABYTES),
        Limit(f"{large:,} products", second.megabytes, most),
    ]


def measured(pim: Pim, folder: Path, products: int, *, piped: bool) -> tuple[Run, list[Limit]]:
    """Import a catalogue into an empty PIM; return the run, and the requests of each class."""
    catalogue = generated(folder, products)
    pim.reset()
    run = imported(pim, catalogue, piped=piped)
    found = list(requests(counted(catalogue), pim.requests))
    catalogue.unlink()
    return run, found


def main() -> int:
    """Measure and print; return 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--latency-ms", type=int, default=250, help="of the PIM, at least")
    parser.add_argument("--piped", action="store_true", help="through standard input")
    said = parser.parse_args()
    print(machine())
    latency = ("--latency-ms", str(said.latency_ms))
    with tempfile.TemporaryDirectory() as name, simulated_pim(*latency) as pim:
        folder = Path(name)
        first, _ = measured(pim, folder, said.small, piped=said.piped)
        second, called = measured(pim, folder, said.large, piped=said.piped)
    small = limits("peak memory", "MB", memory(said.small, first, said.large, second), digits=1)
    few = limits("requests", "", called)
    return 0 if small and few else 1


if __name__ == "__main__":
    sys.exit(main())
