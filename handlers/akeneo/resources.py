"""The one table of resources: where each command goes, in which form, and what it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal
from urllib.parse import quote

from attrs import fields, frozen

from importbus.bus.messages import LaneCommand, identity
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo import commands as c

API = "/api/rest/v1"

References = Mapping[str, tuple[str, ...]]
"""The property of the API that names something, and the identities that it names."""

Form = Literal["ndjson", "delete"]


@frozen
class Resource:
    """How a command class travels to the PIM.

    Attributes:
        path: Collection path; fields of the command in braces.
        key: The property that identifies an item in the body.
        path_only: Fields that stand in the path and not in the body.
        form: A PATCH of NDJSON lines, or a DELETE for each item.
        rate: Most calls a second, for the whole PIM.
        points_to: Which fields name what: an identity's resource for each.
    """

    path: str
    key: str = "code"
    path_only: tuple[str, ...] = ()
    form: Form = "ndjson"
    rate: float | None = None
    points_to: Mapping[str, str] = {}


OPTION_RATE = 3.0
"""Calls a second for attribute options.

Source: akeneo/pim-api-docs, content/rest-api/limits (3 requests per second since January 2024).
"""

RESOURCES: Mapping[type[LaneCommand], Resource] = {
    c.CreateOrUpdateCategory: Resource(
        "categories", points_to={"parent": "category", "channel_requirements": "channel"}
    ),
    c.CreateOrUpdateAttributeGroup: Resource(
        "attribute-groups", points_to={"attributes": "attribute"}
    ),
    c.CreateOrUpdateChannel: Resource(
        "channels", points_to={"category_tree": "category", "conversion_units": "attribute"}
    ),
    c.CreateOrUpdateAttribute: Resource("attributes", points_to={"group": "attribute_group"}),
    c.CreateOrUpdateAttributeOption: Resource(
        "attributes/{attribute}/options", rate=OPTION_RATE, points_to={"attribute": "attribute"}
    ),
    c.CreateOrUpdateFamily: Resource(
        "families",
        points_to={
            "attributes": "attribute",
            "attribute_as_label": "attribute",
            "attribute_as_image": "attribute",
            "attribute_requirements": "attribute",
        },
    ),
    c.CreateOrUpdateFamilyVariant: Resource(
        "families/{family}/variants",
        path_only=("family",),
        points_to={"family": "family", "variant_attribute_sets": "attribute"},
    ),
    c.CreateOrUpdateAssociationType: Resource("association-types"),
    c.CreateOrUpdateProductModel: Resource(
        "product-models",
        points_to={
            "family": "family",
            "family_variant": "family_variant",
            "parent": "product_model",
            "categories": "category",
            "add_categories": "category",
            "remove_categories": "category",
            "values": "attribute",
            "associations": "product",
            "quantified_associations": "product",
        },
    ),
    c.CreateOrUpdateProduct: Resource(
        "products",
        key="identifier",
        points_to={
            "family": "family",
            "parent": "product_model",
            "categories": "category",
            "add_categories": "category",
            "remove_categories": "category",
            "values": "attribute",
            "associations": "product",
            "quantified_associations": "product",
        },
    ),
    c.DeleteProduct: Resource("products", key="identifier", form="delete"),
    c.DeleteProductModel: Resource("product-models", form="delete"),
}
"""Every command class and its resource. Source of the paths: akeneo/pim-api-docs, swagger."""

COMMANDS = tuple(RESOURCES)
"""All command classes."""


def resource_of(command_type: type[LaneCommand]) -> Resource:
    """Return the row of *command_type*; a ``KeyError`` is a mistake of the wiring."""
    return RESOURCES[command_type]


def data_of(command: LaneCommand) -> dict[str, Any]:
    """Return the API's properties that *command* sets; what is nested is not copied."""
    names = _NAMES[type(command)]
    return {name: value for name in names if (value := getattr(command, name)) is not UNSET}


def body_of(command: LaneCommand) -> dict[str, Any]:
    """Return the body of the line of *command*: its data without what stands in the path."""
    data = data_of(command)
    for name in RESOURCES[type(command)].path_only:
        del data[name]
    return data


def path_of(command: LaneCommand) -> str:
    """Return the path to call: of the collection for upserts, of the item for deletes.

    Each segment is percent-encoded (RFC 3986).
    """
    path = collection_path_of(command)
    is_delete = RESOURCES[type(command)].form == "delete"
    return f"{path}/{_item(command.key)}" if is_delete else path


def collection_path_of(command: LaneCommand) -> str:
    """Return the path of the list that the item of *command* is in."""
    path = f"{API}/{RESOURCES[type(command)].path}"
    return path.format_map(_Encoded(command)) if "{" in path else path


def item_path_of(command: LaneCommand) -> str:
    """Return the path of the one item that *command* concerns."""
    return f"{collection_path_of(command)}/{_item(key_of(command))}"


def key_of(command: LaneCommand) -> str:
    """Return the code, identifier or uuid of the item, as its body has it."""
    key: str = getattr(command, RESOURCES[type(command)].key)
    return key


def _item(key: str) -> str:
    """Return the end of the path of an item.

    A slash stays as it is: the PIM takes ``%2F``, too, but some web servers in front of it do not.
    Source: akeneo/api-php-client, UriGenerator. Where it would make an empty or a dot segment,
    which nobody passes on, it is encoded nevertheless.
    """
    path = quote(key)
    return path if {"", ".", ".."}.isdisjoint(path.split("/")) else quote(key, safe="")


def references(command: LaneCommand) -> References:
    """Return what *command* refers to, by the property that names it."""
    resource = RESOURCES[type(command)]
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in resource.points_to.items():
        if value := getattr(command, name):
            named = _NAMED_BY.get(name, _codes)(value, kind)
            found[name] = tuple(dict.fromkeys(named))
    return found


def value_references(command: LaneCommand, attribute: str) -> tuple[str, ...]:
    """Return what the values of *attribute* may refer to: the attribute and its options."""
    values = getattr(command, "values", None) or {}
    chosen = {code: entries for code, entries in values.items() if code == attribute}
    return tuple(dict.fromkeys(_from_values(chosen, "attribute")))


_NAMES = {
    command: tuple(field.name for field in fields(command))  # type: ignore[arg-type]
    for command in RESOURCES
}


class _Encoded(dict[str, str]):
    """Fields of a command, percent-encoded, for a path."""

    def __init__(self, command: LaneCommand) -> None:
        super().__init__()
        self._command = command

    def __missing__(self, name: str) -> str:
        return quote(getattr(self._command, name), safe="")


def _codes(value: Any, kind: str) -> Iterable[str]:
    """Yield what *value* names: one code, a list of codes, or an object by codes."""
    named = [value] if isinstance(value, str) else value
    codes = named if isinstance(named, Iterable) else ()
    return (identity(kind, code) for code in codes if isinstance(code, str))


def _from_requirements(value: Mapping[str, Any], kind: str) -> Iterable[str]:
    for channel, codes in value.items():
        yield identity("channel", channel)
        yield from _codes(codes, kind)


def _from_variant_sets(value: Iterable[Mapping[str, Any]], kind: str) -> Iterable[str]:
    for level in value:
        yield from _codes(level.get("axes"), kind)
        yield from _codes(level.get("attributes"), kind)


def _from_links(value: Mapping[str, Mapping[str, Any]], kind: str) -> Iterable[str]:
    for association_type, targets in value.items():
        yield identity("association_type", association_type)
        for target, items in targets.items():
            resource = "product_model" if target == "product_models" else kind
            if target != "groups":
                yield from _codes([_target(item) for item in items], resource)


def _target(item: Any) -> Any:
    return item.get("identifier", item.get("code")) if isinstance(item, Mapping) else item


def _from_values(value: Mapping[str, Any], kind: str) -> Iterable[str]:
    for attribute, entries in value.items():
        yield identity(kind, attribute)
        for entry in entries:
            data = entry.get("data")
            options = data if isinstance(data, list | tuple) else [data]
            codes = [f"{attribute}.{option}" for option in options if isinstance(option, str)]
            yield from _codes(codes, "attribute_option")
            if entry.get("scope"):
                yield identity("channel", entry["scope"])


_NAMED_BY: Mapping[str, Callable[[Any, str], Iterable[str]]] = {
    "attribute_requirements": _from_requirements,
    "variant_attribute_sets": _from_variant_sets,
    "associations": _from_links,
    "quantified_associations": _from_links,
    "values": _from_values,
}
