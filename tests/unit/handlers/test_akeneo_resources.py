"""The table of resources: rows, paths and bodies."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from akeneo_refusals import OPTION, VARIANT
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAsset,
    CreateOrUpdateAssetFamily,
    CreateOrUpdateAssetFamilyAttribute,
    CreateOrUpdateAssetFamilyAttributeOption,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateMeasurementFamily,
    CreateOrUpdateProduct,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateProductModel,
    CreateOrUpdateReferenceEntity,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityAttributeOption,
    CreateOrUpdateReferenceEntityRecord,
    DeleteAsset,
    DeleteProduct,
    DeleteProductByUuid,
    DeleteProductModel,
    commands,
    media_commands,
)
from importbus.handlers.akeneo.resources import (
    RESOURCES,
    body_of,
    data_of,
    definition_path,
    option_prefix,
    path_of,
    resource_of,
)

API = "/api/rest/v1/"
UUID = "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"


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
        (CreateOrUpdateProductByUuid(uuid=UUID), "products-uuid"),
        (CreateOrUpdateMeasurementFamily(code="a"), "measurement-families"),
        (CreateOrUpdateReferenceEntity(code="brand"), "reference-entities/brand"),
        (
            CreateOrUpdateReferenceEntityAttribute(reference_entity="brand", code="a"),
            "reference-entities/brand/attributes/a",
        ),
        (
            CreateOrUpdateReferenceEntityAttributeOption(
                reference_entity="brand", attribute="a", code="b"
            ),
            "reference-entities/brand/attributes/a/options/b",
        ),
        (
            CreateOrUpdateReferenceEntityRecord(reference_entity="brand", code="a"),
            "reference-entities/brand/records",
        ),
        (CreateOrUpdateAssetFamily(code="Pics"), "asset-families/Pics"),
        (
            CreateOrUpdateAssetFamilyAttribute(asset_family="Pics", code="a"),
            "asset-families/Pics/attributes/a",
        ),
        (
            CreateOrUpdateAssetFamilyAttributeOption(asset_family="Pics", attribute="a", code="b"),
            "asset-families/Pics/attributes/a/options/b",
        ),
        (CreateOrUpdateAsset(asset_family="Pics", code="a"), "asset-families/Pics/assets"),
        (DeleteAsset(asset_family="Pics", code="a"), "asset-families/Pics/assets/a"),
        (DeleteProductByUuid(uuid=UUID), f"products-uuid/{UUID}"),
        (DeleteProduct(identifier="mug"), "products/mug"),
        (DeleteProduct(identifier="mug #1?%+é"), "products/mug%20%231%3F%25%2B%C3%A9"),
        (DeleteProduct(identifier="{code}"), "products/%7Bcode%7D"),
        (DeleteProductModel(code="a/b"), "product-models/a/b"),
        (DeleteProductModel(code="a//b"), "product-models/a%2F%2Fb"),
        (DeleteProductModel(code="../b"), "product-models/..%2Fb"),
    ],
)
def test_a_path_is_percent_encoded(command: LaneCommand, path: str) -> None:
    """Of a collection where items share calls, else of the item; a slash of an item may stay."""
    assert f"{path_of(command)}/".startswith(f"{API}{path}")


def test_the_body_of_an_option_repeats_its_attribute() -> None:
    """The API takes it, and it must be the one of the path."""
    assert body_of(OPTION) == {"code": "red", "attribute": "color"}


def test_the_body_of_a_family_variant_has_no_family() -> None:
    """It stands in the path only: the API refuses it in the body."""
    assert "family" in data_of(VARIANT)
    assert body_of(VARIANT).keys() == {"code", "variant_attribute_sets"}


@pytest.mark.parametrize(
    ("command", "body"),
    [
        (CreateOrUpdateReferenceEntity(code="a", labels={"en_US": "A"}), {"code", "labels"}),
        (
            CreateOrUpdateReferenceEntityAttributeOption(
                reference_entity="a", attribute="b", code="c"
            ),
            {"code"},
        ),
        (
            CreateOrUpdateAssetFamilyAttribute(
                asset_family="a", code="b", type="record", reference_entity="c"
            ),
            {"code", "type", "reference_entity"},
        ),
        (CreateOrUpdateAsset(asset_family="a", code="b", values={}), {"code", "values"}),
        (CreateOrUpdateProductByUuid(uuid=UUID, enabled=True), {"uuid", "enabled"}),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_body_says_what_an_item_is_inside_only_where_the_api_takes_it(
    command: LaneCommand, body: set[str]
) -> None:
    """Its own key stands in it, spelled as in the path."""
    assert body_of(command).keys() == body


def test_a_body_holds_null_and_leaves_out_what_is_unset() -> None:
    """Null clears, absence leaves alone."""
    command = CreateOrUpdateProduct(identifier="mug", parent=None, categories=[])

    assert body_of(command) == {"identifier": "mug", "parent": None, "categories": []}


def test_options_are_written_slowly() -> None:
    """The PIM takes three calls a second, and only of options."""
    rates = {each.__name__: row.rate for each, row in RESOURCES.items() if row.rate}

    assert rates == {"CreateOrUpdateAttributeOption": 3.0}


@pytest.mark.parametrize(
    ("command", "path", "prefix"),
    [
        (
            CreateOrUpdateProduct(identifier="a"),
            "attributes/Color",
            "attribute_option:color.",
        ),
        (
            CreateOrUpdateReferenceEntityRecord(reference_entity="Brand", code="a"),
            "reference-entities/Brand/attributes/Color",
            "reference_entity_attribute_option:brand.color.",
        ),
        (
            CreateOrUpdateAsset(asset_family="Pics", code="a"),
            "asset-families/Pics/attributes/Color",
            "asset_family_attribute_option:pics.color.",
        ),
    ],
)
def test_the_definition_of_an_attribute_stands_where_its_item_does(
    command: LaneCommand, path: str, prefix: str
) -> None:
    """Spelled as the command spells it; identities are in lower case."""
    assert definition_path(command, "Color") == f"{API}{path}"
    assert option_prefix(command, "Color") == prefix
