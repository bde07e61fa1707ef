"""The trees of models and variants: who stands under whom, and which axis values are taken."""

from __future__ import annotations

from typing import Any

from importbus.adapters.simulated_pim.catalog.levels import level_of, levels_of
from importbus.adapters.simulated_pim.model import phpjson
from importbus.adapters.simulated_pim.model.refusals import Violation
from importbus.adapters.simulated_pim.model.store import Combination, Item, Ref, Store
from importbus.adapters.simulated_pim.model.tables import fold


def combination(store: Store, item: Item, errors: list[Violation]) -> Combination:
    """Return the axis values of *item*, which has a parent; blames the axes that lack a value."""
    found: list[str] = []
    for axis in levels_of(store, item.family_variant).axes[level_of(store, item)]:
        data = item.value((axis, None, None))
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
    holder = store.combinations.get((item.parent_key, axes))
    if holder is None or (old is not None and holder == old.ref):
        return
    noun = "product model" if item.kind == "product_models" else "variant product"
    sibling = store.items[holder[0]].get(holder[1])
    names = levels_of(store, item.family_variant).axes[level_of(store, item)]
    shown = ",".join(f"[{_shown(item.value((axis, None, None)))}]" for axis in names)
    errors.append(
        {
            "property": "attribute",
            "message": f'Cannot set value "{shown}" for the attribute axis "{",".join(names)}" on '
            f'{noun} "{item.name}", as the {noun} "{sibling.name if sibling else holder[1]}" '
            "already has this value",
        }
    )


def _shown(data: Any) -> str:
    if isinstance(data, dict):
        return f"{data['amount']} {data['unit']}"
    return str(int(data)) if isinstance(data, bool) else str(data)


def attach(store: Store, item: Item, axes: Combination) -> None:
    """Note *item* under its parent, with its axis values."""
    parent = item.parent_key
    store.children.setdefault(parent, {})[item.ref] = axes
    store.combinations[(parent, axes)] = item.ref


def detach(store: Store, item: Item) -> None:
    """Forget that *item* stands under its parent."""
    if item.parent is None:
        return
    parent = item.parent_key
    axes = store.children[parent].pop(item.ref)
    del store.combinations[(parent, axes)]


def offspring(store: Store, code: str) -> list[Ref]:
    """Return all that stands under the product model *code*, the nearest first."""
    found: list[Ref] = list(store.children.get(fold(code), ()))
    for kind, key in list(found):
        if kind == "product_models":
            found += offspring(store, key)
    return found
