"""The one table of resources: where each command goes, in which form, and what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from attrs import fields, frozen

from importbus.bus.messages import LaneCommand
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo import commands as c
from importbus.handlers.akeneo.named import INSIDE, NAMED_BY, codes, inside

API = "/api/rest/v1"

References = Mapping[str, tuple[str, ...]]
"""The property of the API that names something, and the identities that it names."""

Form = Literal["ndjson", "array", "single", "delete", "upload"]

ALONE: tuple[Form, ...] = ("single", "delete")
"""The forms in which every item has a call of its own, with its key at the end of the path."""


@frozen
class Resource:
    """How a command class travels to the PIM.

    Attributes:
        path: Collection path, of an upload that of what its file belongs to; fields of the command
            in braces.
        key: The property that identifies an item in the body.
        path_only: Fields that stand in the path and not in the body.
        form: A PATCH of NDJSON lines or of a JSON array, a PATCH or a DELETE for each item, or an
            upload for each file.
        rate: Most calls a second, for the whole PIM.
        points_to: Which fields name what: an identity's resource for each.
        later: Fields that may name what cannot come before this item has come: an item that is
            refused for nothing else is written without them at first.
        circular: Whether its values may link to items that link back: the same holds for them.
    """

    path: str
    key: str = "code"
    path_only: tuple[str, ...] = ()
    form: Form = "ndjson"
    rate: float | None = None
    points_to: Mapping[str, str] = {}
    later: tuple[str, ...] = ()
    circular: bool = False


OPTION_RATE = 3.0
"""Calls a second for attribute options.

Source: akeneo/pim-api-docs, content/rest-api/limits (3 requests per second since January 2024).
"""

ASSOCIATIONS = ("associations", "quantified_associations")

MADE_LATER = (
    "attribute_as_main_media",
    "naming_convention",
    "product_link_rules",
    "transformations",
)
"""Fields of an asset family that name attributes, which cannot be made before the family."""

RESOURCES: Mapping[type[LaneCommand], Resource] = {
    c.CreateOrUpdateCategory: Resource(
        "categories", points_to={"parent": "category", "channel_requirements": "channel"}
    ),
    c.CreateOrUpdateAttributeGroup: Resource(
        "attribute-groups", points_to={"attributes": "attribute"}
    ),
    c.CreateOrUpdateMeasurementFamily: Resource("measurement-families", form="array"),
    c.CreateOrUpdateChannel: Resource(
        "channels", points_to={"category_tree": "category", "conversion_units": "attribute"}
    ),
    c.CreateOrUpdateAssetFamily: Resource(
        "asset-families",
        form="single",
        points_to={
            "attribute_as_main_media": "asset_family_attribute",
            "naming_convention": "asset_family_attribute",
            "product_link_rules": "attribute",
            "transformations": "asset_family_attribute",
        },
        later=MADE_LATER,
    ),
    c.CreateOrUpdateReferenceEntity: Resource("reference-entities", form="single"),
    c.CreateOrUpdateAssetFamilyAttribute: Resource(
        "asset-families/{asset_family}/attributes",
        form="single",
        path_only=("asset_family",),
        points_to={"asset_family": "asset_family", "reference_entity": "reference_entity"},
    ),
    c.CreateOrUpdateReferenceEntityAttribute: Resource(
        "reference-entities/{reference_entity}/attributes",
        form="single",
        path_only=("reference_entity",),
        points_to={
            "reference_entity": "reference_entity",
            "reference_entity_code": "reference_entity",
            "asset_family_identifier": "asset_family",
        },
    ),
    c.CreateOrUpdateAssetFamilyAttributeOption: Resource(
        "asset-families/{asset_family}/attributes/{attribute}/options",
        form="single",
        path_only=("asset_family", "attribute"),
        points_to={"asset_family": "asset_family", "attribute": "asset_family_attribute"},
    ),
    c.CreateOrUpdateReferenceEntityAttributeOption: Resource(
        "reference-entities/{reference_entity}/attributes/{attribute}/options",
        form="single",
        path_only=("reference_entity", "attribute"),
        points_to={
            "reference_entity": "reference_entity",
            "attribute": "reference_entity_attribute",
        },
    ),
    c.CreateOrUpdateAttribute: Resource(
        "attributes",
        points_to={
            "group": "attribute_group",
            "metric_family": "measurement_family",
            "default_metric_unit": "measurement_family",
            "reference_data_name": "reference_entity",
            "table_configuration": "reference_entity",
        },
    ),
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
    c.CreateOrUpdateReferenceEntityRecord: Resource(
        "reference-entities/{reference_entity}/records",
        form="array",
        path_only=("reference_entity",),
        points_to={
            "reference_entity": "reference_entity",
            "values": "reference_entity_attribute",
        },
        circular=True,
    ),
    c.CreateOrUpdateAsset: Resource(
        "asset-families/{asset_family}/assets",
        form="array",
        path_only=("asset_family",),
        points_to={"asset_family": "asset_family", "values": "asset_family_attribute"},
        circular=True,
    ),
    c.CreateOrUpdateProductModel: Resource(
        "product-models",
        later=ASSOCIATIONS,
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
        later=ASSOCIATIONS,
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
    c.CreateOrUpdateProductByUuid: Resource(
        "products-uuid",
        key="uuid",
        later=ASSOCIATIONS,
        points_to={
            "family": "family",
            "parent": "product_model",
            "categories": "category",
            "add_categories": "category",
            "remove_categories": "category",
            "values": "attribute",
            "associations": "product_uuid",
            "quantified_associations": "product_uuid",
        },
    ),
    c.DeleteProduct: Resource("products", key="identifier", form="delete"),
    c.DeleteProductByUuid: Resource("products-uuid", key="uuid", form="delete"),
    c.DeleteProductModel: Resource("product-models", form="delete"),
    c.DeleteAsset: Resource(
        "asset-families/{asset_family}/assets", path_only=("asset_family",), form="delete"
    ),
    c.CreateProductMediaFile: Resource(
        "products",
        key="identifier",
        form="upload",
        points_to={"identifier": "product", "attribute": "attribute", "scope": "channel"},
    ),
    c.CreateProductModelMediaFile: Resource(
        "product-models",
        form="upload",
        points_to={"code": "product_model", "attribute": "attribute", "scope": "channel"},
    ),
    c.CreateReferenceEntityMediaFile: Resource(
        "reference-entities/{reference_entity}/records",
        form="upload",
        points_to={"reference_entity": "reference_entity", "channel": "channel"},
    ),
    c.CreateAssetMediaFile: Resource(
        "asset-families/{asset_family}/assets",
        form="upload",
        points_to={"asset_family": "asset_family", "channel": "channel"},
    ),
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
    """Return the path to call: of the item where it has a call of its own, else of the collection.

    Each segment is percent-encoded (RFC 3986).
    """
    path, form = collection_path_of(command), RESOURCES[type(command)].form
    if form not in ALONE:
        return path
    key = key_of(command)
    return item_path(path, key) if form == "delete" else f"{path}/{quote(key, safe='')}"


def collection_path_of(command: LaneCommand) -> str:
    """Return the path of the list that the item of *command* is in."""
    path = f"{API}/{RESOURCES[type(command)].path}"
    return path.format_map(_Encoded(command)) if "{" in path else path


def item_path_of(command: LaneCommand) -> str:
    """Return the path of the one item that *command* concerns."""
    return item_path(collection_path_of(command), key_of(command))


def item_path(collection: str, code: str) -> str:
    """Return the path of the item *code* of the *collection* at a path."""
    return f"{collection}/{_item(code)}"


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


def definition_path(command: LaneCommand, attribute: str) -> str:
    """Return the path of the definition of an attribute that *command* has values of."""
    parent = INSIDE.get(_value_kind(command))
    collection = RESOURCES[type(command)].path.rpartition("/")[0] if parent else ""
    above = f"{collection.format_map(_Encoded(command))}/" if collection else ""
    return f"{API}/{above}attributes/{quote(attribute, safe='')}"


def option_prefix(command: LaneCommand, attribute: str) -> str:
    """Return what identities of options of *attribute* begin with, dot included."""
    kind = _value_kind(command)
    _, _, key = inside(kind, attribute, command).partition(":")
    return f"{kind}_option:{key}."


def _value_kind(command: LaneCommand) -> str:
    return RESOURCES[type(command)].points_to.get("values", "attribute")


def references(command: LaneCommand) -> References:
    """Return what *command* refers to, by the property that names it."""
    resource = RESOURCES[type(command)]
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in resource.points_to.items():
        if value := getattr(command, name):
            named = NAMED_BY.get(name, codes)(value, kind, command)
            found[name] = tuple(dict.fromkeys(named))
    return found


def value_references(command: LaneCommand, attribute: str) -> tuple[str, ...]:
    """Return what the values of *attribute* may refer to: the attribute and its options."""
    if command.attaches:
        known = references(command)
        return (*known.get("attribute", ()), *known.get("scope", ()), *known.get("channel", ()))
    values = getattr(command, "values", None)
    if not isinstance(values, Mapping) or attribute not in values:
        return ()
    chosen = {attribute: values[attribute]}
    return tuple(dict.fromkeys(NAMED_BY["values"](chosen, _value_kind(command), command)))


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
