"""What PIMs hold that are exported: each fills one by plain HTTP."""

from __future__ import annotations

from collections.abc import Callable

from importbus.adapters.generator import Extras, generate
from raw_catalogue import put_records
from raw_http import RawClient, value
from raw_libraries import entry, put_attributes, put_brands
from raw_media import PICTURE
from raw_shop import put_shop

Fill = Callable[[RawClient], None]

NAMELESS, FRIEND = "7b3a1a52-2f6d-4c1e-9d55-0c8f6f3f7a01", "0f9e8d7c-6b5a-4f3e-8d1c-2b3a4f5e6d02"
"""The uuids of a product without an identifier, and of one that is associated with it."""

HOSTILE = (
    "<script>alert(1)</script>",
    "a\nb\r\tc \u2028 \u202e reversed \x00 \x1b[31m",
    '"},{"identifier":"evil"',
    "\N{PILE OF POO}" * 200,
    "../../etc/passwd",
)


def generated(raw: RawClient) -> None:
    """A generated catalogue with records, assets and files."""
    records = generate(products=60, models=12, seed=5, extras=Extras(enterprise=True, media=True))
    assert put_records(raw, records) == []


def shop(raw: RawClient) -> None:
    """Values of every type, on every level of a tree, and what hangs on a channel."""
    put_shop(raw)
    raw.put("/association-types", {"code": "SET", "is_quantified": True})
    raw.put("/association-types", {"code": "PAIR", "is_two_way": True})
    raw.put(
        "/categories", {"code": "winter", "parent": "master"}, {"code": "a", "parent": "winter"}
    )
    raw.put("/channels", {"code": "print", "conversion_units": {"weight": "KILOGRAM"}})
    raw.put("/product-models", *MODELS)
    raw.put("/products", *GOODS)
    raw.put("/products", {"identifier": "plain", "associations": {"PAIR": {"products": ["odd"]}}})


MODELS = (
    {
        "code": "top",
        "family_variant": "by_color_size",
        "categories": ["winter"],
        "values": {
            "name": value("Top", "en_US"),
            "ratio": value("0.5"),
            "released": value("2021-03-30"),
        },
    },
    {
        "code": "bottom",
        "parent": "top",
        "categories": ["a"],
        "values": {"color": value("red"), "weight": value({"amount": 2, "unit": "GRAM"})},
        "associations": {"X_SELL": {"product_models": ["top"]}},
    },
)

GOODS = (
    {
        "identifier": "plain",
        "family": "shirts",
        "enabled": False,
        "values": {
            "tags": value(["sale", "new"]),
            "active": value(False),
            "count": value(0),
            "price": value([{"amount": "1.5", "currency": "EUR"}]),
            "claim": [{"locale": None, "scope": "print", "data": "Best"}],
        },
    },
    {"identifier": "odd", "values": {"note": value("no family")}},
    {
        "identifier": "leaf",
        "parent": "bottom",
        "categories": ["master"],
        "values": {"size": value("s"), "ean": value("978")},
        "associations": {"X_SELL": {"products": ["plain"]}},
        "quantified_associations": {
            "SET": {
                "products": [{"identifier": "plain", "quantity": 2}],
                "product_models": [{"identifier": "top", "quantity": 1}],
            }
        },
    },
)


def nameless(raw: RawClient) -> None:
    """Products without an identifier, and what is associated with them."""
    raw.put("/association-types", {"code": "SET", "is_quantified": True})
    raw.put(
        "/products-uuid",
        {"uuid": NAMELESS, "categories": ["master"]},
        {
            "uuid": FRIEND,
            "values": {"sku": value("friend")},
            "associations": {"X_SELL": {"products": [NAMELESS]}},
            "quantified_associations": {"SET": {"products": [{"uuid": NAMELESS, "quantity": 3}]}},
        },
    )
    raw.put(
        "/products", {"identifier": "far", "associations": {"X_SELL": {"products": ["friend"]}}}
    )


def brands(raw: RawClient) -> None:
    """A reference entity and an asset family with attributes of every type, and their files."""
    put_brands(raw)
    put_attributes(raw)
    logo = raw.upload("/reference-entities-media-files", PICTURE).headers
    film = raw.upload("/asset-media-files", PICTURE).headers
    image = {"image": logo["Reference-entities-media-file-code"]}
    assert raw.patch("/reference-entities/brand", **image).status == 204
    photo = entry(logo["Reference-entities-media-file-code"])
    raw.array(
        "/reference-entities/brand/records",
        {"code": "acme", "values": {"photo": photo, "goods": entry(["mugs", "cups"])}},
    )
    file = entry(film["Asset-media-file-code"])
    raw.array("/asset-families/brand/assets", {"code": "one", "values": {"file": file}})


def hostile(raw: RawClient) -> None:
    """Texts that want to be something else, and a product that is longer than a line may be."""
    put_shop(raw)
    said = {f"bad{n}": {"note_": value(text)} for n, text in enumerate(HOSTILE)}
    raw.put("/attributes", {"code": "note_", "type": "pim_catalog_textarea", "group": "other"})
    raw.put("/products", *({"identifier": code, "values": each} for code, each in said.items()))
    raw.put("/categories", {"code": "odd", "labels": {"en_US": HOSTILE[0]}})
    for n in range(24):
        code = f"long{n}"
        raw.put("/attributes", {"code": code, "type": "pim_catalog_textarea", "group": "other"})
        raw.put(
            "/products", {"identifier": "long", "values": {code: value("\N{SNOWMAN}" * 16_000)}}
        )


FILLS: tuple[Fill, ...] = (generated, shop, nameless, brands, hostile)
