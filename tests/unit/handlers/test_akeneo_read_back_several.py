"""Reading back: what several commands of one item leave expected of it."""

from __future__ import annotations

import pytest

from importbus.bus.findings import Told
from told_commands import DELETE, Item, Shelf, differing, product, told, values, verifier


def test_the_last_word_on_each_property_counts() -> None:
    """And its command is the one that is told."""
    commands = told(
        product(enabled=True, family="a", values=values(note="old", color="red")),
        product(enabled=False, values=values(note="new")),
    )

    assert differing(commands, {"enabled": True, "family": "b", "values": values(note="old")}) == [
        (2, "enabled: sent false, stored true."),
        (1, 'family: sent "a", stored "b".'),
        (2, 'values.note: sent "new", stored "old".'),
        (1, 'values.color: sent "red", stored nothing.'),
    ]


@pytest.mark.parametrize(
    ("steps", "stored"),
    [
        ([{"categories": ["a"]}, {"add_categories": ["b"]}], ["a", "b"]),
        ([{"categories": ["a", "b"]}, {"remove_categories": ["b"]}], ["a"]),
        ([{"add_categories": ["a"]}, {"categories": ["b"]}], ["b"]),
        ([{"add_categories": ["a"]}, {"remove_categories": ["a"]}], ["c"]),
        ([{"remove_categories": ["a"]}, {"add_categories": ["a"]}], ["a", "c"]),
    ],
)
def test_categories_are_said_in_three_ways(steps: list[Item], stored: list[str]) -> None:
    """A list, and what is added to it or taken from it later."""
    commands = told(*(product(**step) for step in steps))

    assert differing(commands, {"categories": stored}) == []
    assert differing(commands, {"categories": ["wrong"]}) != [] or "c" in stored


def test_what_a_failed_command_said_is_not_expected() -> None:
    """Nor what was said before it of the same property: a part of it may have been written."""
    commands = told(
        product(enabled=True, family="a"), product(enabled=False, categories=["x"]), failed=(2,)
    )

    assert differing(commands, {"enabled": False, "family": "b"}) == [
        (1, 'family: sent "a", stored "b".')
    ]


def test_a_key_whose_commands_all_failed_is_not_read() -> None:
    """There is nothing to compare."""
    shelf = Shelf({})
    found = verifier(shelf).compare([told(product(), failed=(1,))])

    assert (found.items, shelf.asked) == (0, [])


@pytest.mark.parametrize(
    ("commands", "item", "says"),
    [
        (told(product(), product()), None, [(2, ": is not in the PIM.")]),
        (told(product(enabled=True), DELETE), None, []),
        (told(product(enabled=True), DELETE), {"enabled": False}, [(2, ": is still in the PIM.")]),
        (told(DELETE, product(enabled=True)), {"enabled": True}, []),
        (told(product(enabled=True), DELETE, failed=(2,)), {"enabled": False}, []),
    ],
)
def test_what_is_missing_or_should_be_is_told(
    commands: list[Told], item: Item | None, says: list[tuple[int, str]]
) -> None:
    """Created, deleted, and created again."""
    assert differing(commands, item) == says
