"""What one PATCH can say for two commands of a key, and what it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from akeneo_batches import value
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo import (
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
)
from importbus.handlers.akeneo.commands import AkeneoUpsert

KEYS: dict[type[AkeneoUpsert], dict[str, Any]] = {
    CreateOrUpdateAttributeOption: {"code": "red", "attribute": "color"},
    CreateOrUpdateFamilyVariant: {"code": "by_size", "family": "shirts"},
    CreateOrUpdateProduct: {"identifier": "mug"},
}
"""The fields that a command of a class must have; of the others only a code."""

Fields = dict[str, Any]


def folded(command_type: type[AkeneoUpsert], older: Fields, newer: Fields) -> Fields | None:
    """Fold two commands of one key, and return what the result sets besides its key."""
    key = KEYS.get(command_type, {"code": "x"})
    made: list[Any] = [command_type(**{**key, **fields}) for fields in (older, newer)]
    one = made[0].fold(made[1])
    names = {*older, *newer}
    return None if one is None else {name: getattr(one, name) for name in names}


def product(older: Fields, newer: Fields) -> Fields | None:
    """Fold two commands for one product."""
    return folded(CreateOrUpdateProduct, older, newer)


def test_what_the_newer_leaves_out_stays() -> None:
    """Absent is untouched, so the older command's word counts."""
    assert product({"enabled": True}, {"groups": ["a"]}) == {"enabled": True, "groups": ["a"]}


def test_what_both_set_is_the_newers() -> None:
    """Scalars and lists are replaced; null and the empty list are values, too."""
    older = {"enabled": True, "categories": ["a", "b"], "groups": ["a"]}
    newer = {"enabled": False, "categories": ["c"], "groups": []}

    assert product(older, newer) == newer
    assert product({"enabled": True}, {"enabled": None}) == {"enabled": None}


def test_what_neither_sets_is_unset() -> None:
    """A fold must not clear what nobody mentioned."""
    one = CreateOrUpdateProduct(identifier="mug").fold(CreateOrUpdateProduct(identifier="mug"))

    assert one == CreateOrUpdateProduct(identifier="mug")
    assert one.enabled is UNSET


def test_values_are_merged_by_attribute_locale_and_scope() -> None:
    """A place that both name holds the newer data, every other one stays."""
    older = {"name": [*value("Cup", "en_US"), *value("Tasse", "de_DE")], "note": value("old")}
    newer = {"name": [*value("Mug", "en_US"), *value("Mug", "en_US", "shop")], "size": value("s")}

    assert product({"values": older}, {"values": newer}) == {
        "values": {
            "name": [
                *value("Mug", "en_US"),
                *value("Tasse", "de_DE"),
                *value("Mug", "en_US", "shop"),
            ],
            "note": value("old"),
            "size": value("s"),
        }
    }


@pytest.mark.parametrize("data", [None, "", [], ["b"], {"amount": "2", "unit": "GRAM"}])
def test_inside_a_value_nothing_is_merged(data: Any) -> None:
    """Lists of options or prices are replaced, and emptiness clears."""
    found = product({"values": {"tags": value(["a"])}}, {"values": {"tags": value(data)}})

    assert found == {"values": {"tags": value(data)}}


@pytest.mark.parametrize(
    ("command_type", "name", "older", "newer", "both"),
    [
        (
            CreateOrUpdateCategory,
            "labels",
            {"en_US": "A", "de_DE": "B"},
            {"de_DE": None, "fr_FR": ""},
            {"en_US": "A", "de_DE": None, "fr_FR": ""},
        ),
        (
            CreateOrUpdateChannel,
            "conversion_units",
            {"weight": "GRAM", "length": "METER"},
            {"weight": None},
            {"weight": None, "length": "METER"},
        ),
        (
            CreateOrUpdateFamily,
            "attribute_requirements",
            {"shop": ["a", "b"], "print": ["a"]},
            {"shop": ["c"]},
            {"shop": ["c"], "print": ["a"]},
        ),
    ],
)
def test_objects_are_merged_key_by_key(
    command_type: type[AkeneoUpsert], name: str, older: Any, newer: Any, both: Any
) -> None:
    """One level deep: what stands under a key is replaced; null and empty text remove."""
    assert folded(command_type, {name: older}, {name: newer}) == {name: both}


@pytest.mark.parametrize("name", ["associations", "quantified_associations"])
def test_associations_are_merged_by_type_and_list(name: str) -> None:
    """Each list of products, models or groups that is given replaces, and no other."""
    older = {"PACK": {"products": ["a"], "product_models": ["m"]}, "SELL": {"products": ["b"]}}
    newer = {"PACK": {"products": []}, "KIT": {"products": ["c"]}}

    assert product({name: older}, {name: newer}) == {
        name: {
            "PACK": {"products": [], "product_models": ["m"]},
            "SELL": {"products": ["b"]},
            "KIT": {"products": ["c"]},
        }
    }


@pytest.mark.parametrize(
    ("command_type", "name", "data"),
    [
        (CreateOrUpdateProduct, "parent", "tee"),
        (CreateOrUpdateProduct, "parent", None),
        (CreateOrUpdateProduct, "family", "shirts"),
        (CreateOrUpdateProduct, "uuid", "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"),
        (CreateOrUpdateProduct, "add_categories", ["a"]),
        (CreateOrUpdateProduct, "remove_categories", ["a"]),
        (CreateOrUpdateProductModel, "family_variant", "by_size"),
        (CreateOrUpdateProductModel, "family", "shirts"),
        (CreateOrUpdateProductModel, "parent", "tee"),
        (CreateOrUpdateCategory, "parent", "master"),
        (CreateOrUpdateAttribute, "type", "pim_catalog_text"),
        (CreateOrUpdateAttribute, "localizable", True),
        (CreateOrUpdateAttribute, "scopable", False),
        (CreateOrUpdateAttribute, "unique", False),
        (CreateOrUpdateAttribute, "metric_family", "Weight"),
        (CreateOrUpdateAttribute, "reference_data_name", "brands"),
        (CreateOrUpdateAssociationType, "is_quantified", True),
        (CreateOrUpdateAssociationType, "is_two_way", False),
    ],
)
def test_what_decides_over_the_rest_goes_alone(
    command_type: type[AkeneoUpsert], name: str, data: Any
) -> None:
    """Unless the older command says the same; that it says nothing is not the same."""
    assert folded(command_type, {}, {name: data}) is None
    assert folded(command_type, {name: data}, {name: data}) == {name: data}
    assert folded(command_type, {name: data}, {}) == {name: data}


@pytest.mark.parametrize(
    ("command_type", "name", "older", "newer"),
    [
        (CreateOrUpdateAttributeGroup, "attributes", ["a", "b"], ["a"]),
        (CreateOrUpdateFamily, "attributes", ["a"], ["a", "b"]),
        (CreateOrUpdateFamilyVariant, "variant_attribute_sets", [{"level": 1}], [{"level": 2}]),
        (CreateOrUpdateAttribute, "table_configuration", [{"code": "a"}], [{"code": "b"}]),
        (CreateOrUpdateCategory, "validations", {"is_mandatory": True}, {"only_leaves": True}),
        (CreateOrUpdateCategory, "values", [{"data": "a"}], [{"data": "b"}]),
    ],
)
def test_what_the_pim_merges_in_its_own_way_goes_one_by_one(
    command_type: type[AkeneoUpsert], name: str, older: Any, newer: Any
) -> None:
    """Two different ones do not fold; the same twice, or one alone, does."""
    assert folded(command_type, {name: older}, {name: newer}) is None
    assert folded(command_type, {name: older}, {name: older}) == {name: older}
    assert folded(command_type, {}, {name: newer}) == {name: newer}


@pytest.mark.parametrize("name", ["add_categories", "remove_categories"])
def test_a_list_of_categories_does_not_join_what_adds_or_removes_some(name: str) -> None:
    """The API takes either in one body."""
    assert product({name: ["a"]}, {"categories": ["b"]}) is None
    assert product({"categories": ["b"]}, {name: ["a"]}) is None


@pytest.mark.parametrize("by", ["family", "parent", "family_variant"])
@pytest.mark.parametrize("data", [None, "", " ", []])
def test_a_value_is_not_cleared_in_the_body_that_may_create(by: str, data: Any) -> None:
    """The PIM gives default values to new items that have none, and to no others."""
    create, clear, write = ({"values": {"fresh": value(each)}} for each in (True, data, False))
    older = {by: "x", **create}

    assert folded(CreateOrUpdateProductModel, older, clear) is None
    assert folded(CreateOrUpdateProductModel, create, clear) is not None
    assert folded(CreateOrUpdateProductModel, older, write) is not None


def test_a_null_sort_order_goes_alone() -> None:
    """The PIM numbers an option that has none, and what null does to one that has is not known."""
    assert folded(CreateOrUpdateAttributeOption, {"sort_order": 2}, {"sort_order": None}) is None
    assert folded(CreateOrUpdateAttributeOption, {}, {"sort_order": None}) == {"sort_order": None}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"values": {"name": value("a")}}, {"values": {"Name": value("b")}}),
        (
            {"values": {"name": value("a", None, "shop")}},
            {"values": {"name": value("b", None, "Shop")}},
        ),
        ({"associations": {"PACK": {}}}, {"associations": {"pack": {}}}),
    ],
)
def test_a_code_in_two_spellings_goes_alone(older: Fields, newer: Fields) -> None:
    """It is one code to the PIM, and in one body the last one would count."""
    assert product(older, newer) is None
    assert product(newer, older) is None


@pytest.mark.parametrize(
    ("command_type", "key"),
    [
        (CreateOrUpdateProduct, {"identifier": "MUG"}),
        (CreateOrUpdateProductModel, {"code": "X"}),
        (CreateOrUpdateAttributeOption, {"attribute": "Color"}),
        (CreateOrUpdateFamilyVariant, {"family": "Shirts"}),
    ],
)
def test_a_key_in_another_spelling_goes_alone(
    command_type: type[AkeneoUpsert], key: Fields
) -> None:
    """A new item keeps the spelling that it came with, whatever is said later."""
    assert folded(command_type, {}, key) is None
    assert folded(command_type, key, {}) is None


def test_options_whose_keys_look_alike_do_not_mix() -> None:
    """A dot in a code is not allowed, but may be sent."""
    first = CreateOrUpdateAttributeOption(attribute="a.b", code="c")
    second = CreateOrUpdateAttributeOption(attribute="a", code="b.c")

    assert first.identity == second.identity
    assert first.fold(second) is None


def test_a_place_that_a_command_names_twice_goes_alone() -> None:
    """The PIM refuses such a body, and the fold must not hide that."""
    twice = [*value("a", "en_US"), *value("b", "en_US")]

    assert product({"values": {"name": twice}}, {"values": {"name": value("c")}}) is None
    assert product({"values": {"name": value("c")}}, {"values": {"name": twice}}) is None


def test_null_for_what_is_fixed_goes_apart() -> None:
    """At creation it means the default; a second time the PIM refuses it as a change."""
    same = {"unique": None, "sort_order": 1}

    assert folded(CreateOrUpdateAttribute, same, same) is None
