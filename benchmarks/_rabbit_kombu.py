"""One side of a queue of kombu: a message a command, and a callback that does nothing but count."""

from __future__ import annotations

import sys
from time import perf_counter

from kombu import Connection, Consumer, Queue

from _broker import PEERS
from _rabbit_commands import Work, products
from _sides import say

PREFETCH = 500
"""Messages that are here and not acknowledged."""


def publish(url: str, count: int, mode: str) -> float:
    """Publish *count* commands, each confirmed; return the seconds."""
    queue = Queue(PEERS, durable=True)
    with Connection(url, transport_options={"confirm_publish": True}) as connection:
        producer = connection.Producer(serializer="json")
        queue.bind(connection.default_channel).declare()
        began = perf_counter()
        for data in products(count):
            producer.publish(data, routing_key=PEERS, delivery_mode=mode)
        return perf_counter() - began


def consume(url: str, count: int) -> float:
    """Take *count* commands, and acknowledge each; return the seconds since the first."""
    work = Work(count)
    with Connection(url) as connection:

        def handle(body: object, message: object) -> None:
            work.one()
            message.ack()  # type: ignore[attr-defined]

        with Consumer(
            connection, [Queue(PEERS, durable=True)], callbacks=[handle], prefetch_count=PREFETCH
        ):
            while work.done < count:
                connection.drain_events(timeout=60)
        return work.seconds


if __name__ == "__main__":
    side, place, number, *settings = sys.argv[1:]
    if side == "publish":
        say(str(publish(place, int(number), *settings)))
    else:
        say(str(consume(place, int(number), *settings)))
