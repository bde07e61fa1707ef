"""A sample of an import: whole identities, always the same ones, in bounded memory."""

from __future__ import annotations

from collections import Counter

import pytest

from importbus.adapters.sample import Sample
from importbus.adapters.wiring import open_codec
from importbus.bus.messages import LaneCommand, Position
from importbus.handlers.akeneo import CreateOrUpdateProduct, DeleteProduct

CODEC = open_codec()
Told = list[tuple[str, int, bool]]


def product(identifier: str, **data: object) -> LaneCommand:
    """Return a command for a product."""
    return CreateOrUpdateProduct(identifier=identifier, **data)  # type: ignore[arg-type]


def sampled(size: int | None, commands: list[LaneCommand], *failed: int) -> list[Told]:
    """Return key, line and fate of what is in the sample, an identity each."""
    with Sample(size, CODEC) as sample:
        for line, command in enumerate(commands, 1):
            sample.add(Position("a", line), command)
        sample.settle(Position("a", line) for line in failed)
        items = [
            [(each.command.key, each.position.line, each.carried_out) for each in item]
            for item in sample
        ]
        assert sample.count() == len(items)
        return items


def test_everything_is_kept_without_a_size() -> None:
    """All commands of an identity together, in their order, whatever their class and spelling."""
    found = sampled(None, [product("a"), product("b"), product("A"), DeleteProduct(identifier="a")])

    assert sorted(found) == [
        [("a", 1, True), ("A", 3, True), ("a", 4, True)],
        [("b", 2, True)],
    ]


def test_data_comes_back_as_it_was() -> None:
    """Absent is absent and null is null."""
    command = product("a", family=None, values={"x": [{"locale": None, "scope": None, "data": 1}]})
    with Sample(None, CODEC) as sample:
        sample.add(Position("a", 1), command)
        sample.settle([])
        ((told,),) = sample

    assert (told.command, told.name) == (command, "CreateOrUpdateProduct")


@pytest.mark.parametrize("size", [1, 10, 99])
def test_a_sample_has_every_command_of_as_many_identities(size: int) -> None:
    """Also those that came before it was known that they belong to it."""
    keys = [f"p{n % 200}" for n in range(600)]
    found = sampled(size, [product(key) for key in keys])

    assert len(found) == size
    assert all(len(item) == 3 and len({key for key, *_ in item}) == 1 for item in found)


def test_the_same_identities_are_chosen_whatever_their_order() -> None:
    """So two runs compare the same; and they are spread over the whole."""
    keys = [f"p{n}" for n in range(2_000)]
    first, second = (sampled(400, [product(key) for key in order]) for order in (keys, keys[::-1]))
    chosen = {item[0][0] for item in first}
    spread = Counter(int(key[1:]) // 500 for key in chosen)

    assert chosen == {item[0][0] for item in second}
    assert all(60 < count < 140 for count in spread.values())


def test_what_was_not_carried_out_is_marked() -> None:
    """By its line."""
    found = sampled(None, [product("a"), product("a"), product("b")], 2, 99)

    assert sorted(found) == [[("a", 1, True), ("a", 2, False)], [("b", 3, True)]]


def test_a_sample_may_be_larger_than_the_import() -> None:
    """Then it is all; of nothing it is nothing."""
    assert len(sampled(1_000, [product("a"), product("b")])) == 2
    assert sampled(5, []) == []
