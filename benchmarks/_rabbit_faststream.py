"""One side of a queue of FastStream: a message a command, and a function that only counts."""

from __future__ import annotations

import asyncio
import sys
from itertools import islice
from time import perf_counter
from typing import Any

from faststream.rabbit import Channel, RabbitBroker, RabbitQueue

from _broker import PEERS
from _rabbit_commands import Work, products
from _sides import say

PREFETCH = 500
"""Messages that are here and not acknowledged."""

QUEUE = RabbitQueue(PEERS, durable=True)


async def publish(url: str, count: int, mode: str, at_once: str) -> float:
    """Publish *count* commands, each confirmed, so many *at_once*; return the seconds."""
    persist = mode == "persistent"
    async with RabbitBroker(url, logger=None) as broker:  # its channel has confirms by itself
        await broker.declare_queue(QUEUE)
        data = products(count)
        began = perf_counter()
        while some := list(islice(data, int(at_once))):
            sending = (broker.publish(one, PEERS, persist=persist) for one in some)
            await asyncio.gather(*sending)
        return perf_counter() - began


async def consume(url: str, count: int) -> float:
    """Take *count* commands, each acknowledged; return the seconds since the first."""
    over = asyncio.Event()
    work = Work(count, over=over.set)
    broker = RabbitBroker(
        url, logger=None, apply_types=False, default_channel=Channel(prefetch_count=PREFETCH)
    )

    async def set_product(data: dict[str, Any]) -> None:
        work.one()

    broker.subscriber(QUEUE)(set_product)
    async with broker:
        await broker.start()
        await asyncio.wait_for(over.wait(), 600)
        return work.seconds


if __name__ == "__main__":
    side, place, number, *settings = sys.argv[1:]
    asked = {"publish": publish, "consume": consume}[side](place, int(number), *settings)  # type: ignore[operator]
    say(str(asyncio.run(asked)))
