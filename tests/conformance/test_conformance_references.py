"""Values of products that name records and assets.

Source: akeneo/pim-api-docs, content/concepts/products.md (the data format) and attributes in the
reference; of the rest nothing is public.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_attributes import attribute
from raw_http import RawClient, value
from raw_libraries import ASSETS, ENTITY

ONE, MANY = "akeneo_reference_entity", "akeneo_reference_entity_collection"
FILES = "pim_catalog_asset_collection"


@pytest.fixture
def shelf(brands: RawClient) -> RawClient:
    """The client; a product may name the records `acme` and `Usm` and the asset `film`."""
    brands.put_array(f"{ENTITY}/records", {"code": "acme"}, {"code": "Usm"})
    brands.put_array(f"{ASSETS}/assets", {"code": "film"}, {"code": "clip"})
    brands.put("/attributes", *(attribute(kind, code=kind) for kind in (ONE, MANY, FILES)))
    return brands


@pytest.mark.parametrize(
    ("kind", "sent", "shown"),
    [
        (ONE, "USM", "Usm"),
        (MANY, ["usm", "acme", "Usm"], ["Usm", "acme"]),
        (FILES, ["film", "clip", "FILM"], ["film", "clip"]),
    ],
)
def test_a_product_names_records_and_assets(
    shelf: RawClient, kind: str, sent: Any, shown: Any
) -> None:
    """In their spelling and order, each once."""
    assert shelf.patch("/products/p", values={kind: value(sent)}).status == 201
    assert shelf.item("/products/p")["values"] == {kind: value(shown)}


@pytest.mark.parametrize(
    ("kind", "data"), [(ONE, "nobody"), (MANY, ["acme", "nobody"]), (FILES, ["film", "acme"])]
)
def test_a_record_or_an_asset_must_exist(shelf: RawClient, kind: str, data: Any) -> None:
    """Otherwise the value breaks a rule, as with an unknown option."""
    reply = shelf.patch("/products/p", values={kind: value(data)})
    (error,) = reply.json["errors"]

    assert (reply.status, error["property"]) == (422, "values")
    assert (error["attribute"], error["locale"], error["scope"]) == (kind, None, None)


@pytest.mark.parametrize(
    ("kind", "data"), [(ONE, ["acme"]), (ONE, 1), (MANY, "acme"), (MANY, [1]), (FILES, "film")]
)
def test_a_name_of_records_and_assets_has_a_shape(shelf: RawClient, kind: str, data: Any) -> None:
    """Text for one and a list of text for many."""
    reply = shelf.patch("/products/p", values={kind: value(data)})

    assert (reply.status, "_links" in reply.json) == (422, True)


def test_a_record_can_be_named_as_soon_as_it_exists(shelf: RawClient) -> None:
    """Also after it was asked for in vain."""
    said = {ONE: value("late")}
    before = shelf.patch("/products/p", values=said)
    shelf.put_array(f"{ENTITY}/records", {"code": "late"})

    assert (before.status, shelf.patch("/products/p", values=said).status) == (422, 201)


@pytest.mark.parametrize("kind", [ONE, MANY, FILES])
@pytest.mark.parametrize("name", ["nope", "BRAND"])
def test_an_attribute_names_a_family_of_entries_that_exists(
    brands: RawClient, kind: str, name: str
) -> None:
    """Reference entities in any spelling, asset families in their own."""
    reply = brands.post("/attributes", **attribute(kind, reference_data_name=name))

    if name == "BRAND" and kind != FILES:
        assert reply.status == 201
    else:
        assert (reply.status, reply.blamed) == (422, ["referenceDataName"])


def test_reference_data_is_checked_for_its_shape_only(raw: RawClient) -> None:
    """What there is of it is configured in a PIM, and not known here."""
    kinds = ("pim_reference_data_simpleselect", "pim_reference_data_multiselect")
    raw.put("/attributes", *(attribute(kind, code=kind) for kind in kinds))

    def told(*data: Any) -> int:
        said = {kind: value(each) for kind, each in zip(kinds, data, strict=True)}
        return raw.patch("/products/p", values=said).status

    assert [told("red", "red"), told(["red"], ["red"]), told("red", ["red"])] == [422, 422, 201]


def test_a_record_may_be_an_axis(shelf: RawClient) -> None:
    """Two variants of one record are one too many."""
    shelf.put("/families", {"code": "f", "attributes": [ONE]})
    sets = [{"level": 1, "axes": [ONE], "attributes": []}]
    shelf.put("/families/f/variants", {"code": "v", "variant_attribute_sets": sets})
    shelf.put("/product-models", {"code": "m", "family_variant": "v"})

    def told(identifier: str, record: str) -> int:
        said = {"parent": "m", "values": {ONE: value(record)}}
        return shelf.patch(f"/products/{identifier}", **said).status

    assert [told("a", "acme"), told("b", "ACME"), told("b", "usm")] == [201, 422, 201]
