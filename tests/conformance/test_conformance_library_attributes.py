"""Attributes of reference entities and asset families.

Source: akeneo/pim-api-docs, content/concepts/reference-entities.md and asset-manager.md, and the
attributes and options of both in the reference.
"""

from __future__ import annotations

from typing import Any

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import COLLECTION, Body, RawClient
from raw_libraries import ASSET_ATTRIBUTES, ASSETS, ENTITY, ENTITY_ATTRIBUTES

EVERY = [
    *((ENTITY, code, said) for code, said in ENTITY_ATTRIBUTES.items()),
    *((ASSETS, code, said) for code, said in ASSET_ATTRIBUTES.items()),
]


@pytest.mark.parametrize(("path", "code", "said"), EVERY)
def test_an_attribute_of_entries_reads_back(
    brands: RawClient, path: str, code: str, said: Body
) -> None:
    """With the properties of its type and no other one; all flags are false by default."""
    reply = brands.patch(f"{path}/attributes/{code}", **said)
    item = brands.item(f"{path}/attributes/{code}")

    assert reply.status == 201
    assert {**item, **said, "code": code} == item
    assert item["value_per_channel"] is said.get("value_per_channel", False)
    assert ("max_characters" in item) == (said["type"] == "text")
    assert ("is_read_only" in item) == (path == ASSETS)


@pytest.mark.parametrize("path", [ENTITY, ASSETS])
def test_attributes_and_options_of_entries_are_plain_lists(library: RawClient, path: str) -> None:
    """All of them, without pages."""
    attribute = "region" if path == ENTITY else "size"
    codes = {each["code"] for each in library.item(f"{path}/attributes")}
    options = library.item(f"{path}/attributes/{attribute}/options")

    assert attribute in codes
    assert len(options) == 2
    assert set(options[0]) == {"code", "labels"}


IMMUTABLE: list[tuple[str, str, Any]] = [
    (f"{ENTITY}/attributes/motto", "type", "image"),
    (f"{ENTITY}/attributes/image", "type", "text"),
    (f"{ENTITY}/attributes/motto", "value_per_locale", True),
    (f"{ENTITY}/attributes/motto", "value_per_channel", True),
    (f"{ENTITY}/attributes/owner", "reference_entity_code", "other"),
    (f"{ENTITY}/attributes/films", "asset_family_identifier", "other"),
    (f"{ASSETS}/attributes/shows", "reference_entity", "other"),
]


@pytest.mark.parametrize(("path", "name", "data"), IMMUTABLE)
def test_what_an_attribute_of_entries_is_cannot_be_changed(
    library: RawClient, path: str, name: str, data: Any
) -> None:
    """The same again is fine."""
    library.patch("/reference-entities/other")
    library.patch("/asset-families/other")
    same = library.patch(path, **{name: library.item(path)[name]})
    reply = library.patch(path, **{name: data})

    assert (same.status, reply.status, reply.blamed) == (204, 422, [name])
    assert reply.message == "The attribute has data that does not comply with the business rules."


NEEDED = [
    (ENTITY, {}, "type"),
    (ENTITY, {"type": "reference_entity_single_link"}, "reference_entity_code"),
    (ENTITY, {"type": "reference_entity_multiple_links"}, "reference_entity_code"),
    (ENTITY, {"type": "asset_collection"}, "asset_family_identifier"),
    (ASSETS, {"type": "media_file"}, "media_type"),
    (ASSETS, {"type": "media_link"}, "media_type"),
    (ASSETS, {"type": "record"}, "reference_entity"),
]


@pytest.mark.parametrize(("path", "said", "missing"), NEEDED)
def test_some_properties_of_an_attribute_are_needed(
    brands: RawClient, path: str, said: Body, missing: str
) -> None:
    """Without them its format is invalid."""
    reply = brands.patch(f"{path}/attributes/a", **said)

    assert (reply.status, reply.message) == (422, "The attribute has an invalid format.")
    assert reply.json["errors"][0]["message"] == f"The required properties ({missing}) are missing"


FORMAT = [
    (ENTITY, {"type": "media_file", "media_type": "image"}, "type"),
    (ENTITY, {"type": "unicorn"}, "type"),
    (ASSETS, {"type": "image"}, "type"),
    (ENTITY, {"type": "image", "max_characters": 5}, "max_characters"),
    (ENTITY, {"type": "text", "min_value": "5"}, "min_value"),
    (ENTITY, {"type": "text", "is_read_only": True}, "is_read_only"),
    (ENTITY, {"type": "number", "min_value": 5}, "min_value"),
    (ENTITY, {"type": "text", "value_per_locale": "yes"}, "value_per_locale"),
    (ENTITY, {"type": "image", "allowed_extensions": "png"}, "allowed_extensions"),
    (ENTITY, {"type": "text", "labels": None}, "labels"),
]


@pytest.mark.parametrize(("path", "said", "about"), FORMAT)
def test_an_attribute_of_entries_has_a_format(
    brands: RawClient, path: str, said: Body, about: str
) -> None:
    """Types of the other kind, properties of another type and wrong data are named."""
    reply = brands.patch(f"{path}/attributes/a", **said)

    assert (reply.status, reply.message) == (422, "The attribute has an invalid format.")
    assert reply.blamed == [about]


BROKEN = [
    (ENTITY, {"type": "text", "max_characters": 0}, "max_characters"),
    (ENTITY, {"type": "text", "max_characters": 65_536}, "max_characters"),
    (ENTITY, {"type": "text", "is_rich_text_editor": True}, "is_rich_text_editor"),
    (ENTITY, {"type": "text", "validation_rule": "unicorn"}, "validation_rule"),
    (ENTITY, {"type": "text", "validation_rule": "regexp"}, "validation_regexp"),
    (ENTITY, {"type": "image", "max_file_size": "0.001"}, "max_file_size"),
    (ENTITY, {"type": "image", "max_file_size": "10000"}, "max_file_size"),
    (ENTITY, {"type": "number", "min_value": "5", "max_value": "4"}, "max_value"),
    (
        ENTITY,
        {"type": "reference_entity_single_link", "reference_entity_code": "nope"},
        "reference_entity_code",
    ),
    (
        ENTITY,
        {"type": "asset_collection", "asset_family_identifier": "nope"},
        "asset_family_identifier",
    ),
    (ASSETS, {"type": "record", "reference_entity": "nope"}, "reference_entity"),
    (ASSETS, {"type": "media_file", "media_type": "unicorn"}, "media_type"),
    (ENTITY, {"type": "text", "labels": {"xx_XX": "?"}}, "labels"),
]


@pytest.mark.parametrize(("path", "said", "about"), BROKEN)
def test_an_attribute_of_entries_has_rules(
    brands: RawClient, path: str, said: Body, about: str
) -> None:
    """Ranges, and links to what exists."""
    reply = brands.patch(f"{path}/attributes/a", **said)

    assert reply.status == 422
    assert reply.message == "The attribute has data that does not comply with the business rules."
    assert reply.blamed == [about]


@pytest.mark.parametrize(
    ("attribute", "limit"),
    [
        ("founded", "min_value"),
        ("founded", "max_value"),
        ("photo", "max_file_size"),
        ("motto", "max_characters"),
    ],
)
def test_null_takes_a_limit_away(library: RawClient, attribute: str, limit: str) -> None:
    """It is then as if it had never been there."""
    path = f"{ENTITY}/attributes/{attribute}"
    before = library.item(path)[limit]
    reply = library.patch(path, **{limit: None})

    assert (before is None, reply.status, library.item(path)[limit]) == (False, 204, None)


@pytest.mark.parametrize("code", ["a-b", "x" * 256])
def test_the_code_of_an_attribute_of_entries_has_a_form(brands: RawClient, code: str) -> None:
    """Letters, digits and underscores; 255 of them."""
    assert brands.patch(f"{ENTITY}/attributes/{code}", type="text").blamed == ["code"]
    assert brands.patch(f"{ENTITY}/attributes/{'x' * 255}", type="text").status == 201


def test_a_family_of_entries_has_a_hundred_attributes(brands: RawClient) -> None:
    """With those that it has from the beginning."""
    replies = [brands.patch(f"{ENTITY}/attributes/a{n}", type="text").status for n in range(99)]

    assert replies == [201] * 98 + [422]


def test_an_attribute_of_entries_has_a_hundred_options(library: RawClient) -> None:
    """Known ones can still be changed."""
    path = f"{ENTITY}/attributes/region/options"
    replies = [library.patch(f"{path}/o{n}").status for n in range(99)]

    assert replies == [201] * 98 + [422]
    assert library.patch(f"{path}/asia", labels={"en_US": "Asia"}).status == 204
    assert library.item(f"{path}/asia") == {"code": "asia", "labels": {"en_US": "Asia"}}


@pytest.mark.parametrize(
    ("path", "said", "about"),
    [
        ("region/options/a-b", {}, "code"),
        ("region/options/x", {"labels": {"xx_XX": "?"}}, "labels"),
        ("region/options/x", {"sort_order": 1}, "sort_order"),
        ("motto/options/x", {}, "attribute"),
    ],
)
def test_an_option_of_entries_has_rules(
    library: RawClient, path: str, said: Body, about: str
) -> None:
    """It has a label and no order, and belongs to an attribute with options."""
    reply = library.patch(f"{ENTITY}/attributes/{path}", **said)

    assert (reply.status, reply.blamed) == (422, [about])


@pytest.mark.parametrize(
    ("path", "noun"),
    [
        ("/reference-entities/nope/attributes", "Reference entity"),
        ("/reference-entities/nope/attributes/a", "Reference entity"),
        ("/reference-entities/nope/attributes/a/options/b", "Reference entity"),
        ("/reference-entities/nope/records/a", "Reference entity"),
        ("/reference-entities/brand/attributes/nope/options", "Attribute"),
        ("/reference-entities/brand/attributes/nope/options/b", "Attribute"),
        ("/asset-families/nope/attributes/a", "Asset family"),
        ("/asset-families/nope/assets", "Asset family"),
    ],
)
def test_what_stands_under_an_unknown_family_is_a_404(
    brands: RawClient, path: str, noun: str
) -> None:
    """To read and to write."""
    reply = brands.get(path)

    assert (reply.status, reply.message) == (404, f'{noun} "nope" does not exist.')
    if path.count("/") % 2 == 0:
        assert brands.patch(path, type="text").status == 404


@pytest.mark.parametrize("path", [ENTITY, ASSETS])
def test_attributes_of_entries_have_one_way_to_be_written(library: RawClient, path: str) -> None:
    """No POST, no batch, no DELETE; and neither have their options."""
    replies = [
        library.call(method, target, "{}", COLLECTION)
        for below in ("attributes", "attributes/label/options")
        for method, target in (
            ("POST", f"{path}/{below}"),
            ("PATCH", f"{path}/{below}"),
            ("DELETE", f"{path}/{below}/a"),
        )
    ]

    assert [reply.status for reply in replies] == [405] * 6


def test_attributes_of_entries_stand_in_the_state(pim: SimulatedPim, library: RawClient) -> None:
    """With their options."""
    state = pim.state()

    assert state["reference_entity_attributes"]["brand/motto"]["max_characters"] == 10
    assert state["asset_family_attribute_options"]["brand/size/m"] == {"code": "m", "labels": {}}
