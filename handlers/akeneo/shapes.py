"""The shapes of nested fields, checked where a command is made, without rebuilding them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from importbus.bus.errors import InvalidCommand

SCOPE: Final = "scope"
"""The key of a value that names its channel: of products and models."""

CHANNEL: Final = "channel"
"""The same of records and assets."""

VALUE_KEYS: Final = {place: frozenset({"locale", place, "data"}) for place in (SCOPE, CHANNEL)}
"""Keys of a value. All must be there, also when null.

Source: akeneo/pim-api-docs, content/concepts/products ("focus on the product values"), and
content/concepts/reference-entities.
"""

VALUE_EXTRAS: Final = frozenset({"linked_data", "attribute_type", "reference_data_name"})
"""Keys that exports of newer versions add to a value; the API ignores them."""

CODE_OR_NULL: Final = (str, type(None))
"""The types of ``locale``, ``scope`` and ``channel``."""

_NOTHING: Final = object()


def check_shapes(command: Any) -> None:
    """Raise ``InvalidCommand`` with the path of the first nested field of a wrong shape."""
    if values := getattr(command, "values", None):
        _check_values(values, SCOPE)
    for name in ("associations", "quantified_associations"):
        if links := getattr(command, name, None):
            _check_links(name, links)


def check_entry_values(values: Any) -> None:
    """Raise ``InvalidCommand`` for the first wrong one of the *values* of a record or an asset."""
    if values:
        _check_values(values, CHANNEL)


def _check_values(values: Mapping[str, Any], place: str) -> None:
    _expect(isinstance(values, Mapping), "values", "an object of attribute codes", values)
    # A product has dozens of values: what JSON gives is known by its type, without asking an ABC,
    # and nearly all values need no further look.
    for attribute, entries in values.items():
        if type(entries) is not list:
            expected = f"a list of {{locale, {place}, data}}"
            _expect(_is_list(entries), f"values.{attribute}", expected, entries)
        for n, entry in enumerate(entries):
            if not (
                type(entry) is dict
                and len(entry) == 3
                and "data" in entry
                and type(entry.get("locale", _NOTHING)) in CODE_OR_NULL
                and type(entry.get(place, _NOTHING)) in CODE_OR_NULL
            ):
                _check_value(f"values.{attribute}[{n}]", entry, place)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _check_value(path: str, entry: Any, place: str) -> None:
    _expect(isinstance(entry, Mapping), path, f"an object {{locale, {place}, data}}", entry)
    if missing := sorted(VALUE_KEYS[place] - entry.keys()):
        raise InvalidCommand(
            f"{' and '.join(missing)} missing; give null if it has none", field=path
        )
    for unknown in sorted(entry.keys() - VALUE_KEYS[place] - VALUE_EXTRAS):
        raise InvalidCommand(f"unknown; allowed: locale, {place}, data", field=f"{path}.{unknown}")
    for name in ("locale", place):
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
