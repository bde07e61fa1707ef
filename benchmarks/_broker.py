"""A RabbitMQ for one benchmark: the one that the tests start for themselves."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika  # type: ignore[import-untyped]

from importbus.adapters.transports.rabbitmq.topology import Topology

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))

from rabbit_server import RabbitServer, is_installed

FLEET, LANES = "bench", 4

PEERS = "peer"
"""The queue of whoever sends a command a message; dramatiq has two more beside it."""

QUEUES = (
    *(queue.name for queue in Topology(FLEET, LANES, 1).queues),
    *(f"{PEERS}{ending}" for ending in ("", ".DQ", ".XQ")),
)


@contextmanager
def running_broker(folder: str | None = None) -> Iterator[RabbitServer]:
    """Run a broker on free ports, with its data in a new folder of *folder*.

    Unlike in tests it has as many schedulers as it takes by itself, one for each processor.

    Raises:
        SystemExit: There is no rabbitmq-server on this machine.
    """
    if not is_installed():
        raise SystemExit("There is no rabbitmq-server here; `make test` says how to install it.")
    with tempfile.TemporaryDirectory(dir=folder) as place:
        server = RabbitServer(Path(place), emulator="+sbwt none")
        try:
            server.start()
            yield server
        finally:
            server.stop()


def empty(url: str) -> None:
    """Delete everything that subjects have made, so that the next one finds an empty broker."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        for queue in QUEUES:
            channel.queue_delete(queue)
