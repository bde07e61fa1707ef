"""The trees of models and variants: who stands under whom, and which axis values are taken."""

from __future__ import annotations

from typing import Any

from ..model import phpjson
from ..model.refusals import Violation
from ..model.store import Combination, Item, Ref, Store
from ..model.tables import fold
from .levels import level_of, levels_of


def combination(store: Store, item: Item, errors: list[Violation]) -> Combination:
    """Return the axis values of *item*, which has a parent; blames the axes that lack a value."""
    assert item.family_variant is not None
    found: list[str] = []
    for axis in levels_of(store, item.family_variant).axes[level_of(store, item)]:
        data = item.values.get((axis, None, None))
        if data is None:
            errors.append(
                {
                    "property": "attribute",
                    "message": f'Attribute "{axis}" cannot be empty, as it is defined as an axis '
                    "for this entity",
                }
            )
        found.append(_comparable(data))
    return tuple(found)


def _comparable(data: Any) -> str:
    if isinstance(data, str):
        return fold(data)
    return phpjson.encode(data)


def check_free(
    store: Store, item: Item, old: Item | None, axes: Combination, errors: list[Violation]
) -> None:
    """Blame *item* when a sibling has the same axis values."""
    assert item.parent is not None and item.family_variant is not None
    holder = store.combinations.get((fold(item.parent), axes))
    if holder is None or (old is not None and holder == old.ref):
        return
    noun = "product model" if item.kind == "product_models" else "variant product"
    sibling = store.items[holder[0]].get(holder[1])
    names = levels_of(store, item.family_variant).axes[level_of(store, item)]
    shown = ",".join(f"[{_shown(item.values[(axis, None, None)])}]" for axis in names)
    errors.append(
        {
            "property": "attribute",
            "message": f'Cannot set value "{shown}" for the attribute axis "{",".join(names)}" on '
            f'{noun} "{item.code}", as the {noun} "{sibling.code if sibling else holder[1]}" '
            "already has this value",
        }
    )


def _shown(data: Any) -> str:
    if isinstance(data, dict):
        return f"{data['amount']} {data['unit']}"
    return {True: "1", False: "0"}.get(data, data) if isinstance(data, bool) else str(data)


def attach(store: Store, item: Item, axes: Combination) -> None:
    """Note *item* under its parent, with its axis values."""
    assert item.parent is not None
    parent = fold(item.parent)
    store.children.setdefault(parent, {})[item.ref] = axes
    store.combinations[(parent, axes)] = item.ref


def detach(store: Store, item: Item) -> None:
    """Forget that *item* stands under its parent."""
    if item.parent is None:
        return
    parent = fold(item.parent)
    axes = store.children[parent].pop(item.ref)
    del store.combinations[(parent, axes)]


def offspring(store: Store, code: str) -> list[Ref]:
    """Return all that stands under the product model *code*, the nearest first."""
    found: list[Ref] = list(store.children.get(fold(code), ()))
    for kind, key in list(found):
        if kind == "product_models":
            found += offspring(store, key)
    return found
