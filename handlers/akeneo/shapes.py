"""The shapes of nested fields, checked where a command is made, without rebuilding them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from importbus.bus.errors import InvalidCommand

VALUE_KEYS: Final = frozenset({"locale", "scope", "data"})
"""Keys of a value. All must be there, also when null.

Source: akeneo/pim-api-docs, content/concepts/products ("focus on the product values").
"""

VALUE_EXTRAS: Final = frozenset({"linked_data", "attribute_type", "reference_data_name"})
"""Keys that exports of newer versions add to a value; the API ignores them."""

VALUE_LIST: Final = "a list of {locale, scope, data}"

CODE_OR_NULL: Final = (str, type(None))
"""The types of ``locale`` and ``scope``."""

_CODE_OR_NULL: Final = {"type": ["string", "null"]}

_VALUE: Final = {
    "type": "object",
    "properties": {
        "data": {"description": "What is stored there; null removes the value."},
        "locale": {**_CODE_OR_NULL, "description": "Null where the attribute is not localizable."},
        "scope": {
            **_CODE_OR_NULL,
            "description": "The channel; null where the attribute is not scopable.",
        },
        **{name: {"description": "Ignored; exports have it."} for name in sorted(VALUE_EXTRAS)},
    },
    "required": sorted(VALUE_KEYS),
    "additionalProperties": False,
}

_LISTS: Final = {"type": "object", "additionalProperties": {"type": "array"}}

SHAPES: Final[Mapping[str, Any]] = {
    "properties": {
        "values": {
            "description": "By attribute: a value for each locale and scope.",
            "additionalProperties": {"type": "array", "items": _VALUE},
        },
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
"""What ``check_shapes`` takes, as JSON Schema."""


def check_shapes(command: Any) -> None:
    """Raise ``InvalidCommand`` with the path of the first nested field of a wrong shape."""
    if values := getattr(command, "values", None):
        _check_values(values)
    for name in ("associations", "quantified_associations"):
        if links := getattr(command, name, None):
            _check_links(name, links)


def _check_values(values: Mapping[str, Any]) -> None:
    _expect(isinstance(values, Mapping), "values", "an object of attribute codes", values)
    # A product has dozens of values: what JSON gives is known by its type, without asking an ABC.
    for attribute, entries in values.items():
        if type(entries) is not list:
            _expect(_is_list(entries), f"values.{attribute}", VALUE_LIST, entries)
        for n, entry in enumerate(entries):
            if not _is_plain_value(entry):
                _check_value(f"values.{attribute}[{n}]", entry)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_plain_value(entry: Any) -> bool:
    """Whether *entry* needs no further look; nearly all do not."""
    return (
        type(entry) is dict
        and entry.keys() == VALUE_KEYS
        and isinstance(entry["locale"], CODE_OR_NULL)
        and isinstance(entry["scope"], CODE_OR_NULL)
    )


def _check_value(path: str, entry: Any) -> None:
    _expect(isinstance(entry, Mapping), path, "an object {locale, scope, data}", entry)
    if missing := sorted(VALUE_KEYS - entry.keys()):
        raise InvalidCommand(
            f"{' and '.join(missing)} missing; give null if it has none", field=path
        )
    for unknown in sorted(entry.keys() - VALUE_KEYS - VALUE_EXTRAS):
        raise InvalidCommand("unknown; allowed: locale, scope, data", field=f"{path}.{unknown}")
    for name in ("locale", "scope"):
        named = entry[name]
        _expect(isinstance(named, CODE_OR_NULL), f"{path}.{name}", "a code or null", named)


def _check_links(name: str, links: Mapping[str, Any]) -> None:
    _expect(isinstance(links, Mapping), name, "an object of association types", links)
    for kind, targets in links.items():
        _expect(isinstance(targets, Mapping), f"{name}.{kind}", "an object of lists", targets)
        for target, codes in targets.items():
            path = f"{name}.{kind}.{target}"
            _expect(isinstance(codes, list | tuple), path, "a list", codes)


def _expect(fine: bool, path: str, expected: str, given: object) -> None:
    if not fine:
        raise InvalidCommand(f"expected {expected}, not {describe(given)}", field=path)


def describe(value: object) -> str:
    """Return how people call the JSON type of *value*."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    if value is None:
        return "null"
    return names.get(
        type(value), "a number" if isinstance(value, int | float) else "something else"
    )
