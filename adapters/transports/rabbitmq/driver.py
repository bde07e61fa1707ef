"""Links to a broker, each a connection with one channel: the one door to pika.

Callers' threads ask, and wait for the answer; the thread of the loop does nothing but that, and
hands on what arrives. A link that was lost is never opened again: what belongs to it, such as a
delivery tag, has ended with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Lock
from typing import Any

import pika  # type: ignore[import-untyped]
from attrs import frozen
from loguru import logger
from pika import exceptions, spec

from importbus.adapters.transports.rabbitmq import failures
from importbus.adapters.transports.rabbitmq.address import Address
from importbus.adapters.transports.rabbitmq.connecting import parameters_of, translated
from importbus.adapters.transports.rabbitmq.loop import Loop
from importbus.adapters.transports.rabbitmq.messages import APP, Message
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.bus.errors import BusError

logging.getLogger("pika").addHandler(logging.NullHandler())  # what it says comes as an error, too

DELIVERY_COUNT = "x-delivery-count"
"""The header in which a quorum queue says how often a message was delivered before."""

FRAME = 131_072
"""Bytes of a frame that headers may fill; what pika asks for, and RabbitMQ gives by itself."""

POLITE = 1.0
"""Seconds to wait for the answer to a polite end."""


@frozen
class Received:
    """A message that has arrived; ``tag`` names it on its link."""

    tag: int
    message: Message

    @property
    def deliveries(self) -> int:
        """How often it was delivered before."""
        count = self.message.headers.get(DELIVERY_COUNT)
        return count if isinstance(count, int) and count > 0 else 0  # a stranger may have set it


@frozen
class Count:
    """What a queue has: messages that nobody has in work, and consumers."""

    ready: int
    consumers: int


@frozen
class Hooks:
    """What a link calls, in the thread of the loop: it must return at once.

    Attributes:
        delivered: With each message of what is consumed.
        confirmed: With a tag, whether all before it are meant, and whether it is stored.
        unroutable: With the id of a message that no queue took; its confirmation follows.
        lost: When the link has ended, once.
        blocked: With the broker's reason when it takes nothing more, and None when it does again.
    """

    delivered: Callable[[Received], None] = lambda received: None
    confirmed: Callable[[int, bool, bool], None] = lambda tag, multiple, stored: None
    unroutable: Callable[[str], None] = lambda message_id: None
    lost: Callable[[], None] = lambda: None
    blocked: Callable[[str | None], None] = lambda reason: None


class Link:
    """A connection with one channel in confirm mode; thread-safe.

    Args:
        loop: The thread that does the work.
        address: Where the broker is.
        hooks: What to call.
        purpose: What it is for, as the broker's lists of connections show it.
        prefetch: Messages that may be here and not acknowledged; 0 for no limit.

    Raises:
        TransportUnavailable: The broker is out of reach, or refuses the caller.
        ConfigurationError: The certificates cannot be used.
    """

    def __init__(
        self, loop: Loop, address: Address, hooks: Hooks, purpose: str, *, prefetch: int = 0
    ) -> None:
        self._loop, self._address, self._hooks = loop, address, hooks
        self._prefetch = prefetch
        self._lock = Lock()
        self._tag = 0
        self._waiting: set[Future[Any]] = set()
        self._ended: Future[None] = Future()
        self._connection: Any = None
        self._channel: Any = None
        self._nothing_there: Callable[[], None] = lambda: None
        self.error: BusError | None = None
        """Why it was lost; None while it is open."""
        parameters = parameters_of(address, purpose)
        loop.add(self)
        self._wait(lambda opened: self._connect(parameters, opened))

    # What callers ask for.

    def declare(self, topology: Topology) -> None:
        """Make the exchanges and queues that are not there yet.

        Raises:
            ConfigurationError: One is there with other settings.
            TransportUnavailable: The link was lost, or the user may not.
        """
        for name, kind in ((topology.commands, "direct"), (topology.events, "topic")):
            self._declared("exchange_declare", exchange=name, exchange_type=kind, durable=True)
        for queue in topology.queues:
            arguments = dict(queue.arguments)
            self._declared("queue_declare", queue=queue.name, durable=True, arguments=arguments)
            if queue.key:
                to = {"exchange": topology.commands, "routing_key": queue.key}
                self._declared("queue_bind", queue=queue.name, **to)

    def count(self, queue: str) -> Count:
        """Return what *queue* has; all that was asked of this link before has been done then."""
        answer = self._ask("queue_declare", queue=queue, passive=True)
        return Count(answer.method.message_count, answer.method.consumer_count)

    def listen(self, exchange: str, most: int, key: str = "#") -> str:
        """Consume what goes to *exchange* from now on; return the queue that is made for it.

        The queue ends with this link, and drops the oldest beyond *most*. *key* is a pattern of
        routing keys; without it everything is heard.
        """
        arguments = {"x-max-length": most, "x-overflow": "drop-head"}
        made = self._ask("queue_declare", queue="", exclusive=True, arguments=arguments)
        name = str(made.method.queue)
        self._ask("queue_bind", queue=name, exchange=exchange, routing_key=key)
        self.consume(name)
        return name

    def consume(self, queue: str, *, auto_ack: bool = False) -> None:
        """Have the messages of *queue* delivered, each to be acknowledged by its tag.

        With *auto_ack* the broker forgets them as it sends them.
        """
        self._ask(
            "basic_consume", queue=queue, on_message_callback=self._on_message, auto_ack=auto_ack
        )

    def get(self, queue: str) -> Received | None:
        """Return the first message of *queue*, to be acknowledged or put back; None if empty."""
        found: Received | None = self._wait(partial(self._get, queue))
        return found

    def publish(self, message: Message, exchange: str, key: str, *, mandatory: bool = True) -> int:
        """Send *message*; return the tag by which it will be confirmed or refused."""
        with self._lock:  # tags are numbered in the order in which the loop sends
            self._tag += 1
            to = {"exchange": exchange, "routing_key": key, "mandatory": mandatory}
            properties = _properties(message)
            self._do("basic_publish", body=message.body, properties=properties, **to)
            return self._tag

    def ack(self, tag: int) -> None:
        """Acknowledge that one message."""
        self._do("basic_ack", delivery_tag=tag)

    def put_back(self, tag: int) -> None:
        """Let that one message be delivered again."""
        self._do("basic_nack", delivery_tag=tag, requeue=True)

    def drop(self) -> None:
        """End the connection as a process does that dies: without a word of AMQP.

        Closing politely would let the next message of a lane overtake what was not acknowledged.
        """
        self._loop.call(self._drop)
        if not self._has_ended(self._address.connection_timeout):
            logger.warning("The connection to {} does not end.", self._address)

    def fail(self, error: Exception) -> None:
        """The driver has failed with *error*, in the thread of the loop."""
        self._lose(translated(self._address, error))
        self._drop()

    def close(self) -> None:
        """End the connection politely, or without a word when there is no answer."""
        self._loop.call(self._close)
        if not self._has_ended(POLITE):
            self.drop()

    # How they are answered.

    def _declared(self, method: str, **arguments: Any) -> None:
        try:
            self._ask(method, **arguments)
        except failures.PreconditionFailed as error:
            raise failures.otherwise_declared(self._address, error) from error

    def _ask(self, method: str, **arguments: Any) -> Any:
        def begin(answer: Future[Any]) -> None:
            getattr(self._channel, method)(callback=partial(_answer, answer), **arguments)

        return self._wait(begin)

    def _wait(self, begin: Callable[[Future[Any]], None]) -> Any:
        answer: Future[Any] = Future()
        self._waiting.add(answer)
        self._loop.call(partial(self._guarded, partial(begin, answer)))
        try:
            return answer.result(self._address.connection_timeout)
        except TimeoutError:
            seconds = self._address.connection_timeout
            why = f"it gave no answer within {seconds} seconds"
            self._lose(failures.out_of_reach(self._address, why))
            self._loop.call(self._drop)
            raise self._lost() from None
        finally:
            self._waiting.discard(answer)

    def _do(self, method: str, **arguments: Any) -> None:
        self._loop.call(partial(self._guarded, lambda: getattr(self._channel, method)(**arguments)))

    def _guarded(self, action: Callable[[], None]) -> None:
        if self.error:
            self._fail_all(self._lost())
            return
        try:
            action()
        except exceptions.AMQPError as error:
            self._lose(translated(self._address, error))
            self._drop()

    def _get(self, queue: str, answer: Future[Any]) -> None:
        self._nothing_there = partial(_answer, answer, None)
        self._channel.basic_get(
            queue, callback=lambda _, method, properties, body: _answer(
                answer, _received(method, properties, body)
            )
        )  # fmt: skip

    def _has_ended(self, timeout: float) -> bool:
        try:
            self._ended.result(timeout)
        except TimeoutError:
            return False
        return True

    # What the loop calls, in its thread.

    def _connect(self, parameters: Any, opened: Future[Any]) -> None:
        self._connection = pika.SelectConnection(
            parameters,
            on_open_callback=partial(self._on_connected, opened),
            on_open_error_callback=self._on_closed,
            on_close_callback=self._on_closed,
            custom_ioloop=self._loop.io,
        )

    def _on_connected(self, opened: Future[Any], connection: Any) -> None:
        connection.add_on_connection_blocked_callback(
            lambda _, frame: self._hooks.blocked(frame.method.reason)
        )
        connection.add_on_connection_unblocked_callback(lambda _, frame: self._hooks.blocked(None))
        connection.channel(on_open_callback=partial(self._on_channel, opened))

    def _on_channel(self, opened: Future[Any], channel: Any) -> None:
        self._channel = channel
        if 0 < self._connection.params.frame_max < FRAME:
            self._lose(failures.small_frames(self._address, self._connection.params.frame_max))
            self._drop()
            return
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_cancel_callback(self._on_cancelled)
        channel.add_on_return_callback(
            lambda _, method, properties, body: self._hooks.unroutable(properties.message_id or "")
        )
        channel.add_callback(
            lambda frame: self._nothing_there(), [spec.Basic.GetEmpty], one_shot=False
        )
        channel.basic_qos(prefetch_count=self._prefetch)
        channel.confirm_delivery(self._on_confirm, callback=partial(_answer, opened))

    def _on_message(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._hooks.delivered(_received(method, properties, body))

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        stored = isinstance(method, spec.Basic.Ack)
        self._hooks.confirmed(method.delivery_tag, method.multiple, stored)

    def _on_cancelled(self, frame: Any) -> None:
        self._lose(failures.out_of_reach(self._address, "a queue that was consumed is gone"))
        self._drop()

    def _on_channel_closed(self, channel: Any, reason: Exception) -> None:
        self._lose(translated(self._address, reason))
        self._drop()

    def _on_closed(self, connection: Any, reason: Exception) -> None:
        self._lose(translated(self._address, reason))
        if not self._ended.done():
            self._ended.set_result(None)

    def _drop(self) -> None:
        if self._connection and not self._connection.is_closed:
            # pika has no public way to end a connection without a word of AMQP.
            self._connection._terminate_stream(exceptions.ConnectionClosedByClient(0, "dropped"))

    def _close(self) -> None:
        if self._connection and self._connection.is_open:
            self._connection.close()
        else:
            self._drop()

    def _lose(self, error: BusError) -> None:
        with self._lock:
            if self.error:
                return
            self.error = error
        self._fail_all(error)
        self._hooks.lost()

    def _fail_all(self, error: BusError) -> None:
        for answer in list(self._waiting):
            if not answer.done():
                answer.set_exception(error)

    def _lost(self) -> BusError:
        return self.error or failures.out_of_reach(self._address, "the connection has ended")


def _answer(answer: Future[Any], found: Any) -> None:
    if not answer.done():  # whoever waited may have given up
        answer.set_result(found)


def _received(method: Any, properties: Any, body: bytes) -> Received:
    message = Message(
        body,
        properties.message_id or "",
        properties.correlation_id or "",
        properties.type or "",
        properties.content_type or "",
        properties.headers or {},
        properties.timestamp or 0,
        properties.reply_to or "",
    )
    return Received(method.delivery_tag, message)


def _properties(message: Message) -> Any:
    return pika.BasicProperties(
        message_id=message.id or None,
        correlation_id=message.correlation or None,
        type=message.kind,
        content_type=message.content_type,
        headers=dict(message.headers),
        timestamp=message.timestamp,
        delivery_mode=pika.DeliveryMode.Persistent.value,
        app_id=APP,
        reply_to=message.reply_to or None,
        expiration=str(1000 * message.expires) if message.expires else None,
    )
