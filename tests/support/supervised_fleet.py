"""The fleet of ``deploy/supervisord.conf``, run by supervisord as an operator would run it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import define, field

from command_line import Shop
from dev_programs import dev_program
from source_tree import ROOT

CONFIGURATION = ROOT / "deploy" / "supervisord.conf"

STOP_SECONDS = 60.0
"""Within which supervisord ends: what it gives each process, and some more."""


@define
class Supervised:
    """A supervisord in the folder of *shop*, with the settings of its commands."""

    shop: Shop
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it; what it prints goes to a file of its own."""
        with (self.shop.folder / "supervisord.out").open("wb") as output:
            self._process = subprocess.Popen(
                [dev_program("supervisord"), "--nodaemon", "-c", CONFIGURATION],
                cwd=self.shop.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def begun(self, name: str) -> list[int]:
        """Return the process ids that *name* has had so far, the first one first."""
        return [
            int(found) for found in re.findall(rf"spawned: '{name}' with pid (\d+)", self.told())
        ]

    def running(self) -> list[str]:
        """Return the names of what runs, with the group, as supervisorctl has them."""
        command = [dev_program("supervisorctl"), "-c", str(CONFIGURATION), "status"]
        done = subprocess.run(
            command, cwd=self.shop.folder, env=self._environment(), capture_output=True, text=True
        )
        return [line.split()[0] for line in done.stdout.splitlines() if " RUNNING " in line]

    def stop(self) -> int:
        """Stop all of it as a service is stopped; return the exit code of supervisord."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End what a failed test has left, supervisord last."""
        if self._process and self._process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self._process.kill()

    def told(self) -> str:
        """Return what supervisord has written."""
        return (self.shop.folder / "supervisord.log").read_text(encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        environment = self.shop.environment()
        programs = Path(sys.executable).parent
        return environment | {"PATH": f"{programs}:{environment['PATH']}"}


@contextmanager
def supervised(shop: Shop) -> Iterator[Supervised]:
    """Run the fleet in the folder of *shop*; its processes come up meanwhile."""
    fleet = Supervised(shop)
    try:
        fleet.start()
        yield fleet
    finally:
        fleet.kill()


@contextmanager
def short_folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for that of a socket, which is about 100 bytes."""
    with TemporaryDirectory(prefix="fleet-", dir="/tmp") as folder:
        yield Path(folder)
