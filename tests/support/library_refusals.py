"""Refusals of measurements, products by uuid, records and assets, as in ``akeneo_refusals``.

The source of the Enterprise Edition is not public: words are those of the documentation, or made up
where it has none, and only statuses and properties decide.
"""

from __future__ import annotations

from typing import Any

from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAsset,
    CreateOrUpdateAssetFamily,
    CreateOrUpdateAttribute,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityAttributeOption,
    CreateOrUpdateReferenceEntityRecord,
)

UUID = "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"
BY_UUID = CreateOrUpdateProductByUuid(
    uuid="11f7a1e0-5f0b-4d63-9c58-0c7de1c5d6c1", associations={"PACK": {"products": [UUID]}}
)
METRIC = CreateOrUpdateAttribute(
    code="weight", metric_family="Weight", default_metric_unit="GRAM", reference_data_name="brand"
)
RECORD = CreateOrUpdateReferenceEntityRecord(
    reference_entity="brand",
    code="acme",
    values={
        "home": [{"locale": None, "channel": "shop", "data": "it"}],
        "style": [{"locale": None, "channel": None, "data": ["modern", "old"]}],
    },
)
ASSET = CreateOrUpdateAsset(
    asset_family="Pics",
    code="front",
    values={"view": [{"locale": None, "channel": None, "data": "top"}]},
)
LINK = CreateOrUpdateReferenceEntityAttribute(
    reference_entity="brand", code="home", reference_entity_code="land"
)
ENTITY_OPTION = CreateOrUpdateReferenceEntityAttributeOption(
    reference_entity="brand", attribute="style", code="modern"
)
MAIN_MEDIA = CreateOrUpdateAssetFamily(code="Pics", attribute_as_main_media="file")

LIBRARY_SENTENCES: list[tuple[LaneCommand, str, set[str]]] = [
    (
        BY_UUID,
        f'Property "associations" expects a valid product uuid. The product does not exist, '
        f'"{UUID}" given.',
        {f"product_uuid:{UUID}"},
    ),
]

LIBRARY_VIOLATIONS: list[tuple[LaneCommand, dict[str, Any], set[str]]] = [
    (
        METRIC,
        {"property": "metricFamily", "message": "The measurement family does not exist."},
        {"measurement_family:weight"},
    ),
    (
        METRIC,
        {"property": "referenceDataName", "message": 'The asset family "brand" does not exist.'},
        {"reference_entity:brand", "asset_family:brand"},
    ),
    (
        RECORD,
        {"property": "values.home", "message": 'The record "it" does not exist.'},
        {
            "reference_entity_attribute:brand.home",
            "reference_entity_attribute_option:brand.home.it",
            "channel:shop",
        },
    ),
    (
        RECORD,
        {
            "property": "values[style-<all_channels>-<all_locales>]",
            "message": "The old value is not in the style attribute option list.",
        },
        {"reference_entity_attribute_option:brand.style.old"},
    ),
    (
        RECORD,
        {"property": "", "message": "An attribute does not exist for this reference entity."},
        {
            "reference_entity:brand",
            "reference_entity_attribute:brand.home",
            "reference_entity_attribute_option:brand.home.it",
            "channel:shop",
            "reference_entity_attribute:brand.style",
            "reference_entity_attribute_option:brand.style.modern",
            "reference_entity_attribute_option:brand.style.old",
        },
    ),
    (
        ASSET,
        {"property": "values.view", "message": 'The option "top" does not exist.'},
        {"asset_family_attribute:pics.view", "asset_family_attribute_option:pics.view.top"},
    ),
    (
        LINK,
        {"property": "reference_entity_code", "message": "It was not found."},
        {"reference_entity:land", "reference_entity:brand"},
    ),
    (
        MAIN_MEDIA,
        {"property": "attributeAsMainMedia", "message": 'The attribute "file" does not exist.'},
        {"asset_family_attribute:pics.file"},
    ),
]

LIBRARY_NEVER: list[tuple[LaneCommand, dict[str, Any]]] = [
    (RECORD, {"property": "code", "message": "It may contain only letters, numbers and _."}),
    (RECORD, {"property": "values.home", "message": "A record expects a value per locale."}),
    (ASSET, {"property": "values.view", "message": "This value should not be blank."}),
]
