"""Families and family variants.

Source: akeneo/pim-api-docs, content/concepts/catalog-structure.md; akeneo/pim-community-dev,
FamilyUpdater.php, FamilyVariantUpdater.php, PartialUpdateFamilyVariantEndToEnd.php.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_attributes import NEEDED, attribute, short
from raw_http import RawClient

SETS = "variant_attribute_sets"


def sets(*levels: dict[str, Any]) -> dict[str, Any]:
    """Return a body with *levels* counted from 1."""
    return {SETS: [{"level": n, **each} for n, each in enumerate(levels, 1)]}


def test_a_family_always_has_the_identifier(shop: RawClient) -> None:
    """Among its attributes, and required in every channel."""
    shop.put("/families", {"code": "f", "attributes": ["note", "name"]})
    item = shop.item("/families/f")

    assert item["attributes"] == ["name", "note", "sku"]
    assert item["attribute_requirements"] == {"ecommerce": ["sku"], "print": ["sku"]}
    assert (item["attribute_as_label"], item["attribute_as_image"]) == ("sku", None)


def test_requirements_are_merged_by_channel(shop: RawClient) -> None:
    """The list of a channel is replaced, other channels stay."""
    both = {"ecommerce": ["name", "note"], "print": ["name"]}
    shop.put(
        "/families", {"code": "f", "attributes": ["name", "note"], "attribute_requirements": both}
    )
    shop.patch("/families/f", attribute_requirements={"ecommerce": ["note"]})

    assert shop.item("/families/f")["attribute_requirements"] == {
        "ecommerce": ["note", "sku"],
        "print": ["name", "sku"],
    }


@pytest.mark.parametrize(
    ("body", "blamed"),
    [
        ({"attribute_as_label": "note"}, "attribute_as_label"),
        ({"attributes": ["active"], "attribute_as_label": "active"}, "attribute_as_label"),
        ({"attribute_as_image": "picture"}, "attribute_as_image"),
        ({"attributes": ["note"], "attribute_as_image": "note"}, "attribute_as_image"),
        ({"attribute_requirements": {"print": ["note"]}}, "attribute_requirements"),
    ],
)
def test_label_image_and_requirements_belong_to_the_family(
    shop: RawClient, body: dict[str, Any], blamed: str
) -> None:
    """And label and image are of fitting types."""
    reply = shop.call("PATCH", "/families/f", body)

    assert (reply.status, set(reply.blamed)) == (422, {blamed})


def test_a_required_attribute_cannot_leave_its_family(shop: RawClient) -> None:
    """Unless it is no longer required."""
    required = {"print": ["note"]}
    shop.put("/families", {"code": "f", "attributes": ["note"], "attribute_requirements": required})
    refused = shop.patch("/families/f", attributes=["name"])
    allowed = shop.patch("/families/f", attributes=["name"], attribute_requirements={"print": []})

    assert (refused.status, allowed.status) == (422, 204)


def test_an_axis_cannot_leave_its_family(shop: RawClient) -> None:
    """Other attributes can, and they leave the variants as well."""
    every = set(shop.item("/families/shirts")["attributes"])
    refused = shop.patch("/families/shirts", attributes=sorted(every - {"size", "color"}))
    allowed = shop.patch("/families/shirts", attributes=sorted(every - {"price"}))
    levels = shop.item("/families/shirts/variants/by_color_size")[SETS]

    assert (refused.status, set(refused.blamed)) == (422, {"attributes"})
    assert len(refused.blamed) == 3
    assert allowed.status == 204
    assert levels[1]["attributes"] == ["active", "ean", "size", "sku"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("attribute_as_label", "pim_catalog_text"),
        ("attribute_as_image", "pim_catalog_image"),
        ("attribute_as_image", "pim_catalog_asset_collection"),
    ],
)
def test_label_and_image_may_be_of_some_types(brands: RawClient, name: str, kind: str) -> None:
    """And codes are stored in the spelling of the attribute."""
    brands.put("/attributes", attribute(kind, code="one"))
    reply = brands.patch("/families/f", attributes=["ONE"], **{name: "ONE"})
    item = brands.item("/families/f")

    assert reply.status == 201
    assert (item[name], item["attributes"]) == ("one", ["one", "sku"])


def test_the_image_of_a_family_can_be_taken_away(shop: RawClient) -> None:
    """By null; the label cannot."""
    shop.patch("/families/f", attributes=["picture"], attribute_as_image="picture")

    assert shop.patch("/families/f", attribute_as_image=None).status == 204
    assert shop.patch("/families/f", attribute_as_label=None).status == 422


def test_a_family_variant_reads_back(shop: RawClient) -> None:
    """Axes are attributes of their level; identifier and unique attributes are on the last one."""
    assert shop.item("/families/shirts/variants/by_color_size") == {
        "code": "by_color_size",
        "labels": {},
        SETS: [
            {"level": 1, "axes": ["color"], "attributes": ["color", "weight"]},
            {"level": 2, "axes": ["size"], "attributes": ["active", "ean", "price", "size", "sku"]},
        ],
    }


@pytest.mark.parametrize(
    ("body", "start"),
    [
        ({}, "There should be at least one level"),
        ({SETS: []}, "There should be at least one level"),
        (
            {SETS: [{"level": 2, "axes": ["size"]}]},
            'There is no variant attribute set for level "1"',
        ),
        (
            sets({"axes": ["size"]}, {"axes": ["color"]}, {"axes": ["active"]}),
            'Family variant cannot have more than "2" level',
        ),
        (sets({"axes": []}), "There should be at least one attribute defined as axis"),
        (
            sets({"axes": [f"axis_{n}" for n in range(6)]}),
            "A variant attribute set cannot have more than 5 axes",
        ),
        (sets({"axes": ["note"]}), 'Variant axes "note" must be a boolean, a simple select'),
        (sets({"axes": ["local"]}), 'Variant axes "local" cannot be localizable'),
        (sets({"axes": ["scoped"]}), 'Variant axes "scoped" cannot be localizable'),
        (sets({"axes": ["bound"]}), 'Variant axes "bound" cannot be localizable'),
        (
            sets({"axes": ["size"], "attributes": ["outside"]}),
            '"outside" attribute cannot be added',
        ),
        (
            sets(
                {"axes": ["size"], "attributes": ["note"]},
                {"axes": ["color"], "attributes": ["note"]},
            ),
            'Attributes must be unique, "note" are used several times',
        ),
        (
            sets({"axes": ["size"]}, {"axes": ["size"]}),
            'Attributes must be unique, "size" are used several times',
        ),
    ],
)
def test_a_family_variant_has_rules(shop: RawClient, body: dict[str, Any], start: str) -> None:
    """About levels, axes and attributes; each is a violation."""
    select = {"type": "pim_catalog_simpleselect", "group": "other"}
    axes = [f"axis_{n}" for n in range(6)]
    shop.put("/attributes", *({"code": axis, **select} for axis in axes))
    shop.put(
        "/attributes",
        {"code": "local", **select, "localizable": True},
        {"code": "scoped", **select, "scopable": True},
        {"code": "bound", **select, "available_locales": ["en_US"]},
        {"code": "outside", **select},
    )
    every = shop.item("/families/shirts")["attributes"]
    shop.patch("/families/shirts", attributes=[*every, *axes, "local", "scoped", "bound"])
    reply = shop.call("PATCH", "/families/shirts/variants/v", body)

    assert reply.status == 422
    assert reply.json["errors"][0]["message"].startswith(start)


AXES = {
    *short("simpleselect", "metric", "boolean"),
    "pim_reference_data_simpleselect",
    "akeneo_reference_entity",
}


def test_some_types_may_be_axes(brands: RawClient) -> None:
    """Those with one value out of a known set, and metrics."""
    attributes = {kind: attribute(kind) for kind in NEEDED}
    brands.put("/attributes", *attributes.values())
    brands.put("/families", {"code": "f", "attributes": [e["code"] for e in attributes.values()]})
    replies = {
        kind: brands.patch(f"/families/f/variants/{n}", **sets({"axes": [each["code"]]}))
        for n, (kind, each) in enumerate(attributes.items())
    }

    assert {kind for kind, reply in replies.items() if reply.status == 201} == AXES


def test_five_axes_are_fine(shop: RawClient) -> None:
    """The limit includes its end."""
    axes = [f"axis_{n}" for n in range(5)]
    select = {"type": "pim_catalog_simpleselect", "group": "other"}
    shop.put("/attributes", *({"code": axis, **select} for axis in axes))
    shop.put("/families", {"code": "f", "attributes": axes})

    assert shop.patch("/families/f/variants/v", **sets({"axes": axes})).status == 201


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        ("by_size", [{"axes": ["size"]}, {"axes": ["color"]}]),
        ("by_color_size", [{"axes": ["color"]}]),
    ],
)
def test_the_number_of_levels_cannot_be_changed(
    shop: RawClient, code: str, levels: list[dict[str, Any]]
) -> None:
    """The refusal is of the documented kind; without the list nothing is counted."""
    reply = shop.patch(f"/families/shirts/variants/{code}", **sets(*levels))
    labels = shop.patch(f"/families/shirts/variants/{code}", labels={"en_US": "By"})

    assert (reply.status, labels.status) == (422, 204)
    assert reply.message.startswith("The number of variant attribute sets cannot be changed.")


@pytest.mark.parametrize("said", ["foo", None, {"level": 1}, ["foo"]])
def test_the_levels_are_a_list_of_objects(shop: RawClient, said: Any) -> None:
    """Anything else is of the wrong shape."""
    reply = shop.patch("/families/shirts/variants/by_size", variant_attribute_sets=said)

    assert reply.status == 422
    assert reply.message.startswith(f'Property "{SETS}" expects an array of objects as data.')


@pytest.mark.parametrize(
    ("level", "start"),
    [
        ({"axes": ["size"]}, 'Property "level" expects an integer as data, "NULL" given.'),
        ({"level": "one", "axes": ["size"]}, 'Property "level" expects an integer as data'),
        ({"level": 1, "axes": "size"}, 'Property "axes" expects an array as data'),
        ({"level": 1, "attributes": [1]}, 'Property "attributes" expects an array with valid'),
        ({"level": 1, "odd": []}, 'Property "odd" does not exist.'),
    ],
)
def test_a_level_has_a_shape(shop: RawClient, level: dict[str, Any], start: str) -> None:
    """A number, axes and attributes."""
    reply = shop.patch("/families/shirts/variants/v", variant_attribute_sets=[level])

    assert reply.status == 422
    assert reply.message.startswith(start)


def test_the_axes_of_a_level_cannot_be_changed(shop: RawClient) -> None:
    """Its other attributes can."""
    axes = shop.patch("/families/shirts/variants/by_size", **sets({"axes": ["color"]}))
    attributes = shop.patch("/families/shirts/variants/by_size", **sets({"attributes": ["note"]}))

    assert axes.json["errors"][0]["message"] == 'Variant axes cannot be modified for the level "1"'
    assert attributes.status == 204


def test_levels_are_merged_by_their_number(shop: RawClient) -> None:
    """A level that is not mentioned stays."""
    body = {SETS: [{"level": 2, "attributes": ["note"]}]}
    shop.call("PATCH", "/families/shirts/variants/by_color_size", body)
    item = shop.item("/families/shirts/variants/by_color_size")

    assert item[SETS][0]["attributes"] == ["color", "weight"]
    assert item[SETS][1]["attributes"] == ["ean", "note", "size", "sku"]


def test_a_family_variant_belongs_to_the_family_of_its_path(shop: RawClient) -> None:
    """A `family` in the body is an unknown property; another family does not show it."""
    shop.put("/families", {"code": "other_one"})
    reply = shop.patch("/families/shirts/variants/by_size", family="shirts")

    assert reply.message.startswith('Property "family" does not exist.')
    assert shop.get("/families/other_one/variants/by_size").status == 404
    assert "family" in shop.patch("/families/other_one/variants/by_size").blamed


def test_a_write_under_an_unknown_family_is_a_422(raw: RawClient) -> None:
    """A read is a 404."""
    path = "/families/nope/variants"
    writes = [raw.patch(f"{path}/v", code="w"), raw.patch(f"{path}/v"), raw.post(path, code="v")]
    reads = [raw.get(path), raw.get(f"{path}/v")]

    assert [reply.status for reply in writes] == [422] * 3
    assert all('The family does not exist, "nope" given.' in each.message for each in writes[1:])
    assert [reply.status for reply in reads] == [404] * 2


def test_an_unknown_attribute_of_a_level_is_named_with_its_level(shop: RawClient) -> None:
    """The refusal is of the documented kind."""
    reply = shop.patch("/families/shirts/variants/v", **sets({"axes": ["nope"]}))

    assert reply.message.startswith('Property "attribute_set_1" expects a valid attribute code.')
