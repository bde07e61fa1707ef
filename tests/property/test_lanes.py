"""Laws of the choice of lanes."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from tests.property.strategies import (
    COMMANDS,
    LANES,
    DictEntries,
    DropModel,
    PutKind,
    PutModel,
    PutThing,
)

from importbus.bus.lanes import LaneRouter, SeenFilter, lane_of
from importbus.bus.messages import LaneCommand, Upsertable


def router(entries: DictEntries | None = None) -> LaneRouter:
    """Return a router with small filters."""
    return LaneRouter(LANES, DictEntries() if entries is None else entries, filter_bytes=4096)


@given(st.lists(COMMANDS, max_size=60))
def test_i3_a_key_keeps_its_lane(commands: list[LaneCommand]) -> None:
    """I3: whatever parents are shown in whatever order, a key has one lane in an import."""
    lanes: dict[str, set[int | None]] = {}
    one = router()
    for command in commands:
        lanes.setdefault(command.identity, set()).add(one.route(command).lane)

    assert all(len(found) == 1 for found in lanes.values())


@frozen
class SetPrice(Upsertable):
    """A command that concerns its own key alone, of a resource without others."""

    key: str
    resource: ClassVar[str] = "priced"


def test_keys_keep_to_their_own_lanes_when_a_class_that_follows_comes_late() -> None:
    """I3: they were not remembered, as no class of their resource followed any other."""
    one = router()
    own = [one.route(SetPrice(key)).lane for key in "abcd"]

    @frozen
    class PutPart(Upsertable):
        key: str
        resource: ClassVar[str] = "priced"

        @property
        def follows(self) -> str | None:
            return "whole:x"

    late, early = ([each.route(PutPart(key)).lane for key in "abcd"] for each in (one, router()))
    assert early == [lane_of("x", LANES)] * 4
    assert late == own == [lane_of(key, LANES) for key in "abcd"]


@given(st.text(max_size=20))
def test_the_case_of_a_key_does_not_matter(key: str) -> None:
    """Codes are case-insensitive: MUG and mug are one product."""
    assert lane_of(key, LANES) == lane_of(key.casefold(), LANES)


def test_a_lane_is_the_same_in_every_process() -> None:
    """The hash is CRC-32 of the UTF-8 of the case-folded key, written down for other languages."""
    assert [lane_of(key, 4) for key in ("mug", "MUG", "tasse-é", "")] == [1, 1, 1, 0]


@given(st.text(min_size=1, max_size=5), st.text(min_size=1, max_size=5), st.text(max_size=5))
def test_a_tree_shares_a_lane_when_its_parents_come_first(root: str, sub: str, sku: str) -> None:
    """Root, sub-model, variant: one lane, one tree."""
    one = router()
    routes = [
        one.route(PutModel(f"r{root}")),
        one.route(PutModel(f"s{sub}", parent=f"r{root}")),
        one.route(PutThing(sku, parent=f"s{sub}")),
        one.route(PutThing(sku)),
        one.route(DropModel(f"s{sub}")),
    ]

    assert len(set(routes)) == 1


def test_a_key_that_shows_its_parent_later_keeps_its_lane_and_joins_the_tree() -> None:
    """The first lane stays, but deletes in the tree know that the key is in it."""
    one = router()
    skus = [str(n) for n in range(20)]
    first = [one.route(PutThing(sku)) for sku in skus]
    later = [one.route(PutThing(sku, parent="m")) for sku in skus]

    assert [route.lane for route in later] == [route.lane for route in first]
    assert {route.tree for route in later} == {"model:m"}


def test_structure_has_its_own_lane() -> None:
    """Structure commands travel together, in rank order."""
    assert router().route(PutKind("a")).lane is None


def test_a_resumed_run_finds_the_lanes_of_the_first() -> None:
    """What was remembered is recalled from the entries."""
    entries = DictEntries()
    first = router(entries)
    routes = [first.route(PutThing(str(n), parent="m")) for n in range(20)]
    second = router(entries)
    for identity in entries:
        second.recall(identity)

    assert [second.route(PutThing(str(n))) for n in range(20)] == routes


@given(st.sets(st.text(max_size=10)))
def test_the_filter_never_forgets(elements: set[str]) -> None:
    """What was added is always found."""
    seen = SeenFilter(256)
    for element in elements:
        seen.add(element)

    assert all(element in seen for element in elements)


def test_the_filter_rarely_claims_what_was_not_added() -> None:
    """A thousand keys in 4 KiB: fewer than 1 of 100 others look as if they had been seen."""
    seen = SeenFilter(4096)
    for n in range(1000):
        seen.add(f"product:{n}")
    wrong = sum(f"product:x{n}" in seen for n in range(10_000))

    assert wrong < 100
