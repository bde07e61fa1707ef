"""How long it takes until something happens: imports and `--help`, in fresh interpreters.

    python benchmarks/startup.py [--rounds 20]

All subjects are started in turn, so that what else the machine does falls on all of them; the
figures are medians over the rounds. A round before them writes the byte code, as installing does.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from _measure import Limit, environment, in_turn, limits, machine, medians, ratios, seconds_of

MOST_HELP = 0.25
"""Seconds."""

AIMS = {"import importbus.bus": 1.3}
"""Most times ``import attrs``."""

HEAVY = ("httpx", "pika", "rich", "tenacity")
"""What ``import importbus.bus`` does without."""


def run(*command: str) -> str:
    """Run a command to its end and return what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    return done.stdout


def import_time(module: str) -> float:
    """Return the milliseconds that a fresh interpreter takes to import *module*."""
    code = (
        "from time import perf_counter_ns as now; started = now(); "
        f"import {module}; print((now() - started) / 1e6)"
    )
    return float(run(sys.executable, "-c", code))


def loaded() -> set[str]:
    """Return those of the heavy libraries that ``import importbus.bus`` loads."""
    modules = run(sys.executable, "-c", "import sys, importbus.bus; print(*sys.modules)").split()
    return set(HEAVY).intersection(modules)


def command_line() -> str:
    """Return the installed command."""
    beside = Path(sys.executable).with_name("importbus")
    return str(beside) if beside.exists() else shutil.which("importbus") or "importbus"


def main() -> int:
    """Measure and print; return 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    print(machine())
    imports: dict[str, Callable[[], float]] = {
        f"import {name}": partial(import_time, name) for name in ("attrs", "importbus.bus")
    }
    starts: dict[str, Callable[[], float]] = {
        "python -c pass": lambda: seconds_of(lambda: run(sys.executable, "-c", "pass")),
        "importbus --help": lambda: seconds_of(lambda: run(command_line(), "--help")),
    }
    in_turn(imports | starts, 1)
    found = medians(in_turn(imports | starts, rounds))
    light = ratios("import", "ms", {name: found[name] for name in imports}, AIMS)
    most = {"importbus --help": MOST_HELP}
    times = [Limit(name, found[name], most.get(name)) for name in starts]
    fast = limits("process", "s", times, digits=3)
    heavy = loaded()
    print(f"\nimport importbus.bus loads {' '.join(sorted(heavy)) or 'none'} of {' '.join(HEAVY)}")
    return 0 if light and fast and not heavy else 1


if __name__ == "__main__":
    sys.exit(main())
