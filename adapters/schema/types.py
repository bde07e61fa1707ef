"""Types of Python as JSON Schema: what the codec takes for a field of that type.

Only keywords that draft-07 and draft 2020-12 share are used, so that what is made here can stand in
a JSON Schema of either and in an AsyncAPI document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from attrs import NOTHING, Attribute, fields, has, resolve_types

from importbus.bus.unset import Unset

Schema = dict[str, Any]
"""A JSON Schema."""

PLAIN: Mapping[Any, Schema] = {
    Any: {},
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    float: {"type": "number"},
    int: {"type": "integer"},
    str: {"type": "string"},
}

OBJECTS = (Mapping, dict)

LISTS = (Sequence, list, tuple, set, frozenset)


class UnknownType(Exception):
    """A type that nothing is known of here; whoever asked knows for which field."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        super().__init__(f"{getattr(kind, '__name__', kind)} has no JSON Schema")


def schema_of(kind: Any) -> Schema:
    """Return the schema of what JSON has for a value of *kind*; ``Unset`` in it is absence.

    Raises:
        UnknownType: Nothing is known of *kind*, or of a part of it.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return schema_of(parts[0])
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, UnionType):
        return _either([schema_of(part) for part in parts if part is not Unset])
    if (origin or kind) in OBJECTS:
        return _object(parts)
    if (origin or kind) in LISTS:
        return _list(parts)
    return _plain(kind)


def object_schema(
    attributes: Sequence[Attribute[Any]], said: Mapping[str, Schema] | None = None
) -> Schema:
    """Return the schema of an object with *attributes*, those without a default being required.

    What is *said* of an attribute holds besides what its type says, or in its place where nothing
    is known of the type.

    Raises:
        UnknownType: Nothing is known of the type of one; its name is a note of the error.
    """
    given = [one for one in attributes if one.init]
    return {
        "type": "object",
        "properties": {one.name: _property(one, (said or {}).get(one.name)) for one in given},
        "required": [one.name for one in given if one.default is NOTHING],
    }


def attributes_of(kind: type) -> Sequence[Attribute[Any]]:
    """Return the attributes of the attrs class *kind*, their types as classes and not as text."""
    resolve_types(kind)
    attributes: Sequence[Attribute[Any]] = fields(kind)
    return attributes


def _property(attribute: Attribute[Any], said: Schema | None) -> Schema:
    try:
        schema = schema_of(attribute.type)
    except UnknownType as error:
        if said is None:
            error.add_note(attribute.name)
            raise
        schema = {}
    default = attribute.default
    known = default is None or isinstance(default, str | bool | int | float)
    return {**schema, **({"default": default} if known else {}), **(said or {})}


def _plain(kind: Any) -> Schema:
    if kind in PLAIN:
        return dict(PLAIN[kind])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    if isinstance(kind, type) and has(kind):
        return object_schema(attributes_of(kind))
    raise UnknownType(kind)


def _object(parts: Sequence[Any]) -> Schema:
    inner = schema_of(parts[1]) if parts else {}
    return {"type": "object", "additionalProperties": inner} if inner else {"type": "object"}


def _list(parts: Sequence[Any]) -> Schema:
    inner = [part for part in parts if part is not Ellipsis]
    if not inner:
        return {"type": "array"}
    items = _either([schema_of(part) for part in inner])
    return {"type": "array", "items": items} if items else {"type": "array"}


def _either(schemas: Sequence[Schema]) -> Schema:
    """Return the schema of what fits one of *schemas*; null beside one other stays short."""
    distinct = [one for n, one in enumerate(schemas) if one not in schemas[:n]]
    others = [one for one in distinct if one != PLAIN[NoneType]]
    if {} in distinct:
        return {}
    if len(distinct) == 1:
        return distinct[0]
    if len(others) == 1 and isinstance(others[0].get("type"), str):
        return {**others[0], "type": [others[0]["type"], "null"]}
    if len(others) == 1 and set(others[0]) == {"enum"}:
        return {"enum": [*others[0]["enum"], None]}
    return {"anyOf": distinct}
