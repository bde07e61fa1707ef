"""Reading back: is what the PIM stores what was sent?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from importbus.adapters.cli.read_back import SAMPLE, differences

Item = dict[str, Any]


class Shelf:
    """A PIM with one collection."""

    def __init__(self, *items: Item) -> None:
        self._items = items

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Item]:
        """Yield what is stored."""
        return iter(self._items)


def catalogue(folder: Path, *products: Item) -> Path:
    """Write *products* to a file of commands."""
    path = folder / "catalog.jsonl"
    lines = ({"command": "CreateOrUpdateProduct", "data": each} for each in products)
    path.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    return path


def values(**data: object) -> Item:
    """Return values without locale and scope."""
    return {code: [{"locale": None, "scope": None, "data": each}] for code, each in data.items()}


SENT = {"identifier": "mug", "categories": ["b", "a"]}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"enabled": True}, {"enabled": True, "family": "mugs"}),
        ({"categories": ["b", "a"]}, {"categories": ["a", "b"]}),
        ({"values": values(day="2026-01-02")}, {"values": values(day="2026-01-02T00:00:00+00:00")}),
        (
            {"values": values(weight={"amount": "1.50", "unit": "GRAM"})},
            {"values": values(weight={"amount": "1.5000", "unit": "GRAM", "symbol": "g"})},
        ),
    ],
)
def test_the_pims_own_ways_of_writing_are_no_differences(
    tmp_path: Path, sent: Item, stored: Item
) -> None:
    """Order in lists, decimals, midnights and further properties."""
    key = {"identifier": "mug"}
    found = differences(Shelf(key | stored), catalogue(tmp_path, key | sent))

    assert (found.items, found.checked, found.texts) == (1, 1, [])


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"enabled": True}, {"enabled": False}),
        ({"enabled": True}, {}),
        ({"categories": ["a"]}, {"categories": ["a", "b"]}),
        ({"categories": ["a", "b"]}, {"categories": ["a"]}),
        ({"values": values(day="2026-01-02")}, {"values": values(day="2026-01-03T00:00:00+00:00")}),
        ({"values": values(weight={"amount": "1.5", "unit": "GRAM"})}, {"values": {}}),
        (
            {"values": values(weight={"amount": "1.5", "unit": "GRAM"})},
            {"values": values(weight={"amount": "1.6", "unit": "GRAM"})},
        ),
    ],
)
def test_other_values_are_differences(tmp_path: Path, sent: Item, stored: Item) -> None:
    """Each is told with its place, what was sent, and what is stored."""
    key = {"identifier": "mug"}
    (text,) = differences(Shelf(key | stored), catalogue(tmp_path, key | sent)).texts

    assert text.startswith(f"products/mug/{next(iter(sent))}")


def test_what_is_missing_or_too_much_is_told(tmp_path: Path) -> None:
    """Nothing but what was sent is in the collection."""
    path = catalogue(tmp_path, {"identifier": "a"}, {"identifier": "b"})

    missing = differences(Shelf({"identifier": "a"}), path).texts
    more = differences(Shelf(*({"identifier": key} for key in "abc")), path).texts

    assert missing == ["products/b is not there", "products: 2 sent, 1 stored"]
    assert more == ["products: 2 sent, 3 stored"]


def test_two_lines_of_one_key_are_compared_with_one_item(tmp_path: Path) -> None:
    """As associations are, which come in lines of their own."""
    links = {"X_SELL": {"products": ["a"]}}
    path = catalogue(tmp_path, SENT, {"identifier": "mug", "associations": links})

    found = differences(Shelf(SENT | {"associations": {}}), path)

    assert found.texts == ["products/mug/associations/X_SELL/products: sent ['a'], stored None"]


def test_of_a_large_collection_a_sample_is_compared(tmp_path: Path) -> None:
    """All are counted, and each n-th is compared."""
    products = [{"identifier": f"p{n}", "enabled": True} for n in range(3 * SAMPLE)]

    found = differences(Shelf(*products), catalogue(tmp_path, *products))

    assert (found.items, found.texts) == (3 * SAMPLE, [])
    assert SAMPLE // 2 < found.checked <= SAMPLE
