"""The table of resources: paths, bodies, and what a command refers to."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from akeneo_batches import value
from akeneo_refusals import CHANNEL, FAMILY, OPTION, PRODUCT, VARIANT
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
    DeleteProduct,
    DeleteProductModel,
    commands,
    media_commands,
)
from importbus.handlers.akeneo.resources import (
    RESOURCES,
    body_of,
    data_of,
    path_of,
    references,
    resource_of,
    value_references,
)

API = "/api/rest/v1/"


def test_every_command_class_has_a_row() -> None:
    """A class without one could be dispatched and never be sent."""
    classes = {
        each
        for module in (commands, media_commands)
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, LaneCommand) and each.resource
    }

    assert classes == set(RESOURCES)


@pytest.mark.parametrize("command_type", RESOURCES, ids=lambda each: each.__name__)
def test_a_row_names_fields_that_its_class_has(command_type: Any) -> None:
    """Key, path and references are fields of the command."""
    row = resource_of(command_type)
    named = {row.key, *row.path_only, *row.points_to}

    assert named <= {field.name for field in command_type.__attrs_attrs__}


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (CreateOrUpdateCategory(code="a"), "categories"),
        (CreateOrUpdateAttributeOption(attribute="color", code="a"), "attributes/color/options"),
        (CreateOrUpdateAttributeOption(attribute="a/ä ?", code="b"), "attributes/a%2F%C3%A4%20%3F"),
        (CreateOrUpdateFamilyVariant(family="shirts", code="a"), "families/shirts/variants"),
        (CreateOrUpdateProductModel(code="a"), "product-models"),
        (CreateOrUpdateProduct(identifier="a"), "products"),
        (DeleteProduct(identifier="mug"), "products/mug"),
        (DeleteProduct(identifier="mug #1?%+é"), "products/mug%20%231%3F%25%2B%C3%A9"),
        (DeleteProduct(identifier="{code}"), "products/%7Bcode%7D"),
        (DeleteProductModel(code="a/b"), "product-models/a/b"),
        (DeleteProductModel(code="a//b"), "product-models/a%2F%2Fb"),
        (DeleteProductModel(code="../b"), "product-models/..%2Fb"),
    ],
)
def test_a_path_is_percent_encoded(command: LaneCommand, path: str) -> None:
    """Of a collection for upserts, of the item for deletes; a slash of an item may stay."""
    assert path_of(command).startswith(f"{API}{path}")


def test_the_body_of_an_option_repeats_its_attribute() -> None:
    """The API takes it, and it must be the one of the path."""
    assert body_of(OPTION) == {"code": "red", "attribute": "color"}


def test_the_body_of_a_family_variant_has_no_family() -> None:
    """It stands in the path only: the API refuses it in the body."""
    assert "family" in data_of(VARIANT)
    assert body_of(VARIANT).keys() == {"code", "variant_attribute_sets"}


def test_a_body_holds_null_and_leaves_out_what_is_unset() -> None:
    """Null clears, absence leaves alone."""
    command = CreateOrUpdateProduct(identifier="mug", parent=None, categories=[])

    assert body_of(command) == {"identifier": "mug", "parent": None, "categories": []}


def test_options_are_written_slowly() -> None:
    """The PIM takes three calls a second, and only of options."""
    rates = {each.__name__: row.rate for each, row in RESOURCES.items() if row.rate}

    assert rates == {"CreateOrUpdateAttributeOption": 3.0}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (CreateOrUpdateCategory(code="a", parent="B"), {"parent": ("category:b",)}),
        (CreateOrUpdateCategory(code="a", parent=None), {}),
        (
            CreateOrUpdateAttributeGroup(code="a", attributes=["b", "c"]),
            {"attributes": ("attribute:b", "attribute:c")},
        ),
        (CreateOrUpdateAttribute(code="a", group="b"), {"group": ("attribute_group:b",)}),
        (OPTION, {"attribute": ("attribute:color",)}),
        (
            CHANNEL,
            {"category_tree": ("category:master",), "conversion_units": ("attribute:weight",)},
        ),
        (
            FAMILY,
            {
                "attributes": ("attribute:name", "attribute:color"),
                "attribute_as_label": ("attribute:name",),
                "attribute_requirements": ("channel:shop", "attribute:name"),
            },
        ),
        (
            VARIANT,
            {
                "family": ("family:mugs",),
                "variant_attribute_sets": ("attribute:color", "attribute:name"),
            },
        ),
        (
            PRODUCT,
            {
                "family": ("family:mugs",),
                "parent": ("product_model:cups",),
                "categories": ("category:kitchen", "category:gifts"),
                "values": (
                    "attribute:color",
                    "attribute_option:color.red",
                    "attribute:tags",
                    "attribute_option:tags.new",
                    "attribute_option:tags.hot",
                    "attribute:name",
                    "attribute_option:name.mug",
                    "channel:shop",
                ),
                "associations": (
                    "association_type:pack",
                    "product:lid",
                    "product:box",
                    "product_model:cups",
                ),
                "quantified_associations": ("association_type:set", "product:lid"),
            },
        ),
        (
            CreateOrUpdateProduct(identifier="a", add_categories=["b"], remove_categories=["c"]),
            {"add_categories": ("category:b",), "remove_categories": ("category:c",)},
        ),
        (
            CreateOrUpdateProductModel(code="a", family="f", family_variant="v"),
            {"family": ("family:f",), "family_variant": ("family_variant:v",)},
        ),
        (
            CreateOrUpdateProduct(identifier="a", associations={"PACK": {"groups": ["g"]}}),
            {"associations": ("association_type:pack",)},
        ),
        (DeleteProduct(identifier="a"), {}),
    ],
    ids=lambda each: type(each).__name__,
)
def test_references_are_named_by_property(
    command: LaneCommand, expected: dict[str, tuple[str, ...]]
) -> None:
    """Every identity once, in the order of the command; product groups cannot be imported."""
    assert references(command) == expected


def test_quantified_links_name_their_target_in_either_way() -> None:
    """The documentation says `code` for models, the server `identifier`."""
    links = {"KIT": {"product_models": [{"code": "a"}, {"identifier": "b"}, {"quantity": 1}, None]}}
    command = CreateOrUpdateProduct(identifier="x", quantified_associations=links)

    assert references(command) == {
        "quantified_associations": ("association_type:kit", "product_model:a", "product_model:b")
    }


@pytest.mark.parametrize("axes", [None, 5, {"a": 1}, ["a", None, 7], True])
def test_a_wrong_list_of_codes_names_what_it_can(axes: Any) -> None:
    """The PIM refuses such a command in its own words, and these must reach its owner."""
    sets = [{"level": 1, "axes": axes}]
    command = CreateOrUpdateFamilyVariant(family="f", code="a", variant_attribute_sets=sets)

    assert references(command)["family"] == ("family:f",)


def test_values_of_one_attribute_refer_to_its_options() -> None:
    """Text could be the code of an option; numbers and what belongs to others could not."""
    values = {"size": value(["s", "m", 5]), "name": value("Mug")}
    command = CreateOrUpdateProduct(identifier="mug", values=values)

    assert value_references(command, "size") == (
        "attribute:size",
        "attribute_option:size.s",
        "attribute_option:size.m",
    )
    assert value_references(command, "other") == ()


def test_what_has_no_values_refers_to_nothing_by_values() -> None:
    """Any command may be asked."""
    assert value_references(FAMILY, "name") == ()
