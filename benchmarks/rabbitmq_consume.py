"""Commands per second consumed from RabbitMQ: beside bare pika, and beside other libraries.

    python benchmarks/rabbitmq_consume.py [--commands 50000] [--messages 5000] [--rounds 5]

One process consumes from one broker, as in rabbitmq_publish.py, what was published before; a
command is a product of about 830 bytes, and carrying it out does nothing but count. The time runs
from the first command to the last one settled, in the process that consumes:

- importbus: `open_consumer` with the recorder, as shipped: every batch received, answered by the
  sink, its outcomes confirmed by the broker, the batch acknowledged, its outcomes settled in the
  journal on the disk, and the import accounted for.
- pika: the same batches from the same queues, each acknowledged before the next of its lane, and
  nothing else: nothing is read, settled or known afterwards.

The others get a command a message from a durable queue, persistent, and acknowledge each; 500 are
there at once, and no result is kept:

- kombu: `drain_events` with a callback.
- Celery: one process with `--pool=solo`, with which it is fastest here, without gossip, mingle,
  heartbeat, rate limits and events; it acknowledges before the task runs, as shipped.
- dramatiq: one worker thread, with which it is fastest here, and no middleware.
- FastStream: an asynchronous subscriber with `apply_types=False`.

The figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from _broker import empty, running_broker
from _measure import in_turn, machine, medians
from _sides import seconds_told

HERE = Path(__file__).parent

PIKA, IMPORTBUS = "pika, batches of 100", "importbus, batches of 100"

PEERS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "kombu": ("_rabbit_kombu.py", ("persistent",), ()),
    "Celery": ("_rabbit_celery.py", ("persistent",), ("solo",)),
    "dramatiq": ("_rabbit_dramatiq.py", (), ("1",)),
    "FastStream": ("_rabbit_faststream.py", ("persistent", "64"), ()),
}
"""The script of each, and its settings for publishing and for consuming."""

LEAST = 10.0
"""Least times the commands per second of the fastest of the others."""


def main() -> int:
    """Measure and print; return 1 when the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=50_000, help="in batches")
    parser.add_argument("--messages", type=int, default=5_000, help="of one command each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where the broker has its data")
    said = parser.parse_args()
    print(machine())
    with running_broker(said.folder) as broker:

        def rate(
            script: str, before: tuple[str, ...] | None, count: int, *settings: str
        ) -> Measure:
            def measure() -> float:
                if before is not None:
                    seconds_told(HERE / script, "publish", broker.url, count, *before)
                seconds = seconds_told(HERE / script, "consume", broker.url, count, *settings)
                empty(broker.url)
                return count / seconds

            return measure

        subjects = {
            PIKA: rate("_rabbit_pika.py", (), said.commands),
            IMPORTBUS: rate("_rabbit_importbus.py", None, said.commands),
        }
        for name, (script, before, settings) in PEERS.items():
            subjects[name] = rate(script, before, said.messages, *settings)
        found = medians(in_turn(subjects, said.rounds))
    return 0 if shown(found) else 1


Measure = Callable[[], float]


def shown(found: Mapping[str, float]) -> bool:
    """Print *found* beside its bound; return whether it is met."""
    print(f"\n{'consumed and settled':<46}{'commands/s':>12}{'importbus has':>15}")
    for name, rate in found.items():
        print(f"{name:<46}{rate:>12,.0f}{found[IMPORTBUS] / rate:>9.1f} times")
    best = max(PEERS, key=lambda name: found[name])
    met = found[IMPORTBUS] / found[best] >= LEAST
    print(f"at least {LEAST:.0f} times those of {best}: {'met' if met else 'MISSED'}")
    return met


if __name__ == "__main__":
    sys.exit(main())
