"""Where files go: the call that takes them, and what then has them as a value.

Source: akeneo/pim-api-docs, media files, reference entity media files, asset media files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

import orjson
from attrs import frozen

from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import media_commands as m
from importbus.handlers.akeneo.requests import path_to, sendable
from importbus.handlers.akeneo.resources import API, item_path, resource_of


@frozen
class Place:
    """Where the files of a command class go.

    Attributes:
        path: The call that takes the file.
        kind: Files of one kind are stored together: a code is good for all that take that kind.
        header: What names the code in the answer; after ``path`` where it is a location.
        part: The part of the form that says whose value the file becomes; None: nobody's yet.
        scope: How a value names its channel.
        form: How values of several items share a call, see ``requests.FORMS``.
        attributes: Where attributes are read; fields of the command in braces.
        types: The types of attributes that take a file.
    """

    path: str
    kind: str
    header: str
    part: str | None
    scope: str
    form: str
    attributes: str
    types: tuple[str, ...]


PLACES: Mapping[type[LaneCommand], Place] = {
    m.CreateProductMediaFile: Place(
        "media-files", "product", "location", "product", "scope", "ndjson",
        "attributes", ("pim_catalog_image", "pim_catalog_file"),
    ),
    m.CreateProductModelMediaFile: Place(
        "media-files", "product", "location", "product_model", "scope", "ndjson",
        "attributes", ("pim_catalog_image", "pim_catalog_file"),
    ),
    m.CreateReferenceEntityMediaFile: Place(
        "reference-entities-media-files", "reference_entity", "reference-entities-media-file-code",
        None, "channel", "array", "reference-entities/{reference_entity}/attributes", ("image",),
    ),
    m.CreateAssetMediaFile: Place(
        "asset-media-files", "asset", "asset-media-file-code",
        None, "channel", "array", "asset-families/{asset_family}/attributes", ("media_file",),
    ),
}  # fmt: skip
"""Every class of uploads and its place."""


def upload_path(place: Place) -> str:
    """Return the path of the call that takes a file."""
    return f"{API}/{place.path}"


def form_of(command: Any, place: Place) -> dict[str, str]:
    """Return the fields of the form that goes with the file."""
    if place.part is None:
        return {}
    key = resource_of(type(command)).key
    names = (key, "attribute", "scope", "locale")
    said = {name: getattr(command, name) for name in names}
    return {place.part: orjson.dumps(said).decode()}


def code_in(headers: Mapping[str, str], place: Place) -> str | None:
    """Return the code that an answer names; None when it does not.

    The end of a location is the code with its slashes; where a header names it, the location, too,
    says it.
    """
    if place.header != "location" and (named := headers.get(place.header)):
        return named
    _, found, code = headers.get("location", "").partition(f"/{place.path}/")
    return unquote(code) or None if found else None


def is_image(command: Any) -> bool:
    """Whether the file of *command* becomes the image of a reference entity: no value of it."""
    return isinstance(command, m.CreateReferenceEntityMediaFile) and command.code is None


def owner_path(command: Any) -> str:
    """Return the path of what the file of *command* belongs to.

    Raises:
        InvalidCommand: No path can carry a code of it.
    """
    if is_image(command):
        return sendable(item_path(f"{API}/reference-entities", command.reference_entity))
    code = getattr(command, resource_of(type(command)).key)
    return sendable(item_path(path_to(command), code))


def value_path(command: Any) -> str:
    """Return the path to which values go: of the collection, or of the reference entity itself.

    Raises:
        InvalidCommand: No path can carry a code of it.
    """
    return owner_path(command) if is_image(command) else path_to(command)


def attribute_path(command: Any, place: Place) -> str | None:
    """Return the path of the attribute that gets the file; None when it is no attribute.

    Raises:
        InvalidCommand: No path can carry a code of it.
    """
    if is_image(command):
        return None
    codes = {
        name: quote(getattr(command, name, "") or "", safe="")
        for name in ("reference_entity", "asset_family")
    }
    return sendable(item_path(f"{API}/{place.attributes.format_map(codes)}", command.attribute))


def value_body(command: Any, place: Place, code: str) -> bytes:
    """Return what gives *code* to what the file of *command* belongs to: a line, item or body."""
    if is_image(command):
        return orjson.dumps({"code": command.reference_entity, "image": code})
    key = resource_of(type(command)).key
    value = {
        "locale": command.locale,
        place.scope: getattr(command, place.scope),
        "data": code,
    }
    return orjson.dumps({key: getattr(command, key), "values": {command.attribute: [value]}})
