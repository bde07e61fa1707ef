"""What the nested fields of a command name: identities of attributes, options, products and so on.

Each function takes what stands in a field, the resource that it names, and the command. What cannot
be right names nothing: the PIM refuses it in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from importbus.bus.messages import identity

INSIDE: Mapping[str, str] = {
    "reference_entity_attribute": "reference_entity",
    "asset_family_attribute": "asset_family",
}
"""Resources whose codes mean something inside another item only, and the field that names it."""

NAMED_GROUP = re.compile(r"\(\?P?<(\w+)>")
"""A named group of a naming convention. Source: akeneo/pim-api-docs, concepts/asset-manager."""

PRICE = frozenset({"amount", "currency"})
"""The keys of a price. Source: akeneo/pim-api-docs, content/concepts/products."""


def codes(value: Any, kind: str, command: Any) -> Iterable[str]:
    """Yield what *value* names: one code, a list of codes, or an object by codes."""
    named = [value] if isinstance(value, str) else value
    several = named if isinstance(named, Iterable) else ()
    return (inside(kind, code, command) for code in several if isinstance(code, str))


def inside(kind: str, code: str, command: Any) -> str:
    """Return the identity of *code*; where it means something inside another item only, of both."""
    field = INSIDE.get(kind)
    return identity(kind, f"{getattr(command, field)}.{code}" if field else code)


def _from_requirements(value: Mapping[str, Any], kind: str, command: Any) -> Iterable[str]:
    for channel, required in value.items():
        yield identity("channel", channel)
        yield from codes(required, kind, command)


def _from_variant_sets(
    value: Iterable[Mapping[str, Any]], kind: str, command: Any
) -> Iterable[str]:
    for level in value:
        yield from codes(level.get("axes"), kind, command)
        yield from codes(level.get("attributes"), kind, command)


def _from_links(value: Mapping[str, Mapping[str, Any]], kind: str, command: Any) -> Iterable[str]:
    for association_type, targets in value.items():
        yield identity("association_type", association_type)
        for target, items in targets.items():
            resource = "product_model" if target == "product_models" else kind
            if target != "groups":
                yield from codes([_target(item) for item in items], resource, command)


def _target(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    return next((item[name] for name in ("identifier", "code", "uuid") if name in item), None)


def _from_values(value: Mapping[str, Any], kind: str, command: Any) -> Iterable[str]:
    for attribute, entries in value.items():
        of_attribute = inside(kind, attribute, command)
        yield of_attribute
        _, _, key = of_attribute.partition(":")
        for entry in entries:
            for option in texts(entry.get("data")):
                yield identity(f"{kind}_option", f"{key}.{option}")
            if channel := entry.get("scope") or entry.get("channel"):
                yield identity("channel", channel)


def texts(data: Any) -> Iterable[str]:
    """Yield what may be codes in the data of a value: a text, some texts, the cells of a table."""
    for part in data if isinstance(data, list | tuple) else [data]:
        cells = part.values() if isinstance(part, Mapping) and part is not data else [part]
        if not (isinstance(part, Mapping) and part.keys() == PRICE):
            yield from (cell for cell in cells if isinstance(cell, str))


def _from_reference_data(value: str, kind: str, command: Any) -> Iterable[str]:
    """An attribute names a reference entity or an asset family, by its type."""
    yield identity("reference_entity", value)
    yield identity("asset_family", value)


def _from_columns(value: Iterable[Mapping[str, Any]], kind: str, command: Any) -> Iterable[str]:
    for column in value:
        yield from codes(column.get("reference_entity_identifier"), kind, command)


def _from_unit(value: str, kind: str, command: Any) -> Iterable[str]:
    """A unit belongs to the measurement family that the attribute names beside it."""
    return codes(command.metric_family, kind, command)


def _from_main_media(value: str, kind: str, command: Any) -> Iterable[str]:
    yield identity(kind, f"{command.code}.{value}")


def _from_naming(value: Mapping[str, Any], kind: str, command: Any) -> Iterable[str]:
    """The named groups of the pattern are attributes, or the code of the asset."""
    for group in NAMED_GROUP.findall(str(value.get("pattern", ""))):
        yield from _from_main_media(group, kind, command)


def _from_link_rules(value: Iterable[Mapping[str, Any]], kind: str, command: Any) -> Iterable[str]:
    for rule in value:
        places = rule.get("assign_assets_to")
        for place in places if isinstance(places, list | tuple) else ():
            if isinstance(place, Mapping):
                yield from codes(place.get("attribute"), kind, command)


def _from_transformations(
    value: Iterable[Mapping[str, Any]], kind: str, command: Any
) -> Iterable[str]:
    for transformation in value:
        for end in ("source", "target"):
            place = transformation.get(end)
            if isinstance(place, Mapping) and isinstance(place.get("attribute"), str):
                yield from _from_main_media(place["attribute"], kind, command)


NAMED_BY: Mapping[str, Callable[[Any, str, Any], Iterable[str]]] = {
    "attribute_requirements": _from_requirements,
    "variant_attribute_sets": _from_variant_sets,
    "associations": _from_links,
    "quantified_associations": _from_links,
    "values": _from_values,
    "reference_data_name": _from_reference_data,
    "table_configuration": _from_columns,
    "default_metric_unit": _from_unit,
    "attribute_as_main_media": _from_main_media,
    "naming_convention": _from_naming,
    "product_link_rules": _from_link_rules,
    "transformations": _from_transformations,
}
"""The fields that are neither a code nor a list of codes."""
