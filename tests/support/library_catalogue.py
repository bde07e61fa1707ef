"""A catalogue with a command of every class, in an order in which nothing waits for anything."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from importbus.bus import LaneCommand
from importbus.handlers import akeneo
from raw_libraries import entry
from raw_measurements import FAMILY

ACME, SET, SPARE = (
    "11f7a1e0-5f0b-4d63-9c58-0c7de1c5d6c1",
    "22f7a1e0-5f0b-4d63-9c58-0c7de1c5d6c2",
    "33f7a1e0-5f0b-4d63-9c58-0c7de1c5d6c3",
)
"""The uuids of products."""

Entity = akeneo.CreateOrUpdateReferenceEntity
EntityAttribute = akeneo.CreateOrUpdateReferenceEntityAttribute
EntityOption = akeneo.CreateOrUpdateReferenceEntityAttributeOption
Record = akeneo.CreateOrUpdateReferenceEntityRecord
Assets = akeneo.CreateOrUpdateAssetFamily
AssetAttribute = akeneo.CreateOrUpdateAssetFamilyAttribute
AssetOption = akeneo.CreateOrUpdateAssetFamilyAttributeOption
Asset = akeneo.CreateOrUpdateAsset
ByUuid = akeneo.CreateOrUpdateProductByUuid


def value(data: object) -> list[dict[str, object]]:
    """Return the one value of an attribute of a product."""
    return [{"locale": None, "scope": None, "data": data}]


def attribute(code: str, kind: str, **more: Any) -> LaneCommand:
    """Return an attribute of products."""
    return akeneo.CreateOrUpdateAttribute(code=code, type=kind, group="looks", **more)


STRUCTURE: Sequence[LaneCommand] = (
    akeneo.CreateOrUpdateCategory(code="kitchen", parent="master"),
    akeneo.CreateOrUpdateAttributeGroup(code="looks"),
    akeneo.CreateOrUpdateMeasurementFamily(**FAMILY),
    akeneo.CreateOrUpdateChannel(
        code="shop", category_tree="master", locales=["en_US"], currencies=["EUR"]
    ),
    Assets(code="Packshots", labels={"en_US": "Packshots"}, attribute_as_main_media="file"),
    Assets(code="packshots"),
    Entity(code="brand", labels={"en_US": "Brand"}),
    Entity(code="land"),
    AssetAttribute(asset_family="Packshots", code="file", type="media_file", media_type="image"),
    AssetAttribute(asset_family="Packshots", code="view", type="single_option"),
    AssetAttribute(asset_family="Packshots", code="shows", type="record", reference_entity="brand"),
    EntityAttribute(
        reference_entity="brand",
        code="home",
        type="reference_entity_single_link",
        reference_entity_code="land",
    ),
    EntityAttribute(
        reference_entity="brand",
        code="rivals",
        type="reference_entity_multiple_links",
        reference_entity_code="brand",
    ),
    EntityAttribute(
        reference_entity="brand",
        code="shots",
        type="asset_collection",
        asset_family_identifier="Packshots",
    ),
    EntityAttribute(
        reference_entity="land",
        code="biggest",
        type="reference_entity_single_link",
        reference_entity_code="brand",
    ),
    EntityAttribute(reference_entity="brand", code="style", type="single_option"),
    AssetOption(asset_family="Packshots", attribute="view", code="front"),
    EntityOption(reference_entity="brand", attribute="style", code="modern"),
    attribute("note", "pim_catalog_text"),
    attribute("handle", "pim_catalog_boolean"),
    attribute("color", "pim_catalog_simpleselect"),
    attribute("brand", "akeneo_reference_entity", reference_data_name="brand"),
    attribute("shots", "pim_catalog_asset_collection", reference_data_name="Packshots"),
    attribute(
        "grip",
        "pim_catalog_metric",
        metric_family="Torque",
        default_metric_unit="NEWTON_METER",
        decimals_allowed=True,
        negative_allowed=False,
    ),
    akeneo.CreateOrUpdateAttributeOption(attribute="color", code="red"),
    akeneo.CreateOrUpdateFamily(
        code="mugs", attributes=["sku", "note", "handle", "color", "brand", "shots", "grip"]
    ),
    akeneo.CreateOrUpdateFamilyVariant(
        code="by_handle",
        family="mugs",
        variant_attribute_sets=[{"level": 1, "axes": ["handle"], "attributes": ["sku"]}],
    ),
    akeneo.CreateOrUpdateAssociationType(code="BUNDLE", is_quantified=True),
)
"""What products, records and assets need."""

CATALOGUE: Sequence[LaneCommand] = (
    Record(reference_entity="land", code="it", values={"biggest": entry("acme")}),
    Record(
        reference_entity="brand",
        code="acme",
        values={
            "label": entry("Acme", "en_US"),
            "home": entry("it"),
            "rivals": entry(["other"]),
            "shots": entry(["red_front"]),
            "style": entry("modern"),
        },
    ),
    Record(reference_entity="brand", code="other", values={"rivals": entry(["acme"])}),
    Asset(
        asset_family="Packshots",
        code="red_front",
        values={"view": entry("front"), "shows": entry("acme")},
    ),
    Asset(asset_family="packshots", code="red_front", values={"label": entry("x", "en_US")}),
    akeneo.CreateOrUpdateProductModel(
        code="mug",
        family_variant="by_handle",
        categories=["kitchen"],
        values={"brand": value("acme"), "grip": value({"amount": "2", "unit": "POUND_FOOT"})},
    ),
    akeneo.CreateOrUpdateProduct(
        identifier="mug_handle", parent="mug", values={"handle": value(True)}
    ),
    ByUuid(
        uuid=ACME,
        parent="mug",
        values={"sku": value("mug_plain"), "handle": value(False)},
        associations={"X_SELL": {"products": [SET], "product_models": ["mug"]}},
    ),
    ByUuid(
        uuid=SET,
        family="mugs",
        values={"sku": value("set"), "color": value("red"), "shots": value(["red_front"])},
        associations={"X_SELL": {"products": [ACME]}},
        quantified_associations={"BUNDLE": {"products": [{"uuid": ACME, "quantity": 2}]}},
    ),
)
"""Records and products that name one another, in circles, too."""


def in_order() -> list[LaneCommand]:
    """Return all commands, each behind what it needs as far as that is possible."""
    return [*STRUCTURE, *CATALOGUE]


def shuffled(seed: int) -> list[LaneCommand]:
    """Return the same commands in an order by chance."""
    commands = in_order()
    random.Random(seed).shuffle(commands)
    return commands
