"""A catalogue that holds one of everything, for commands that refer to one another."""

from __future__ import annotations

from raw_http import RawClient, value
from raw_libraries import ASSETS, ENTITY, entry, put_attributes, put_brands
from raw_measurements import FAMILY as MEASURE
from raw_measurements import PATH as MEASURES
from raw_shop import put_shop


def put_world(raw: RawClient) -> None:
    """Write the shop, categories, kinds of associations, and a tree of models and variants."""
    put_shop(raw)
    raw.put("/categories", *({"code": code, "parent": "master"} for code in ("new", "sale")))
    raw.put("/attribute-groups", {"code": "looks", "attributes": ["color", "tags"]})
    raw.put(
        "/attributes",
        {
            "code": "fresh",
            "type": "pim_catalog_boolean",
            "group": "other",
            "default_value": True,
        },
    )
    raw.put("/families", {"code": "shirts", "attributes": SHIRTS}, {"code": "socks"})
    raw.put(
        "/association-types",
        {"code": "KIT", "is_quantified": True},
        {"code": "TWIN", "is_two_way": True},
    )
    raw.put(
        "/product-models",
        {"code": "tee", "family_variant": "by_color_size", "categories": ["new"]},
        {"code": "tee_red", "parent": "tee", "values": {"color": value("red")}},
        {"code": "tank", "family_variant": "by_size"},
    )
    raw.put(
        "/products",
        {"identifier": "cap", "uuid": CAP, "values": {"note": value("Cap")}},
        {"identifier": "mug", "uuid": MUG, "associations": {"TWIN": {"products": ["cap"]}}},
        {"identifier": "tank_m", "uuid": TANK_M, "parent": "tank", "values": {"size": value("m")}},
    )
    raw.put_array(MEASURES, MEASURE)
    put_brands(raw)
    put_attributes(raw)
    raw.patch(f"{ENTITY}/attributes/claim", type="text", value_per_channel=True)
    raw.put_array(f"{ENTITY}/records", {"code": "acme", "values": {"motto": entry("Now")}})
    raw.put_array(f"{ASSETS}/assets", {"code": "front", "values": {"height": entry("9")}})


CAP = "11f7a1e0-5f0b-4d63-9c58-0c7de1c5d6c1"
MUG = "22f7a1e0-5f0b-4d63-9c58-0c7de1c5d6c2"
TANK_M = "33f7a1e0-5f0b-4d63-9c58-0c7de1c5d6c3"
"""The uuids of the products."""

SHIRTS = [
    "active",
    "claim",
    "color",
    "description",
    "fresh",
    "name",
    "note",
    "price",
    "size",
    "tags",
    "weight",
]
"""The attributes of the family of the tree."""
