"""Categories, groups, attributes, options, channels, association types.

Source: akeneo/pim-api-docs, content/concepts/catalog-structure.md and target-market-settings.md;
akeneo/pim-community-dev, tests/back/Pim/Structure/EndToEnd, CategoryEndToEnd tests,
AttributeUpdater.php, validation of attributes.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_http import RawClient, value

TEXT = {"type": "pim_catalog_text", "group": "other"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/categories", {}),
        ("/attribute-groups", {}),
        ("/attributes", TEXT),
        ("/attributes/color/options", {}),
        ("/families", {}),
        ("/association-types", {}),
    ],
)
@pytest.mark.parametrize("code", ["no-dash", "no blank", "ü", "x" * 256])
def test_codes_have_a_form_and_a_length(
    shop: RawClient, path: str, body: dict[str, Any], code: str
) -> None:
    """Letters, numbers and underscores of ASCII."""
    reply = shop.post(path, **body, code=code)

    assert (reply.status, set(reply.blamed)) == (422, {"code"})


@pytest.mark.parametrize(
    ("path", "body", "start"),
    [
        ("/categories/c", {"parent": "nope"}, 'Property "parent" expects a valid category code.'),
        ("/attributes/a", {**TEXT, "group": "nope"}, 'Property "group" expects a valid code.'),
        ("/attributes/a", {**TEXT, "type": "nope"}, 'Property "type" expects a valid attribute ty'),
        (
            "/attributes/a",
            {**TEXT, "available_locales": ["xx"]},
            'Property "available_locales" expects a valid locale code.',
        ),
        ("/attribute-groups/g", {"attributes": ["nope"]}, 'Property "attributes" expects a valid'),
        ("/families/f", {"attributes": ["nope"]}, 'Property "attributes" expects a valid code.'),
        ("/families/f", {"attribute_as_label": "nope"}, 'Property "attribute_as_label" expects a'),
        ("/families/f", {"attribute_as_image": "nope"}, 'Property "attribute_as_image" expects a'),
        (
            "/families/f",
            {"attribute_requirements": {"nope": []}},
            'Property "attribute_requirements" expects a valid code. The channel does not exist',
        ),
        (
            "/families/f",
            {"attribute_requirements": {"ecommerce": ["nope"]}},
            'Property "attribute_requirements" expects a valid code. The attribute does not exist',
        ),
        ("/channels/ecommerce", {"category_tree": "nope"}, 'Property "category_tree" expects a'),
        ("/channels/ecommerce", {"locales": ["xx"]}, 'Property "locales" expects a valid code.'),
        ("/channels/ecommerce", {"currencies": ["XX"]}, 'Property "currencies" expects a valid c'),
        ("/products/p", {"family": "nope"}, 'Property "family" expects a valid family code.'),
        ("/products/p", {"parent": "nope"}, 'Property "parent" expects a valid parent code.'),
        ("/products/p", {"categories": ["nope"]}, 'Property "categories" expects a valid catego'),
        ("/products/p", {"groups": ["nope"]}, 'Property "groups" expects a valid group code.'),
        ("/product-models/m", {"family_variant": "nope"}, 'Property "family_variant" expects a v'),
        ("/product-models/m", {"parent": "nope"}, 'Property "parent" expects a valid parent code'),
    ],
)
def test_a_reference_must_exist(
    shop: RawClient, path: str, body: dict[str, Any], start: str
) -> None:
    """A missing one is a documented 422 that names property and code."""
    reply = shop.call("PATCH", path, body)

    assert reply.status == 422
    assert reply.message.startswith(start)
    assert "_links" in reply.json


def test_a_category_reads_back(raw: RawClient) -> None:
    """With the stored spelling of its parent."""
    raw.put("/categories", {"code": "shoes", "parent": "MASTER", "labels": {"en_US": "Shoes"}})

    assert raw.item("/categories/shoes") == {
        "code": "shoes",
        "parent": "master",
        "labels": {"en_US": "Shoes"},
    }


def test_a_category_cannot_stand_under_itself(raw: RawClient) -> None:
    """Neither directly nor further down."""
    raw.put("/categories", {"code": "a"}, {"code": "b", "parent": "a"})

    for parent in ("a", "b"):
        reply = raw.patch("/categories/a", parent=parent)
        assert (reply.status, reply.message) == (422, "Cannot set child as parent to node: a")


def test_a_tree_that_a_channel_uses_stays_a_tree(raw: RawClient) -> None:
    """Other trees may become branches."""
    raw.put("/categories", {"code": "a"}, {"code": "b"})
    moved = raw.patch("/categories/a", parent="b")
    kept = raw.patch("/categories/master", parent="b")

    assert (moved.status, kept.status) == (204, 422)
    assert kept.message.startswith("You can't move a category tree linked to a channel.")


def test_the_attributes_of_a_group_are_those_that_name_it(shop: RawClient) -> None:
    """Either side can say so; what a group drops goes to `other`."""
    shop.put("/attribute-groups", {"code": "g", "attributes": ["name", "note"]})
    shop.patch("/attributes/ean", group="g")
    both = shop.item("/attribute-groups/g")["attributes"]
    shop.patch("/attribute-groups/g", attributes=["ean"])

    assert both == ["ean", "name", "note"]
    assert shop.item("/attribute-groups/g")["attributes"] == ["ean"]
    assert shop.item("/attributes/name")["group"] == "other"


def test_the_group_other_cannot_be_emptied(shop: RawClient) -> None:
    """A list of attributes is passed over there, also one that would add to it."""
    shop.put("/attribute-groups", {"code": "g", "attributes": ["note"]})
    reply = shop.patch("/attribute-groups/other", attributes=["note"])

    assert reply.status == 204
    assert shop.item("/attribute-groups/g")["attributes"] == ["note"]
    assert "name" in shop.item("/attribute-groups/other")["attributes"]


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
    body = {name: data for name, data in TEXT.items() if name != missing}
    reply = raw.post("/attributes", code="a", **body)
    empty = raw.post("/attributes", **{**TEXT, "code": "a", "type": None})

    assert (reply.status, reply.blamed) == (422, [missing])
    assert empty.message.startswith('Property "type" does not expect an empty value.')


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

    assert "metricFamily" in family.blamed
    assert unit.status == 204


@pytest.mark.parametrize(
    "code",
    ["id", "ID", "family", "Family", "categories", "values", "label", "x_groups", "a_products"],
)
def test_some_codes_of_attributes_are_reserved(raw: RawClient, code: str) -> None:
    """The PIM keeps them for itself."""
    reply = raw.post("/attributes", code=code, **TEXT)

    assert reply.json["errors"] == [{"property": "code", "message": "This code is not available"}]


NUMBER = {"type": "pim_catalog_number", "decimals_allowed": False, "negative_allowed": False}
METRIC = {**NUMBER, "type": "pim_catalog_metric", "metric_family": "Weight"}


@pytest.mark.parametrize(
    ("body", "blamed"),
    [
        ({**TEXT, "decimals_allowed": True}, "decimalsAllowed"),
        ({**TEXT, "negative_allowed": False}, "negativeAllowed"),
        ({**TEXT, "metric_family": "Weight"}, "metricFamily"),
        ({**TEXT, "wysiwyg_enabled": True}, "wysiwygEnabled"),
        ({**TEXT, "date_min": "2020-01-01"}, "dateMin"),
        ({**TEXT, "max_file_size": "10"}, "maxFileSize"),
        ({**TEXT, "allowed_extensions": ["png"]}, "allowedExtensions"),
        ({**TEXT, "default_value": True}, "defaultValue"),
        ({**TEXT, "reference_data_name": "x"}, "referenceDataName"),
        ({**NUMBER, "max_characters": 5}, "maxCharacters"),
        ({**NUMBER, "decimals_allowed": None}, "decimalsAllowed"),
        ({**NUMBER, "negative_allowed": None}, "negativeAllowed"),
        (METRIC, "defaultMetricUnit"),
        ({**METRIC, "default_metric_unit": "METER"}, "defaultMetricUnit"),
        ({**METRIC, "metric_family": "Nope", "default_metric_unit": "GRAM"}, "metricFamily"),
        ({"type": "pim_catalog_boolean", "unique": True}, "unique"),
        ({**TEXT, "unique": True, "localizable": True}, "unique"),
        ({**TEXT, "unique": True, "scopable": True}, "unique"),
        ({**TEXT, "max_characters": 256}, "maxCharacters"),
        ({"type": "pim_catalog_textarea", "max_characters": 65536}, "maxCharacters"),
        ({"type": "pim_catalog_image", "max_file_size": "10000"}, "maxFileSize"),
        ({**NUMBER, "number_min": "5", "number_max": "4"}, "numberMax"),
        ({**TEXT, "validation_rule": "nope"}, "validationRule"),
        ({**TEXT, "validation_rule": "regexp"}, "validationRegexp"),
        ({"type": "pim_catalog_identifier"}, "type"),
        ({"type": "pim_catalog_identifier", "unique": False}, "unique"),
    ],
)
def test_the_flags_of_an_attribute_are_bound_to_its_type(
    raw: RawClient, body: dict[str, Any], blamed: str
) -> None:
    """A flag of another type must be null; some are needed."""
    reply = raw.post("/attributes", **{"code": "a", "group": "other", **body})

    assert reply.status == 422
    assert blamed in reply.blamed


@pytest.mark.parametrize("kind", ["text", "number", "date"])
def test_some_types_may_be_unique(raw: RawClient, kind: str) -> None:
    """Text, numbers and dates."""
    more = NUMBER if kind == "number" else {}
    body = {**more, "type": f"pim_catalog_{kind}", "unique": True}

    assert raw.post("/attributes", code="a", group="other", **body).status == 201


def test_options_are_numbered_as_they_come(shop: RawClient) -> None:
    """Without a `sort_order` an option gets the next one."""
    shop.put("/attributes/color/options", {"code": "x", "sort_order": 10}, {"code": "y"})

    assert shop.item("/attributes/color/options/y") == {
        "code": "y",
        "attribute": "color",
        "sort_order": 11,
        "labels": {},
    }


def test_an_option_must_name_the_attribute_of_its_path(shop: RawClient) -> None:
    """In the body the attribute may be left out."""
    reply = shop.patch("/attributes/color/options/red", attribute="size")

    assert (reply.status, reply.message) == (
        422,
        'The attribute code "size" provided in the request body must match the attribute code '
        '"color" provided in the url.',
    )


def test_options_are_unique_by_attribute(shop: RawClient) -> None:
    """Two attributes may have options of one code."""
    assert shop.post("/attributes/size/options", code="red").status == 201
    assert shop.post("/attributes/size/options", code="RED").blamed == ["code"]


def test_only_select_attributes_have_options(shop: RawClient) -> None:
    """Text has none."""
    assert shop.patch("/attributes/note/options/x").blamed == ["attribute"]


def test_a_single_write_under_an_unknown_attribute_is_a_404(raw: RawClient) -> None:
    """Reading its options is, too."""
    for reply in (raw.patch("/attributes/nope/options/x"), raw.get("/attributes/nope/options")):
        assert (reply.status, reply.message) == (404, 'Attribute "nope" does not exist.')


@pytest.mark.parametrize(
    ("body", "blamed"),
    [
        ({"locales": []}, "locales"),
        ({"currencies": []}, "currencies"),
        ({"currencies": ["AUD"]}, "currencies"),
        ({"category_tree": "branch"}, "category"),
        ({"category_tree": None}, "category"),
        ({"conversion_units": {"nope": "GRAM"}}, "conversionUnits"),
        ({"conversion_units": {"note": "GRAM"}}, "conversionUnits"),
        ({"conversion_units": {"weight": "METER"}}, "conversionUnits"),
    ],
)
def test_a_channel_needs_a_root_locales_and_active_currencies(
    shop: RawClient, body: dict[str, Any], blamed: str
) -> None:
    """Units must belong to the attribute they convert."""
    shop.put("/categories", {"code": "branch", "parent": "master"})
    reply = shop.call("PATCH", "/channels/print", body)

    assert (reply.status, reply.blamed) == (422, [blamed])


def test_conversion_units_are_merged_and_removed_by_null(shop: RawClient) -> None:
    """Attribute by attribute."""
    shop.put(
        "/attributes",
        {**METRIC, "code": "net", "group": "other", "default_metric_unit": "GRAM"},
    )
    shop.patch("/channels/print", conversion_units={"weight": "GRAM", "net": "GRAM"})
    shop.patch("/channels/print", conversion_units={"weight": None})

    assert shop.item("/channels/print")["conversion_units"] == {"net": "GRAM"}


def test_a_channel_reads_back_sorted(shop: RawClient) -> None:
    """Locales and currencies are lists that were replaced."""
    shop.patch("/channels/print", locales=["fr_FR", "de_AT"], currencies=["USD", "EUR"])
    item = shop.item("/channels/print")

    assert item["locales"] == ["de_AT", "fr_FR"]
    assert item["currencies"] == ["EUR", "USD"]


@pytest.mark.parametrize("flag", ["is_quantified", "is_two_way"])
def test_the_flags_of_an_association_type_cannot_be_changed(raw: RawClient, flag: str) -> None:
    """They are given at creation."""
    reply = raw.patch("/association-types/PACK", **{flag: True})

    assert reply.json["errors"][0]["message"] == "This property cannot be changed."


def test_an_association_type_cannot_be_quantified_and_two_way(raw: RawClient) -> None:
    """One or the other."""
    assert (
        raw.post("/association-types", code="X", is_quantified=True, is_two_way=True).status == 422
    )
    assert raw.post("/association-types", code="X", is_quantified=True).status == 201


def test_the_measurement_families_are_readable(raw: RawClient) -> None:
    """As one list, and in the older form in pages."""
    families = {each["code"]: each for each in raw.item("/measurement-families")}
    older = raw.item("/measure-families/Weight")

    assert {"GRAM", "KILOGRAM"} <= set(families["Weight"]["units"])
    assert {"Length", "Volume"} <= set(families)
    assert older["standard"] == "KILOGRAM"


def test_a_fresh_pim_has_what_a_minimal_installation_has(raw: RawClient) -> None:
    """One channel, one tree, one group, one attribute."""
    assert raw.item("/channels/ecommerce")["locales"] == ["en_US"]
    assert raw.item("/channels/ecommerce")["currencies"] == ["EUR", "USD"]
    assert raw.item("/categories/master")["parent"] is None
    assert raw.item("/attributes/sku")["type"] == "pim_catalog_identifier"
    assert raw.item("/currencies/GBP") == {"code": "GBP", "enabled": True}


def test_a_price_without_decimals_reads_back_as_a_number(raw: RawClient) -> None:
    """`decimals_allowed` decides between number and text."""
    raw.put(
        "/attributes",
        {
            "code": "a",
            "type": "pim_catalog_price_collection",
            "group": "other",
            "decimals_allowed": False,
        },
    )
    raw.put(
        "/products",
        {"identifier": "p", "values": {"a": value([{"amount": "5", "currency": "EUR"}])}},
    )

    assert raw.item("/products/p")["values"]["a"][0]["data"] == [{"amount": 5, "currency": "EUR"}]
