"""Schemas in words: what people read in tables of fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from attrs import frozen

from importbus.adapters.schema.commands import ATTACHES, KEY, LANE, NAMES
from importbus.adapters.schema.types import Schema

WORDS: Mapping[str, str] = {
    "array": "list",
    "boolean": "true or false",
    "integer": "whole number",
    "null": "null",
    "number": "number",
    "object": "object",
    "string": "text",
}
"""The types of JSON as people call them."""


@frozen
class Field:
    """A row of a table of fields: its name, what it holds, whether it must be there, and why."""

    name: str
    type: str
    required: bool
    meaning: str


def fields_of(schema: Schema) -> Iterator[Field]:
    """Yield the fields of the object that *schema* describes, in its order."""
    required = schema.get("required", ())
    for name, one in schema["properties"].items():
        meaning = " ".join(_meaning(name, one, schema))
        yield Field(name, words(one), name in required, meaning)


def words(schema: Schema) -> str:
    """Return what fits *schema*, such as ``list of text or null``."""
    if "const" in schema or "enum" in schema:
        return _several(_value(one) for one in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return _several(words(one) for one in schema["anyOf"])
    if "allOf" in schema:
        return words(schema["allOf"][0])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    kinds = schema.get("type", "anything")
    names = [kinds] if isinstance(kinds, str) else kinds
    return _several(_kind(name, schema) for name in names)


def lane_of(schema: Schema) -> str:
    """Return the kind of lane of the command that *schema* describes."""
    lane = schema[LANE]
    return lane if isinstance(lane, str) else " or ".join(lane)


def _kind(name: str, schema: Schema) -> str:
    inner = schema.get({"array": "items", "object": "additionalProperties"}.get(name, ""))
    word = WORDS.get(name, name)
    if not isinstance(inner, Mapping):
        return word
    several = re.sub(
        r"^(list|object|whole number|number|item|result|reason|hold)\b", r"\1s", words(dict(inner))
    )
    return f"{word} of {several}"


def _value(value: Any) -> str:
    return "null" if value is None else orjson.dumps(value).decode()


def _several(names: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(names))


def _meaning(name: str, one: Schema, schema: Schema) -> Iterator[str]:
    key = schema.get(KEY, ())
    if name in key:
        yield "The key." if len(key) == 1 else "Part of the key."
    if name == schema.get(ATTACHES):
        yield "The path of the file to send along."
    if NAMES in one:
        yield f"Names: {one[NAMES].replace('_', ' ')}."
    if "$ref" in one:
        yield f"See `{words(one)}`."
    if "description" in one:
        yield one["description"]
