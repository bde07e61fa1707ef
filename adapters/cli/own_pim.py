"""A simulated PIM in a process of its own, which ends with the one that started it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from importbus.adapters.simulated_pim import SimulatedPim
from importbus.bus.errors import SinkUnavailable


@contextmanager
def own_pim() -> Iterator[str]:
    """Start a simulated PIM on a free port and give its address.

    It is stopped when the context is left, and also when this process dies in any way: it runs
    until its standard input ends. Ctrl-C, which a terminal sends to all, is left to this process.

    Raises:
        SinkUnavailable: It did not start.
    """
    server = [sys.executable, "-m", "importbus.adapters.cli.own_pim"]
    with subprocess.Popen(  # noqa: S603 - our own server
        server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            ready = process.stdout.readline().split() if process.stdout else []
            if ready[:1] != ["READY"]:
                raise SinkUnavailable("The simulated PIM did not start.")
            yield ready[1]
        finally:
            process.terminate()


def _serve() -> None:
    """Say where the PIM is, then wait for the end of standard input."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    with SimulatedPim() as pim:
        sys.stdout.write(f"READY {pim.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    _serve()
