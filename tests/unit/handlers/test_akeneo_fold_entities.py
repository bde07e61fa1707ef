"""How commands of measurements, records, assets and products by uuid fold."""

from __future__ import annotations

from typing import Any

import pytest

from akeneo_batches import value
from importbus.handlers.akeneo import (
    CreateOrUpdateAsset,
    CreateOrUpdateAssetFamily,
    CreateOrUpdateAssetFamilyAttribute,
    CreateOrUpdateMeasurementFamily,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityRecord,
)
from importbus.handlers.akeneo.commands import AkeneoUpsert

KEYS: dict[type[AkeneoUpsert], dict[str, Any]] = {
    CreateOrUpdateProductByUuid: {"uuid": "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"},
    CreateOrUpdateReferenceEntityAttribute: {"code": "country", "reference_entity": "brand"},
    CreateOrUpdateReferenceEntityRecord: {"code": "acme", "reference_entity": "brand"},
    CreateOrUpdateAssetFamilyAttribute: {"code": "media", "asset_family": "pics"},
    CreateOrUpdateAsset: {"code": "front", "asset_family": "pics"},
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


def entry(data: Any, locale: str | None = None, channel: str | None = None) -> list[Fields]:
    """Return the one value of an attribute of a record or an asset."""
    return [{"locale": locale, "channel": channel, "data": data}]


@pytest.mark.parametrize("command_type", [CreateOrUpdateReferenceEntityRecord, CreateOrUpdateAsset])
def test_values_of_entries_are_merged_by_attribute_locale_and_channel(
    command_type: type[AkeneoUpsert],
) -> None:
    """As those of products are by scope."""
    older = {"label": [*entry("Acme", "en_US"), *entry("Akme", "de_DE")], "founded": entry("1949")}
    newer = {"label": [*entry("ACME", "en_US"), *entry("A", "en_US", "shop")], "city": entry(None)}

    assert folded(command_type, {"values": older}, {"values": newer}) == {
        "values": {
            "label": [
                *entry("ACME", "en_US"),
                *entry("Akme", "de_DE"),
                *entry("A", "en_US", "shop"),
            ],
            "founded": entry("1949"),
            "city": entry(None),
        }
    }


METER = {"code": "METER", "labels": {"en_US": "Meter", "de_DE": "Meter"}, "symbol": "m"}
TIMES = [{"operator": "mul", "value": "1"}]


@pytest.mark.parametrize(
    ("older", "newer", "both"),
    [
        ({"METER": METER}, {"INCH": {"symbol": "in"}}, {"METER": METER, "INCH": {"symbol": "in"}}),
        (
            {"METER": METER},
            {"METER": {"labels": {"de_DE": None, "fr_FR": "Mètre"}, "symbol": "M"}},
            {
                "METER": {
                    "code": "METER",
                    "labels": {"en_US": "Meter", "de_DE": None, "fr_FR": "Mètre"},
                    "symbol": "M",
                }
            },
        ),
        (
            {"METER": {"convert_from_standard": TIMES}},
            {"METER": {"convert_from_standard": TIMES, "symbol": "m"}},
            {"METER": {"convert_from_standard": TIMES, "symbol": "m"}},
        ),
        (
            {"METER": {"convert_from_standard": TIMES}},
            {"METER": METER},
            {"METER": {"convert_from_standard": TIMES, **METER}},
        ),
    ],
)
def test_units_are_merged_by_their_keys(older: Fields, newer: Fields, both: Fields) -> None:
    """What is said of a unit is merged, too, its labels one by one."""
    found = folded(CreateOrUpdateMeasurementFamily, {"units": older}, {"units": newer})

    assert found == {"units": both}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"METER": {"convert_from_standard": TIMES}}, {"METER": {"convert_from_standard": []}}),
        ({"METER": {"code": "METER"}}, {"METER": {"code": "meter"}}),
        ({"METER": METER}, {"meter": METER}),
        ({"METER": METER}, {"METER": {"labels": {"EN_us": "?"}}}),
        ({"METER": METER}, {"METER": []}),
        ([METER], {"METER": METER}),
    ],
)
def test_units_that_are_merged_in_ways_of_their_own_go_apart(older: Any, newer: Any) -> None:
    """A list of operations is merged by place: two lists leave what neither says."""
    assert folded(CreateOrUpdateMeasurementFamily, {"units": older}, {"units": newer}) is None


@pytest.mark.parametrize(
    ("command_type", "name", "older", "newer"),
    [
        (CreateOrUpdateMeasurementFamily, "standard_unit_code", "METER", "INCH"),
        (CreateOrUpdateReferenceEntityAttribute, "type", "text", "number"),
        (CreateOrUpdateReferenceEntityAttribute, "value_per_locale", True, False),
        (CreateOrUpdateReferenceEntityAttribute, "value_per_channel", True, False),
        (CreateOrUpdateReferenceEntityAttribute, "reference_entity_code", "a", "b"),
        (CreateOrUpdateReferenceEntityAttribute, "asset_family_identifier", "a", "b"),
        (CreateOrUpdateAssetFamilyAttribute, "media_type", "image", "pdf"),
        (CreateOrUpdateAssetFamily, "naming_convention", {"pattern": "a"}, {"pattern": "b"}),
        (CreateOrUpdateAssetFamily, "product_link_rules", [{}], []),
        (CreateOrUpdateAssetFamily, "transformations", [{}], []),
    ],
)
def test_what_may_be_fixed_or_merged_in_another_way_goes_apart(
    command_type: type[AkeneoUpsert], name: str, older: Any, newer: Any
) -> None:
    """Folded, the first of two would be lost, and the second not be refused."""
    assert folded(command_type, {name: older}, {name: newer}) is None
    assert folded(command_type, {name: older}, {name: older}) == {name: older}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            CreateOrUpdateReferenceEntityRecord(reference_entity="Brand", code="x"),
            CreateOrUpdateReferenceEntityRecord(reference_entity="brand", code="x"),
        ),
        (
            CreateOrUpdateAsset(asset_family="Pics", code="x"),
            CreateOrUpdateAsset(asset_family="pics", code="x"),
        ),
    ],
    ids=["record", "asset"],
)
def test_what_an_item_stands_inside_is_spelled_in_one_way(one: Any, other: Any) -> None:
    """Of asset families another spelling is another family."""
    assert one.fold(other) is None


def test_a_product_by_uuid_folds_as_one_by_identifier() -> None:
    """Values and associations are merged; the key in other spelling goes apart."""
    links = {"PACK": {"products": ["a"]}}
    found = folded(
        CreateOrUpdateProductByUuid,
        {"values": {"a": value(1)}, "associations": links},
        {"values": {"b": value(2)}, "enabled": False},
    )

    assert found == {
        "values": {"a": value(1), "b": value(2)},
        "associations": links,
        "enabled": False,
    }
