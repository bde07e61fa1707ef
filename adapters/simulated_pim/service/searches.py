"""The `search` parameter of lists: JSON filters, as far as an importer reads back with them.

Source: akeneo/pim-api-docs, content/rest-api/filter.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from importbus.adapters.simulated_pim.catalog.uuids import uuid_of
from importbus.adapters.simulated_pim.model.refusals import Refusal
from importbus.adapters.simulated_pim.model.store import Item
from importbus.adapters.simulated_pim.model.tables import Table, fold

Test = Callable[[Any, Any], bool]

_OPERATORS: dict[str, Test] = {
    "=": lambda data, value: _folded(data) == _folded(value),
    "!=": lambda data, value: _folded(data) != _folded(value),
    "IN": lambda data, value: bool(_set(data) & _set(value)),
    "NOT IN": lambda data, value: not _set(data) & _set(value),
    "EMPTY": lambda data, value: data in (None, "", (), []),
    "NOT EMPTY": lambda data, value: data not in (None, "", (), []),
}
_CODES = ("identifier", "code")
_NAMES = (
    *_CODES,
    "uuid",
    "family",
    "family_variant",
    "parent",
    "enabled",
    "categories",
    "groups",
    "type",
)


def _folded(data: Any) -> Any:
    return fold(data) if isinstance(data, str) else data


def _set(data: Any) -> set[Any]:
    return {_folded(each) for each in _list(data)}


def _list(data: Any) -> list[Any] | tuple[Any, ...]:
    return data if isinstance(data, (list, tuple)) else [data]


def matching(table: Table[Any], search: str | None) -> list[str]:
    """Return the folded codes that *search*, JSON or None, lets through, in order.

    Raises:
        Refusal: No JSON object of filters, or a property or operator that is not known here.
    """
    keys = table.keys()
    if not search:
        return keys
    for name, conditions in _filters(search).items():
        for condition in conditions:
            keys = _narrowed(table, keys, name, condition)
    return keys


def _filters(search: str) -> dict[str, list[Any]]:
    try:
        found = json.loads(search)
    except ValueError:
        raise Refusal(400, "Search query parameter should be valid JSON.") from None
    if not isinstance(found, dict) or not all(isinstance(each, list) for each in found.values()):
        raise Refusal(
            422,
            "Structure of filter is not valid. It should respect this structure: "
            '{"property":[{"operator":"my_operator","value":"my_value"}]}',
        )
    return found


def _narrowed(table: Table[Any], keys: list[str], name: str, condition: Any) -> list[str]:
    operator = condition.get("operator") if isinstance(condition, dict) else None
    if name not in _NAMES or operator not in _OPERATORS:
        raise Refusal(
            422,
            f'Filter on property "{name}" is not supported or does not support operator '
            f'"{operator}"',
        )
    value = condition.get("value")
    if not all(isinstance(each, (str, int, type(None))) for each in _list(value)):
        raise Refusal(422, f'Filter on property "{name}" expects text, or a list of text.')
    if name in table.known_by and operator in ("=", "IN"):
        wanted = {each for each in _set(value) if isinstance(each, str) and each in table}
        return sorted(wanted.intersection(keys) if len(keys) < len(table) else wanted)
    test = _OPERATORS[operator]
    return [key for key in keys if test(_property(table.get(key), name), value)]


def _property(item: Any, name: str) -> Any:
    if isinstance(item, str):
        return item
    said = "code" if name in _CODES else name
    if isinstance(item, dict):
        return item.get(said)
    if isinstance(item, Item) and name in ("uuid", "identifier"):
        return uuid_of(item) if name == "uuid" else item.identifier
    return getattr(item, said, None)
