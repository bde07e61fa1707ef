"""Reference entities and asset families.

Source: akeneo/pim-api-docs, content/concepts/reference-entities.md and asset-manager.md, and both
in the reference; nothing of their source is public.
"""

from __future__ import annotations

from typing import Any

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, COLLECTION, RawClient
from raw_libraries import ASSETS, ENTITY

BOTH = (ENTITY, ASSETS)


@pytest.mark.parametrize("path", BOTH)
def test_a_family_of_entries_is_created_by_patch(raw: RawClient, path: str) -> None:
    """201 and then 204, without a body, and where it is."""
    first, second = raw.patch(path, code="brand"), raw.patch(path, labels={"en_US": "Brand"})

    assert (first.status, first.text, second.status) == (201, "", 204)
    assert first.headers["Location"] == f"http://127.0.0.1:{raw.port}{API}{path}"
    assert raw.item(path)["labels"] == {"en_US": "Brand"}


@pytest.mark.parametrize("path", BOTH)
def test_a_family_of_entries_has_one_way_to_be_written(raw: RawClient, path: str) -> None:
    """No POST, no batch, no DELETE."""
    collection = path.rpartition("/")[0]
    replies = [
        raw.post(collection, code="brand"),
        raw.call("PATCH", collection, '{"code": "brand"}', COLLECTION),
        raw.call("PATCH", collection, [{"code": "brand"}]),
        raw.delete(path),
    ]

    assert [reply.status for reply in replies] == [405] * 4


def test_a_reference_entity_has_label_and_image_at_once(brands: RawClient) -> None:
    """A text by locale and an image."""
    label, image = sorted(brands.item(f"{ENTITY}/attributes"), key=lambda each: each["type"])[::-1]

    assert (label["code"], label["type"], label["value_per_locale"]) == ("label", "text", True)
    assert (image["code"], image["type"], image["value_per_locale"]) == ("image", "image", False)


def test_an_asset_family_has_label_and_media_at_once(brands: RawClient) -> None:
    """A file, which is its main media."""
    attributes = {each["code"]: each["type"] for each in brands.item(f"{ASSETS}/attributes")}

    assert attributes == {"label": "text", "media": "media_file"}
    assert brands.item(ASSETS) == {
        "code": "brand",
        "labels": {},
        "attribute_as_main_media": "media",
        "naming_convention": {},
        "product_link_rules": [],
        "transformations": [],
    }


def test_the_image_of_a_reference_entity_is_an_uploaded_file(brands: RawClient) -> None:
    """Null takes it away; a file of an asset is none."""
    code, other = (
        brands.upload(f"/{kind}-media-files", b"x").headers[header]
        for kind, header in (
            ("reference-entities", "Reference-entities-media-file-code"),
            ("asset", "Asset-media-file-code"),
        )
    )
    wrong = brands.patch(ENTITY, image=other)
    brands.patch(ENTITY, image=code)
    item = brands.item(ENTITY)
    brands.patch(ENTITY, image=None)

    assert (wrong.status, wrong.blamed) == (422, ["image"])
    assert item == {"code": "brand", "labels": {}, "image": code}
    assert brands.item(ENTITY)["image"] is None


RULE = {"product_selections": [{"field": "sku"}], "assign_assets_to": [{"attribute": "a"}]}
END = {"attribute": "media", "channel": None, "locale": None}
CHANGE = {"label": "x", "source": END, "target": END, "operations": [{"type": "resize"}]}
NAMING = {
    "source": {"property": "code", "locale": None, "channel": None},
    "pattern": "/a/",
    "abort_asset_creation_on_error": True,
}


def test_an_asset_family_keeps_its_rules(brands: RawClient) -> None:
    """Two rules to link products, ten transformations and a naming convention."""
    said = {
        "naming_convention": NAMING,
        "product_link_rules": [RULE, RULE],
        "transformations": [CHANGE] * 10,
    }
    reply = brands.patch(ASSETS, **said)
    item = brands.item(ASSETS)

    assert reply.status == 204
    assert {name: item[name] for name in said} == said


def test_the_rules_of_an_asset_family_can_be_taken_away(brands: RawClient) -> None:
    """By an empty object or an empty list."""
    said = {"naming_convention": NAMING, "product_link_rules": [RULE], "transformations": [CHANGE]}
    brands.patch(ASSETS, **said)
    reply = brands.patch(ASSETS, naming_convention={}, product_link_rules=[], transformations=[])
    item = brands.item(ASSETS)

    assert reply.status == 204
    assert [item[name] for name in said] == [{}, [], []]


def less(said: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object without one property."""
    return {key: data for key, data in said.items() if key != name}


WRONG: list[tuple[str, Any, str]] = [
    ("product_link_rules", [RULE] * 3, "business rules"),
    ("product_link_rules", {}, "invalid format"),
    ("product_link_rules", [less(RULE, "assign_assets_to")], "invalid format"),
    ("transformations", [CHANGE] * 11, "business rules"),
    *(("transformations", [less(CHANGE, name)], "invalid format") for name in CHANGE),
    ("transformations", [{**CHANGE, "operations": []}], "invalid format"),
    ("transformations", [{**CHANGE, "source": less(END, "locale")}], "invalid format"),
    *(("naming_convention", less(NAMING, name), "invalid format") for name in NAMING),
    ("naming_convention", {**NAMING, "source": {"property": "code"}}, "invalid format"),
    ("attribute_as_main_media", "unicorn", "business rules"),
    ("attribute_as_main_media", "label", "business rules"),
    ("labels", None, "invalid format"),
    ("labels", {"xx_XX": "?"}, "business rules"),
    ("unicorn", 1, "invalid format"),
]


@pytest.mark.parametrize(("name", "data", "words"), WRONG)
def test_an_asset_family_has_rules(brands: RawClient, name: str, data: Any, words: str) -> None:
    """Wrong shapes have an invalid format, and all else breaks business rules."""
    reply = brands.patch(ASSETS, **{name: data})

    assert (reply.status, reply.blamed) == (422, [name])
    assert reply.message.startswith("The asset family has ")
    assert words in reply.message


@pytest.mark.parametrize(
    ("said", "words"),
    [({"labels": None}, "invalid format"), ({"labels": {"xx_XX": "?"}}, "business rules")],
)
def test_a_reference_entity_has_rules(brands: RawClient, said: Any, words: str) -> None:
    """With the headlines of its kind."""
    reply = brands.patch(ENTITY, **said)

    assert (reply.status, reply.blamed) == (422, ["labels"])
    assert reply.message.startswith("The reference entity has ")
    assert words in reply.message


@pytest.mark.parametrize("path", BOTH)
def test_the_code_of_a_family_of_entries_has_a_form(raw: RawClient, path: str) -> None:
    """Letters, digits and underscores; and it stays."""
    wrong = raw.patch(f"{path}-x")
    raw.patch(path)
    other = raw.patch(path, code="else")

    assert (wrong.status, wrong.blamed) == (422, ["code"])
    assert (other.status, other.blamed) == (422, ["code"])


def test_codes_of_asset_families_differ_by_case(brands: RawClient) -> None:
    """Those of reference entities do not."""
    assert brands.get("/asset-families/BRAND").status == 404
    assert brands.patch("/asset-families/BRAND").status == 201
    assert brands.patch("/reference-entities/BRAND").status == 204
    assert brands.get("/reference-entities/BRAND").json["code"] == "brand"


@pytest.mark.parametrize("path", ["/reference-entities", "/asset-families"])
def test_families_of_entries_are_listed_after_a_place(raw: RawClient, path: str) -> None:
    """There are no numbered pages; a page has a hundred items."""
    for n in range(101):
        raw.patch(f"{path}/f{n:03}")
    page = raw.item(path)
    following = raw.send(
        "GET", page["_links"]["next"]["href"], None, {"Authorization": f"Bearer {raw.token}"}
    ).json

    assert "current_page" not in page
    assert [each["code"] for each in page["_embedded"]["items"]] == [f"f{n:03}" for n in range(100)]
    assert [each["code"] for each in following["_embedded"]["items"]] == ["f100"]
    assert "next" not in following["_links"]
    assert raw.get(f"{path}?pagination_type=page").status == 422


def test_families_of_entries_stand_in_the_state(pim: SimulatedPim, brands: RawClient) -> None:
    """With their attributes under `family/attribute`."""
    state = pim.state()

    assert list(state["reference_entities"]) == list(state["asset_families"]) == ["brand"]
    assert sorted(state["reference_entity_attributes"]) == ["brand/image", "brand/label"]
    assert sorted(state["asset_family_attributes"]) == ["brand/label", "brand/media"]
