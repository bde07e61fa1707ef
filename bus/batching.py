"""Open batches and when they leave: a pure core, time is an argument.

One `Batcher` serves one import. It keeps an open batch per command class and lane. A batch leaves
when it is full, on `flush`, when its oldest command has waited longer than `linger` and its lane
has nothing to do, or because another one must not leave before it:

- **rank**: before an upsert batch leaves, those of a lower rank in its lane leave first;
- **key**: a command that touches what an open batch of another class holds is held *behind* that
  batch. Its own batch still fills up; it merely leaves later. A command that would have to be on
  both sides of another batch closes what stands before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, Literal

from attrs import define, field, frozen

from importbus.bus.batches import Envelope
from importbus.bus.lanes import Route, is_tied
from importbus.bus.messages import LaneCommand, Upsertable

Reason = Literal["full", "rank", "key", "linger", "finish", "bound", "unchanged"]
"""Why a batch left."""

LINE_BYTES = 1_000_000
"""Most bytes of the commands of one key in a batch.

Source: akeneo/pim-api-docs, a line of a collection PATCH is at most 1,000,000 characters.
"""


@frozen
class Limits:
    """What an open batch may hold, and how long.

    Attributes:
        lines: Keys in a batch.
        commands: Commands in a batch.
        bytes: Bytes of the data of all commands of a batch.
        line_bytes: Bytes of the data of the commands of one key.
        open_bytes: Bytes in all open batches of the import together (I7).
        linger: Seconds that the oldest command of a batch waits while its lane has nothing to do.
    """

    lines: int = 100
    commands: int = 1000
    bytes: int = 4 * 1024 * 1024
    line_bytes: int = LINE_BYTES
    open_bytes: int = 64 * 1024 * 1024
    linger: float = 2.0


@frozen
class Departure:
    """A batch that leaves: its commands in the order of dispatch, and the word why."""

    lane: int | None
    command_type: type[LaneCommand]
    envelopes: tuple[Envelope[Any], ...]
    reason: Reason
    size: int = 0
    """The bytes of the data of all commands."""


@define(eq=False)
class _OpenBatch:
    """The commands of one class and lane that wait for company."""

    lane: int | None
    command_type: type[LaneCommand]
    limits: Limits
    since: float
    upsert: bool
    tied: bool  # whether they may concern others; see ``is_tied``
    alone: bool  # whether its commands concern nothing but their own key: upserts and files
    envelopes: list[Envelope[Any]] = field(factory=list)
    lines: dict[str, int] = field(factory=dict)  # identity to bytes
    touched: set[str] = field(factory=set)  # what its commands touch besides their own identity
    size: int = 0
    after: set[_OpenBatch] = field(factory=set)  # the batches that must leave before

    def has_room_for(self, envelope: Envelope[Any], identity: str) -> bool:
        """Whether a command more fits in; a batch that is full has left before it is asked."""
        if self.size + envelope.size > self.limits.bytes:
            return False
        line = self.lines.get(identity)
        return line is None or line + envelope.size <= self.limits.line_bytes

    def put(self, envelope: Envelope[Any], identity: str, touches: Set[str]) -> bool:
        """Take a command in; return whether the batch is full now."""
        size, lines, envelopes, limits = envelope.size, self.lines, self.envelopes, self.limits
        envelopes.append(envelope)
        lines[identity] = lines.get(identity, 0) + size
        if touches:
            self.touched.update(touches)
        self.size = total = self.size + size
        return (
            len(lines) >= limits.lines or len(envelopes) >= limits.commands or total >= limits.bytes
        )

    def holds(self, identity: str, tokens: Set[str], *, alone: bool) -> bool:
        """Whether a command of another class must keep its order with one in here."""
        if identity in self.lines:
            return True
        if alone and self.alone:
            return False
        apart = tokens.isdisjoint(self.touched) and tokens.isdisjoint(self.lines.keys())
        return identity in self.touched or not apart


class Batcher:
    """The open batches of one import; *special* gives the limits of classes that have their own."""

    def __init__(
        self,
        limits: Limits | None = None,
        special: Mapping[type[LaneCommand], Limits] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._special = special or {}
        self._open: dict[int | None, dict[type, _OpenBatch]] = {}  # by lane, by class
        self._size = 0

    @property
    def commands(self) -> int:
        """How many commands wait in open batches."""
        return sum(len(batch.envelopes) for batch in self._all())

    @property
    def bytes(self) -> int:
        """How many bytes of data wait in open batches."""
        return self._size

    def holds_structure(self) -> bool:
        """Whether a structure batch is open."""
        return bool(self._open.get(None))

    def add(
        self, envelope: Envelope[Any], route: Route, now: float, identity: str | None = None
    ) -> list[Departure]:
        """Take a command in; return the batches that leave because of it, in order.

        *identity* is that of the command, for a caller that has asked for it already.
        """
        command, kind = envelope.command, type(envelope.command)
        identity = identity or command.identity
        here = self._open.get(route.lane)
        if here is None:
            here = self._open[route.lane] = {}
        batch, left = here.get(kind), []
        if batch is not None and not batch.has_room_for(envelope, identity):
            left, batch = self._leave(batch, "full"), None
        if batch is None:
            batch = self._new(route.lane, kind, now)
        tokens = _tokens(command, route) if batch.tied or route.tree else _NONE
        if len(here) > (kind in here):  # most imports have one class at a time
            batch = self._placed(batch, identity, tokens, now, left)
        here[kind] = batch
        self._size += envelope.size
        if batch.put(envelope, identity, tokens):
            left += self._leave(batch, "full")
        if self._size > self._limits.open_bytes:
            left += self._within_bounds()
        return left

    def due(self, now: float, idle: Callable[[int | None], bool]) -> list[Departure]:
        """Return what has waited too long in lanes that have nothing to do (*idle* says so)."""
        late = [b for b in self._all() if now - b.since >= b.limits.linger and idle(b.lane)]
        return [departure for batch in late for departure in self._leave(batch, "linger")]

    def flush(self, reason: Reason = "finish", *, structure: bool = False) -> list[Departure]:
        """Return all open batches in a valid order; with *structure* only those of structure."""
        some = sorted(self._all(), key=lambda batch: batch.command_type.rank)
        chosen = [batch for batch in some if batch.lane is None or not structure]
        return [departure for batch in chosen for departure in self._leave(batch, reason)]

    def _all(self) -> list[_OpenBatch]:
        return [batch for here in self._open.values() for batch in here.values()]

    def _new(self, lane: int | None, command_type: type[LaneCommand], now: float) -> _OpenBatch:
        limits = self._special.get(command_type, self._limits)
        upsert = issubclass(command_type, Upsertable)
        alone = upsert or command_type.attaches is not None
        tied = is_tied(command_type)
        return _OpenBatch(lane, command_type, limits, now, upsert, tied, alone)

    def _placed(
        self,
        batch: _OpenBatch,
        identity: str,
        tokens: Set[str],
        now: float,
        left: list[Departure],
    ) -> _OpenBatch:
        """Return where a command belongs that may touch what other batches of its lane hold.

        What has to leave for it is added to *left*.
        """
        before = self._conflicts(batch, identity, tokens)
        if before and not self._can_follow(batch, before):
            left += self._close(batch, before)
            return self._new(batch.lane, batch.command_type, now)
        batch.after.update(before)
        return batch

    def _conflicts(self, batch: _OpenBatch, identity: str, tokens: Set[str]) -> list[_OpenBatch]:
        return [
            other
            for its_type, other in self._open[batch.lane].items()
            if its_type is not batch.command_type
            and other.holds(identity, tokens, alone=batch.alone)
        ]

    def _can_follow(self, batch: _OpenBatch, before: list[_OpenBatch]) -> bool:
        """Whether no batch of *before* has to wait for *batch*, directly or through others."""
        seen: set[_OpenBatch] = set()
        waiting = list(before)
        while waiting:
            other = waiting.pop()
            if other is batch or _ranks_before(batch, other):
                return False
            if other not in seen:
                seen.add(other)
                waiting += self._predecessors(other)
        return True

    def _close(self, batch: _OpenBatch, before: list[_OpenBatch]) -> list[Departure]:
        left = self._leave(batch, "key")
        for other in before:
            left += self._leave(other, "key")
        return left

    def _predecessors(self, batch: _OpenBatch) -> list[_OpenBatch]:
        here = self._open[batch.lane].values()
        ranked = [other for other in here if _ranks_before(other, batch)]
        ranked.sort(key=lambda other: other.command_type.rank)
        return ranked + [other for other in batch.after if other not in ranked]

    def _leave(self, batch: _OpenBatch, reason: Reason) -> list[Departure]:
        """Close *batch*, after everything that must leave before it."""
        here = self._open[batch.lane]
        if here.get(batch.command_type) is not batch:
            return []
        left: list[Departure] = []
        for other in self._predecessors(batch):
            left += self._leave(other, "rank" if _ranks_before(other, batch) else "key")
        del here[batch.command_type]
        for other in here.values():
            other.after.discard(batch)
        self._size -= batch.size
        envelopes = tuple(batch.envelopes)
        return [*left, Departure(batch.lane, batch.command_type, envelopes, reason, batch.size)]

    def _within_bounds(self) -> list[Departure]:
        left: list[Departure] = []
        while self._size > self._limits.open_bytes:
            largest = max(self._all(), key=lambda batch: batch.size)
            left += self._leave(largest, "bound")
        return left


_NONE: Set[str] = frozenset()


def _tokens(command: LaneCommand, route: Route) -> Set[str]:
    """Return what *command* touches besides its own identity."""
    touches, parent = command.touches, command.follows
    if not (touches or parent or route.tree):
        return _NONE
    tokens = set(touches)
    if parent:
        tokens.add(parent)
    if route.tree:
        tokens.add(f"tree:{route.tree}")
    return tokens


def _ranks_before(one: _OpenBatch, other: _OpenBatch) -> bool:
    """Whether *one* must leave before *other* for its rank: upserts of one lane only."""
    if not (one.upsert and other.upsert) or one.lane != other.lane:
        return False
    return one.command_type.rank < other.command_type.rank
