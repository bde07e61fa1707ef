"""One side of a queue of importbus in RabbitMQ, with a sink of an application that does nothing."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

from loguru import logger

from _broker import FLEET, LANES
from _rabbit_commands import SetProduct, products
from _sides import say
from importbus.adapters.clock import SystemClock
from importbus.adapters.codec import JsonCodec
from importbus.adapters.fleet_completion import FleetCompletion
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.transports.rabbitmq.address import address_of
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.upsertable import UpsertableAdapter
from importbus.bus import Batch, CommandBus, Outcome, Position
from importbus.bus.batches import Envelope
from importbus.bus.middleware import ImportIdTagging, Logging, Retry

IMPORT = "bench"

LINES = 100
"""Commands a batch, which makes about 86 kB."""


def codec() -> JsonCodec:
    """Return a codec that knows the command."""
    codec = JsonCodec()
    codec.register(SetProduct)
    return codec


def opened(url: str) -> RabbitTransport:
    """Return the transport as the benchmark uses it; its queues are made if they are not there."""
    return RabbitTransport(address_of(f"{url}?name={FLEET}"), codec(), LANES)


def batches(count: int) -> Iterator[Batch[SetProduct]]:
    """Yield full batches with *count* commands, as the adapter hands them to the transport."""
    known, commands = codec(), enumerate(products(count), 1)
    seq = 0
    while some := list(islice(commands, LINES)):
        seq += 1
        envelopes = []
        for number, data in some:
            command = SetProduct(**data)
            text = known.encode(command)
            position = Position("dispatch", number)
            envelopes.append(Envelope(command, position, number, len(text), data=text))
        yield Batch(IMPORT, "1", seq, seq % LANES, SetProduct, tuple(envelopes))


def publish(url: str, count: int) -> float:
    """Publish batches that are ready, and return when all are confirmed; return the seconds."""
    transport, ready = opened(url), list(batches(count))
    began = perf_counter()
    transport.publish(*ready)
    seconds = perf_counter() - began
    transport.close()
    return seconds


def dispatch(url: str, count: int) -> float:
    """Dispatch commands in one import, from the first to the last confirmed; return the seconds."""
    commands = [SetProduct(**data) for data in products(count)]
    with tempfile.TemporaryDirectory() as folder:
        bus = producing(url, Path(folder))
        began = perf_counter()
        with bus.importing(id=IMPORT, wait=False):
            for command in commands:
                bus.dispatch(command)
        seconds = perf_counter() - began
        bus.close()
    return seconds


def producing(url: str, folder: Path) -> CommandBus:
    """Return a bus that publishes, with a journal as a producer of a fleet has it."""
    clock, known = SystemClock(), codec()
    journal = SqliteJournal(str(folder / "journal.db"), known, durable=True)
    adapter = UpsertableAdapter(
        opened(url), journal, known, FleetCompletion(journal, clock), clock,
        shared=journal.shared, wait_at_close=False,
    )  # fmt: skip
    bus = CommandBus(Logging(), ImportIdTagging(), Retry(attempts=5))
    bus.attach(adapter)

    @bus.batch_handler()
    def write(batch: Batch[SetProduct]) -> Iterator[Outcome]:
        """Write nothing."""
        return (Outcome.created() for _ in batch.items)

    adapter.start()
    return bus


if __name__ == "__main__":
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    side, place, number = sys.argv[1:]
    say(str({"publish": publish, "dispatch": dispatch}[side](place, int(number))))
