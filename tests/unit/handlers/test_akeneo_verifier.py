"""Reading back: what is read in which way, and what happens when the PIM does not answer."""

from __future__ import annotations

import pytest

from checked_shop import Record
from importbus.bus.errors import SinkUnavailable
from importbus.handlers.akeneo.readback.verifier import ATTEMPTS, AkeneoVerifier
from told_commands import Shelf, product, told, values, verifier


def test_products_are_read_in_pages_and_what_a_search_misses_by_its_key() -> None:
    """The index of the PIM is late."""
    keys = [f"p{n}" for n in range(150)]
    items = {f"products/{key}": {"identifier": key} for key in keys}
    shelf = Shelf(items, unfound=("p7",))
    found = verifier(shelf).compare([told(("Product", {"identifier": key})) for key in keys])

    assert (found.items, found.differences) == (150, [])
    assert sorted(map(len, shelf.searched)) == [50, 100]
    assert [path for path in shelf.asked if path != "products"] == ["products/p7"]


def test_a_pim_without_such_a_search_is_asked_one_by_one() -> None:
    """It is not asked to search a second time."""
    items = {f"products/{key}": {"identifier": key} for key in "ab"}
    shelf = Shelf(items, unsearchable=True)
    commands = [told(("Product", {"identifier": key})) for key in "AB"]
    first, second = (verifier(shelf).compare(commands) for _ in range(2))
    again = AkeneoVerifier(shelf, lambda seconds: None)
    again.compare(commands)
    asked = len(shelf.asked)
    again.compare(commands)

    assert (first.differences, second.differences) == ([], [])
    assert len(shelf.asked) - asked == 2


def test_options_and_variants_are_read_by_their_own_path() -> None:
    """Also where a key has to be written differently in a URL."""
    shelf = Shelf(
        {
            "attributes/color/options/red": {"code": "red", "sort_order": 1},
            "products/a/b?": {"identifier": "a/b?"},
        },
        unsearchable=True,
    )
    records: list[Record] = [
        ("AttributeOption", {"attribute": "color", "code": "red", "sort_order": None}),
        ("Product", {"identifier": "a/b?"}),
    ]
    found = verifier(shelf).compare([told(record) for record in records])

    assert (found.items, found.differences) == (2, [])
    assert {"attributes/color/options/red", "products/a/b%3F"} <= set(shelf.asked)


@pytest.mark.parametrize(("failures", "fails"), [(ATTEMPTS - 1, False), (ATTEMPTS, True)])
def test_a_read_without_an_answer_is_tried_again(failures: int, fails: bool) -> None:
    """Some times, each after a longer wait."""
    waits: list[float] = []
    shelf = Shelf({"products/mug": {"identifier": "mug"}}, failures=failures)
    try:
        AkeneoVerifier(shelf, waits.append).compare([told(product())])
        failed = False
    except SinkUnavailable:
        failed = True

    assert (failed, waits) == (fails, [1.0, 2.0, 4.0])


def test_how_much_was_compared_is_counted() -> None:
    """Properties and values, and not the key."""
    shelf = Shelf({"products/mug": {"identifier": "mug"}})
    commands = told(product(enabled=True, values=values(a="1", b="2"), family=None))

    assert verifier(shelf).compare([commands]).compared == 4
