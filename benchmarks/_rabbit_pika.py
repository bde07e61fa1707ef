"""One side of the lanes of importbus with pika and nothing else: the same messages and queues."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import Any

import pika  # type: ignore[import-untyped]
from attrs import define, field

from _broker import FLEET, LANES
from _rabbit_commands import Work
from _rabbit_importbus import LINES, batches, codec, opened
from _sides import say
from importbus.adapters.transports.rabbitmq.messages import BatchMessages, Message

WINDOW = 64
"""Batches on their way, as many as in the transport of importbus."""

Sent = tuple[str, bytes, Any]
"""Lane, body and properties."""


@define(eq=False)
class Publishing:
    """Publishes messages to their lanes, in a window of confirms, from callbacks."""

    url: str
    messages: Iterator[Sent]
    waiting: set[int] = field(factory=set)
    tag: int = 0
    began: float = 0.0
    seconds: float = 0.0
    connection: Any = None
    channel: Any = None

    def run(self) -> float:
        """Return the seconds from the first message to the last confirm."""
        self.connection = connected(self.url, self.on_open)
        self.connection.ioloop.start()
        return self.seconds

    def on_open(self, channel: Any) -> None:
        """Ask for confirms, and begin."""
        self.channel = channel
        channel.confirm_delivery(self.on_confirm, callback=lambda frame: self.begin())

    def begin(self) -> None:
        """Fill the window for the first time."""
        self.began = perf_counter()
        self.fill()

    def fill(self) -> None:
        """Send while there is room."""
        while len(self.waiting) < WINDOW and (following := next(self.messages, None)):
            lane, body, properties = following
            self.tag += 1
            self.waiting.add(self.tag)
            self.channel.basic_publish(f"{FLEET}.commands", lane, body, properties, mandatory=True)

    def on_confirm(self, frame: Any) -> None:
        """Go on, or end with the last."""
        tag, multiple = frame.method.delivery_tag, frame.method.multiple
        self.waiting -= {one for one in self.waiting if one == tag or (multiple and one < tag)}
        self.fill()
        if not self.waiting:
            self.seconds = perf_counter() - self.began
            self.connection.ioloop.stop()


def publish(url: str, count: int) -> float:
    """Publish the messages of the same batches; return the seconds."""
    opened(url).close()  # makes the queues
    messages = BatchMessages(codec(), LANES)
    ready = [sent(batch.lane, messages.encode(batch, at=0)) for batch in batches(count)]
    size = len(ready[0][1])
    print(f"{LINES} commands a batch, of {size:,} bytes", file=sys.stderr)
    return Publishing(url, iter(ready)).run()


def sent(lane: int | None, message: Message) -> Sent:
    """Return *message* as pika has it."""
    properties = pika.BasicProperties(
        message_id=message.id,
        correlation_id=message.correlation,
        type=message.kind,
        content_type=message.content_type,
        headers=dict(message.headers),
        timestamp=message.timestamp,
        delivery_mode=pika.DeliveryMode.Persistent.value,
        app_id="importbus",
    )
    return f"lane.{lane}", message.body, properties


def consume(url: str, count: int) -> float:
    """Take the batches of all lanes, each acknowledged before the next; return the seconds."""
    work = Work(count)

    def take(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        channel.basic_ack(method.delivery_tag)
        work.one(LINES)

    def on_open(lane: int, channel: Any) -> None:
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume(f"{FLEET}.lane.{lane}", take)

    connection = connected(url, *(partial(on_open, lane) for lane in range(LANES)))
    work.over = connection.ioloop.stop
    connection.ioloop.start()
    return work.seconds


def connected(url: str, *on_open: Callable[[Any], None]) -> Any:
    """Return a connection that opens a channel for each of *on_open*."""

    def open_channels(connection: Any) -> None:
        for one in on_open:
            connection.channel(on_open_callback=one)

    return pika.SelectConnection(pika.URLParameters(url), on_open_callback=open_channels)


if __name__ == "__main__":
    side, place, number = sys.argv[1:]
    say(str({"publish": publish, "consume": consume}[side](place, int(number))))
