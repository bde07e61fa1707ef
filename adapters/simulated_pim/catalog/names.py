"""How associations name products: by identifier, or by uuid.

They are stored by code. A product without identifier has one that no identifier can be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

from importbus.adapters.simulated_pim.catalog.associations import Associations
from importbus.adapters.simulated_pim.catalog.quantified import Quantified
from importbus.adapters.simulated_pim.catalog.uuids import find, uuid_of
from importbus.adapters.simulated_pim.model.refusals import documented
from importbus.adapters.simulated_pim.model.store import NAMELESS, Body, Item, Store
from importbus.adapters.simulated_pim.model.tables import Table

Say = Callable[[str], str | None]
"""The code of a product to how it is named; None leaves it out."""


def identifier(code: str) -> str | None:
    """Name a product by identifier; one without is left out."""
    return None if code.startswith(NAMELESS) else code


def either(code: str) -> str:
    """Name a product by identifier, one without by uuid."""
    return code.removeprefix(NAMELESS)


def by_uuid(store: Store) -> Say:
    """Return what names a product by uuid."""
    return lambda code: uuid_of(store.products[code])


def named(plain: Associations, say: Say) -> Associations:
    """Return associations with their products named by *say*."""
    return {code: _named(lists, say) for code, lists in plain.items() if _named(lists, say)}


def _named(lists: dict[str, list[str]], say: Say) -> dict[str, list[str]]:
    said = {
        name: sorted(filter(None, map(say, codes))) if name == "products" else codes
        for name, codes in lists.items()
    }
    return {name: codes for name, codes in said.items() if codes}


def counted(quantified: Quantified, say: Say, key: str = "identifier") -> Quantified:
    """Return quantified associations with their products named by *say*, under *key*."""
    said = {code: _counted(lists, say, key) for code, lists in quantified.items()}
    return {code: lists for code, lists in said.items() if lists}


def _counted(lists: dict[str, list[Body]], say: Say, key: str) -> dict[str, list[Body]]:
    found = dict(lists)
    for entry in found.pop("products", ()):
        if (name := say(entry["identifier"])) is not None:
            found.setdefault("products", []).append({key: name, "quantity": entry["quantity"]})
    if "products" in found:
        found["products"] = sorted(found["products"], key=lambda entry: str(entry[key]))
    return {name: found[name] for name in sorted(found)}


def with_codes(store: Store, body: Body) -> Body:
    """Return *body* with codes in place of the uuids in its associations."""
    turned = dict(body)
    for name, turn in (("associations", _plain_codes), ("quantified_associations", _entry_codes)):
        said = body.get(name)
        if isinstance(said, dict):
            turned[name] = {kind: _turned(store, lists, turn) for kind, lists in said.items()}
    return turned


def _turned(store: Store, lists: Any, turn: Callable[[Store, list[Any]], list[Any]]) -> Any:
    if not isinstance(lists, dict) or not isinstance(lists.get("products"), list):
        return lists
    return {**lists, "products": turn(store, lists["products"])}


def _plain_codes(store: Store, uuids: list[Any]) -> list[Any]:
    return [_code(store, each) if isinstance(each, str) else each for each in uuids]


def _entry_codes(store: Store, entries: list[Any]) -> list[Any]:
    turned = []
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("uuid"), str):
            raise documented(
                'Property "quantified_associations" expects an array with the keys "uuid" and '
                '"quantity".',
                "quantified_associations",
            )
        rest = {name: data for name, data in entry.items() if name != "uuid"}
        turned.append({**rest, "identifier": _code(store, entry["uuid"])})
    return turned


def _code(store: Store, uuid: str) -> str:
    item = find(store, uuid)
    return item.code if item else NAMELESS + uuid


class Identified(Table[Item]):
    """The products of a store that have an identifier."""

    def __init__(self, store: Store) -> None:
        self._all = store.products

    def get(self, code: object) -> Item | None:
        """Return the product called *code* in any spelling, or None."""
        return None if str(code).startswith(NAMELESS) else self._all.get(code)

    def __getitem__(self, code: str) -> Item:
        return self._all[code]

    def keys(self) -> list[str]:
        """Return the folded identifiers, sorted; the list must not be changed."""
        keys = self._all.keys()
        first = bisect_left(keys, NAMELESS + chr(0x10FFFF))
        return keys[first:] if first else keys

    def __contains__(self, code: object) -> bool:
        return self.get(code) is not None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.values())

    def __len__(self) -> int:
        return len(self.keys())
