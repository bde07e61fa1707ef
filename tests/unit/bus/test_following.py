"""Which commands wait behind parked ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import pytest
from attrs import define, field, frozen

from importbus.bus.batches import Batch, Envelope
from importbus.bus.following import leaders_of
from importbus.bus.journal import Journal, ParkedToken
from importbus.bus.messages import LaneCommand, Position, Upsertable


@frozen
class Put(Upsertable):
    """Write a thing that belongs to a model."""

    sku: str = "mug"

    @property
    def key(self) -> str:
        return self.sku

    @property
    def identity(self) -> str:
        return f"thing:{self.sku}"

    @property
    def follows(self) -> str | None:
        return "model:cups"


@frozen
class Drop(LaneCommand):
    """Delete a thing of a model."""

    sku: str = "mug"

    @property
    def key(self) -> str:
        return self.sku

    @property
    def identity(self) -> str:
        return f"thing:{self.sku}"

    @property
    def touches(self) -> tuple[str, ...]:
        return ("model:cups",)


@define
class Parked:
    """A journal with these parked tokens; counts the questions."""

    held: list[ParkedToken]
    asked: list[set[str]] = field(factory=list)

    def parked(self, import_id: str) -> int:
        return len(self.held)

    def parked_tokens(self, import_id: str, tokens: Iterable[str]) -> Sequence[ParkedToken]:
        self.asked.append(set(tokens))
        return [token for token in self.held if token.token in self.asked[-1]]


def leaders(command: LaneCommand, *held: ParkedToken) -> list[int]:
    """Return whom *command*, number 5, must follow."""
    envelope = Envelope(command, Position("test", 5), 5, 10)
    batch = Batch("spring", "1", 1, 0, type(command), (envelope,))
    return leaders_of(batch, cast(Journal, Parked(list(held)))).get(5, [])


OWN = ParkedToken("thing:mug", 2, own=True, upsert=True)
TREE = ParkedToken("model:cups", 2, own=False, upsert=True)
DELETE = ParkedToken("model:cups", 2, own=True, upsert=False)
LATER = ParkedToken("thing:mug", 9, own=True, upsert=True)


@pytest.mark.parametrize(
    ("command", "held", "follows"),
    [
        (Put(), OWN, True),  # the same key
        (Drop(), OWN, True),
        (Put(), TREE, False),  # two upserts of one tree: parking keeps them right
        (Drop(), TREE, True),  # a delete keeps its place within its tree
        (Put(), DELETE, True),  # and nothing overtakes it
        (Put("cup"), OWN, False),
        (Put(), LATER, False),  # dispatched after this one
    ],
)
def test_who_waits_behind_whom(command: LaneCommand, held: ParkedToken, follows: bool) -> None:
    """I3: one's own key always, what one touches unless both are upserts, never a later one."""
    assert leaders(command, held) == ([2] if follows else [])


@pytest.mark.parametrize(("upsert", "follows"), [(True, []), (False, [2])])
def test_a_delete_of_a_tree_is_not_overtaken_by_its_distant_members(
    *, upsert: bool, follows: list[int]
) -> None:
    """A variant names its sub-model only; what is deleted may be the root above that."""
    held = ParkedToken("tree:model:root", 2, own=False, upsert=upsert)
    envelope = Envelope(Put(), Position("test", 5), 5, 10, tree="model:root")
    batch = Batch("spring", "1", 1, 0, Put, (envelope,))

    assert leaders_of(batch, cast(Journal, Parked([held]))).get(5, []) == follows


def test_nothing_is_asked_when_nothing_is_parked() -> None:
    """The usual import pays nothing for parking."""
    journal = Parked([])
    envelope = Envelope(Put(), Position("test", 5), 5, 10)
    found = leaders_of(Batch("spring", "1", 1, 0, Put, (envelope,)), cast(Journal, journal))

    assert found == {}
    assert journal.asked == []


def test_a_round_does_not_wait_for_what_it_carries_itself() -> None:
    """A parked command that is in the batch is no leader of it."""
    assert leaders(Put(), ParkedToken("thing:mug", 5, own=True, upsert=True)) == []
