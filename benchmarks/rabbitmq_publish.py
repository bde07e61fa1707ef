"""Commands per second published to RabbitMQ: beside bare pika, and beside other libraries.

    python benchmarks/rabbitmq_publish.py [--commands 50000] [--messages 3000] [--rounds 5]

One process publishes to one broker, which the benchmark starts as the tests do, with a scheduler
for each processor; nobody consumes meanwhile, and each subject finds empty queues. A command is a
product of about 830 bytes. The time runs from the first message to the last confirm; set-up is in
no time. Everything is confirmed by the broker: importbus is not measured without.

- pika: the messages of the same batches, ready, by a `SelectConnection` of pika from its callbacks;
  persistent, mandatory, to the same quorum queues, 64 on their way at once.
- importbus, ready batches: `transport.publish` of the same batches, which it writes as JSON.
- importbus, dispatched: `bus.dispatch` of each command in an import, with a chain as `open_bus` has
  it and a journal on the disk, to the end of the import's last batch.

The others send a command a message, to a durable queue. Where a library knows both, messages are
persistent, as those of importbus are, and transient, which is its fast setting, and may be lost:

- kombu: `confirm_publish`, one producer; JSON.
- Celery: `confirm_publish`, results ignored, one producer held.
- dramatiq: `confirm_delivery`, no middleware; its messages are always persistent.
- FastStream: confirms as shipped; each publishing awaited, and 64 at once by `asyncio.gather`.

The figures are medians over the rounds. The bound against the others is for the fastest of all
their settings.
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

PIKA, READY, DISPATCHED = (
    "pika, 64 on their way",
    "importbus, ready batches",
    "importbus, dispatched",
)

OWN = {
    PIKA: ("_rabbit_pika.py", "publish"),
    READY: ("_rabbit_importbus.py", "publish"),
    DISPATCHED: ("_rabbit_importbus.py", "dispatch"),
}

PEERS: Mapping[str, tuple[str, ...]] = {
    "kombu, persistent": ("_rabbit_kombu.py", "persistent"),
    "kombu, transient": ("_rabbit_kombu.py", "transient"),
    "Celery, persistent": ("_rabbit_celery.py", "persistent"),
    "Celery, transient": ("_rabbit_celery.py", "transient"),
    "dramatiq, persistent": ("_rabbit_dramatiq.py",),
    "FastStream, persistent, one at a time": ("_rabbit_faststream.py", "persistent", "1"),
    "FastStream, transient, one at a time": ("_rabbit_faststream.py", "transient", "1"),
    "FastStream, persistent, 64 at once": ("_rabbit_faststream.py", "persistent", "64"),
    "FastStream, transient, 64 at once": ("_rabbit_faststream.py", "transient", "64"),
}

OF_PIKA = {READY: 0.80, DISPATCHED: 0.25}
"""Least share of the commands per second of bare pika."""

OF_PEERS = 50.0
"""Least times the commands per second of the fastest of the others, for ready batches."""


def main() -> int:
    """Measure and print; return 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=50_000, help="in batches")
    parser.add_argument("--messages", type=int, default=3_000, help="of one command each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where the broker has its data")
    said = parser.parse_args()
    print(machine())
    with running_broker(said.folder) as broker:

        def rate(script: str, side: str, count: int, *settings: str) -> Callable[[], float]:
            def measure() -> float:
                seconds = seconds_told(HERE / script, side, broker.url, count, *settings)
                empty(broker.url)
                return count / seconds

            return measure

        subjects = {name: rate(*script, said.commands) for name, script in OWN.items()}
        for name, (script, *settings) in PEERS.items():
            subjects[name] = rate(script, "publish", said.messages, *settings)
        found = medians(in_turn(subjects, said.rounds))
    return 0 if shown(found) else 1


def shown(found: Mapping[str, float]) -> bool:
    """Print *found* beside its bounds; return whether all are met."""
    print(f"\n{'published and confirmed':<46}{'commands/s':>12}{'of pika':>10}{'at least':>10}")
    for name, rate in found.items():
        bound = f"{OF_PIKA[name]:.0%}" if name in OF_PIKA else ""
        print(f"{name:<46}{rate:>12,.0f}{rate / found[PIKA]:>10.1%}{bound:>10}")
    met = [found[name] / found[PIKA] >= bound for name, bound in OF_PIKA.items()]
    best = max(PEERS, key=lambda name: found[name])
    for peer in PEERS:
        print(f"{found[READY] / found[peer]:.1f} times the commands per second of {peer}")
    met.append(found[READY] / found[best] >= OF_PEERS)
    print(f"at least {OF_PEERS:.0f} times those of {best}: {'met' if met[-1] else 'MISSED'}")
    return all(met)


if __name__ == "__main__":
    sys.exit(main())
