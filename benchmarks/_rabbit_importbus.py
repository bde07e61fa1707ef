"""One side of a queue of importbus in RabbitMQ, with a sink of an application that does nothing."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import islice
from time import perf_counter

from loguru import logger

from _broker import FLEET, LANES
from _queue_importbus import IMPORT, ended
from _rabbit_commands import SetProduct, Work, products
from _sides import say
from importbus.adapters.codec import JsonCodec
from importbus.adapters.config import Config, JournalConfig, TransportConfig
from importbus.adapters.transports.rabbitmq.address import address_of
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.tuning import PUBLISHED_OBJECTS, YOUNG_OBJECTS, tune
from importbus.adapters.wiring import open_bus, open_consumer
from importbus.bus import Batch, CommandBus, Outcome, Position
from importbus.bus.batches import Envelope

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
    gc.collect()
    gc.freeze()  # looking through what the benchmark itself holds is no part of publishing
    began = perf_counter()
    transport.publish(*ready)
    seconds = perf_counter() - began
    transport.close()
    return seconds


def dispatch(url: str, count: int) -> float:
    """Dispatch commands in one import, from the first to the last confirmed; return the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        return dispatched(config_of(url, folder), count)


def consume(url: str, count: int) -> float:
    """Work on all lanes and record, until the import is over; return the seconds since the first.

    What is consumed is dispatched before.
    """
    work = Work(count)
    with tempfile.TemporaryDirectory() as folder:
        config = config_of(url, folder)
        dispatched(config, count)
        with open_consumer(config, sinks=partial(register, work=work)) as (consumer, _):
            consumer.start()
            report = ended(config)
            seconds = work.seconds
    if report.outcomes != {"created": count}:
        raise SystemExit(f"Something went wrong: {report}")
    return seconds


def config_of(url: str, folder: str) -> Config:
    """Return the settings of both sides; what they do not name is as shipped."""
    transport = TransportConfig(f"{url}?name={FLEET}", LANES)
    return Config(transport=transport, journal=JournalConfig(f"{folder}/journal.db"))


def dispatched(config: Config, count: int) -> float:
    """Dispatch *count* commands; return the seconds until the last of them is confirmed."""
    commands = [SetProduct(**data) for data in products(count)]
    with open_bus(config, consume=False) as bus:
        register(bus, Work(count))
        began = perf_counter()
        with bus.importing(id=IMPORT, wait=False):
            for command in commands:
                bus.dispatch(command)
        return perf_counter() - began


def register(bus: CommandBus, work: Work) -> None:
    """Register a sink that does nothing but count."""

    @bus.batch_handler()
    def write(batch: Batch[SetProduct]) -> Iterator[Outcome]:
        """Write nothing."""
        work.one(len(batch.items))
        return (Outcome.created() for _ in batch.items)


if __name__ == "__main__":
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    side, place, number = sys.argv[1:]
    tune(YOUNG_OBJECTS if side == "consume" else PUBLISHED_OBJECTS)  # as the command line does
    say(
        str(
            {"publish": publish, "dispatch": dispatch, "consume": consume}[side](place, int(number))
        )
    )
