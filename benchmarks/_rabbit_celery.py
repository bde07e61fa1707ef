"""One side of a queue of Celery: a message a command, and a task that does nothing but count."""

from __future__ import annotations

import os
import sys
import warnings
from time import perf_counter
from typing import Any

from celery import Celery

from _broker import PEERS
from _rabbit_commands import Work, products
from _sides import say

PREFETCH = 500
"""Messages that are here for each worker and not acknowledged."""

QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR")


def opened(url: str, mode: str, work: Work) -> tuple[Celery, Any]:
    """Return an application whose results nobody keeps, and its task."""
    app = Celery("bench", broker=url)
    app.conf.update(
        broker_transport_options={"confirm_publish": True},
        task_default_queue=PEERS,
        task_default_delivery_mode=mode,
        task_ignore_result=True,
        worker_prefetch_multiplier=PREFETCH,
        worker_disable_rate_limits=True,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )

    def set_product(**data: object) -> None:
        work.one()

    return app, app.task(set_product, name="set_product")


def publish(url: str, count: int, mode: str) -> float:
    """Send *count* commands, each confirmed; return the seconds."""
    app, task = opened(url, mode, Work(count))
    with app.producer_pool.acquire() as producer:
        task.apply_async(kwargs={}, producer=producer)  # declares the queue
        began = perf_counter()
        for data in products(count):
            task.apply_async(kwargs=data, producer=producer)
        return perf_counter() - began


def consume(url: str, count: int, pool: str) -> None:
    """Run the task *count* times in one process; say the seconds since the first."""

    def over() -> None:
        say(str(work.seconds))
        os._exit(0)  # a worker that is asked to stop takes its time

    work = Work(count, over=over)
    app, _ = opened(url, "persistent", work)
    app.worker_main(["--quiet", "worker", f"--pool={pool}", "--concurrency=1", *QUIET])


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it says so when it runs as root
    side, place, number, *settings = sys.argv[1:]
    if side == "publish":
        say(str(publish(place, int(number), *settings)))
    else:
        consume(place, int(number), *settings)
