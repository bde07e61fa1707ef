"""The reading end of the queue of outcomes, for the recorder."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Event

from attrs import define, field

from importbus.adapters.transports.rabbitmq.driver import Hooks, Link, Received
from importbus.adapters.transports.rabbitmq.inquiry import Inquiry
from importbus.adapters.transports.rabbitmq.messages import Message, content_in, json_of
from importbus.adapters.transports.rabbitmq.topology import Topology
from importbus.bus.errors import BusError, LaneHeld, LaneLost, TransportError

AHEAD = 200
"""Messages that are here at once."""


@define(eq=False)
class OutcomeQueue:
    """The hold of the queue of outcomes, which one process has at a time.

    The broker gives messages to one consumer alone (single active consumer). What is not
    acknowledged comes again, in its order, to whoever holds it next.

    Attributes:
        arrived: Set when something is here, or the hold was lost.

    Raises:
        LaneHeld: Another process holds it.
        TransportUnavailable: The broker cannot be reached.
    """

    _connect: Callable[[Hooks, str, int], Link]
    _topology: Topology
    _inquiry: Inquiry
    _bury: Callable[[Message, str], None]
    arrived: Event = field(factory=Event)
    _inbox: deque[Received] = field(factory=deque, init=False)
    _link: Link = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Take it."""
        queue = self._topology.outcomes
        self._must_be_alone(0)
        hooks = Hooks(delivered=self._on_delivered, lost=self.arrived.set)
        self._link = self._connect(hooks, "outcomes", AHEAD)
        try:
            self._link.consume(queue)
            self._must_be_alone(1)  # of two who came at the same moment neither is the recorder
        except BusError:
            self._link.drop()
            raise

    def _must_be_alone(self, consumers: int) -> None:
        queue = self._topology.outcomes
        if self._inquiry.count(queue).consumers > consumers:
            raise LaneHeld(f"{queue} is held by another recorder.")

    def next(self) -> OutcomeMessage | None:
        """Return the next message that is here; None when there is none.

        Raises:
            LaneLost: The connection was lost; what was not acknowledged comes again.
        """
        self.must_hold()
        return OutcomeMessage(self._inbox.popleft(), self) if self._inbox else None

    @property
    def is_held(self) -> bool:
        """Whether the connection is there."""
        return self._link.error is None

    def must_hold(self) -> None:
        """Raise ``LaneLost`` when the connection was lost."""
        if self._link.error:
            queue = self._topology.outcomes
            raise LaneLost(f"{queue} is not held here any more ({self._link.error}).")

    def close(self) -> None:
        """Let others have it, with everything that is not acknowledged, in its order."""
        with suppress(TransportError):  # a broker that does not answer is left without its word
            self._link.count(self._topology.outcomes)  # all acknowledgements have arrived then
        self._link.drop()

    def acknowledge(self, received: Received) -> None:
        """Have the broker forget it."""
        self._link.ack(received.tag)

    def put_aside(self, received: Received, reason: str) -> None:
        """Keep it as a dead letter with *reason*; raises ``TransportUnavailable``."""
        self._bury(received.message, reason)
        self._link.ack(received.tag)

    def answer(self, received: Received, message: Message) -> None:
        """Send *message* to who asked; when it is gone, nobody gets it."""
        self._link.publish(message, "", received.message.reply_to, mandatory=False)

    def _on_delivered(self, received: Received) -> None:
        self._inbox.append(received)
        self.arrived.set()


@define(eq=False)
class OutcomeMessage:
    """One message of the queue of outcomes."""

    _received: Received
    _queue: OutcomeQueue

    @property
    def batch_id(self) -> str:
        """The id that it has, or had before it was put aside."""
        return self._received.message.id

    @property
    def body(self) -> bytes:
        """Its JSON; raises ``UndecodableMessage`` when there is none."""
        return json_of(self._received.message)

    @property
    def content(self) -> bytes | None:
        """The bytes of a file that came along, if any."""
        return content_in(self._received.message)

    def ack(self) -> None:
        """Forget it: what it says is durable elsewhere."""
        self._queue.acknowledge(self._received)

    def reject(self, reason: str) -> None:
        """Keep it as a dead letter; raises ``TransportUnavailable``, and it comes again."""
        self._queue.put_aside(self._received, reason)

    def answer(self, body: bytes) -> None:
        """Answer who asked, if anybody did, and forget the question."""
        asked = self._received.message
        if asked.reply_to:
            reply = Message(body, correlation=asked.id, kind=asked.kind, headers={})
            self._queue.answer(self._received, reply)
        self.ack()
