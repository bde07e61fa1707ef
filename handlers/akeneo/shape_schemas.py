"""What ``shapes`` and the checks of uuids take, as JSON Schema, for other languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from importbus.handlers.akeneo.shapes import CHANNEL, SCOPE, VALUE_EXTRAS, VALUE_KEYS

_CODE_OR_NULL: Final = {"type": ["string", "null"]}

_LISTS: Final = {"type": "object", "additionalProperties": {"type": "array"}}

UUID_4: Final = (
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
)
"""A random uuid. Source: RFC 9562, sections 4.1, 4.2 and 5.4."""


def _values(place: str) -> Mapping[str, Any]:
    """Return what values are whose channel is called *place*."""
    said = {
        "data": {"description": "What is stored there; null removes the value."},
        "locale": {**_CODE_OR_NULL, "description": "Null where the attribute is not localizable."},
        place: {
            **_CODE_OR_NULL,
            "description": "The channel; null where the attribute is not scopable.",
        },
        **{name: {"description": "Ignored; exports have it."} for name in sorted(VALUE_EXTRAS)},
    }
    value = {
        "type": "object",
        "properties": said,
        "required": sorted(VALUE_KEYS[place]),
        "additionalProperties": False,
    }
    return {
        "description": f"By attribute: a value for each locale and {place}.",
        "additionalProperties": {"type": "array", "items": value},
    }


SHAPES: Final[Mapping[str, Any]] = {
    "properties": {
        "values": _values(SCOPE),
        "associations": {
            "description": "By association type, then by kind of target: codes.",
            "additionalProperties": _LISTS,
        },
        "quantified_associations": {
            "description": "By association type, then by kind of target: codes with quantities.",
            "additionalProperties": _LISTS,
        },
    }
}
"""What ``check_shapes`` takes."""

ENTRY_SHAPES: Final[Mapping[str, Any]] = {"properties": {"values": _values(CHANNEL)}}
"""What ``check_entry_values`` takes."""

BY_UUID: Final[Mapping[str, Any]] = {
    "properties": {
        **SHAPES["properties"],
        "uuid": {"pattern": UUID_4},
        "identifier": {"not": {}, "description": "No property of products by uuid."},
    }
}
"""What products by uuid take: no other uuid, and no identifier beside it."""

ONLY_UUID: Final[Mapping[str, Any]] = {"properties": {"uuid": {"pattern": UUID_4}}}
"""What deletes by uuid take."""
