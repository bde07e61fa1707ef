"""Categories, groups, attributes, options, channels, association types.

Source: akeneo/pim-api-docs, content/concepts/catalog-structure.md and target-market-settings.md;
akeneo/pim-community-dev, tests/back/Pim/Structure/EndToEnd, CategoryEndToEnd tests,
AttributeUpdater.php, validation of attributes.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_http import RawClient

TEXT = {"type": "pim_catalog_text", "group": "other"}
METRIC = {
    "type": "pim_catalog_metric",
    "group": "other",
    "metric_family": "Weight",
    "default_metric_unit": "GRAM",
    "decimals_allowed": False,
    "negative_allowed": False,
}


CHANNEL = {"category_tree": "master", "locales": ["en_US"], "currencies": ["EUR"]}
EVERY = [
    ("/categories", {}, 100),
    ("/attribute-groups", {}, 100),
    ("/attributes", TEXT, 255),
    ("/attributes/color/options", {}, 100),
    ("/families", {}, 100),
    (
        "/families/shirts/variants",
        {"variant_attribute_sets": [{"level": 1, "axes": ["size"], "attributes": []}]},
        100,
    ),
    ("/channels", CHANNEL, 100),
    ("/association-types", {}, 100),
]
"""Each resource of structure: its path, what a new item needs, the longest code."""
every = pytest.mark.parametrize(("path", "body", "longest"), EVERY)


@every
@pytest.mark.parametrize("code", ["no-dash", "no blank", "ü", "a\n", "²"])
def test_codes_have_a_form(
    shop: RawClient, path: str, body: dict[str, Any], longest: int, code: str
) -> None:
    """Letters, numbers and underscores of ASCII."""
    reply = shop.post(path, **body, code=code)

    assert (reply.status, reply.blamed) == (422, ["code"])


@every
def test_codes_have_a_longest_length(
    shop: RawClient, path: str, body: dict[str, Any], longest: int
) -> None:
    """A hundred characters, attributes 255."""
    assert shop.post(path, **body, code="x" * longest).status == 201
    assert shop.post(path, **body, code="y" * (longest + 1)).blamed == ["code"]


@every
def test_labels_follow_the_same_rules_everywhere(
    shop: RawClient, path: str, body: dict[str, Any], longest: int
) -> None:
    """Known locales, a longest length, merged by locale."""
    unknown = shop.post(path, **body, code="a", labels={"xx_XX": "A"})
    long = shop.post(path, **body, code="a", labels={"en_US": "A" * 256})
    shop.post(path, **body, code="a", labels={"en_US": "A", "fr_FR": "B"})
    shop.patch(f"{path}/a", labels={"en_US": None})

    assert (unknown.blamed, long.blamed) == (["labels"], ["labels"])
    assert shop.item(f"{path}/a")["labels"] == {"fr_FR": "B"}


@every
def test_a_post_of_a_code_that_exists_is_refused_everywhere(
    shop: RawClient, path: str, body: dict[str, Any], longest: int
) -> None:
    """In any spelling."""
    first, second = (shop.post(path, **body, code=code) for code in ("ab", "AB"))

    assert (first.status, second.blamed) == (201, ["code"])
    assert second.json["errors"][0]["message"] == "This value is already used."


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

    replies = [raw.patch("/categories/a", parent=parent) for parent in ("a", "b", "B")]

    assert {(reply.status, reply.message) for reply in replies} == {
        (422, "Cannot set child as parent to node: a")
    }


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


def test_options_are_numbered_as_they_come(shop: RawClient) -> None:
    """Without a `sort_order` an option gets the next one."""
    shop.put("/attributes/color/options", {"code": "x", "sort_order": 10}, {"code": "y"})

    assert shop.item("/attributes/color/options/y") == {
        "code": "y",
        "attribute": "color",
        "sort_order": 11,
        "labels": {},
    }


def test_an_option_keeps_its_number(shop: RawClient) -> None:
    """Null is as good as nothing, a number moves it."""
    shop.put("/attributes/color/options", {"code": "x", "sort_order": 7})
    shop.patch("/attributes/color/options/x", sort_order=None)
    kept = shop.item("/attributes/color/options/x")["sort_order"]
    shop.patch("/attributes/color/options/x", sort_order=3)

    assert (kept, shop.item("/attributes/color/options/x")["sort_order"]) == (7, 3)


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
    path = "/attributes/nope/options"
    replies = [
        raw.patch(f"{path}/x"),
        raw.post(path, code="x"),
        raw.get(path),
        raw.get(f"{path}/x"),
    ]

    assert {(each.status, each.message) for each in replies} == {
        (404, 'Attribute "nope" does not exist.')
    }


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
    shop.put("/attributes", {**METRIC, "code": "net"})
    shop.patch("/channels/print", conversion_units={"weight": "GRAM", "net": "GRAM"})
    shop.patch("/channels/print", conversion_units={"weight": None})

    assert shop.item("/channels/print")["conversion_units"] == {"net": "GRAM"}


def test_a_channel_reads_back_sorted(shop: RawClient) -> None:
    """Locales and currencies are lists that were replaced."""
    shop.patch("/channels/print", locales=["fr_FR", "de_AT"], currencies=["USD", "EUR"])
    item = shop.item("/channels/print")

    assert item["locales"] == ["de_AT", "fr_FR"]
    assert item["currencies"] == ["EUR", "USD"]


@pytest.mark.parametrize(
    ("flag", "blamed"), [("is_quantified", "isQuantified"), ("is_two_way", "isTwoWay")]
)
def test_the_flags_of_an_association_type_cannot_be_changed(
    raw: RawClient, flag: str, blamed: str
) -> None:
    """They are given at creation."""
    reply = raw.patch("/association-types/PACK", **{flag: True})

    assert reply.json["errors"] == [
        {"property": blamed, "message": "This property cannot be changed."}
    ]


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
