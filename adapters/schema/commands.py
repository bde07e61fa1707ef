"""The JSON Schema of command classes, made from their fields and what they say of themselves.

What JSON Schema has no word for stands in annotations that begin with ``x-importbus-``; validators
pass them over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from importbus.adapters.codec import READ_ONLY, JsonCodec
from importbus.adapters.schema.types import Schema, UnknownType, attributes_of, object_schema
from importbus.bus.describe import first_sentence
from importbus.bus.errors import WiringError
from importbus.bus.messages import LaneCommand, LaneKind, Upsertable

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
"""The draft of JSON Schema that the documents say they are."""

KEY: Final = "x-importbus-key"
"""The fields that make the key, in its order."""

RESOURCE: Final = "x-importbus-resource"
"""What the key names; classes of one resource concern the same things."""

LANE: Final = "x-importbus-lane"
"""``structure`` or ``catalogue``, or both where the data decide."""

RANK: Final = "x-importbus-rank"
"""Upserts of a lower rank leave before those of a higher one; others have none."""

ATTACHES: Final = "x-importbus-attaches"
"""The field that names a file, whose bytes go along."""

REFUSED: Final = "x-importbus-read-only"
"""Properties that exports of the API have and importbus refuses by saying so."""

NAMES: Final = "x-importbus-names"
"""Of a field: the resource that it names."""

Naming = Callable[[type[LaneCommand]], Mapping[str, str]]
"""Returns the fields of a class that name something, each with the resource that it names."""


def command_schema(
    command_type: type[LaneCommand], /, names: Mapping[str, str] | None = None
) -> Schema:
    """Return the JSON Schema of the data of *command_type*, as it stands in files and messages.

    It is made from the fields, their types and defaults, from the first sentence of the docstring,
    and from the ``json_schema`` of the class. It refers to nothing outside of itself.

    Args:
        command_type: A class as ``bus.batch_handler`` takes it, of the library or your own.
        names: Which fields name what: the resource for each.

    Raises:
        WiringError: JSON Schema cannot be told from the type of a field; its ``json_schema`` has to
            say it.
    """
    schema = {
        "title": command_type.__name__,
        "description": first_sentence(command_type).replace("``", "`"),
        **_of_fields(command_type),
        "additionalProperties": False,
        **_annotations(command_type),
    }
    return _with_words(schema, command_type, names or {})


def command_schemas(
    codec: JsonCodec, naming: Naming = lambda command_type: {}
) -> dict[str, Schema]:
    """Return the schemas of all classes that *codec* knows, by their names, sorted.

    Raises:
        WiringError: As ``command_schema``.
    """
    types = {name: codec.type_of(name) for name in codec.names}
    return {name: command_schema(kind, naming(kind)) for name, kind in types.items()}


def schema_document(schema: Schema) -> Schema:
    """Return *schema* as a document of its own."""
    return {"$schema": DRAFT, **schema}


def line_document(schemas: Mapping[str, Schema]) -> Schema:
    """Return one document for the commands of *schemas*: that of a line of a JSONL source.

    The schema of each command stands under ``$defs``.
    """
    data = {name: {"properties": {"data": {"$ref": f"#/$defs/{name}"}}} for name in schemas}
    return schema_document(
        {
            "title": "Line",
            "description": "A line of a JSONL source: a command and its data.",
            "type": "object",
            "properties": {"command": {"enum": sorted(schemas)}, "data": {"type": "object"}},
            "required": ["command", "data"],
            "additionalProperties": False,
            "allOf": by_command(data),
            "$defs": dict(schemas),
        }
    )


def by_command(then: Mapping[str, Schema]) -> list[Schema]:
    """Return what holds for an object whose ``command`` is one of those of *then*."""
    return [
        {
            "if": {"properties": {"command": {"const": name}}, "required": ["command"]},
            "then": then[name],
        }
        for name in sorted(then)
    ]


def key_fields(command_type: type[LaneCommand]) -> tuple[str, ...]:
    """Return the fields that make the key, in its order; none where that cannot be told.

    A key is a property, so it is asked of a command that has a mark in place of every value.
    Nothing of the class is run but that property: its checks would refuse the marks.
    """
    marks = {f"<{one.name}>": one.name for one in attributes_of(command_type)}
    probe = object.__new__(command_type)
    for mark, name in marks.items():
        object.__setattr__(probe, name, mark)
    try:
        key = probe.key.casefold()
    except Exception:  # noqa: BLE001 - it may expect anything of values, and these are marks
        return ()
    places = {name: key.find(mark.casefold()) for mark, name in marks.items()}
    return tuple(sorted((name for name in places if places[name] >= 0), key=places.__getitem__))


def _of_fields(command_type: type[LaneCommand]) -> Schema:
    said = command_type.json_schema.get("properties", {})
    try:
        return object_schema(attributes_of(command_type), said)
    except UnknownType as error:
        name = error.__notes__[-1]
        raise WiringError(
            f"{command_type.__name__}.{name}: {error}; say it in the class: "
            f'json_schema: ClassVar[Mapping[str, Any]] = {{"properties": {{"{name}": ...}}}}.'
        ) from error


def _annotations(command_type: type[LaneCommand]) -> Schema:
    taken = {one.name for one in attributes_of(command_type)}
    notes: dict[str, Any] = {
        KEY: list(key_fields(command_type)),
        RESOURCE: command_type.resource or command_type.__name__,
        LANE: _lane(command_type),
        REFUSED: sorted(READ_ONLY - taken),
    }
    if issubclass(command_type, Upsertable):
        notes[RANK] = command_type.rank
    if command_type.attaches:
        notes[ATTACHES] = command_type.attaches
    return notes


def _lane(command_type: type[LaneCommand]) -> str | list[str]:
    kind: Any = command_type.lane_kind  # a property where the data decide
    return kind if isinstance(kind, str) else sorted(get_args(LaneKind))


def _with_words(
    schema: Schema, command_type: type[LaneCommand], names: Mapping[str, str]
) -> Schema:
    """Return *schema* with what the class says of itself, and what its fields name."""
    properties = {
        name: {**one, **({NAMES: names[name]} if name in names else {})}
        for name, one in schema["properties"].items()
    }
    said = {word: one for word, one in command_type.json_schema.items() if word != "properties"}
    return {**schema, **said, "properties": properties}
