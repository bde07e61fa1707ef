"""What a command refers to, by the property that names it."""

from __future__ import annotations

from typing import Any

import pytest

from akeneo_batches import value
from akeneo_refusals import CHANNEL, FAMILY, OPTION, PRODUCT, VARIANT
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAsset,
    CreateOrUpdateAssetFamily,
    CreateOrUpdateAssetFamilyAttribute,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateCategory,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateProductModel,
    CreateOrUpdateReferenceEntity,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityAttributeOption,
    CreateOrUpdateReferenceEntityRecord,
    DeleteProduct,
)
from importbus.handlers.akeneo.resources import (
    references,
    value_references,
)

UUID = "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"


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
        (
            CreateOrUpdateProductByUuid(
                uuid=UUID,
                parent="m",
                associations={"PACK": {"products": [UUID], "product_models": ["m"]}},
                quantified_associations={"SET": {"products": [{"uuid": UUID, "quantity": 1}]}},
            ),
            {
                "parent": ("product_model:m",),
                "associations": (
                    "association_type:pack",
                    f"product_uuid:{UUID}",
                    "product_model:m",
                ),
                "quantified_associations": ("association_type:set", f"product_uuid:{UUID}"),
            },
        ),
        (
            CreateOrUpdateAttribute(
                code="a",
                metric_family="Weight",
                default_metric_unit="GRAM",
                reference_data_name="brand",
                table_configuration=[{"code": "c"}, {"reference_entity_identifier": "City"}],
            ),
            {
                "metric_family": ("measurement_family:weight",),
                "default_metric_unit": ("measurement_family:weight",),
                "reference_data_name": ("reference_entity:brand", "asset_family:brand"),
                "table_configuration": ("reference_entity:city",),
            },
        ),
        (CreateOrUpdateAttribute(code="a", default_metric_unit="G"), {"default_metric_unit": ()}),
        (CreateOrUpdateReferenceEntity(code="a", image="b"), {}),
        (
            CreateOrUpdateReferenceEntityAttribute(
                reference_entity="a",
                code="b",
                reference_entity_code="c",
                asset_family_identifier="d",
            ),
            {
                "reference_entity": ("reference_entity:a",),
                "reference_entity_code": ("reference_entity:c",),
                "asset_family_identifier": ("asset_family:d",),
            },
        ),
        (
            CreateOrUpdateReferenceEntityAttributeOption(
                reference_entity="a", attribute="B", code="c"
            ),
            {
                "reference_entity": ("reference_entity:a",),
                "attribute": ("reference_entity_attribute:a.b",),
            },
        ),
        (
            CreateOrUpdateReferenceEntityRecord(
                reference_entity="a",
                code="b",
                values={
                    "country": [{"locale": None, "channel": "shop", "data": "it"}],
                    "styles": [{"locale": None, "channel": None, "data": ["x", "y"]}],
                },
            ),
            {
                "reference_entity": ("reference_entity:a",),
                "values": (
                    "reference_entity_attribute:a.country",
                    "reference_entity_attribute_option:a.country.it",
                    "channel:shop",
                    "reference_entity_attribute:a.styles",
                    "reference_entity_attribute_option:a.styles.x",
                    "reference_entity_attribute_option:a.styles.y",
                ),
            },
        ),
        (
            CreateOrUpdateAssetFamily(
                code="a",
                attribute_as_main_media="b",
                naming_convention={"pattern": "/(?P<ref>.*)-(?<n>.*)/"},
                product_link_rules=[{"assign_assets_to": [{"attribute": "pics"}]}, {}],
                transformations=[{"source": {"attribute": "b"}, "target": {"attribute": "c"}}, {}],
            ),
            {
                "attribute_as_main_media": ("asset_family_attribute:a.b",),
                "naming_convention": ("asset_family_attribute:a.ref", "asset_family_attribute:a.n"),
                "product_link_rules": ("attribute:pics",),
                "transformations": ("asset_family_attribute:a.b", "asset_family_attribute:a.c"),
            },
        ),
        (
            CreateOrUpdateAssetFamilyAttribute(asset_family="a", code="b", reference_entity="c"),
            {"asset_family": ("asset_family:a",), "reference_entity": ("reference_entity:c",)},
        ),
        (
            CreateOrUpdateAsset(asset_family="a", code="b"),
            {"asset_family": ("asset_family:a",)},
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


def test_cells_of_a_table_may_be_codes() -> None:
    """Of options of a column, or of records; prices and measures name nothing."""
    rows = [{"ingredient": "salt", "amount": 5}, {"ingredient": "egg"}]
    values = {
        "recipe": value(rows),
        "price": value([{"amount": "5.00", "currency": "EUR"}]),
        "weight": value({"amount": "2", "unit": "GRAM"}),
    }
    command = CreateOrUpdateProduct(identifier="mug", values=values)

    assert references(command)["values"] == (
        "attribute:recipe",
        "attribute_option:recipe.salt",
        "attribute_option:recipe.egg",
        "attribute:price",
        "attribute:weight",
    )


def test_values_of_a_category_refer_to_nothing_known() -> None:
    """They are a list, and the attributes of categories have no commands."""
    values = [{"attribute_code": "text", "channel": "shop", "locale": None, "data": "Mugs"}]

    assert value_references(CreateOrUpdateCategory(code="mugs", values=values), "text") == ()
