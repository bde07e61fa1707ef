"""A reference entity and an asset family with attributes of every type, as plain HTTP."""

from __future__ import annotations

from typing import Any

from raw_http import Body, RawClient

ENTITY, ASSETS = "/reference-entities/brand", "/asset-families/brand"
ENTITY_ATTRIBUTES: dict[str, Body] = {
    "story": {"type": "text", "value_per_locale": True, "value_per_channel": True},
    "motto": {"type": "text", "max_characters": 10},
    "photo": {"type": "image", "allowed_extensions": ["png"], "max_file_size": "0.01"},
    "founded": {"type": "number", "min_value": "1800", "max_value": "2100"},
    "rating": {"type": "number", "decimals_allowed": True},
    "region": {"type": "single_option"},
    "goods": {"type": "multiple_options"},
    "owner": {"type": "reference_entity_single_link", "reference_entity_code": "brand"},
    "rivals": {"type": "reference_entity_multiple_links", "reference_entity_code": "brand"},
    "films": {"type": "asset_collection", "asset_family_identifier": "brand"},
}
ASSET_ATTRIBUTES: dict[str, Body] = {
    "alt": {"type": "text", "value_per_locale": True},
    "file": {"type": "media_file", "media_type": "image", "allowed_extensions": ["png"]},
    "url": {"type": "media_link", "media_type": "youtube", "prefix": "https://x/", "suffix": "?"},
    "height": {"type": "number"},
    "size": {"type": "single_option"},
    "tags": {"type": "multiple_options"},
    "free": {"type": "boolean"},
    "until": {"type": "date"},
    "shows": {"type": "record", "reference_entity": "brand"},
}
OPTIONS = {
    f"{ENTITY}/attributes/region/options": ("europe", "asia"),
    f"{ENTITY}/attributes/goods/options": ("mugs", "cups"),
    f"{ASSETS}/attributes/size/options": ("s", "m"),
    f"{ASSETS}/attributes/tags/options": ("new", "hot"),
}


def put_brands(raw: RawClient) -> None:
    """Create both families, without attributes of their own."""
    for path in (ENTITY, ASSETS):
        assert raw.patch(path).status == 201


def put_attributes(raw: RawClient) -> None:
    """Give both families an attribute of every type, and these their options."""
    for path, attributes in ((ENTITY, ENTITY_ATTRIBUTES), (ASSETS, ASSET_ATTRIBUTES)):
        for code, body in attributes.items():
            reply = raw.patch(f"{path}/attributes/{code}", **body)
            assert reply.status == 201, reply.text
    for path, codes in OPTIONS.items():
        for code in codes:
            assert raw.patch(f"{path}/{code}").status == 201


def entry(data: Any, locale: str | None = None, channel: str | None = None) -> list[Body]:
    """Return the one value of an attribute of a record or an asset."""
    return [{"locale": locale, "channel": channel, "data": data}]
