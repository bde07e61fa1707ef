"""Types as JSON Schema, one row for each kind of type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from attrs import field, frozen

from importbus.adapters.schema.types import UnknownType, schema_of
from importbus.bus.unset import Unset

TEXT = {"type": "string"}


class Size(Enum):
    """Sizes."""

    SMALL = "s"
    LARGE = "l"


@frozen
class Amount:
    """Something with a unit."""

    unit: str
    number: float = 1.0
    notes: list[str] = field(factory=list)
    told: int = field(default=0, init=False)


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (str, TEXT),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (None, {"type": "null"}),
        (Any, {}),
        (date, {"type": "string", "format": "date"}),
        (datetime, {"type": "string", "format": "date-time"}),
        (str | None, {"type": ["string", "null"]}),
        (str | None | Unset, {"type": ["string", "null"]}),
        (str | Unset, TEXT),
        (int | str, {"anyOf": [{"type": "integer"}, TEXT]}),
        (int | str | None, {"anyOf": [{"type": "integer"}, TEXT, {"type": "null"}]}),
        (str | Any, {}),
        (Annotated[str, "a note"], TEXT),
        (Literal["a", 1], {"enum": ["a", 1]}),
        (Literal["a"] | None, {"enum": ["a", None]}),
        (Size, {"enum": ["s", "l"]}),
        (Sequence[str], {"type": "array", "items": TEXT}),
        (Sequence[str] | None, {"type": ["array", "null"], "items": TEXT}),
        (list[Any], {"type": "array"}),
        (list, {"type": "array"}),
        (tuple[str, ...], {"type": "array", "items": TEXT}),
        (tuple[str, int], {"type": "array", "items": {"anyOf": [TEXT, {"type": "integer"}]}}),
        (frozenset[str], {"type": "array", "items": TEXT}),
        (Mapping[str, Any], {"type": "object"}),
        (dict, {"type": "object"}),
        (
            Mapping[str, str | None],
            {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        ),
    ],
)
def test_a_type_has_its_schema(kind: Any, schema: dict[str, Any]) -> None:
    """What the codec takes for it, null and absence included."""
    assert schema_of(type(None) if kind is None else kind) == schema


def test_a_class_inside_is_an_object_of_its_fields() -> None:
    """Those without a default must be there; what nobody can give is left out."""
    assert schema_of(Amount) == {
        "type": "object",
        "properties": {
            "unit": TEXT,
            "number": {"type": "number", "default": 1.0},
            "notes": {"type": "array", "items": TEXT},
        },
        "required": ["unit"],
    }


@pytest.mark.parametrize("kind", [Decimal, list[Decimal], Mapping[str, Decimal], str | Decimal])
def test_a_type_that_is_not_known_is_named(kind: Any) -> None:
    """Also where it is a part of another."""
    with pytest.raises(UnknownType, match="Decimal has no JSON Schema"):
        schema_of(kind)
