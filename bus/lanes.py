"""Which lane a command travels in: the same for a key and its whole tree."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cache
from itertools import combinations, islice
from typing import Protocol
from zlib import crc32

from attrs import define, field, frozen

from importbus.bus.journal import LaneEntry
from importbus.bus.messages import LaneCommand

FILTER_BYTES = 4 * 1024 * 1024
"""Size of a filter: at 5 million keys about 5 of 100 unseen keys look as if they had been seen."""

_WORD = 8
"""Bytes of a word of a filter."""

_LAST_MARK = 0xFFF
"""The number of the last way to set bits in it."""


def lane_of(key: str, lanes: int) -> int:
    """Return the lane of *key* by itself: the same in every process, for any case of letters."""
    return crc32(key.casefold().encode()) % lanes


@frozen
class Route:
    """Where a command goes: its lane (None: the structure lane) and the root of its tree."""

    lane: int | None
    tree: str | None


_STRUCTURE = Route(None, None)


_tied: dict[type[LaneCommand], bool] = {}


def is_tied(kind: type[LaneCommand]) -> bool:
    """Whether a command of the class may touch, follow or head something besides its own key.

    It is a fact of the class: the commands of most applications need not be asked one by one.
    """
    known = _tied.get(kind)
    if known is None:
        usual = kind.touches is LaneCommand.touches and kind.follows is LaneCommand.follows
        known = _tied[kind] = kind.tree_head or not usual
    return known


class LaneEntries(Protocol):
    """Remembers the lanes of keys whose own hash would say otherwise."""

    def get(self, identity: str) -> LaneEntry | None:
        """Return the entry of *identity*, if there is one."""
        ...

    def put(self, identity: str, entry: LaneEntry) -> None:
        """Keep the entry of *identity*."""
        ...


@define
class SeenFilter:
    """A set of fixed size: never forgets what was added, and rarely claims what was not.

    A Bloom filter that keeps the three bits of an element in one word: it is asked for every
    command, and one look at memory takes a third of the time of three. Memory is taken when the
    first element comes.
    """

    size: int = FILTER_BYTES
    _words: array[int] | None = field(default=None, init=False, repr=False)
    _places: int = field(default=0, init=False, repr=False)
    _marks: tuple[int, ...] = field(default=(), init=False, repr=False)

    def add(self, element: str) -> None:
        """Put *element* in."""
        if self._words is None:
            self._words, self._marks = array("Q", bytes(self.size)), _marks()
            self._places = len(self._words)
        number, words = hash(element), self._words
        words[number % self._places] |= self._marks[number >> 32 & _LAST_MARK]

    def __contains__(self, element: str) -> bool:
        """Whether *element* was added; true for a few that were not."""
        words = self._words
        if words is None:
            return False
        number = hash(element)
        mark = self._marks[number >> 32 & _LAST_MARK]
        return words[number % self._places] & mark == mark


@cache
def _marks() -> tuple[int, ...]:
    """Return 4,096 ways to set three bits of a word."""
    chosen = islice(combinations(range(_WORD * 8), 3), 0, 10 * _LAST_MARK + 1, 10)
    return tuple(1 << first | 1 << second | 1 << third for first, second, third in chosen)


@frozen
class _Kind:
    """What the router has to know of a class of commands.

    ``heeded``: a key of it may come again with a class that follows others, so it is remembered.
    """

    structure: bool
    tied: bool
    heeded: bool


class LaneRouter:
    """Gives every command of one import its lane.

    A tree stays in one lane, so parents precede children; a key keeps the lane that it first used.
    Memory does not grow with the number of keys (I7): what is special stands in *entries*, behind
    filters of fixed size.
    """

    def __init__(
        self, lanes: int, entries: LaneEntries, *, filter_bytes: int = FILTER_BYTES
    ) -> None:
        self._lanes = lanes
        self._kinds: dict[type[LaneCommand], _Kind] = {}
        self._unheeded: set[str] = set()  # resources whose keys are not remembered
        self._any_special = False
        self._alone = tuple(Route(lane, None) for lane in range(lanes))
        self._entries = entries
        self._special = SeenFilter(filter_bytes)
        self._plain = SeenFilter(filter_bytes)

    def recall(self, identity: str) -> None:
        """Learn that *identity* has an entry already (of the run that is resumed)."""
        self._any_special = True
        self._special.add(identity)

    def route(self, command: LaneCommand, identity: str | None = None) -> Route:
        """Return where *command* goes, and remember what its key must keep to.

        *identity* is that of the command, for a caller that has asked for it already.
        """
        kind = self._kinds.get(type(command)) or self._learn(type(command))
        if kind.structure:
            return _STRUCTURE
        identity = identity or command.identity
        tied = kind.tied and (command.tree_head or command.follows is not None)
        if tied or (self._any_special and identity in self._special):
            return self._route_in_tree(command)
        if kind.heeded:
            self._plain.add(identity)
        return self._alone[lane_of(command.key, self._lanes)]  # as in most imports

    def _learn(self, kind: type[LaneCommand]) -> _Kind:
        """Return what is known of a class from now on.

        Should a class that follows others come to be later, of a resource whose keys nobody heeded,
        these keep to their own lanes.
        """
        heeded = any(is_tied(one) and _may_share(one, kind) for one in _derived(LaneCommand))
        if not heeded:
            self._unheeded.add(_resource(kind))
        found = _Kind(kind.lane_kind == "structure", is_tied(kind), heeded)
        self._kinds[kind] = found
        return found

    def _route_in_tree(self, command: LaneCommand) -> Route:
        """Return where a command goes whose lane others may decide, or that of others."""
        known = self._known(command.identity)
        tree = self._tree(command, known)
        lane = known.lane if known else self._first_lane(command, tree)
        self._remember(command, LaneEntry(lane, tree), known)
        return Route(lane, tree)

    def _known(self, identity: str) -> LaneEntry | None:
        return self._entries.get(identity) if identity in self._special else None

    def _tree(self, command: LaneCommand, known: LaneEntry | None) -> str | None:
        if parent := command.follows:
            entry = self._known(parent)
            return (entry and entry.tree) or parent
        if known and known.tree:
            return known.tree
        return command.identity if command.tree_head else None

    def _first_lane(self, command: LaneCommand, tree: str | None) -> int:
        parent = command.follows
        if parent is None or command.identity in self._plain or self._is_unheeded(command):
            return lane_of(command.key, self._lanes)
        entry = self._known(parent)
        return entry.lane if entry else lane_of(_key(parent), self._lanes)

    def _is_unheeded(self, command: LaneCommand) -> bool:
        """Whether its key may have come before, with a class of which nobody expected this one."""
        return command.identity.partition(":")[0] in self._unheeded

    def _remember(self, command: LaneCommand, entry: LaneEntry, known: LaneEntry | None) -> None:
        own_tree = command.identity if command.tree_head else None
        plain = entry == LaneEntry(lane_of(command.key, self._lanes), own_tree)
        if plain and known is None:
            self._plain.add(command.identity)
        elif entry != known:
            self.recall(command.identity)
            self._entries.put(command.identity, entry)


def _resource(kind: type[LaneCommand]) -> str:
    return kind.resource or kind.__name__


def _derived(kind: type[LaneCommand]) -> Iterator[type[LaneCommand]]:
    """Yield all classes of commands that this process knows, registered or not."""
    for one in kind.__subclasses__():
        yield one
        yield from _derived(one)


def _may_share(one: type[LaneCommand], other: type[LaneCommand]) -> bool:
    """Whether commands of the two classes can have the same identity."""
    usual = one.identity is LaneCommand.identity and other.identity is LaneCommand.identity
    return not usual or _resource(one) == _resource(other)


def _key(identity: str) -> str:
    return identity.partition(":")[2]
