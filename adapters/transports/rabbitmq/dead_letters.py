"""What was put aside: read by number, and forgotten when the reader asks for what comes behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Any

from attrs import define, field

from importbus.adapters.transports.rabbitmq.driver import Hooks, Link, Received
from importbus.adapters.transports.rabbitmq.lanes import REASON_HEADER
from importbus.adapters.transports.rabbitmq.messages import Message, json_of
from importbus.adapters.transports.sqlite_queue import DeadLetter
from importbus.bus.errors import UndecodableMessage

AHEAD = 100
"""Dead letters that are here at once."""


@define(eq=False)
class DeadLetters:
    """The reading end of the queue of dead letters; for one reader, the recorder.

    Letters are numbered as they arrive. Those that the reader has left behind are acknowledged;
    the others come again, to whoever reads next, when this process dies.
    """

    _connect: Callable[[Hooks, str, int], Link]
    _queue: str
    _link: Link | None = field(default=None, init=False)
    _inbox: deque[Received] = field(factory=deque, init=False)
    _letters: dict[int, Received] = field(factory=dict, init=False)
    _last: int = field(default=0, init=False)
    _lock: Any = field(factory=Lock, init=False)

    def after(self, number: int) -> list[DeadLetter]:
        """Return what was put aside behind *number*, oldest first, and forget what is not.

        Raises:
            TransportUnavailable: The broker cannot be reached; nothing more is forgotten.
        """
        with self._lock:
            link = self._open()
            for place in [one for one in self._letters if one <= number]:
                link.ack(self._letters.pop(place).tag)
            for _ in range(2):  # what was sent before the second answer is here then
                link.count(self._queue)
            while self._inbox:
                self._last += 1
                self._letters[self._last] = self._inbox.popleft()
            return [_letter(place, one.message) for place, one in self._letters.items()]

    def close(self) -> None:
        """Let others read what is not forgotten."""
        with self._lock:
            if self._link:
                self._link.close()

    def _open(self) -> Link:
        if self._link is None or self._link.error:
            self._letters.clear()  # they come again, under new numbers
            self._inbox.clear()
            self._link = self._connect(Hooks(delivered=self._inbox.append), "dead letters", AHEAD)
            self._link.consume(self._queue)
        return self._link


def _letter(place: int, message: Message) -> DeadLetter:
    try:
        body = json_of(message)
    except UndecodableMessage:
        body = b""
    return DeadLetter(place, message.id, _reason(message), body)


def _reason(message: Message) -> str:
    """Return the reason that was given, or what the broker did on its own."""
    if given := message.headers.get(REASON_HEADER):
        return str(given)
    deaths = message.headers.get("x-death")
    last = deaths[0] if isinstance(deaths, list) and deaths else None
    why = last.get("reason") if isinstance(last, dict) else None
    if why == "delivery_limit":
        return "It was delivered as often as the broker allows, and never settled."
    return f"The broker has put it aside: {why or 'it does not say why'}."
