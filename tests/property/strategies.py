"""A toy resource and random imports of it, shared by the laws of batching and lanes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from attrs import field, frozen
from hypothesis import strategies as st

from importbus.bus.batches import Envelope
from importbus.bus.batching import Batcher, Departure, Limits
from importbus.bus.journal import LaneEntry
from importbus.bus.lanes import LaneRouter, Route
from importbus.bus.messages import LaneCommand, LaneKind, Position, Upsertable, identity

LANES = 3


@frozen
class PutModel(Upsertable):
    """Create or update a model, perhaps below another one."""

    code: str
    fields: Mapping[str, int] = field(factory=dict, hash=False)
    parent: str | None = None
    resource: ClassVar[str] = "model"
    rank: ClassVar[int] = 1
    tree_head: ClassVar[bool] = True

    @property
    def key(self) -> str:
        return self.code

    @property
    def follows(self) -> str | None:
        return identity("model", self.parent) if self.parent else None

    def fold(self, newer: Self) -> Self | None:
        if newer.parent:
            return None
        return type(self)(self.code, {**self.fields, **newer.fields}, self.parent)


@frozen
class PutThing(Upsertable):
    """Create or update a thing, perhaps below a model."""

    sku: str
    fields: Mapping[str, int] = field(factory=dict, hash=False)
    parent: str | None = None
    resource: ClassVar[str] = "thing"
    rank: ClassVar[int] = 2

    @property
    def key(self) -> str:
        return self.sku

    @property
    def follows(self) -> str | None:
        return identity("model", self.parent) if self.parent else None

    def fold(self, newer: Self) -> Self | None:
        if newer.parent:
            return None
        return type(self)(self.sku, {**self.fields, **newer.fields}, self.parent)


@frozen
class Relabel(PutThing):
    """Another class of upserts for the same things, with a lower rank."""

    rank: ClassVar[int] = 0


@frozen
class DropThing(LaneCommand):
    """Delete a thing."""

    sku: str
    resource: ClassVar[str] = "thing"

    @property
    def key(self) -> str:
        return self.sku


@frozen
class Picture(LaneCommand):
    """Give a thing a file."""

    sku: str
    file: str = "file"
    resource: ClassVar[str] = "thing"
    attaches: ClassVar[str | None] = "file"

    @property
    def key(self) -> str:
        return self.sku


@frozen
class DropModel(LaneCommand):
    """Delete a model and all below it."""

    code: str
    resource: ClassVar[str] = "model"
    tree_head: ClassVar[bool] = True

    @property
    def key(self) -> str:
        return self.code


@frozen
class PutKind(Upsertable):
    """A structure command."""

    code: str
    resource: ClassVar[str] = "kind"
    lane_kind: ClassVar[LaneKind] = "structure"

    @property
    def key(self) -> str:
        return self.code


class DictEntries(dict[str, LaneEntry]):
    """Lane entries in memory."""

    def put(self, identity: str, entry: LaneEntry) -> None:
        """Keep the entry of *identity*."""
        self[identity] = entry


SKUS = st.sampled_from(["a", "b", "c", "d", "A"])
CODES = st.sampled_from(["m", "n", "M"])
FIELDS = st.dictionaries(st.sampled_from("xyz"), st.integers(0, 99), max_size=2)
PARENTS = st.none() | CODES

COMMANDS: st.SearchStrategy[LaneCommand] = st.one_of(
    st.builds(PutThing, SKUS, FIELDS, PARENTS),
    st.builds(PutThing, SKUS, FIELDS),
    st.builds(Relabel, SKUS, FIELDS),
    st.builds(PutModel, CODES, FIELDS),
    st.builds(PutModel, st.just("s"), FIELDS, PARENTS),
    st.builds(DropModel, st.just("s")),
    st.builds(PutThing, SKUS, FIELDS, st.just("s")),
    st.builds(DropThing, SKUS),
    st.builds(Picture, SKUS),
    st.builds(DropModel, CODES),
    st.builds(PutKind, SKUS),
)

SMALL = Limits(lines=3, commands=5, bytes=100, line_bytes=40, open_bytes=150, linger=10.0)


@frozen
class Sent:
    """What became of an import: its commands with their routes, and the departures in order."""

    envelopes: list[Envelope[LaneCommand]]
    routes: dict[int, Route]
    departures: list[Departure]

    def lane(self, lane: int | None) -> list[Envelope[LaneCommand]]:
        """Return the commands of *lane* in the order in which they left."""
        return [e for d in self.departures if d.lane == lane for e in d.envelopes]


def send(
    commands: list[tuple[LaneCommand, int]],
    *,
    ticks: frozenset[int] = frozenset(),
    batcher: Batcher | None = None,
) -> Sent:
    """Put *commands* (with sizes) through router and batcher; *ticks* are moments of linger."""
    router = LaneRouter(LANES, DictEntries(), filter_bytes=1024)
    batcher = batcher or Batcher(SMALL)
    sent = Sent([], {}, [])
    for n, (command, size) in enumerate(commands, start=1):
        envelope = Envelope(command, Position("test", n), n, size)
        route = router.route(command)
        sent.envelopes.append(envelope)
        sent.routes[n] = route
        sent.departures.extend(batcher.add(envelope, route, float(n)))
        if n in ticks:
            sent.departures.extend(batcher.due(n + 100.0, lambda lane: lane != 1))
    sent.departures.extend(batcher.flush())
    return sent


SIZED = st.tuples(COMMANDS, st.integers(1, 40))
IMPORTS = st.builds(
    send, st.lists(SIZED, max_size=40), ticks=st.frozensets(st.integers(1, 40), max_size=3)
)
