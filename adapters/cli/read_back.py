"""Reads items back from a PIM and compares them with what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import define, field

from importbus.adapters.pim_http import PimClient

PATHS = {
    "CreateOrUpdateProduct": ("products", "identifier"),
    "CreateOrUpdateProductModel": ("product-models", "code"),
    "CreateOrUpdateFamily": ("families", "code"),
    "CreateOrUpdateCategory": ("categories", "code"),
    "CreateOrUpdateAttribute": ("attributes", "code"),
}
"""The classes that are compared, with their collections and keys."""


@define
class Differences:
    """How much was compared, and in words what differs."""

    items: int = 0
    compared: int = 0
    texts: list[str] = field(factory=list)


def differences(pim: PimClient, records: Iterable[Mapping[str, Any]]) -> Differences:
    """Compare what *records* (lines of JSONL) say with what the PIM stores, item by item."""
    found = Differences()
    stored = {
        (path, item[key]): item
        for path, key in PATHS.values()
        for item in pim.items(f"/api/rest/v1/{path}", {"limit": "100"})
    }
    for record in records:
        if record["command"] in PATHS:
            path, key = PATHS[record["command"]]
            code = record["data"][key]
            _compare(found, f"{path}/{code}", record["data"], stored.get((path, code)))
    return found


def _compare(
    found: Differences, name: str, sent: Mapping[str, Any], stored: Mapping[str, Any] | None
) -> None:
    found.items += 1
    if stored is None:
        found.texts.append(f"{name} is not there")
        return
    for path, value in _leaves(sent, ""):
        found.compared += 1
        if not _matches(value, _at(stored, path)):
            found.texts.append(f"{name}{path}: sent {value!r}, stored {_at(stored, path)!r}")


def _leaves(sent: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Yield every property with its path; objects are gone into, other values are leaves."""
    for name, value in sent.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}/{name}")
        else:
            yield f"{path}/{name}", value


def _at(stored: Any, path: str) -> Any:
    for name in path.split("/")[1:]:
        stored = stored.get(name) if isinstance(stored, dict) else None
    return stored


def _matches(sent: Any, stored: Any) -> bool:
    """Whether *stored* holds what was sent: lists in any order, numbers by their value."""
    if isinstance(sent, dict):
        return isinstance(stored, dict) and all(
            _matches(value, stored.get(name)) for name, value in sent.items()
        )
    if isinstance(sent, list):
        return isinstance(stored, list) and all(
            any(_matches(one, other) for other in stored) for one in sent
        )
    if sent == stored:
        return True
    return _same_number(sent, stored) or _same_date(sent, stored)


def _same_number(sent: Any, stored: Any) -> bool:
    try:
        return Decimal(str(sent)) == Decimal(str(stored))
    except InvalidOperation:
        return False


def _same_date(sent: Any, stored: Any) -> bool:
    """A date is stored with its midnight."""
    return isinstance(sent, str) and isinstance(stored, str) and stored[:10] == sent[:10] != ""
