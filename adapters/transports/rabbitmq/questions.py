"""Questions to the recorder, and its answers, by RabbitMQ's direct reply-to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any
from uuid import uuid4

from attrs import define, evolve, field

from importbus.adapters.transports.rabbitmq.driver import Hooks, Link, Received
from importbus.adapters.transports.rabbitmq.failures import BrokerRefused
from importbus.adapters.transports.rabbitmq.messages import Message
from importbus.bus.errors import TransportClosed, TransportUnavailable

REPLIES = "amq.rabbitmq.reply-to"
"""What a question names as the queue of its answer. Source: rabbitmq.com/docs/direct-reply-to."""


@define(eq=False)
class Questions:
    """Asks who consumes *queue*, and waits for the answers; thread-safe.

    A question that nobody took in time is forgotten by the broker.
    """

    _connect: Callable[[Hooks], Link]
    _queue: str
    _waiting: dict[str, Future[bytes]] = field(factory=dict, init=False)
    _link: Link | None = field(default=None, init=False)
    _closed: bool = field(default=False, init=False)
    _lock: Any = field(factory=Lock, init=False)

    def ask(self, message: Message, seconds: int) -> bytes | None:
        """Return the answer to *message*; None when none came within *seconds*.

        Raises:
            TransportUnavailable: The broker cannot be reached, or was lost meanwhile.
            TransportClosed: ``close`` was called.
        """
        answer: Future[bytes] = Future()
        question = evolve(message, id=uuid4().hex, reply_to=REPLIES, expires=seconds)
        self._waiting[question.id] = answer
        try:
            self._open().publish(question, "", self._queue)
            return answer.result(seconds)
        except TimeoutError:
            return None
        finally:
            del self._waiting[question.id]

    def close(self) -> None:
        """End the connection; whoever waits gets ``TransportClosed``."""
        self._closed = True
        with self._lock:
            if self._link:
                self._link.close()
        self._on_lost()

    def _open(self) -> Link:
        with self._lock:
            if self._closed:
                raise _closed()
            if self._link is None or self._link.error:
                link = self._connect(Hooks(delivered=self._on_answer, lost=self._on_lost))
                link.consume(REPLIES, auto_ack=True)
                self._link = link
            return self._link

    def _on_answer(self, received: Received) -> None:
        answer = self._waiting.get(received.message.correlation)
        if answer and not answer.done():
            answer.set_result(received.message.body)

    def _on_lost(self) -> None:
        error = self._link.error if self._link else None
        refused = error if isinstance(error, BrokerRefused) else None
        for answer in list(self._waiting.values()):
            if not answer.done():
                answer.set_exception(_closed() if self._closed else refused or _lost())


def _closed() -> TransportClosed:
    return TransportClosed("Nobody is asked: the queue is closed.")


def _lost() -> TransportUnavailable:
    return TransportUnavailable("The connection was lost before the recorder's answer came.")
