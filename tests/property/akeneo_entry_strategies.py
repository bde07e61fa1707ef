"""Commands for reference entities and asset families that a PIM with one of each mostly takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from tests.property.akeneo_strategies import (
    LABELS,
    PLAIN,
    Kind,
    Place,
    Strategy,
    any_of,
    entries,
    one_of,
    some,
)

from importbus.handlers.akeneo import (
    CreateOrUpdateAsset,
    CreateOrUpdateAssetFamily,
    CreateOrUpdateAssetFamilyAttribute,
    CreateOrUpdateAssetFamilyAttributeOption,
    CreateOrUpdateReferenceEntity,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityAttributeOption,
    CreateOrUpdateReferenceEntityRecord,
)

ENTITY_PLACES: Mapping[str, tuple[list[Place], Strategy]] = {
    "label": ([("en_US", None), ("de_DE", None)], one_of("Acme", None, "")),
    "story": ([("en_US", "ecommerce"), ("de_DE", "print")], one_of("Long", "Longer", None)),
    "claim": ([(None, "ecommerce"), (None, "print")], one_of("Best", "Better", None)),
    "motto": (PLAIN, one_of("Now", "Later", None)),
    "MOTTO": (PLAIN, one_of("Never", None)),
    "founded": (PLAIN, one_of("1949", "1950", None)),
    "region": (PLAIN, one_of("europe", "asia", None)),
    "goods": (PLAIN, some("mugs", "cups")),
    "owner": (PLAIN, one_of("acme", None)),
}
ASSET_PLACES: Mapping[str, tuple[list[Place], Strategy]] = {
    "label": ([("en_US", None), ("de_DE", None)], one_of("Front", None, "")),
    "alt": ([("en_US", None), ("en_us", None)], one_of("A", "B", None)),
    "height": (PLAIN, one_of("9", "10", None)),
    "size": (PLAIN, one_of("s", "m", None)),
    "tags": (PLAIN, some("new", "hot")),
    "free": (PLAIN, one_of(True, False, None)),
    "shows": (PLAIN, one_of("acme", None)),
}


def _with_channel(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"locale": each["locale"], "channel": each["scope"], "data": each["data"]}
        for each in entries
    ]


def _values_of(places: Mapping[str, tuple[list[Place], Strategy]]) -> Strategy:
    return any_of(**{code: entries(*place).map(_with_channel) for code, place in places.items()})


ENTRY_ATTRIBUTE: Mapping[str, Strategy] = {
    "labels": LABELS,
    "value_per_locale": st.booleans(),
    "value_per_channel": st.booleans(),
    "is_required_for_completeness": st.booleans(),
    "max_characters": one_of(None, 9, 99),
}
"""What attributes of reference entities and asset families have in common."""

NAMING = {
    "source": {"property": "code", "locale": None, "channel": None},
    "pattern": "/(?P<alt>.*)/",
    "abort_asset_creation_on_error": True,
}
END = {"attribute": "file", "locale": None, "channel": None}
TRANSFORMATION = {
    "label": "small",
    "source": END,
    "target": {**END, "attribute": "media"},
    "operations": [{"type": "thumbnail", "parameters": {"width": 9}}],
}
ENTRY_KINDS = (
    Kind(
        CreateOrUpdateReferenceEntity,
        ("x", "brand"),
        {},
        {"labels": LABELS, "image": one_of(None, "no_such_file")},
    ),
    Kind(
        CreateOrUpdateReferenceEntityAttribute,
        ("x", "motto", "owner"),
        {"reference_entity": one_of("brand", "brand", "brand", "Brand")},
        {
            **ENTRY_ATTRIBUTE,
            "type": one_of("text", "text", "reference_entity_single_link"),
            "reference_entity_code": one_of("brand", "other"),
        },
    ),
    Kind(
        CreateOrUpdateReferenceEntityAttributeOption,
        ("x", "europe"),
        {
            "reference_entity": one_of("brand", "brand", "brand", "Brand"),
            "attribute": one_of("region", "region", "region", "Region"),
        },
        {"labels": LABELS},
    ),
    Kind(
        CreateOrUpdateReferenceEntityRecord,
        ("x", "acme"),
        {
            "reference_entity": one_of("brand", "brand", "brand", "Brand"),
            "values": _values_of(ENTITY_PLACES),
        },
        {},
    ),
    Kind(
        CreateOrUpdateAssetFamily,
        ("x", "brand"),
        {},
        {
            "labels": LABELS,
            "attribute_as_main_media": one_of("media", "file", "url"),
            "naming_convention": one_of({}, NAMING),
            "product_link_rules": st.just([]),
            "transformations": one_of([], [TRANSFORMATION]),
        },
    ),
    Kind(
        CreateOrUpdateAssetFamilyAttribute,
        ("x", "alt", "file"),
        {"asset_family": one_of("brand", "brand", "brand", "Brand")},
        {
            **ENTRY_ATTRIBUTE,
            "type": one_of("text", "text", "media_file"),
            "is_read_only": st.booleans(),
            "media_type": one_of("image", "pdf"),
        },
    ),
    Kind(
        CreateOrUpdateAssetFamilyAttributeOption,
        ("x", "s"),
        {
            "asset_family": one_of("brand", "brand", "brand", "Brand"),
            "attribute": one_of("size", "size", "size", "Size"),
        },
        {"labels": LABELS},
    ),
    Kind(
        CreateOrUpdateAsset,
        ("x", "front"),
        {
            "asset_family": one_of("brand", "brand", "brand", "Brand"),
            "values": _values_of(ASSET_PLACES),
        },
        {},
    ),
)
"""Every upsert class of both. The keys of each are one that is new to the PIM and some it has."""
