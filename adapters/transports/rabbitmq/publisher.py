"""Publishing with confirms in a window, over connections that may be lost.

Callers drive it: whoever submits, waits or flushes also connects again and publishes again what
needs it. So there is no timer, and no work that nobody waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Condition, Lock
from typing import Any, TypeVar

from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.transports.rabbitmq.driver import Hooks, Link
from importbus.adapters.transports.rabbitmq.failures import BrokerRefused
from importbus.adapters.transports.rabbitmq.messages import Message
from importbus.adapters.transports.rabbitmq.pauses import Pauses
from importbus.adapters.transports.rabbitmq.window import ConfirmWindow, Pending
from importbus.bus.errors import BusError, TransportClosed, TransportUnavailable
from importbus.bus.ports import Clock

T = TypeVar("T")

LOOK = 1.0
"""Seconds after which whoever waits looks whether the link is still there."""


@frozen
class _Note:
    """A message beside the lanes, and the word of the broker on it."""

    message: Message
    answer: Future[None] = field(factory=Future)

    def settle(self, error: BusError | None) -> None:
        if self.answer.done():
            return
        if error:
            self.answer.set_exception(error)
        else:
            self.answer.set_result(None)


@define(eq=False)
class Publisher:
    """The sending end of a transport; thread-safe.

    Attributes:
        connect: Opens a link with the hooks given; raises ``TransportUnavailable``.
        prepare: Makes on every new link what is not there, or sees that it is.
        commands: The exchange that batches go to.
        clock: Its monotonic time bounds the waits.
        patience: Seconds to wait for a confirmation, reconnecting as often as necessary.
        pauses: How long to wait between two tries to connect.
    """

    connect: Callable[[Hooks], Link]
    prepare: Callable[[Link], None]
    commands: str
    clock: Clock
    patience: float
    pauses: Pauses
    blocked: str | None = field(default=None, init=False)
    """Why the broker takes nothing now, in its own words; None when it does."""
    _window: ConfirmWindow = field(factory=ConfirmWindow, init=False)
    _changed: Condition = field(factory=Condition, init=False)
    _mending: Any = field(factory=Lock, init=False)
    _link: Link | None = field(default=None, init=False)
    _notes: dict[int, _Note] = field(factory=dict, init=False)
    _refused: BrokerRefused | None = field(default=None, init=False)
    """Why the last link was ended, when that is for want of a right and nobody has heard of it."""
    _closed: bool = field(default=False, init=False)

    def submit(self, lane: str, message: Message) -> Pending:
        """Send *message* to *lane* and return before it is confirmed; wait while there is no room.

        One of the same id that is on its way already is not sent a second time.

        Raises:
            TransportUnavailable: No room within the patience; the message was not taken.
            TransportClosed: ``close`` was called.
        """
        return self._await(partial(self._submitted, lane, message), f"Batch {message.id}")

    def wait(self, pending: Pending) -> None:
        """Return when *pending* is confirmed.

        Raises:
            TransportUnavailable: It is not, within the patience. It may be stored, and stays on
                its way: submitting it again waits for the same.
            TransportClosed: ``close`` was called.
        """
        self._await(lambda: pending.stored or None, f"Batch {pending.message.id}")

    def flush(self) -> None:
        """Return when everything is confirmed; raises as ``wait`` does."""
        self._await(lambda: not len(self._window) or None, "What was submitted")

    def tell(
        self,
        message: Message,
        exchange: str,
        key: str,
        *,
        mandatory: bool = True,
        patience: float | None = None,
    ) -> None:
        """Send *message* beside the lanes; return when it is confirmed, and try only once.

        *patience* is how many seconds to wait, if not as long as for a batch.

        Raises:
            TransportUnavailable: It is not confirmed; it may be stored.
            TransportClosed: ``close`` was called.
        """
        what, seconds = f"A message of kind {message.kind!r}", patience or self.patience
        send = partial(self._told, message, exchange, key, mandatory=mandatory)
        note = self._await(send, what, seconds)
        try:
            note.answer.result(seconds)
        except TimeoutError:
            raise self._unconfirmed(what, seconds) from None

    def mention(self, message: Message, exchange: str, key: str, *, mandatory: bool = True) -> None:
        """Send *message* beside the lanes, if that can be done now, and do not wait for a word.

        While the broker takes nothing it is dropped: nobody waits, so they would pile up here.
        """
        with self._changed:
            if self.blocked is None:
                self._told(message, exchange, key, mandatory=mandatory)

    def on_its_way(self, lane: str) -> int:
        """Return how many batches of *lane* are kept until they are confirmed."""
        with self._changed:
            return self._window.in_lane(lane)

    def close(self) -> None:
        """Give up what is not confirmed; whoever waits gets ``TransportClosed``."""
        with self._changed:
            self._closed = True
            self._fail_notes(TransportClosed("The queue is closed."))
            self._changed.notify_all()
        with self._mending:  # whoever connects just now has seen that it is closed afterwards
            if self._link:
                self._link.close()

    # What is tried, with the lock held; None when it has to wait.

    def _submitted(self, lane: str, message: Message) -> Pending | None:
        if known := self._window.find(lane, message.id):
            return known
        if self._link is None or self._is_broken() or not self._window.has_room(message.size):
            return None
        pending = self._window.add(lane, message)
        self._send(self._link, pending)
        return pending

    def _told(self, message: Message, exchange: str, key: str, *, mandatory: bool) -> _Note | None:
        if self._link is None or self._link.error:
            return None
        note = _Note(message)
        self._notes[self._link.publish(message, exchange, key, mandatory=mandatory)] = note
        return note

    def _send(self, link: Link, pending: Pending) -> None:
        message = pending.message.on_attempt(pending.attempts + 1)
        self._window.sent(pending, link.publish(message, self.commands, pending.lane))

    # Waiting, and mending on the way.

    def _await(
        self, attempt: Callable[[], T | None], what: str, patience: float | None = None
    ) -> T:
        seconds = patience or self.patience
        until = self.clock.monotonic() + seconds
        while True:
            with self._changed:
                if self._closed:
                    raise TransportClosed(f"{what} was not confirmed: the queue is closed.")
                if found := attempt():
                    return found
                left = until - self.clock.monotonic()
                if left <= 0:
                    raise self._unconfirmed(what, seconds)
                if not self._is_broken():
                    self._changed.wait(min(LOOK, left))
                    continue
            self._mend(what, left)

    def _is_broken(self) -> bool:
        return self._link is None or self._link.error is not None or bool(self._window.refused)

    def _mend(self, what: str, left: float) -> None:
        """Have an open link on which everything is published again that needs it."""
        with self._mending:
            if not self._is_broken():
                return  # somebody else has done it
            self._tell_refusal()
            self._pause(left)
            try:
                link = self._usable_link()
            except BrokerRefused:
                raise
            except TransportUnavailable as error:
                logger.warning("{} waits: {}", what, error)
                return
            self._publish_again(link)

    def _tell_refusal(self) -> None:
        """Raise what waiting does not mend; only once, since the right may be given meanwhile."""
        with self._changed:
            refused, self._refused = self._refused, None
            if refused:
                self._link = None
                raise refused

    def _pause(self, left: float) -> None:
        with self._changed:
            if seconds := min(self.pauses.next(), left):
                self._changed.wait_for(lambda: self._closed, seconds)

    def _usable_link(self) -> Link:
        link = self._link
        if link is None or link.error:
            link = self.connect(self._hooks())
        try:
            self.prepare(link)  # also what was deleted since: nobody took the batch
        except BusError:
            link.close()
            raise
        return link

    def _publish_again(self, link: Link) -> None:
        if self._closed:
            link.close()
            return
        with self._changed:
            self._link = link
            for lane in list(self._window.refused):
                for pending in self._window.again(lane):
                    self._send(link, pending)
            self._changed.notify_all()

    def _hooks(self) -> Hooks:
        return Hooks(
            confirmed=self._on_confirm,
            unroutable=self._on_unroutable,
            lost=self._on_lost,
            blocked=self._on_blocked,
        )

    # What the link calls. There is one link at a time: the next is made when this one has ended.

    def _on_confirm(self, tag: int, multiple: bool, stored: bool) -> None:
        with self._changed:
            for note in [one for one in self._notes if one == tag or (multiple and one < tag)]:
                self._notes.pop(note).settle(None if stored else not_taken())
            if stored:
                self.pauses.reset()
            else:
                logger.warning("The broker refuses a batch; its lane is published again.")
            self._window.settle(tag, multiple=multiple, stored=stored)
            self._changed.notify_all()

    def _on_unroutable(self, message_id: str) -> None:
        """The confirmation that follows says only that nobody wanted it."""
        with self._changed:
            logger.warning("No queue takes the message {}.", message_id)
            self._window.unroutable(message_id)
            for note in self._notes.values():
                if note.message.id == message_id:
                    note.settle(not_taken())

    def _on_lost(self) -> None:
        with self._changed:
            self.blocked = None
            self._window.lose()
            error = self._link.error if self._link else None
            refused = error if isinstance(error, BrokerRefused) else None
            if not self._notes:
                self._refused = refused
            self._fail_notes(refused or not_taken())
            self._changed.notify_all()

    def _on_blocked(self, reason: str | None) -> None:
        self.blocked = reason
        if reason is None:
            logger.info("The broker takes messages again.")
        else:
            logger.warning("The broker takes no more messages for now: {}.", reason)

    def _fail_notes(self, error: BusError) -> None:
        notes, self._notes = self._notes, {}
        for note in notes.values():
            note.settle(error)

    def _unconfirmed(self, what: str, seconds: float) -> TransportUnavailable:
        why = f" It takes no messages for now: {self.blocked}." if self.blocked else ""
        return TransportUnavailable(
            f"{what} was not confirmed by the broker within {seconds:g} seconds.{why}"
        )


def not_taken() -> TransportUnavailable:
    """Return the error of a message beside the lanes that is not confirmed."""
    return TransportUnavailable("The broker has not confirmed a message: it may not be stored.")
