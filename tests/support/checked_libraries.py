"""Reference entities and asset families for checks: lines that break rules, and fine ones."""

from __future__ import annotations

from typing import Any

from checked_shop import Record, attribute, entry, value
from checked_structure import Row, product, structure, valued


def brand_attribute(code: str, kind: str | None = None, **more: Any) -> Record:
    """Return an attribute of the reference entity ``brand``."""
    data = {"reference_entity": "brand", "code": code, **more}
    return "ReferenceEntityAttribute", data if kind is None else {**data, "type": kind}


def pack_attribute(code: str, kind: str, **more: Any) -> Record:
    """Return an attribute of the asset family ``Packshots``."""
    data = {"asset_family": "Packshots", "code": code, "type": kind}
    return "AssetFamilyAttribute", {**data, **more}


def brand(code: str, **values: Any) -> Record:
    """Return a record; each value is data, or a list of values."""
    return "ReferenceEntityRecord", {"reference_entity": "brand", "code": code, "values": values}


def pack(code: str, family: str = "Packshots", **values: Any) -> Record:
    """Return an asset."""
    return "Asset", {"asset_family": family, "code": code, "values": values}


def brand_file(code: str | None, file: str = "mug.png", attribute: str | None = "photo") -> Record:
    """Return an upload for a record."""
    said = {"reference_entity": "brand", "code": code, "file": file, "attribute": attribute}
    return "CreateReferenceEntityMediaFile", {**said, "channel": None, "locale": None}


def pack_file(code: str, file: str = "mug.png", attribute: str = "media") -> Record:
    """Return an upload for an asset."""
    said = {"asset_family": "Packshots", "code": code, "file": file, "attribute": attribute}
    return "CreateAssetMediaFile", {**said, "channel": None, "locale": None}


_RULE: dict[str, list[Any]] = {"product_selections": [], "assign_assets_to": []}
_BRAND = {"type": "akeneo_reference_entity", "group": "other"}

LIBRARY_ROWS = (
    Row("code-format", "code", ("ReferenceEntity", {"code": "bad-code"})),
    Row("code-format", "code", brand_attribute("bad-attribute", "text")),
    Row("code-format", "code", brand("bad-record")),
    Row("label-locale", "labels.xx_XX", ("AssetFamily", {"code": "odd", "labels": {"xx_XX": "x"}})),
    Row("unknown-reference-entity", "reference_entity", ("ReferenceEntityRecord", {
        "reference_entity": "nothing", "code": "x"})),
    Row("unknown-reference-entity", "reference_entity_code", brand_attribute(
        "link", "reference_entity_single_link", reference_entity_code="nothing")),
    Row("unknown-reference-entity", "reference_entity", pack_attribute(
        "record", "record", reference_entity="nothing")),
    Row("unknown-reference-entity", "reference_data_name", structure(
        "Attribute", "no_brand", **_BRAND, reference_data_name="nothing")),
    Row("missing", "reference_data_name", structure("Attribute", "whose", **_BRAND)),
    Row("unknown-asset-family", "asset_family", pack("in_small_letters", "packshots")),
    Row("unknown-asset-family", "asset_family_identifier", brand_attribute(
        "no_films", "asset_collection", asset_family_identifier="nothing")),
    Row("unknown-asset-family", "reference_data_name", attribute(
        "no_shots", "asset_collection", reference_data_name="packshots")),
    Row("attribute-type", "type", brand_attribute("boolean", "boolean")),
    Row("missing", "type", brand_attribute("typeless")),
    Row("missing", "media_type", pack_attribute("file", "media_file")),
    Row("missing", "reference_entity_code", brand_attribute(
        "linkless", "reference_entity_multiple_links")),
    Row("attribute-property", "min_value", brand_attribute("least", "text", min_value="1")),
    Row("attribute-range", "max_value", brand_attribute(
        "span", "number", min_value="2", max_value="1")),
    Row("attribute-range", "min_value", brand_attribute("many", "number", min_value="many")),
    Row("attribute-range", "max_characters", brand_attribute("none", "text", max_characters=0)),
    Row("attribute-range", "max_file_size", brand_attribute("big", "image", max_file_size="10000")),
    Row("attribute-range", "validation_rule", brand_attribute(
        "ruled", "text", validation_rule="phone")),
    Row("missing", "validation_regexp", brand_attribute("exp", "text", validation_rule="regexp")),
    Row("attribute-range", "is_rich_text_editor", brand_attribute(
        "rich", "text", is_rich_text_editor=True, is_textarea=False)),
    Row("attribute-range", "media_type", pack_attribute("film", "media_link", media_type="film")),
    Row("fixed-at-creation", "type", brand_attribute("motto", "number")),
    Row("fixed-at-creation", "value_per_locale", brand_attribute("label", value_per_locale=False)),
    Row("option-of-no-select", "attribute", ("ReferenceEntityAttributeOption", {
        "reference_entity": "brand", "attribute": "motto", "code": "x"})),
    Row("unknown-attribute", "attribute", ("AssetFamilyAttributeOption", {
        "asset_family": "Packshots", "attribute": "nothing", "code": "x"})),
    Row("main-media", "attribute_as_main_media", ("AssetFamily", {
        "code": "Packshots", "attribute_as_main_media": "view"})),
    Row("unknown-attribute", "attribute_as_main_media", ("AssetFamily", {
        "code": "Packshots", "attribute_as_main_media": "nothing"})),
    Row("library-limits", "product_link_rules", ("AssetFamily", {
        "code": "Ruled", "product_link_rules": [_RULE] * 3})),
    Row("unknown-attribute", "values.nothing", brand("no_attribute", nothing=entry("x"))),
    Row("value-localizable", "values.label", brand("no_locale", label=entry("x"))),
    Row("value-scopable", "values.motto (print)", brand(
        "channel", motto=entry("x", None, "print"))),
    Row("unknown-locale", "values.label (xx_XX)", brand("far", label=entry("x", "xx_XX"))),
    Row("value-twice", "values.motto", brand("twice", motto=[*entry("a"), *entry("b")])),
    Row("value-length", "values.motto", brand("long", motto=entry("x" * 11))),
    Row("value-type", "values.founded", brand("number", founded=entry(1900))),
    Row("value-range", "values.founded", brand("old", founded=entry("1700"))),
    Row("value-type", "values.free", pack("yes", free=entry("yes"))),
    Row("value-type", "values.rivals", brand("rival", rivals=entry("acme"))),
    Row("unknown-option", "values.style", brand("odd_style", style=entry("odd"))),
    Row("unknown-record", "values.rivals", brand("no_rival", rivals=entry(["acme", "nobody"]))),
    Row("unknown-record", "values.shows", pack("shows_nobody", shows=entry("nobody"))),
    Row("unknown-asset", "values.films", brand("no_film", films=entry(["nothing"]))),
    Row("unknown-record", "values.brand", valued("no_brand", "brand", "nobody")),
    Row("unknown-asset", "values.shots", valued("no_shot", "shots", ["front", "nothing"])),
    Row("media-file", "file", brand_file(None, "missing.png", None)),
    Row("media-owner", "code", brand_file("nobody")),
    Row("media-owner", "code", pack_file("nothing")),
    Row("media-attribute", "attribute", brand_file("acme", attribute="motto")),
    Row("unknown-attribute", "attribute", pack_file("front", attribute="nothing")),
    Row("media-limits", "file", brand_file("acme", "mug.svg")),
)  # fmt: skip
"""Each breaks one rule of reference entities, asset families, or what names their entries."""

LIBRARY_FINE: tuple[Record, ...] = (
    ("ReferenceEntity", {"code": "land", "labels": {"en_US": "Land"}}),
    brand_attribute("home", "reference_entity_single_link", reference_entity_code="land"),
    ("ReferenceEntityRecord", {
        "reference_entity": "land", "code": "it", "values": {"label": entry("Italy", "en_US")}}),
    brand("ACME", home=entry("IT"), founded=entry("1900"), style=entry("MODERN")),
    brand("other", rivals=entry(["acme", "third"]), films=entry(["front"]), motto=entry(None)),
    brand("third", rivals=entry(["other"])),
    ("AssetFamily", {"code": "Films", "attribute_as_main_media": "media"}),
    pack("side", shows=entry("third"), free=entry(True), until=entry("2026-12-31")),
    product("branded", values={"brand": value("Acme"), "shots": value(["side", "FRONT"])}),
    brand_file("acme"),
    brand_file(None, "MUG.PNG", None),
    pack_file("side"),
)  # fmt: skip
"""Lines that the PIM takes."""
