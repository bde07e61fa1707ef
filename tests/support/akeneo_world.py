"""A catalogue that holds one of everything, for commands that refer to one another."""

from __future__ import annotations

from raw_http import RawClient, value
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
        {"identifier": "cap", "values": {"note": value("Cap")}},
        {"identifier": "mug", "associations": {"TWIN": {"products": ["cap"]}}},
        {"identifier": "tank_m", "parent": "tank", "values": {"size": value("m")}},
    )


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
