"""A recorder without a journal: it counts outcomes, answers questions, and sends rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import orjson
import pika  # type: ignore[import-untyped]
from attrs import define, evolve, field, frozen

from importbus.adapters.protocol import decode_batch
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.transport import RabbitTransport
from importbus.adapters.wiring.parts import open_codec
from importbus.bus.batches import Batch, Envelope
from importbus.bus.following import touched_by
from importbus.bus.messages import Upsertable
from rabbit_queues import with_channel
from schema_validation import headers_validator, payload_validator

QUIET = 0.3
"""Seconds for which a call may run whose consumer is gone: the simulated PIM is quick."""


LAST = 1000
"""The rank of what is no upsert."""


@frozen
class Parked:
    """A parked command: how it was sent, and what it waits for."""

    batch: Batch[Any]
    envelope: Envelope[Any]
    wants: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether it is a suspect."""
        return "?suspect" in self.wants

    def held(self) -> Iterator[dict[str, object]]:
        """Yield the tokens that it holds, as an answer says them."""
        command, number = self.envelope.command, self.envelope.number
        upsert = isinstance(command, Upsertable)
        for token in {command.identity, *touched_by(self.envelope)}:
            own = token == command.identity
            yield {"token": token, "number": number, "own": own, "upsert": upsert}


@define(eq=False)
class FakeRecorder:
    """Knows which *batches* were published; ``finished`` is set when all have final outcomes.

    Attributes:
        outcomes: How many commands ended in which way.
        messages: How many messages came, by their kind, events among them.
        wrong: What a message had that its schema does not allow.
        refusals: The last reasons of what was refused, by number.
        requests: How many calls the PIM got.
        gate: Whether batches behind the structure may go when it is settled.
        withdrawn: Batches that are not to be carried out any more.
    """

    transport: RabbitTransport
    batches: dict[str, Batch[Any]]
    outcomes: Counter[str] = field(factory=Counter)
    messages: Counter[str] = field(factory=Counter)
    wrong: set[str] = field(factory=set)
    refusals: dict[int, list[Any]] = field(factory=dict)
    withdrawn: set[str] = field(factory=set)
    requests: int = 0
    finished: Event = field(factory=Event)
    gate: bool = True
    _settled: set[str] = field(factory=set)
    _parked: dict[int, Parked] = field(factory=dict)
    _rounds: int = 0
    _before: int = 0

    def take(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        """Do what one message says, and acknowledge it."""
        said = (properties.headers or {}).get("x-importbus-message")
        message = orjson.loads(said if said else body)
        self.messages[message["kind"]] += 1
        kind = "question" if message["kind"] == "state" else message["kind"]
        self.wrong |= {error.message for error in payload_validator(kind).iter_errors(message)}
        beside = {**(properties.headers or {}), **_given(properties)}
        self.wrong |= {error.message for error in headers_validator(kind).iter_errors(beside)}
        if kind == "question":
            answer = pika.BasicProperties(correlation_id=properties.message_id, type="state")
            channel.basic_publish("", properties.reply_to, self._answer(message), answer)
        elif kind == "outcomes":
            self._settle(message, body if said else None)
        channel.basic_ack(method.delivery_tag)

    def hear(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        """Count an event that was told to everyone."""
        message = orjson.loads(body)
        found = payload_validator(message["kind"]).iter_errors(message)
        self.wrong |= {error.message for error in found}
        self.messages[message["kind"]] += 1

    def _answer(self, question: dict[str, Any]) -> bytes:
        held = [token for one in self._parked.values() for token in one.held()]
        batch = question["batch_id"]
        return orjson.dumps(
            {
                "v": 1,
                "kind": "state",
                "import_id": question["import_id"],
                "state": "running",
                "wanted": batch not in self._settled | self.withdrawn,
                "gate_open": self.gate and not self._is_open(structure=True),
                "structure_settled_at": 0.0,
                "quiet": QUIET,
                "parked": len(self._parked),
                "held": [token for token in held if token["token"] in question["tokens"]],
            }
        )

    def _settle(self, message: dict[str, Any], content: bytes | None) -> None:
        kind = "batch" if content is None else "media"
        said = orjson.dumps({**message["batch"], "kind": kind})
        batch = decode_batch(said, open_codec(), content)
        if batch.id in self._settled:
            return
        self._settled.add(batch.id)
        self.requests += message["requests"]
        for envelope, result in zip(batch.envelopes, message["results"], strict=True):
            self._learn(batch, envelope, result)
        if not self._is_missing(structure=True):
            self._next_round(structure=True)
            if not self._is_missing(structure=False):
                self._next_round(structure=False)
        if not self._parked and self._settled >= self.batches.keys():
            self.finished.set()

    def _learn(self, batch: Batch[Any], envelope: Envelope[Any], result: dict[str, Any]) -> None:
        self._parked.pop(envelope.number, None)
        self.refusals[envelope.number] = result.get("errors", [])
        if result["outcome"] != "parked":
            self.outcomes[result["outcome"]] += 1
            return
        if rest := result.get("remainder"):
            command = open_codec().decode(rest["command"], rest["data"])
            envelope = evolve(envelope, command=command, data=None)
        waiting = evolve(envelope, sends=result["sends"])
        self._parked[envelope.number] = Parked(batch, waiting, tuple(result["wants"]))

    def _is_missing(self, *, structure: bool) -> bool:
        return any(
            batch.id not in self._settled
            for batch in self.batches.values()
            if (batch.lane is None) == structure
        )

    def _is_open(self, *, structure: bool) -> bool:
        parked = any((one.batch.lane is None) == structure for one in self._parked.values())
        return parked or self._is_missing(structure=structure)

    def _next_round(self, *, structure: bool) -> None:
        """Send again what is parked; what a round did not help has failed."""
        again = [one for one in self._parked.values() if (one.batch.lane is None) == structure]
        if not again:
            return
        if self._rounds and len(self._parked) == self._before:
            self.outcomes["failed"] += len(self._parked)
            self._parked.clear()
            return
        self._rounds, self._before = self._rounds + 1, len(self._parked)
        for batch in _round(sorted(again, key=_place), self._rounds):
            self.batches[batch.id] = batch
            self.transport.publish(batch)


def _given(properties: Any) -> dict[str, str]:
    """Return the properties of a message that it has."""
    names = ("type", "message_id", "correlation_id", "content_type", "reply_to", "expiration")
    found = {name: getattr(properties, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _place(one: Parked) -> tuple[int, int]:
    command = one.envelope.command
    return command.rank if isinstance(command, Upsertable) else LAST, one.envelope.number


def _round(parked: Sequence[Parked], number: int) -> Iterator[Batch[Any]]:
    """Yield the batches of a round: what is alike together, suspects and files alone."""
    groups: dict[object, list[Parked]] = {}
    for one in parked:
        alone = one.envelope.number if one.alone or one.envelope.attachment else 0
        groups.setdefault((one.batch.lane, type(one.envelope.command), alone), []).append(one)
    for seq, group in enumerate(groups.values(), 1):
        yield evolve(
            group[0].batch,
            producer=f"r{number}",
            seq=seq,
            envelopes=tuple(one.envelope for one in group),
            round=number,
            reason="round",
            gated=False,
        )


@contextmanager
def recording(
    transport: RabbitTransport, address: Address, batches: Iterable[Batch[Any]]
) -> Iterator[FakeRecorder]:
    """Have *batches*, which were published, recorded in a thread."""
    recorder = FakeRecorder(transport, {batch.id: batch for batch in batches})
    with with_channel(address) as channel:
        channel.basic_qos(prefetch_count=50)
        channel.basic_consume(f"{address.name}.outcomes", recorder.take)
        heard = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(heard, f"{address.name}.events", "#")
        channel.basic_consume(heard, recorder.hear, auto_ack=True)
        thread = Thread(target=channel.start_consuming, daemon=True)
        thread.start()
        try:
            yield recorder
        finally:
            channel.connection.add_callback_threadsafe(channel.stop_consuming)
            thread.join(10)
