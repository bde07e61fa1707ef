"""The consumer in Go: built, started, killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import define, field, frozen

from importbus.adapters.transports.rabbitmq.address import Address
from source_tree import ROOT

SOURCE = ROOT / "examples" / "go-consumer"

LIBRARY = Path("/usr/share/gocode/src/github.com/rabbitmq/amqp091-go")
"""Where Debian has the client of RabbitMQ."""


def is_go_installed() -> bool:
    """Tell whether this machine can build the program."""
    return shutil.which("go") is not None and LIBRARY.exists()


@frozen
class GoTools:
    """The tools of Go, with caches in *folder* and Debian's libraries; nothing is downloaded."""

    folder: Path

    def run(self, *command: str) -> str:
        """Run *command* where the program is; return what it says."""
        mine = {
            "GO111MODULE": "off",
            "GOPATH": "/usr/share/gocode",
            "GOCACHE": str(self.folder / "cache"),
            "GOFLAGS": "",
            "CGO_ENABLED": "0",
        }
        done = subprocess.run(
            command, cwd=SOURCE, env=os.environ | mine, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def build(self) -> Path:
        """Build the program and return it."""
        program = self.folder / "go-consumer"
        self.run("go", "build", "-o", str(program), ".")
        return program


@define(eq=False)
class GoConsumer:
    """A consumer in Go that writes to the PIM at *pim*; its lines go to *log*."""

    program: Path
    address: Address
    pim: str
    log: Path
    lanes: int = 2
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, *arguments: str) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.program, *arguments],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End it as a loss of power does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Tell it to stop; return its exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=40)

    def wait(self, seconds: float = 20) -> int:
        """Wait for its end, which it finds itself; return its exit code."""
        assert self._process is not None
        return self._process.wait(timeout=seconds)

    def _environment(self) -> dict[str, str]:
        where = self.address
        broker = f"amqp://{where.user}:{where.password}@{where.host}:{where.port}/"
        return {
            "PATH": os.environ["PATH"],
            "IMPORTBUS_TRANSPORT": f"{broker}?name={where.name}",
            "IMPORTBUS_LANES": str(self.lanes),
            "IMPORTBUS_PIM_URL": self.pim,
            "IMPORTBUS_PIM_CLIENT_ID": "importbus",
            "IMPORTBUS_PIM_SECRET": "secret",
            "IMPORTBUS_PIM_USERNAME": "admin",
            "IMPORTBUS_PIM_PASSWORD": "admin",
        }


@contextmanager
def stopped_at_the_end(consumer: GoConsumer) -> Iterator[GoConsumer]:
    """Stop *consumer* in the end; a failure shows what it has written."""
    try:
        yield consumer
    except BaseException as error:
        error.add_note(consumer.log.read_text()[-20_000:])
        raise
    finally:
        consumer.stop()
