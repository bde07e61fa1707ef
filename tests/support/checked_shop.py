"""A small shop for checks: as commands that make it, and as the lists that a PIM would give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from importbus.adapters.wiring import open_codec
from importbus.bus.attachments import Attachment
from importbus.bus.errors import SinkRefused, SinkUnavailable
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.resources import API

CODEC = open_codec()

Data = dict[str, Any]
Record = tuple[str, Data]
"""A class without ``CreateOrUpdate``, or that of an upload or a delete, and its data."""

FILES: Mapping[str, bytes] = {
    "mug.png": b"p" * 100,
    "MUG.PNG": b"q",
    "mug.svg": b"s",
    "poster.png": b"x" * 20_000,
    **{f"only_{n}.png": bytes([n]) for n in range(3)},
}
"""Files beside the source; those with a number are for one row each.

Content that was uploaded before is written as a value, and the PIM drops it from a wrong level
without a word, where it refuses an upload.
"""


def file_of(command: LaneCommand) -> Attachment | None:
    """Return the file that *command* names, as far as its content does not matter."""
    named = getattr(command, command.attaches) if command.attaches else None
    if named is None:
        return None
    if named not in FILES:
        return Attachment(named, problem=f"{named} is no file.")
    return Attachment(named, len(FILES[named]))


def value(data: object, locale: str | None = None, scope: str | None = None) -> list[Data]:
    """Return the one value of an attribute."""
    return [{"locale": locale, "scope": scope, "data": data}]


def attribute(code: str, kind: str, **more: Any) -> Record:
    """Return an attribute in the group that every PIM has."""
    return "Attribute", {"code": code, "type": f"pim_catalog_{kind}", "group": "other", **more}


def entry(data: object, locale: str | None = None, channel: str | None = None) -> list[Data]:
    """Return the one value of an attribute of a record or an asset."""
    return [{"locale": locale, "channel": channel, "data": data}]


def _inside(name: str, codes: Mapping[str, str], **more: Any) -> tuple[Record, ...]:
    """Return attributes of the reference entity or asset family that *more* names, by type."""
    extras: Mapping[str, Data] = {
        "motto": {"max_characters": 10},
        "photo": {"allowed_extensions": ["png"]},
        "founded": {"min_value": "1800"},
        "rivals": {"reference_entity_code": "brand"},
        "films": {"asset_family_identifier": "Packshots"},
        "shows": {"reference_entity": "brand"},
    }
    return tuple(
        (name, {**more, "code": code, "type": kind, **extras.get(code, {})})
        for code, kind in codes.items()
    )


LIBRARY: tuple[Record, ...] = (
    ("ReferenceEntity", {"code": "brand"}),
    ("AssetFamily", {"code": "Packshots"}),
    *_inside(
        "ReferenceEntityAttribute",
        {
            "motto": "text",
            "photo": "image",
            "founded": "number",
            "style": "single_option",
            "rivals": "reference_entity_multiple_links",
            "films": "asset_collection",
        },
        reference_entity="brand",
    ),
    *_inside(
        "AssetFamilyAttribute",
        {"view": "single_option", "free": "boolean", "until": "date", "shows": "record"},
        asset_family="Packshots",
    ),
    (
        "ReferenceEntityAttributeOption",
        {"reference_entity": "brand", "attribute": "style", "code": "modern"},
    ),
    ("ReferenceEntityRecord", {"reference_entity": "brand", "code": "acme"}),
    ("Asset", {"asset_family": "Packshots", "code": "front"}),
)
"""A reference entity and an asset family, with an entry each."""

AMOUNT = {"decimals_allowed": True, "negative_allowed": False}
WEIGHT = {"metric_family": "Weight", "default_metric_unit": "GRAM"}

SHOP: tuple[Record, ...] = (
    ("Category", {"code": "kitchen", "parent": "master"}),
    *LIBRARY,
    (
        "Channel",
        {
            "code": "print",
            "category_tree": "master",
            "locales": ["de_DE", "en_US"],
            "currencies": ["EUR"],
        },
    ),
    attribute("name", "text", localizable=True),
    attribute("description", "textarea", localizable=True, scopable=True),
    attribute("motto", "text", localizable=True, available_locales=["en_US"]),
    attribute("note", "text", max_characters=10),
    attribute("color", "simpleselect"),
    attribute("size", "simpleselect"),
    attribute("tags", "multiselect"),
    attribute("weight", "metric", **AMOUNT, **WEIGHT),
    attribute("price", "price_collection", decimals_allowed=True),
    attribute("stock", "number", decimals_allowed=False, negative_allowed=False, number_max="1000"),
    attribute("released", "date", date_min="2020-01-01"),
    attribute("handle", "boolean"),
    attribute("ean", "text", unique=True),
    attribute("picture", "image", allowed_extensions=["png"], max_file_size="0.01"),
    attribute("manual", "file", localizable=True),
    attribute("shots", "asset_collection", reference_data_name="Packshots"),
    (
        "Attribute",
        {
            "code": "brand",
            "type": "akeneo_reference_entity",
            "group": "other",
            "reference_data_name": "brand",
        },
    ),
    ("AttributeOption", {"attribute": "color", "code": "red"}),
    ("AttributeOption", {"attribute": "color", "code": "blue"}),
    ("AttributeOption", {"attribute": "color", "code": "green"}),
    ("AttributeOption", {"attribute": "size", "code": "small"}),
    ("AttributeOption", {"attribute": "size", "code": "large"}),
    ("AttributeOption", {"attribute": "tags", "code": "new"}),
    (
        "Family",
        {
            "code": "mugs",
            "attributes": [
                *("sku", "ean", "name", "color", "size", "stock", "handle", "note", "picture"),
            ],
            "attribute_as_label": "name",
        },
    ),
    ("Family", {"code": "lids", "attributes": ["sku", "name"]}),
    (
        "FamilyVariant",
        {
            "code": "by_color",
            "family": "mugs",
            "variant_attribute_sets": [{"level": 1, "axes": ["color"], "attributes": ["stock"]}],
        },
    ),
    (
        "FamilyVariant",
        {
            "code": "by_color_and_size",
            "family": "mugs",
            "variant_attribute_sets": [
                {"level": 1, "axes": ["color"], "attributes": ["note"]},
                {"level": 2, "axes": ["size"], "attributes": ["stock"]},
            ],
        },
    ),
    ("AssociationType", {"code": "SET", "is_quantified": True}),
    ("AssociationType", {"code": "TWIN", "is_two_way": True}),
    ("ProductModel", {"code": "mug", "family_variant": "by_color"}),
    ("ProductModel", {"code": "cup", "family_variant": "by_color_and_size"}),
    ("ProductModel", {"code": "cup_red", "parent": "cup", "values": {"color": value("red")}}),
    ("Product", {"identifier": "lid", "family": "lids"}),
    ("Product", {"identifier": "mug_red", "parent": "mug", "values": {"color": value("red")}}),
)
"""What the shop adds to a PIM as just installed, in an order in which all is there in time."""


def line(record: Record) -> bytes:
    """Return a line of JSONL."""
    name, data = record
    return orjson.dumps({"command": class_of(name), "data": data})


def command(record: Record) -> LaneCommand:
    """Return a command."""
    name, data = record
    return CODEC.decode(class_of(name), data)


def class_of(name: str) -> str:
    """Return the name of the class of a record."""
    return name if name.startswith(("Create", "Delete")) else f"CreateOrUpdate{name}"


def _with_code(*codes: str, **more: Any) -> list[Data]:
    return [{"code": code, **more} for code in codes]


INSTALLED: Mapping[str, list[Data]] = {
    "locales": _with_code("de_DE", "en_US", "fr_FR"),
    "currencies": [*_with_code("EUR", "USD", enabled=True), *_with_code("SEK", enabled=False)],
    "channels": _with_code(
        "ecommerce", category_tree="master", locales=["en_US"], currencies=["EUR", "USD"]
    ),
    "measurement-families": _with_code(
        "Weight", units={"GRAM": {}, "KILOGRAM": {}}, standard_unit_code="KILOGRAM"
    ),
    "attribute-groups": _with_code("other"),
    "attributes": _with_code(
        "sku", type="pim_catalog_identifier", group="other", unique=True, localizable=False
    ),
    "families": [],
    "products-uuid": [],
    "association-types": _with_code("PACK", "X_SELL", is_quantified=False, is_two_way=False),
    "categories": _with_code("master", parent=None),
}
"""What a PIM as just installed has, as far as checks need it."""

PATHS = {
    "Category": "categories",
    "Channel": "channels",
    "Attribute": "attributes",
    "AttributeOption": "attributes/{attribute}/options",
    "Family": "families",
    "FamilyVariant": "families/{family}/variants",
    "AssociationType": "association-types",
    "ProductModel": "product-models",
    "Product": "products",
    "ProductByUuid": "products-uuid",
    "ReferenceEntity": "reference-entities",
    "ReferenceEntityAttribute": "reference-entities/{reference_entity}/attributes",
    "ReferenceEntityAttributeOption": (
        "reference-entities/{reference_entity}/attributes/{attribute}/options"
    ),
    "ReferenceEntityRecord": "reference-entities/{reference_entity}/records",
    "AssetFamily": "asset-families",
    "AssetFamilyAttribute": "asset-families/{asset_family}/attributes",
    "AssetFamilyAttributeOption": "asset-families/{asset_family}/attributes/{attribute}/options",
    "Asset": "asset-families/{asset_family}/assets",
}

IMPLICIT: Mapping[str, list[Data]] = {
    "reference-entities/brand/attributes": [
        {"code": "label", "type": "text", "value_per_locale": True, "value_per_channel": False},
        {"code": "image", "type": "image", "value_per_locale": False, "value_per_channel": False},
    ],
    "asset-families/Packshots/attributes": [
        {"code": "label", "type": "text", "value_per_locale": True, "value_per_channel": False},
        {"code": "media", "type": "media_file", "media_type": "image"},
    ],
    "asset-families/Packshots/attributes/view/options": [],
}
"""What comes with reference entities and asset families, and an empty list."""


class ShopReader:
    """The lists of the shop, without a PIM; remembers what was asked.

    The list *without* does not exist, the list *refused* is not for this user, and after *calls*
    answers there are no more.
    """

    def __init__(self, *, without: str = "", refused: str = "", calls: int = 1_000) -> None:
        self._refused = refused
        self._left = calls
        self._lists = {path: list(items) for path, items in {**INSTALLED, **IMPLICIT}.items()}
        for name, data in SHOP:
            self._lists.setdefault(PATHS[name].format_map(data), []).append(_shown(name, data))
        self._lists.pop(without, None)
        self.asked: list[tuple[str, Mapping[str, str] | None]] = []

    def probe(self) -> None:
        """Be there."""

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Data]:
        """Yield the items of a list, those that are searched for."""
        self.asked.append((path.removeprefix(f"{API}/"), params))
        name = path.removeprefix(f"{API}/")
        items = self._lists.get(name, [])
        self._left -= 1
        if self._left < 0:
            raise SinkUnavailable("The PIM is away.")
        if name == self._refused:
            raise SinkRefused("Not for you.", status=403)
        if name not in self._known:
            raise LookupError(path)
        for key, conditions in orjson.loads((params or {}).get("search", "{}")).items():
            wanted = {each.casefold() for each in conditions[0]["value"]}
            items = [each for each in items if _key(each).casefold() in wanted and key]
        return iter(items)

    @property
    def _known(self) -> set[str]:
        families = {f"families/{each['code']}/variants" for each in self._lists["families"]}
        selects = {f"attributes/{each}/options" for each in ("color", "size", "tags")}
        return {*self._lists, *families, *selects}


def _key(item: Data) -> str:
    return str(item.get("identifier", item.get("code")))


def _shown(name: str, data: Data) -> Data:
    """Return an item as the PIM shows it, as far as checks look at it."""
    if name == "ProductModel":
        variant = data.get("family_variant", "by_color_and_size")
        return {"parent": None, **data, "family": "mugs", "family_variant": variant}
    defaults = {"is_quantified": False, "is_two_way": False} if name == "AssociationType" else {}
    return {**defaults, **data}
