"""A small catalogue structure that the conformance tests write their products into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from raw_http import Body, RawClient


def _attribute(code: str, kind: str, **more: object) -> Body:
    return {"code": code, "type": f"pim_catalog_{kind}", "group": "other", **more}


ATTRIBUTES = (
    _attribute("name", "text", localizable=True),
    _attribute("description", "textarea", localizable=True, scopable=True),
    _attribute("note", "text", max_characters=10),
    _attribute("color", "simpleselect"),
    _attribute("size", "simpleselect"),
    _attribute("tags", "multiselect"),
    _attribute("active", "boolean"),
    _attribute("count", "number", decimals_allowed=False, negative_allowed=False),
    _attribute("ratio", "number", decimals_allowed=True, negative_allowed=True),
    _attribute("price", "price_collection", decimals_allowed=True),
    _attribute("released", "date"),
    _attribute("picture", "image"),
    _attribute("ean", "text", unique=True),
    _attribute("claim", "text", scopable=True),
    _attribute(
        "weight",
        "metric",
        metric_family="Weight",
        default_metric_unit="GRAM",
        decimals_allowed=True,
        negative_allowed=False,
    ),
)
OPTIONS = {"color": ("red", "blue"), "size": ("s", "m", "l"), "tags": ("new", "hot", "sale")}
VARIANT = {
    "code": "by_color_size",
    "variant_attribute_sets": [
        {"level": 1, "axes": ["color"], "attributes": ["weight"]},
        {"level": 2, "axes": ["size"], "attributes": ["price", "active"]},
    ],
}
FLAT = {
    "code": "by_size",
    "variant_attribute_sets": [{"level": 1, "axes": ["size"], "attributes": ["price"]}],
}


Arrange = Callable[[Sequence[Any]], Sequence[Any]]


def put_shop(raw: RawClient, arrange: Arrange = list) -> None:
    """Write the structure; *arrange* orders what does not depend on each other."""
    raw.put(
        "/channels",
        {
            "code": "print",
            "category_tree": "master",
            "locales": ["de_DE", "fr_FR"],
            "currencies": ["EUR"],
        },
    )
    raw.put("/attributes", *arrange(ATTRIBUTES))
    for attribute, codes in arrange(list(OPTIONS.items())):
        raw.put(f"/attributes/{attribute}/options", *({"code": code} for code in arrange(codes)))
    raw.put("/families", {"code": "shirts", "attributes": [each["code"] for each in ATTRIBUTES]})
    raw.put("/families/shirts/variants", *arrange([VARIANT, FLAT]))
