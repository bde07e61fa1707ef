"""What the API gives, as commands say it: without what it does not take, and without nothing."""

from __future__ import annotations

from typing import Any

import pytest

from importbus.adapters.export.ancestry import Ancestry
from importbus.adapters.export.shaping import File, links_of, pieces, shape_of, values_of
from importbus.adapters.export.store import open_store
from importbus.bus import LaneCommand
from importbus.handlers import akeneo
from raw_http import value


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [
        (
            akeneo.CreateOrUpdateCategory,
            {
                "code": "winter",
                "parent": None,
                "labels": {},
                "position": 3,
                "updated": "2026-11-28T05:00:00+00:00",
                "_links": {"self": {"href": "https://pim.example"}},
            },
            {"code": "winter"},
        ),
        (
            akeneo.CreateOrUpdateAttributeGroup,
            {"code": "looks", "sort_order": 0, "attributes": ["color"], "labels": []},
            {"code": "looks", "sort_order": 0},
        ),
        (
            akeneo.CreateOrUpdateAttribute,
            {
                "code": "note",
                "type": "pim_catalog_text",
                "unique": False,
                "max_characters": None,
                "allowed_extensions": [],
                "group_labels": {"en_US": "Other"},
            },
            {"code": "note", "type": "pim_catalog_text", "unique": False},
        ),
        (
            akeneo.CreateOrUpdateProductModel,
            {"code": "mug", "family": "mugs", "family_variant": "by_color", "metadata": {"x": 1}},
            {"code": "mug", "family_variant": "by_color"},
        ),
        (
            akeneo.CreateOrUpdateProduct,
            {
                "identifier": "mug",
                "enabled": False,
                "groups": [],
                "quality_scores": [],
                "completenesses": [],
            },
            {"identifier": "mug", "enabled": False},
        ),
    ],
)
def test_a_command_says_what_there_is(
    command: type[LaneCommand], given: dict[str, Any], said: dict[str, Any]
) -> None:
    """What is read-only, empty, or said elsewhere is left out; false and 0 are said."""
    assert shape_of(command).data(given) == said


def test_what_the_path_says_is_said_of_the_item() -> None:
    """The attribute of an option, as the item itself may not name it."""
    shape = shape_of(akeneo.CreateOrUpdateAttributeOption)

    assert shape.data({"code": "red"}, attribute="color") == {"code": "red", "attribute": "color"}


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("metric", {"amount": "1.0000", "unit": "GRAM", "symbol": "g"}, "amount unit"),
        ("price_collection", [{"amount": None, "currency": "USD"}], []),
        ("text", "<script>\n", "<script>\n"),
        ("boolean", False, False),
        ("table", [{"size": "s", "note": "x"}], [{"size": "s", "note": "x"}]),
    ],
)
def test_data_is_said_as_the_api_takes_it(kind: str, given: Any, said: Any) -> None:
    """Symbols of units and currencies without an amount are given only."""
    entry = {**value(given)[0], "attribute_type": "x", "linked_data": {}}
    found, _ = values_of({"values": {"a": [entry]}}, {"a": f"pim_catalog_{kind}"}, "scope", ())
    (shown,) = found["a"]

    assert shown["data"] == ({"amount": "1.0000", "unit": "GRAM"} if kind == "metric" else said)
    assert list(shown) == ["locale", "scope", "data"]


def test_files_are_no_values() -> None:
    """Their codes mean nothing to another PIM; where they stand is remembered."""
    entries = [{"locale": "en_US", "channel": None, "data": "1/2/a.png"}]
    found = values_of({"values": {"photo": entries}}, {"photo": "image"}, "channel", ("image",))

    assert found == ({}, [File("photo", "en_US", None, "1/2/a.png")])


def test_associations_without_a_target_are_left_out() -> None:
    """The API gives every type; in quantified ones an entry has its key and its quantity."""
    empty: dict[str, list[str]] = {"products": [], "product_models": [], "groups": []}
    counted = {"products": [{"identifier": "b", "uuid": "x", "quantity": 2}], "product_models": []}
    item = {
        "associations": {"PACK": empty, "X_SELL": {**empty, "products": ["a"]}},
        "quantified_associations": {"SET": counted},
    }

    assert links_of(item) == {
        "associations": {"X_SELL": {"products": ["a"]}},
        "quantified_associations": {"SET": {"products": [{"identifier": "b", "quantity": 2}]}},
    }
    assert links_of({"associations": [], "quantified_associations": {}}) == {}


def test_what_is_inherited_is_not_said() -> None:
    """Values of the levels above, categories and associations; own ones stay."""
    model = {
        "code": "mug",
        "categories": ["cups"],
        "values": {"name": value("Mug")},
        "associations": {"X_SELL": {"products": ["a"]}},
    }
    variant = {
        "parent": "mug",
        "categories": ["cups", "red"],
        "values": {"name": value("Mug"), "color": value("red")},
        "associations": {"X_SELL": {"products": ["a", "b"]}},
    }
    with open_store() as store:
        ancestry = Ancestry(store)
        ancestry.put(model)
        own = ancestry.own(variant)

    assert own["categories"] == ["red"]
    assert own["values"] == {"color": value("red")}
    assert own["associations"] == {"X_SELL": {"products": ["b"]}}


def test_an_item_under_an_unknown_parent_stays_whole() -> None:
    """When models may not be read, the PIM drops itself what does not belong there."""
    item = {"parent": "secret", "values": {"name": value("Mug")}}
    with open_store() as store:
        assert Ancestry(store).own(item) == item


def test_a_short_item_is_one_piece() -> None:
    """Nothing is taken apart without need."""
    data = {"code": "mug", "values": {"name": value("Mug")}}

    assert list(pieces(data, ["code"])) == [data]


def test_the_first_piece_has_the_axes() -> None:
    """Without them a variant cannot be made: the shortest values go first."""
    data = {
        "identifier": "mug-red",
        "parent": "mug",
        "values": {"story": value("x" * 300), "color": value("red")},
    }
    first, second = pieces(data, ["identifier"], 200)

    assert first == {"identifier": "mug-red", "parent": "mug", "values": {"color": value("red")}}
    assert second == {"identifier": "mug-red", "values": {"story": value("x" * 300)}}
