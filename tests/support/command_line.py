"""The real command line against a simulated PIM in a process of its own."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from attrs import frozen

from terminal import Terminal

IMPORTBUS = [sys.executable, "-m", "importbus.adapters.cli"]


@frozen
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@frozen
class Shop:
    """A folder to work in, with a PIM and the settings to reach it."""

    folder: Path
    url: str
    settings: Mapping[str, str]

    def run(self, *arguments: str, stdin: bytes | None = None, **settings: str) -> Said:
        """Run ``importbus`` with *arguments* to its end."""
        done = subprocess.run(
            [*IMPORTBUS, *arguments],
            cwd=self.folder,
            env=self.environment(**settings),
            input=stdin,
            capture_output=True,
            timeout=120,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, piped: bool = False) -> subprocess.Popen[str]:
        """Start ``importbus`` with *arguments*, to be killed or waited for.

        With *piped* its standard input is a pipe that stays open.
        """
        return subprocess.Popen(
            [*IMPORTBUS, *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def shell(self, script: str) -> Said:
        """Run *script* with bash, in which ``importbus`` is the command line."""
        function = f'importbus() {{ {shlex.join(IMPORTBUS)} "$@"; }}'
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", f"{function}\n{script}"],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def terminal(self, *arguments: str, columns: int = 80, **settings: str) -> Terminal:
        """Return ``importbus`` with *arguments* on a terminal, to be entered."""
        environment = {**self.environment(), "TERM": "xterm-256color", **settings}
        for name in ("COLUMNS", "NO_COLOR"):
            if name not in settings:
                del environment[name]
        return Terminal([*IMPORTBUS, *arguments], self.folder, environment, columns)

    def write(self, name: str, lines: Iterable[str | bytes]) -> str:
        """Write *lines* to a file in the folder and return its name."""
        encoded = (line.encode() if isinstance(line, str) else line for line in lines)
        (self.folder / name).write_bytes(b"\n".join(encoded) + b"\n")
        return name

    def ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        """Call the PIM's own ``/_...`` paths and return the JSON of the answer."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data=data, method=method)
        with urlopen(request, timeout=30) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def fail(self, *rules: object) -> None:
        """Give the PIM a fault plan; none ends it."""
        self.ask("/_faults", "POST", list(rules))

    def hang(self) -> None:
        """Let the PIM never answer one call for products, so that an import does not end."""
        match = {"method": "PATCH", "path": "/products$"}
        self.fail({"match": match, "times": 1, "fault": {"kind": "slow", "seconds": 300}})

    def wait_for_requests(self, count: int) -> None:
        """Return when the PIM has been called *count* times."""
        until = time.monotonic() + 60
        while len(self.ask("/_trace")["requests"]) < count:
            assert time.monotonic() < until, "the import did not get going"
            time.sleep(0.01)

    def catalogue(self, products: int = 300) -> str:
        """Generate a catalogue with 30 product models and return the name of its file."""
        said = self.run("generate", "catalog.jsonl", "--products", str(products), "--models", "30")
        assert said.code == 0, said.err
        return "catalog.jsonl"

    @property
    def state(self) -> dict[str, Any]:
        """Everything that the PIM stores."""
        found: dict[str, Any] = self.ask("/_state")
        return found

    def environment(self, **settings: str) -> dict[str, str]:
        """Return the variables of a command: none of the settings of whoever runs the tests."""
        foreign = ("IMPORTBUS_", "FORCE_COLOR", "TTY_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        return {**kept, "NO_COLOR": "1", "COLUMNS": "200", **self.settings, **settings}


@contextmanager
def simulated_pim(*options: str) -> Iterator[str]:
    """Run a simulated PIM and give its address."""
    server = [sys.executable, "-m", "importbus.adapters.simulated_pim", *options]
    with subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[1]
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def open_shop(folder: Path, *options: str) -> Iterator[Shop]:
    """Run a simulated PIM and give a shop in *folder* that uses it."""
    with simulated_pim(*options) as url:
        yield Shop(folder, url, settings_for(url))


def settings_for(url: str) -> dict[str, str]:
    """Return the environment that leads to the PIM at *url*."""
    return {
        "IMPORTBUS_PIM_URL": url,
        "IMPORTBUS_PIM_CLIENT_ID": "importbus",
        "IMPORTBUS_PIM_SECRET": "secret",
        "IMPORTBUS_PIM_USERNAME": "admin",
        "IMPORTBUS_PIM_PASSWORD": "admin",
    }


def line(command: str, **data: object) -> str:
    """Return a line of JSONL."""
    return json.dumps({"command": command, "data": data})
