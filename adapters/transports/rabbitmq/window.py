"""What was published and is not confirmed, lane by lane; decides, and sends nothing itself.

A lane keeps everything from its first unconfirmed batch on, those behind it included that are
confirmed already: after a lost connection or a refusal all of them are published again, in order.
Whoever gets one a second time knows it by its id.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from attrs import define, field

from importbus.adapters.transports.rabbitmq.messages import Message

BATCHES = 64
"""Batches on their way at once; by measurement more gain nothing."""

BYTES = 16 * 1024 * 1024
"""Bytes on their way at once (I7); a single larger batch goes by itself."""


@define(eq=False)
class Pending:
    """A batch on its way.

    Attributes:
        lane: The routing key of its lane.
        message: What is sent.
        attempts: How often it was sent.
        stored: Whether the broker has confirmed it, now or before.
    """

    lane: str
    message: Message = field(repr=False)
    attempts: int = 0
    stored: bool = False
    tag: int = 0
    confirmed: bool = False
    unroutable: bool = False


@define(eq=False)
class ConfirmWindow:
    """Batches on their way, at most so many, and so many bytes."""

    most: int = BATCHES
    most_bytes: int = BYTES
    refused: set[str] = field(factory=set, init=False)
    """Lanes in which a batch was not taken; they are to be published ``again``."""
    _lanes: dict[str, deque[Pending]] = field(factory=dict, init=False)
    _tags: dict[int, Pending] = field(factory=dict, init=False)
    _count: int = field(default=0, init=False)
    _bytes: int = field(default=0, init=False)

    def __len__(self) -> int:
        """Count the batches that are kept."""
        return self._count

    def __iter__(self) -> Iterator[Pending]:
        """Yield what is kept, lane by lane, each in its order."""
        return (pending for lane in self._lanes.values() for pending in lane)

    def in_lane(self, lane: str) -> int:
        """Return how many batches of *lane* are kept."""
        return len(self._lanes.get(lane, ()))

    def find(self, lane: str, batch_id: str) -> Pending | None:
        """Return the batch of that id that is on its way in *lane*, if any."""
        return next((one for one in self._lanes.get(lane, ()) if one.message.id == batch_id), None)

    def has_room(self, size: int) -> bool:
        """Whether a batch of *size* bytes may be added."""
        return not self._count or (
            self._count < self.most and self._bytes + size <= self.most_bytes
        )

    def add(self, lane: str, message: Message) -> Pending:
        """Put *message* behind the others of *lane*."""
        pending = Pending(lane, message)
        self._lanes.setdefault(lane, deque()).append(pending)
        self._count, self._bytes = self._count + 1, self._bytes + message.size
        return pending

    def sent(self, pending: Pending, tag: int) -> None:
        """Remember that *pending* was sent once more, with *tag*."""
        pending.tag, pending.attempts = tag, pending.attempts + 1
        self._tags[tag] = pending

    def settle(self, tag: int, *, multiple: bool, stored: bool) -> None:
        """Take the broker's word on *tag*, with *multiple* on all before it, too."""
        tags = [one for one in self._tags if one <= tag] if multiple else [tag]
        for one in tags:
            pending = self._tags.pop(one, None)
            if pending and pending.tag == one:  # not one that was sent again since
                self._settle(pending, stored=stored)

    def unroutable(self, batch_id: str) -> None:
        """No queue took the batch of that id: the confirmation that follows is none."""
        for pending in self:
            if pending.message.id == batch_id:
                pending.unroutable = True

    def again(self, lane: str) -> list[Pending]:
        """Return what is to be published again in *lane*, in order; none of it is confirmed now."""
        self.refused.discard(lane)
        pending = list(self._lanes.get(lane, ()))
        for one in pending:
            one.tag, one.confirmed, one.unroutable = 0, False, False
        return pending

    def lose(self) -> None:
        """The connection was lost: every lane that has something on its way was not taken."""
        self._tags.clear()
        self.refused |= self._lanes.keys()

    def _settle(self, pending: Pending, *, stored: bool) -> None:
        if pending.unroutable or not stored:
            self.refused.add(pending.lane)
            return
        pending.stored = pending.confirmed = True
        lane = self._lanes[pending.lane]
        while lane and lane[0].confirmed:
            self._count, self._bytes = self._count - 1, self._bytes - lane.popleft().message.size
        if not lane:
            del self._lanes[pending.lane]
