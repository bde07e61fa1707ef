"""Where the documented calls lead, in a simulated PIM that holds one item of each kind."""

from __future__ import annotations

from attrs import field, frozen

from raw_http import API, Body, RawClient
from raw_libraries import ASSETS, ENTITY, put_attributes, put_brands
from raw_measurements import FAMILY
from raw_shop import put_shop

UUID = "7b3a1a52-2f6d-4c1e-9d55-0c8f6f3f7a01"
NEW_UUID = "0f9e8d7c-6b5a-4f3e-8d1c-2b3a4f5e6d02"
FILES = ("media-files", "reference-entities-media-files", "asset-media-files")


@frozen
class Place:
    """A collection, with what is in it and what is not yet.

    Attributes:
        path: The collection.
        known: The key of an item that is there.
        new: The key of an item that could be created.
        body: What a new item needs beside its key.
        key: The property that is the key.
        array: Whether a batch is one JSON array.
    """

    path: str
    known: str
    new: str = "new"
    body: Body = field(factory=dict)
    key: str = "code"
    array: bool = False


_SETS = [{"level": 1, "axes": ["size"], "attributes": []}]
_CHANNEL = {"category_tree": "master", "locales": ["en_US"], "currencies": ["EUR"]}
_TEXT = {"type": "pim_catalog_text", "group": "other"}
PLACES = {
    "products": Place("/products", "mug", key="identifier"),
    "products-uuid": Place("/products-uuid", UUID, NEW_UUID, key="uuid"),
    "product-models": Place("/product-models", "tank", body={"family_variant": "by_size"}),
    "families": Place("/families", "shirts"),
    "families/{}/variants": Place(
        "/families/shirts/variants", "by_size", body={"variant_attribute_sets": _SETS}
    ),
    "attributes": Place("/attributes", "note", body=_TEXT),
    "attributes/{}/options": Place("/attributes/color/options", "red"),
    "attribute-groups": Place("/attribute-groups", "other"),
    "association-types": Place("/association-types", "PACK"),
    "channels": Place("/channels", "ecommerce", body=_CHANNEL),
    "categories": Place("/categories", "master"),
    "locales": Place("/locales", "en_US"),
    "currencies": Place("/currencies", "EUR"),
    "measure-families": Place("/measure-families", "Weight"),
    "measurement-families": Place("/measurement-families", "Weight", "Torque", FAMILY, array=True),
    "reference-entities": Place("/reference-entities", "brand"),
    "reference-entities/{}/attributes": Place(
        f"{ENTITY}/attributes", "label", body={"type": "text"}
    ),
    "reference-entities/{}/attributes/{}/options": Place(
        f"{ENTITY}/attributes/region/options", "asia"
    ),
    "reference-entities/{}/records": Place(f"{ENTITY}/records", "acme", array=True),
    "asset-families": Place("/asset-families", "brand"),
    "asset-families/{}/attributes": Place(f"{ASSETS}/attributes", "label", body={"type": "text"}),
    "asset-families/{}/attributes/{}/options": Place(f"{ASSETS}/attributes/size/options", "m"),
    "asset-families/{}/assets": Place(f"{ASSETS}/assets", "film", array=True),
    **{path: Place(f"/{path}", "uploaded") for path in FILES},
}
"""Collections by their documented path, with `{}` for what varies."""


def put_places(raw: RawClient) -> dict[str, str]:
    """Write one item of each kind; return the codes of the uploaded files, by their path."""
    put_shop(raw)
    put_brands(raw)
    put_attributes(raw)
    raw.put("/products", {"identifier": "mug"})
    raw.put("/products-uuid", {"uuid": UUID})
    raw.put("/product-models", {"code": "tank", "family_variant": "by_size"})
    raw.put_array(f"{ENTITY}/records", {"code": "acme"})
    raw.put_array(f"{ASSETS}/assets", {"code": "film"})
    product = {"identifier": "mug", "attribute": "picture", "locale": None, "scope": None}
    return {
        path: raw.upload(f"/{path}", b"x", product=product)
        .headers["Location"]
        .partition(f"{API}/{path}/")[2]
        for path in FILES
    }
