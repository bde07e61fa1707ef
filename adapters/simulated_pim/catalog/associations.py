"""Plain and two-way associations of products and product models."""

from __future__ import annotations

from typing import Any

from importbus.adapters.simulated_pim.model.refusals import (
    Violation,
    unknown_property,
    unknown_reference,
)
from importbus.adapters.simulated_pim.model.shapes import in_order, mapping
from importbus.adapters.simulated_pim.model.store import NAMELESS, Body, Item, Store

Associations = dict[str, dict[str, list[str]]]

_TARGETS = {
    "products": ("product identifier", "product"),
    "product_models": ("product model identifier", "product model"),
    "groups": ("group code", "group"),
}


def merge_associations(
    store: Store, item: Item, said: Any, errors: list[Violation]
) -> Associations:
    """Return the associations of *item* with what was *said* merged in.

    Types and their lists are merged; each list replaces. Types without a target are left out.
    """
    merged = {code: dict(lists) for code, lists in item.associations.items()}
    for code, lists in mapping("associations", said).items():
        kind = store.association_types.get(code)
        if kind is None:
            raise _unknown_type(code)
        if kind["is_quantified"]:
            errors.append(_quantified(kind["code"]))
            continue
        stored = merged.setdefault(kind["code"], {})
        for name, targets in mapping("associations", lists).items():
            stored[name] = _targets(store, name, targets)
        _check_two_way(kind, item, stored, errors)
    return without_empty(merged)


def _unknown_type(code: str) -> Exception:
    return unknown_reference("associations", "association type code", "association type", code)


def _quantified(code: str) -> Violation:
    message = (
        f'"{code}" can only be used for associations with quantities. Please, choose a different '
        'association type or use the "quantified_associations" property.'
    )
    return {"property": f"associations.{code}", "message": message}


def _targets(store: Store, name: str, targets: Any) -> list[str]:
    if name not in _TARGETS:
        raise unknown_property(name)
    return sorted({_target(store, name, code) for code in in_order("associations", targets)})


def _target(store: Store, name: str, code: str) -> str:
    expected, noun = _TARGETS[name]
    if name == "groups":
        group = store.groups.get(code)
        found = group["code"] if group else None
    else:
        item = store.items[name].get(code)
        found = item.code if item else None
    if found is None:
        if code.startswith(NAMELESS):
            expected = "product uuid"
        raise unknown_reference("associations", expected, noun, code.removeprefix(NAMELESS))
    return str(found)


def _check_two_way(
    kind: Body, item: Item, lists: dict[str, list[str]], errors: list[Violation]
) -> None:
    if kind["is_two_way"] and item.code in lists.get(item.kind, ()):
        errors.append(
            {
                "property": "associations",
                "message": "A product or product model cannot be associated with itself by a "
                "two-way association.",
            }
        )


def without_empty(merged: Associations) -> Associations:
    """Return *merged* sorted, without types and lists that have no target."""
    full = {
        code: {name: lists[name] for name in sorted(lists) if lists[name]}
        for code, lists in merged.items()
    }
    return {code: full[code] for code in sorted(full) if full[code]}


def union(above: Associations, own: Associations) -> Associations:
    """Return the associations of both, as a variant shows them."""
    both = {code: dict(lists) for code, lists in above.items()}
    for code, lists in own.items():
        merged = both.setdefault(code, {})
        for name, codes in lists.items():
            merged[name] = sorted({*merged.get(name, ()), *codes})
    return without_empty(both)
