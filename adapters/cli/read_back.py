"""Reads items back from a PIM and compares them with what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol

import orjson
from attrs import define, field

from importbus.adapters.wiring import open_codec
from importbus.handlers.akeneo.resources import API, resource_of

SAMPLE = 2_000
"""Most items of a collection that are compared; beyond it each second, third... is."""

COUNTED = ("products", "product-models")
"""Collections that hold nothing but what was sent."""


class Reader(Protocol):
    """What is needed of a client of the PIM."""

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a collection."""
        ...


@define
class Differences:
    """How many items were read, how many and how much was compared, and in words what differs."""

    items: int = 0
    checked: int = 0
    compared: int = 0
    texts: list[str] = field(factory=list)


@define
class _Sent:
    """What was sent to one collection: how many keys, and the data of those to be compared."""

    keys: set[str] = field(factory=set)
    data: dict[str, list[dict[str, Any]]] = field(factory=dict)


def differences(pim: Reader, catalogue: Path) -> Differences:
    """Compare *catalogue*, JSONL without deletes, with what the PIM stores, page by page.

    Of large collections every item is counted and a sample compared. Two lines of one key must
    not both set a property, as in a generated catalogue.
    """
    found = Differences()
    for path, sent in _sent(catalogue).items():
        stored = 0
        for item in pim.items(f"{API}/{path}", {"limit": "100"}):
            stored += 1
            _compare(found, path, sent, item)
        found.items += stored
        found.texts += [f"{path}/{key} is not there" for key in sent.data]
        if path in COUNTED and stored != len(sent.keys):
            found.texts.append(f"{path}: {len(sent.keys):,} sent, {stored:,} stored")
    return found


def _sent(catalogue: Path) -> dict[str, _Sent]:
    """Return what was sent by collection."""
    found: dict[str, _Sent] = {}
    for path, key, _ in _lines(catalogue):
        found.setdefault(path, _Sent()).keys.add(key)
    chosen = {
        path: set(sorted(sent.keys)[:: len(sent.keys) // SAMPLE + 1])
        for path, sent in found.items()
    }
    for path, key, data in _lines(catalogue):
        if key in chosen[path]:
            found[path].data.setdefault(key, []).append(data)
    return found


def _lines(catalogue: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield collection, key and body of each line."""
    codec = open_codec()
    with catalogue.open("rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            resource, data = resource_of(codec.type_of(record["command"])), record["data"]
            body = {name: each for name, each in data.items() if name not in resource.path_only}
            yield resource.path.format_map(data), data[resource.key], body


def _compare(found: Differences, path: str, sent: _Sent, stored: Mapping[str, Any]) -> None:
    key = str(stored.get("code", stored.get("identifier")))
    expected = sent.data.pop(key, None)
    if expected is None:
        return
    found.checked += 1
    for data in expected:
        for place, value in _leaves(data, ""):
            found.compared += 1
            there = _at(stored, place)
            if not _matches(value, there):
                found.texts.append(f"{path}/{key}{place}: sent {value!r}, stored {there!r}")


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
    """Whether *stored* is what was sent: lists in any order, numbers by their value.

    An object may hold more, as the PIM adds properties of its own.
    """
    if isinstance(sent, dict):
        return isinstance(stored, dict) and all(
            _matches(value, stored.get(name)) for name, value in sent.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(stored, list)
            and len(sent) == len(stored)
            and all(any(_matches(one, other) for other in stored) for one in sent)
        )
    return bool(sent == stored) or _same_number(sent, stored) or _same_date(sent, stored)


def _same_number(sent: Any, stored: Any) -> bool:
    try:
        return Decimal(str(sent)) == Decimal(str(stored))
    except InvalidOperation:
        return False


def _same_date(sent: Any, stored: Any) -> bool:
    """A date is stored with its midnight."""
    return isinstance(sent, str) and isinstance(stored, str) and stored == f"{sent}T00:00:00+00:00"
