"""How busy the lanes of an import are, and how far its time is from the least that is possible.

    python benchmarks/lanes.py [--products 100000] [--rounds 3] [--latency-ms 250] [--lanes 4]

Products without models or associations go into a simulated PIM that has their structure already,
a process of its own. Each call takes it the latency at least, a hundred products go with a call and
four calls at once, so no import is faster than a quarter of its calls, one after the other. The
time is that of the whole process of `importbus import`. A lane is busy while one of its calls is in
flight, by the trace of the PIM, from the first call of the import to the end of the last. With more
lanes than calls at once, it is the calls that are counted so. The figures are medians over the
rounds.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import ceil
from pathlib import Path
from statistics import median

import orjson
from attrs import frozen

from _importer import Pim, imported, simulated_pim
from _measure import Limit, limits, machine
from importbus.adapters.generator import generate
from importbus.bus.lanes import lane_of

CALLS = 4
"""Most calls at once: those of one connection, and the lanes unless told otherwise."""

MOST_TIME = 1.05
"""Most time of an import, as a multiple of the least that is possible."""

LEAST_BUSY = 97.0
"""Least percent of the time in which a lane has a call in flight, on the average."""

PRODUCTS = "/api/rest/v1/products"


@frozen
class Call:
    """A call as the PIM saw it, in seconds."""

    lane: int
    started: float
    ended: float


@frozen
class Round:
    """One import: its seconds and its calls."""

    seconds: float
    calls: Sequence[Call]

    @property
    def lanes(self) -> list[list[Call]]:
        """The calls of each lane, in their order."""
        found: dict[int, list[Call]] = defaultdict(list)
        for call in sorted(self.calls, key=lambda call: call.started):
            found[call.lane].append(call)
        return list(found.values())

    @property
    def span(self) -> float:
        """From the first call to the end of the last."""
        return max(c.ended for c in self.calls) - min(c.started for c in self.calls)

    @property
    def busy(self) -> float:
        """Percent of the span in which a lane has a call in flight, on the average."""
        in_flight = sum(call.ended - call.started for call in self.calls)
        return 100 * in_flight / (CALLS * self.span)

    @property
    def in_call(self) -> float:
        """Milliseconds that a call took the PIM."""
        return 1000 * median(call.ended - call.started for call in self.calls)

    @property
    def gaps(self) -> list[float]:
        """Milliseconds from the end of a call to the next one of its lane, in order of length."""
        return sorted(
            1000 * (after.started - before.ended)
            for lane in self.lanes
            for before, after in pairwise(lane)
        )

    @property
    def between(self) -> float:
        """The median of the gaps."""
        return median(self.gaps)

    @property
    def shortest(self) -> float:
        """What a tenth of the gaps are shorter than: near to what they are on an idle machine."""
        return self.gaps[len(self.gaps) // 10]

    @property
    def longest(self) -> float:
        """Calls of the lane that has most of them, as a multiple of a fair share."""
        return max(map(len, self.lanes)) * len(self.lanes) / len(self.calls)

    @property
    def outside(self) -> float:
        """Seconds of the process before its first call and behind its last."""
        return self.seconds - self.span


def written(folder: Path, products: int) -> tuple[Path, Path]:
    """Write the structure into one file, and the products into another."""
    structure, flat = folder / "structure.jsonl", folder / "products.jsonl"
    with structure.open("wb") as one, flat.open("wb") as other:
        for record in generate(products, models=0):
            if record["command"] != "CreateOrUpdateProduct":
                one.write(orjson.dumps(record) + b"\n")
            elif "associations" not in record["data"]:
                other.write(orjson.dumps(record) + b"\n")
    return structure, flat


def traced(pim: Pim, lanes: int) -> Iterator[Call]:
    """Yield the calls that wrote products."""
    for call in pim.ask("/_trace")["requests"]:
        if call["path"] == PRODUCTS:
            ended = call["started"] + call["ms"] / 1000
            yield Call(lane_of(call["keys"][0], lanes), call["started"], ended)


def measured(pim: Pim, structure: Path, flat: Path, lanes: int) -> Round:
    """Import the products of *flat* into a PIM that has nothing but *structure*."""
    pim.reset()
    imported(pim, structure)
    pim.ask("/_trace", "DELETE")
    run = imported(pim, flat, settings={"IMPORTBUS_LANES": str(lanes)})
    return Round(run.seconds, list(traced(pim, lanes)))


def told(rounds: Iterable[Round], least: float) -> bool:
    """Print the medians; return whether the bounds are met."""
    found = list(rounds)

    def middle(name: str) -> float:
        return float(median(getattr(one, name) for one in found))

    busy = middle("busy")
    times = [
        Limit("least that is possible", least),
        Limit("importbus import", middle("seconds"), MOST_TIME * least),
        Limit("of it outside of the calls", middle("outside")),
    ]
    met = limits("time", "s", times, digits=2)
    idle = [Limit("lanes idle", 100 - busy, 100 - LEAST_BUSY)]
    met = limits("from the first call to the last", "percent", idle, digits=2) and met
    calls = [
        Limit("a call", middle("in_call")),
        Limit("from one to the next", middle("between")),
        Limit("the same, of a tenth the longest", middle("shortest")),
    ]
    limits("in a lane", "ms", calls, digits=1)
    share = [Limit("calls of the lane with most", 100 * (middle("longest") - 1))]
    limits("more than a fair share", "percent", share, digits=2)
    return met


def main() -> int:
    """Measure and print; return 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-ms", type=int, default=250, help="of the PIM, at least")
    parser.add_argument("--lanes", type=int, default=CALLS)
    said = parser.parse_args()
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}")
    least = ceil(said.products / 100) / CALLS * said.latency_ms / 1000
    with (
        tempfile.TemporaryDirectory() as name,
        simulated_pim("--latency-ms", str(said.latency_ms)) as pim,
    ):
        structure, flat = written(Path(name), said.products)
        rounds = [measured(pim, structure, flat, said.lanes) for _ in range(said.rounds)]
    print(f"{said.products:,} products, {said.lanes} lanes; {said.rounds} rounds")
    return 0 if told(rounds, least) else 1


if __name__ == "__main__":
    sys.exit(main())
