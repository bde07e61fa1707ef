"""Attributes and their flags.

Source: akeneo/pim-community-dev, AttributeUpdater.php, validation of attributes (2018-2023),
tests/back/Pim/Structure/EndToEnd.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_attributes import COLUMNS, NEEDED, REFERENCES, attribute, short
from raw_http import RawClient

TEXT = {"type": "pim_catalog_text", "group": "other"}


def php(name: str) -> str:
    """Return the name of a property in `errors`."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


@pytest.mark.parametrize("kind", NEEDED)
def test_an_attribute_may_be_of_each_type(brands: RawClient, kind: str) -> None:
    """With what its type needs, and nothing more."""
    assert brands.post("/attributes", **attribute(kind)).status == 201
    assert brands.item(f"/attributes/a_{kind}")["type"] == kind


def test_an_attribute_reads_back_with_all_its_properties(raw: RawClient) -> None:
    """What was not said has its default."""
    raw.put("/attributes", {"code": "a", **TEXT, "max_characters": 50})
    item = raw.item("/attributes/a")

    assert item["max_characters"] == 50
    assert item["unique"] is item["localizable"] is item["scopable"] is False
    assert item["decimals_allowed"] is item["metric_family"] is None
    assert item["allowed_extensions"] == item["available_locales"] == []
    assert item["group_labels"] == {"en_US": "Other", "fr_FR": "Autre"}


@pytest.mark.parametrize("missing", ["type", "group"])
def test_an_attribute_needs_type_and_group(raw: RawClient, missing: str) -> None:
    """Left out they are violations, and null is of the wrong shape."""
    said = {name: data for name, data in TEXT.items() if name != missing}
    reply = raw.post("/attributes", code="a", **said)
    empty = raw.post("/attributes", **{**TEXT, "code": "a", "type": None})

    assert (reply.status, reply.blamed) == (422, [missing])
    assert empty.message.startswith('Property "type" does not expect an empty value.')


@pytest.mark.parametrize(
    ("name", "data", "start"),
    [
        ("localizable", None, "expects a boolean as data"),
        ("scopable", "yes", "expects a boolean as data"),
        ("unique", 1, "expects a boolean as data"),
        ("sort_order", "first", "expects an integer as data"),
        ("max_characters", "many", "expects an integer as data"),
        ("available_locales", "en_US", "expects an array as data"),
        ("allowed_extensions", "png", "expects an array as data"),
        ("number_min", "one", "expects a numeric as data"),
        ("date_max", "today", 'expects a string with the format "yyyy-mm-dd"'),
        ("table_configuration", {}, "expects an array as data"),
    ],
)
def test_a_property_of_an_attribute_has_a_shape(
    raw: RawClient, name: str, data: object, start: str
) -> None:
    """The refusal is of the documented kind."""
    reply = raw.post("/attributes", code="a", **TEXT, **{name: data})

    assert reply.status == 422
    assert reply.message.startswith(f'Property "{name}" {start}')
    assert "_links" in reply.json


@pytest.mark.parametrize(
    ("name", "data", "blamed"),
    [
        ("type", "pim_catalog_date", "type"),
        ("localizable", True, "localizable"),
        ("scopable", True, "scopable"),
        ("unique", True, "unique"),
    ],
)
def test_what_an_attribute_is_cannot_be_changed(
    shop: RawClient, name: str, data: Any, blamed: str
) -> None:
    """The same again is fine."""
    reply = shop.patch("/attributes/note", **{name: data})
    same = shop.patch("/attributes/note", **{name: shop.item("/attributes/note")[name]})

    assert reply.status == 422
    assert {"property": blamed, "message": "This property cannot be changed."} in (
        reply.json["errors"]
    )
    assert same.status == 204


def test_the_metric_family_of_an_attribute_cannot_be_changed(shop: RawClient) -> None:
    """Its unit can, within the family."""
    family = shop.patch("/attributes/weight", metric_family="Length", default_metric_unit="METER")
    unit = shop.patch("/attributes/weight", default_metric_unit="KILOGRAM")

    assert family.json["errors"] == [
        {"property": "metricFamily", "message": "This property cannot be changed."}
    ]
    assert unit.status == 204


RESERVED = (
    *("id", "ID", "iD", "family", "FAMILY", "associationTypes", "associations", "attributes"),
    *("categories", "category", "categoryId", "completeness", "enabled", "entity_type", "groups"),
    *("label", "parent", "products", "scope", "treeId", "values", "x_groups", "a_products"),
)


@pytest.mark.parametrize("code", RESERVED)
def test_some_codes_of_attributes_are_reserved(raw: RawClient, code: str) -> None:
    """The PIM keeps them for itself."""
    reply = raw.post("/attributes", code=code, **TEXT)

    assert reply.json["errors"] == [{"property": "code", "message": "This code is not available"}]


@pytest.mark.parametrize("code", ["ids", "Label", "my_family", "groups_x", "xproducts"])
def test_codes_like_reserved_ones_are_free(raw: RawClient, code: str) -> None:
    """Only `id` and `family` are reserved in any case."""
    assert raw.post("/attributes", code=code, **TEXT).status == 201


NUMBERS = short("number", "metric", "price_collection")
FLAGS = [
    ("max_characters", 10, short("text", "textarea")),
    ("validation_rule", "email", short("text")),
    ("validation_regexp", "/a/", short("text")),
    ("wysiwyg_enabled", True, short("textarea")),
    ("number_min", "1", NUMBERS),
    ("number_max", "9", NUMBERS),
    ("decimals_allowed", True, NUMBERS),
    ("negative_allowed", True, short("number", "metric")),
    ("metric_family", "Weight", short("metric")),
    ("default_metric_unit", "GRAM", short("metric")),
    ("date_min", "2020-01-01", short("date")),
    ("date_max", "2020-01-01", short("date")),
    ("allowed_extensions", ["png"], short("image", "file")),
    ("max_file_size", "10", short("image", "file")),
    ("reference_data_name", "brand", set(REFERENCES)),
    ("default_value", True, short("boolean")),
    ("table_configuration", COLUMNS, short("table")),
    ("unique", True, short("text", "number", "date")),
]


@pytest.mark.parametrize(("flag", "data", "kinds"), FLAGS)
def test_a_flag_is_for_some_types(brands: RawClient, flag: str, data: Any, kinds: set[str]) -> None:
    """An attribute of another type must not have it."""
    replies = {
        kind: brands.post("/attributes", **attribute(kind, **{flag: data})) for kind in NEEDED
    }

    assert {kind for kind, reply in replies.items() if reply.status == 201} == kinds
    assert all(reply.blamed == [php(flag)] for reply in replies.values() if reply.status != 201)


@pytest.mark.parametrize(
    ("flag", "data"),
    [("max_characters", 5), ("validation_rule", "url"), ("validation_regexp", "/a/")],
)
def test_the_identifier_may_be_narrowed(raw: RawClient, flag: str, data: object) -> None:
    """As text may be."""
    assert raw.patch("/attributes/sku", **{flag: data}).status == 204


@pytest.mark.parametrize(
    ("kind", "flag"), [(kind, flag) for kind, flags in NEEDED.items() for flag in flags]
)
def test_some_types_need_flags(raw: RawClient, kind: str, flag: str) -> None:
    """Null is not enough."""
    reply = raw.post("/attributes", **attribute(kind, **{flag: None}))

    assert (reply.status, reply.blamed) == (422, [php(flag)])


NUMBER, METRIC = attribute("pim_catalog_number"), attribute("pim_catalog_metric")
DATE, IMAGE = attribute("pim_catalog_date"), attribute("pim_catalog_image")


@pytest.mark.parametrize(
    ("said", "blamed"),
    [
        ({**METRIC, "default_metric_unit": "METER"}, "defaultMetricUnit"),
        ({**METRIC, "metric_family": "Nope"}, "metricFamily"),
        ({**TEXT, "unique": True, "localizable": True}, "unique"),
        ({**TEXT, "unique": True, "scopable": True}, "unique"),
        ({**TEXT, "max_characters": 0}, "maxCharacters"),
        ({**TEXT, "max_characters": 256}, "maxCharacters"),
        ({**attribute("pim_catalog_textarea"), "max_characters": 65536}, "maxCharacters"),
        ({**IMAGE, "max_file_size": "0"}, "maxFileSize"),
        ({**IMAGE, "max_file_size": "10000"}, "maxFileSize"),
        ({**NUMBER, "number_min": "10", "number_max": "9"}, "numberMax"),
        ({**DATE, "date_min": "2020-01-02", "date_max": "2020-01-01"}, "dateMax"),
        ({**TEXT, "validation_rule": "nope"}, "validationRule"),
        ({**TEXT, "validation_rule": "regexp"}, "validationRegexp"),
        ({"type": "pim_catalog_identifier"}, "type"),
        ({"type": "pim_catalog_identifier", "unique": False}, "unique"),
    ],
)
def test_the_flags_of_an_attribute_have_rules(
    raw: RawClient, said: dict[str, Any], blamed: str
) -> None:
    """Ranges, units of the family, one identifier, uniqueness in one place."""
    reply = raw.post("/attributes", **{"group": "other", **said, "code": "a"})

    assert reply.status == 422
    assert blamed in reply.blamed


@pytest.mark.parametrize(
    "said",
    [
        {**TEXT, "max_characters": 1},
        {**TEXT, "max_characters": 255},
        {**attribute("pim_catalog_textarea"), "max_characters": 65535},
        {**IMAGE, "max_file_size": "0.01"},
        {**IMAGE, "max_file_size": "9999.99"},
        {**NUMBER, "number_min": "9", "number_max": "10"},
        {**NUMBER, "number_min": "9", "number_max": "9"},
        {**DATE, "date_min": "2020-01-01", "date_max": "2020-01-01"},
    ],
)
def test_the_ranges_of_flags_include_their_ends(raw: RawClient, said: dict[str, Any]) -> None:
    """One less or one more is refused."""
    assert raw.post("/attributes", **{**said, "code": "a"}).status == 201


def test_flags_read_back_in_one_form(raw: RawClient) -> None:
    """Numbers and sizes have decimals, dates a time."""
    raw.put("/attributes", {**NUMBER, "number_min": 1}, {**IMAGE, "max_file_size": "10"})
    raw.put("/attributes", {**DATE, "date_min": "2020-01-01"})

    assert raw.item(f"/attributes/{NUMBER['code']}")["number_min"] == "1.0000"
    assert raw.item(f"/attributes/{IMAGE['code']}")["max_file_size"] == "10.00"
    assert raw.item(f"/attributes/{DATE['code']}")["date_min"] == "2020-01-01T00:00:00+00:00"


def test_lists_of_an_attribute_are_replaced_and_sorted(raw: RawClient) -> None:
    """Locales and extensions; an empty list clears."""
    raw.put("/attributes", {**IMAGE, "code": "a", "allowed_extensions": ["png", "gif"]})
    first = raw.item("/attributes/a")["allowed_extensions"]
    raw.patch("/attributes/a", allowed_extensions=["jpg"], available_locales=["fr_FR", "en_US"])
    second = raw.item("/attributes/a")
    raw.patch("/attributes/a", available_locales=[])

    assert (first, second["allowed_extensions"]) == (["gif", "png"], ["jpg"])
    assert second["available_locales"] == ["en_US", "fr_FR"]
    assert raw.item("/attributes/a")["available_locales"] == []
