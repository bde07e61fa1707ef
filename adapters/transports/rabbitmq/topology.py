"""What a fleet has in its broker: exchanges, queues, and where they lead.

```text
{name}.commands  direct  ──> {name}.structure, {name}.lane.0 .. {name}.lane.L-1
                                 └── too many deliveries ──> {name}.dead
{name}.events    topic   ──> a queue of each listener, which goes with it
                             {name}.structure.returned, {name}.lane.0.returned ..
                             {name}.outcomes  outcomes and questions, for the recorder
                             {name}.journal   one message: which journal the batches belong to
```
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from importbus.adapters.transports.sqlite_queue import lane_name

QUORUM = {"x-queue-type": "quorum"}

UNLIMITED = 1_000_000
"""Deliveries; from RabbitMQ 4.0 on a quorum queue without a limit drops what came 20 times."""


@frozen
class Queue:
    """A durable queue; ``key`` is the routing key of the exchange of commands that leads to it."""

    name: str
    arguments: Mapping[str, object]
    key: str | None = None


@frozen
class Topology:
    """The exchanges and queues of the fleet *name*, which has so many catalogue *lanes*."""

    name: str
    lanes: int
    delivery_limit: int

    @property
    def commands(self) -> str:
        """The direct exchange that batches go to."""
        return f"{self.name}.commands"

    @property
    def events(self) -> str:
        """The topic exchange that events go to, each under the name of its kind."""
        return f"{self.name}.events"

    @property
    def dead(self) -> str:
        """The queue of what was put aside."""
        return f"{self.name}.dead"

    @property
    def outcomes(self) -> str:
        """The queue of outcomes."""
        return f"{self.name}.outcomes"

    @property
    def journal(self) -> str:
        """The queue of one message that says which journal knows the batches."""
        return f"{self.name}.journal"

    def queue_of(self, lane: int | None) -> str:
        """Return the queue of *lane*."""
        return f"{self.name}.{lane_name(lane)}"

    def returned_of(self, lane: int | None) -> str:
        """Return the queue that says which deliveries of *lane* do not count."""
        return f"{self.queue_of(lane)}.returned"

    @property
    def queues(self) -> tuple[Queue, ...]:
        """Every queue, in the order in which they are made.

        Those that batches are put aside to come first, and the structure lane last: who finds it
        finds all lanes, also while another process makes them.
        """
        lanes = (*reversed(range(self.lanes)), None)
        unlimited = QUORUM | {"x-delivery-limit": UNLIMITED}
        one = unlimited | {"x-max-length": 1, "x-overflow": "drop-head"}
        return (
            Queue(self.dead, unlimited),
            Queue(self.outcomes, unlimited | {"x-single-active-consumer": True}),
            Queue(self.journal, one),
            *(Queue(self.returned_of(lane), one) for lane in lanes),
            *(Queue(self.queue_of(lane), self._lane, lane_name(lane)) for lane in lanes),
        )

    @property
    def _lane(self) -> Mapping[str, object]:
        # At-least-once needs reject-publish. Without a limit what comes back goes to the tail.
        # There is no x-max-length: in a window later batches would overtake a refused one.
        return QUORUM | {
            "x-single-active-consumer": True,
            "x-delivery-limit": self.delivery_limit,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": self.dead,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
