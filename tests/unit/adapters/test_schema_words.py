"""Schemas as people read them in tables."""

from __future__ import annotations

from typing import Any

import pytest

from importbus.adapters.schema.words import Field, fields_of, lane_of, words

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (TEXT, "text"),
        ({}, "anything"),
        ({"type": ["integer", "null"]}, "whole number or null"),
        ({"type": ["array", "null"], "items": TEXT}, "list of text or null"),
        ({"type": "array", "items": {"type": "object"}}, "list of objects"),
        ({"type": "array"}, "list"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/item"}}, "list of items"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object of numbers"),
        ({"type": "object", "additionalProperties": {"type": "array"}}, "object of lists"),
        ({"type": "object", "additionalProperties": False}, "object"),
        ({"const": "batch"}, '"batch"'),
        ({"enum": ["structure", None]}, '"structure" or null'),
        ({"anyOf": [{"const": 1}, {"type": "number"}]}, "1 or number"),
        ({"$ref": "#/components/schemas/item"}, "item"),
        ({"allOf": [{"$ref": "#/components/schemas/item"}, {"required": ["a"]}]}, "item"),
    ],
)
def test_a_schema_is_said_in_words(schema: dict[str, Any], said: str) -> None:
    """Null is said last, and lists and objects with what they hold."""
    assert words(schema) == said


def test_a_field_says_what_it_is_for() -> None:
    """The key, the file to send, what it names, and its own description, in this order."""
    schema = {
        "properties": {
            "code": TEXT,
            "shop": {**TEXT, "x-importbus-names": "shop_group", "description": "Where."},
            "sheet": TEXT,
            "note": TEXT,
        },
        "required": ["code"],
        "x-importbus-key": ["shop", "code"],
        "x-importbus-attaches": "sheet",
    }

    assert list(fields_of(schema)) == [
        Field("code", "text", True, "Part of the key."),
        Field("shop", "text", False, "Part of the key. Names: shop group. Where."),
        Field("sheet", "text", False, "The path of the file to send along."),
        Field("note", "text", False, ""),
    ]


def test_a_key_of_one_field_is_that_field() -> None:
    """It is not called a part."""
    schema = {"properties": {"code": TEXT}, "x-importbus-key": ["code"]}

    assert list(fields_of(schema)) == [Field("code", "text", False, "The key.")]


def test_a_lane_that_the_data_decide_is_either() -> None:
    """Both kinds are said."""
    assert lane_of({"x-importbus-lane": ["catalogue", "structure"]}) == "catalogue or structure"
    assert lane_of({"x-importbus-lane": "structure"}) == "structure"
