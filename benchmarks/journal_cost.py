"""What journal and leases cost, as a share of an import.

    python benchmarks/journal_cost.py [--products 100000] [--rounds 3]

A generated catalogue goes into an empty simulated PIM without latency, a process of its own, as
shipped and with a part of importbus doing next to nothing, in turn:

- the journal: by `importbus import`, all in one process. Without it nothing is written for a batch
  and nothing is asked for a command; what an import does once, its opening, end and report, stays.
- the leases: through a queue file, by `importbus publish --wait` and one `importbus consume`, with
  a fifth of the products. Without them no lease is taken, renewed or verified, and statements of
  the queue do not ask for one. Queue and journal stay.

The cost is the difference to the import as shipped, of the seconds that pass and of the processor
seconds of importbus; bounds are for the seconds that pass, of the journal and of both together.
What the journal costs beside a queue file is not told apart here: without it there is no import
there. Start and end of the processes are included. The figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from attrs import define, field, frozen

from _importer import Pim, generated, simulated_pim
from _measure import Limit, environment, in_turn, limits, machine, medians

MOST_PERCENT = {"journal": 5.0, "together": 10.0}
"""Most that they may take of the time of an import: the journal, and journal and leases."""

WITHOUT = (sys.executable, str(Path(__file__).with_name("_without.py")))

SHIPPED = "nothing"


@define
class Process:
    """One process of importbus that runs."""

    process: subprocess.Popen[bytes]
    cpu: float = 0.0

    def end(self) -> None:
        """Wait for its end; raises ``SystemExit`` when not all is done."""
        _, status, used = os.wait4(self.process.pid, 0)
        self.process.returncode = code = os.waitstatus_to_exitcode(status)
        self.cpu = used.ru_utime + used.ru_stime
        if code not in (0, 128 + signal.SIGTERM):
            raise SystemExit(f"{self.process.args!r} ended with exit {code}.")


@frozen
class World:
    """Where imports go, and the catalogues: all products, and a fifth of them."""

    pim: Pim
    whole: Path
    fifth: Path
    cpu: dict[str, list[float]] = field(factory=dict)

    def alone(self, without: str) -> float:
        """Return the seconds of an import in one process."""
        with self._fresh() as folder:
            started = perf_counter()
            process = self._run(folder, without, "import", str(self.whole))
            process.end()
            self.cpu.setdefault(f"import, {without}", []).append(process.cpu)
            return perf_counter() - started

    def fleet(self, without: str) -> float:
        """Return the seconds of an import that one process publishes and another consumes."""
        with self._fresh() as folder:
            started = perf_counter()
            consumer = self._run(folder, without, "consume")
            publisher = self._run(folder, without, "publish", str(self.fifth), "--wait")
            publisher.end()
            seconds = perf_counter() - started
            consumer.process.terminate()
            consumer.end()
            cpu = publisher.cpu + consumer.cpu
            self.cpu.setdefault(f"queue, {without}", []).append(cpu)
            return seconds

    @contextmanager
    def _fresh(self) -> Iterator[Path]:
        self.pim.reset()
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)

    def _run(self, folder: Path, without: str, *arguments: str) -> Process:
        settings = {**self.pim.settings, "IMPORTBUS_JOURNAL": str(folder / "journal.db")}
        if arguments[0] != "import":
            settings["IMPORTBUS_TRANSPORT"] = f"sqlite:///{folder / 'queue.db'}"
        return Process(
            subprocess.Popen(
                [*WITHOUT, without, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(settings),
            )
        )


def subjects(world: World) -> dict[str, Callable[[], float]]:
    """Return what is measured, by way and by what is left out."""
    return {
        f"import, {SHIPPED}": lambda: world.alone(SHIPPED),
        "import, journal": lambda: world.alone("journal"),
        f"queue, {SHIPPED}": lambda: world.fleet(SHIPPED),
        "queue, leases": lambda: world.fleet("leases"),
    }


def costs(found: dict[str, float]) -> dict[str, float]:
    """Return the percent of the whole that journal and leases take.

    What lies below nothing is noise, and must not make the other one smaller.
    """
    journal = 100 * (1 - found["import, journal"] / found[f"import, {SHIPPED}"])
    leases = 100 * (1 - found["queue, leases"] / found[f"queue, {SHIPPED}"])
    together = max(0.0, journal) + max(0.0, leases)
    return {"journal": journal, "leases": leases, "together": together}


def told(found: dict[str, list[float]], cpu: dict[str, list[float]]) -> bool:
    """Print all figures; return whether the bound is met."""
    times, work = medians(found), medians(cpu)
    for title, figures in {"time": times, "processor": work}.items():
        rows = [Limit(f"{name} left out", seconds) for name, seconds in figures.items()]
        limits(title, "s", rows, digits=2)
    percent = costs(times)
    rows = [Limit(n, p, MOST_PERCENT.get(n)) for n, p in percent.items()]
    met = limits("cost, of the time", "percent", rows, digits=1)
    limits(
        "cost, of the processor", "percent", [Limit(*one) for one in costs(work).items()], digits=1
    )
    return met


def main() -> int:
    """Measure and print; return 1 when the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    said = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name, simulated_pim() as pim:
        folder, fifth = Path(name), said.products // 5
        world = World(pim, generated(folder, said.products), generated(folder, fifth))
        found = in_turn(subjects(world), said.rounds)
    print(f"{said.products:,} products, {fifth:,} through the queue; {said.rounds} rounds")
    return 0 if told(found, world.cpu) else 1


if __name__ == "__main__":
    sys.exit(main())
