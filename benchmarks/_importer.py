"""The importer and a simulated PIM, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, BinaryIO
from urllib.request import Request, urlopen

from attrs import frozen

from _measure import IMPORTBUS, environment

MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""What ``ru_maxrss`` counts in."""


@frozen
class Run:
    """One import: how long it took, its processor seconds, and its peak of resident memory."""

    seconds: float
    cpu: float
    megabytes: float


@frozen
class Pim:
    """A simulated PIM that runs, in the process *pid*."""

    url: str
    pid: int

    def ask(self, path: str, method: str = "GET") -> Any:
        """Call one of its own paths and return the JSON of the answer."""
        with urlopen(Request(self.url + path, method=method), timeout=600) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    @property
    def requests(self) -> Mapping[str, int]:
        """How often each route was called: ``PATCH /api/rest/v1/products``."""
        found: dict[str, int] = self.ask("/_trace")["requests_by_route"]
        return found

    def reset(self) -> None:
        """Forget everything that is stored, and all requests."""
        self.ask("/_reset", "POST")

    @property
    def settings(self) -> Mapping[str, str]:
        """The environment that leads to it."""
        names = ("CLIENT_ID", "SECRET", "USERNAME", "PASSWORD")
        account = zip(names, ("importbus", "secret", "admin", "admin"), strict=True)
        return {
            "IMPORTBUS_PIM_URL": self.url,
            **{f"IMPORTBUS_PIM_{name}": value for name, value in account},
        }


@contextmanager
def simulated_pim(*options: str) -> Iterator[Pim]:
    """Run a simulated PIM in a process of its own."""
    command = [*IMPORTBUS, "pim", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            assert process.stdout is not None
            yield Pim(process.stdout.readline().split()[1], process.pid)
        finally:
            process.terminate()


def generated(folder: Path, products: int) -> Path:
    """Return the file of a generated catalogue, in which the commands are sorted by class."""
    path = folder / f"{products}.jsonl"
    command = [*IMPORTBUS, "generate", str(path), "--products", str(products)]
    subprocess.run(command, env=environment(), check=True, stderr=subprocess.DEVNULL)
    return path


def imported(
    pim: Pim, catalogue: Path, *, piped: bool = False, settings: Mapping[str, str] | None = None
) -> Run:
    """Import *catalogue* in a process of its own; with *piped* through standard input.

    *settings* are further variables of its environment.

    Linux counts the memory of whoever starts a process into its peak. So this process must stay
    smaller than the one that it measures.

    Raises:
        SystemExit: The import did not end with all done.
    """
    journal = catalogue.with_suffix(".db")
    source = "-" if piped else str(catalogue)
    command = [*IMPORTBUS, "--journal", str(journal), "import", source, "--import-id", "bench"]
    with catalogue.open("rb") as stream:
        stdin = stream if piped else None
        return run([*command, "--restart"], {**pim.settings, **(settings or {})}, stdin)


def run(command: Sequence[str], settings: Mapping[str, str], stdin: BinaryIO | None = None) -> Run:
    """Run *command* to its end; raises ``SystemExit`` unless it ends with all done."""
    started = perf_counter()
    process = subprocess.Popen(
        command,
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(settings),
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with exit {process.returncode}.")
    megabytes = used.ru_maxrss * MAXRSS_BYTES / 1_000_000
    return Run(seconds, used.ru_utime + used.ru_stime, megabytes)
