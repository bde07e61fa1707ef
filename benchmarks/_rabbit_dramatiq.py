"""One side of a queue of dramatiq: a message a command, and an actor that only counts."""

from __future__ import annotations

import os
import sys
from threading import Event
from time import perf_counter
from typing import Any

os.environ["dramatiq_queue_prefetch"] = "500"  # noqa: SIM112 - its name; read when it is imported

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from _broker import PEERS
from _rabbit_commands import Work, products
from _sides import say


def publish(url: str, count: int) -> float:
    """Send *count* commands, each confirmed; return the seconds."""
    broker, actor = opened(url, Work(count))
    broker.declare_queue(PEERS, ensure=True)
    began = perf_counter()
    for data in products(count):
        actor.send(**data)
    return perf_counter() - began


def consume(url: str, count: int, threads: str) -> float:
    """Run the actor *count* times in *threads* threads; return the seconds since the first."""
    over = Event()
    work = Work(count, over=over.set)
    broker, _ = opened(url, work)
    worker = dramatiq.Worker(broker, worker_threads=int(threads))
    worker.start()
    over.wait(600)
    seconds = work.seconds
    worker.stop()
    return seconds


def opened(url: str, work: Work) -> tuple[RabbitmqBroker, Any]:
    """Return a broker without middleware, which costs time, and the actor."""
    broker = RabbitmqBroker(url=url, confirm_delivery=True, middleware=[])

    def set_product(**data: object) -> None:
        work.one()

    return broker, dramatiq.actor(set_product, broker=broker, queue_name=PEERS)


if __name__ == "__main__":
    side, place, number, *settings = sys.argv[1:]
    if side == "publish":
        say(str(publish(place, int(number), *settings)))
    else:
        say(str(consume(place, int(number), *settings)))
