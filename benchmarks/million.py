"""A million products, one of a hundred items bad: state, account, time and memory of their import.

    python benchmarks/million.py [--products 1000000] [--modes sync,sqlite] [--out DIR] [--docs]

A generated catalogue (10 values a product, a tenth of the products variants) with bad items between
the others goes into an empty simulated PIM without latency, a process of its own: by `importbus
import` (sync), and through a queue file by `publish --wait` and one `consume` (sqlite). Then

- all that the PIM holds is compared, by a digest, with what it holds after a bare loop has posted
  the same catalogue without the bad items;
- every line has its outcome or was rejected, nothing is open, and what failed or was rejected are
  the bad items, line by line (I1);
- memory is looked at from outside, every second. It is flat when the median of the last third is at
  most 1.1 times that of the first, where thirds are of the time behind a warm-up of a fifth.

The time of each 100,000 commands is that in which their outcomes were written into the journal; in
a smaller run a tenth of the commands stands for them. The last are associations, which are small.

DIR gets figures (JSON) and a plot (SVG); `--docs` puts plot and table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from attrs import asdict, frozen

from _bad_items import Catalogue, catalogue
from _bare_loop import post_file
from _importer import Pim, simulated_pim
from _measure import Limit, limits, machine
from _million_account import Steps, account, steps, wrong_with
from _million_shown import into_docs, plot, table
from _watched import Watch, begun, ended, flatness

MOST_MEGABYTES = 150.0

MOST_GROWTH = 1.10
"""Most that memory may be in the last third, as a multiple of the first."""

LEAST_SECONDS = 10.0
"""Of an import whose memory is said to be flat: a shorter one is all warm-up."""

MOST_SLOWER = 1.10
"""Most time that the last commands may take, as a multiple of the first ones."""


@frozen
class Figures:
    """What one way of importing has shown.

    Attributes:
        seconds: From the opening of the import to its end, as the journal has it.
        cpu: Processor seconds of each process of importbus.
        requests: Calls to the PIM.
        steps: How long each 100,000 commands took.
        memory: For each process the seconds since the beginning and the megabytes.
        report: What ``importbus report`` counts.
        wrong: What is not as it has to be; sentences.
    """

    seconds: float
    cpu: Mapping[str, float]
    requests: int
    steps: Steps
    memory: Mapping[str, list[tuple[float, float]]]
    report: Mapping[str, Any]
    wrong: list[str]

    @property
    def slower(self) -> float:
        """The time of the last commands as a multiple of that of the first."""
        return self.steps.last / self.steps.each[0]


def sync(settings: Mapping[str, str], path: Path, watch: Watch) -> dict[str, float]:
    """Import in one process; return its processor seconds."""
    process = begun(settings, "import", str(path), "--import-id", "million")
    watch.add("import", process.pid)
    return {"import": ended(process, 1)}


def sqlite(settings: Mapping[str, str], path: Path, watch: Watch) -> dict[str, float]:
    """Import through a queue file, with two processes; return their processor seconds."""
    queue = {**settings, "IMPORTBUS_TRANSPORT": f"sqlite:///{path.with_name('queue.db')}"}
    consumer = begun(queue, "consume")
    publisher = begun(queue, "publish", str(path), "--import-id", "million", "--wait")
    watch.add("publish", publisher.pid)
    watch.add("consume", consumer.pid)
    published = ended(publisher, 1)
    consumer.terminate()
    return {"publish": published, "consume": ended(consumer, 0, 143)}


MODES: Mapping[str, Callable[[Mapping[str, str], Path, Watch], dict[str, float]]] = {
    "sync": sync,
    "sqlite": sqlite,
}


def expected(made: Catalogue) -> Any:
    """Return the digests of a PIM that a bare loop has filled."""
    with simulated_pim() as pim:
        post_file(pim, made.clean)
        return pim.ask("/_digests")


def measured(name: str, made: Catalogue, every: float, state: Any) -> Figures:
    """Import *made* in the mode *name* into an empty PIM, whose *state* has to be right then."""
    with simulated_pim() as pim, tempfile.TemporaryDirectory(dir=made.path.parent) as folder:
        journal = Path(folder) / "journal.db"
        settings = {**pim.settings, "IMPORTBUS_JOURNAL": str(journal)}
        watch = Watch(every)
        watch.add("simulated PIM", pim.pid)
        with watch.going_on():
            cpu = MODES[name](settings, made.path, watch)
        report = account(settings)
        wrong = [*wrong_with(report, made), *wrong_state(pim, state)]
        taken = steps(journal)
    counts = {name: value for name, value in report.items() if name != "failures"}
    requests, seconds = report["requests"], report["seconds"]
    return Figures(seconds, cpu, requests, taken, watch.samples, counts, wrong)


def wrong_state(pim: Pim, state: Mapping[str, Any]) -> Iterator[str]:
    """Yield the resources that do not hold what they have to."""
    found = pim.ask("/_digests")
    for name, expected in state.items():
        if found[name] != expected:
            yield f"The PIM holds other {name}: {found[name]} instead of {expected}."


def bounds(name: str, figures: Figures) -> Iterator[Limit]:
    """Yield the figures of a mode with their bounds, which are for sync mode."""
    most = (MOST_MEGABYTES, MOST_GROWTH, MOST_SLOWER) if name == "sync" else (None, None, None)
    for process, samples in figures.memory.items():
        own = process != "simulated PIM"
        peak = max(size for _, size in samples)
        yield Limit(f"{name}: peak of {process}, MB", peak, most[0] if own else None)
        if own:
            grown = flatness(samples)
            bound = most[1] if figures.seconds >= LEAST_SECONDS else None
            yield Limit(f"{name}: growth of {process}, times", grown, bound)
    yield Limit(f"{name}: last 100,000, times the first", figures.slower, most[2])
    yield Limit(f"{name}: seconds", figures.seconds)
    yield Limit(f"{name}: requests", figures.requests)


def written(
    out: Path, said: argparse.Namespace, made: Catalogue, found: Mapping[str, Figures]
) -> dict[str, Any]:
    """Write figures and plot into *out*, and return the figures."""
    document = {
        "machine": machine(),
        "products": said.products,
        "lines": made.lines,
        "rejected": len(made.rejected),
        "refused": len(made.refused),
        "modes": {name: asdict(one) for name, one in found.items()},
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "million.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    (out / "million.svg").write_text(plot(document))
    return document


def main() -> int:
    """Measure, check, print and draw; return 1 when something is wrong or over its bound."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--modes", default="sync,sqlite", help="sync, sqlite, or both")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two looks")
    parser.add_argument("--out", type=Path, default=None, help="a folder for figures and plot")
    parser.add_argument("--docs", action="store_true", help="write plot and table into docs/")
    said = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        made = catalogue(Path(name), said.products)
        state = expected(made)
        modes = said.modes.split(",")
        found = {mode: measured(mode, made, said.every, state) for mode in modes}
        document = written(said.out or Path(name), said, made, found)
    print(table(document))
    if said.docs:
        into_docs(document)
    rows = [row for mode, figures in found.items() for row in bounds(mode, figures)]
    met = limits(f"{made.lines:,} lines", "", rows, digits=2)
    wrong = [f"{mode}: {one}" for mode, figures in found.items() for one in figures.wrong]
    print("\n" + "\n".join(wrong or ["State and account are as they have to be."]))
    return 0 if met and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
