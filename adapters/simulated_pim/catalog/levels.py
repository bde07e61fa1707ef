"""Which attributes and axes stand on which level of a family variant."""

from __future__ import annotations

from importbus.adapters.simulated_pim.model.store import Body, Item, Levels, Store
from importbus.adapters.simulated_pim.model.tables import fold


def levels_of(store: Store, family_variant: str | None) -> Levels:
    """Return the levels of *family_variant*; they are remembered until structure changes.

    Raises:
        KeyError: There is no such family variant.
    """
    code = family_variant or ""
    levels = store.levels.get(code)
    if levels is None:
        levels = store.levels[code] = _levels(store, code)
    return levels


def _levels(store: Store, family_variant: str) -> Levels:
    variant = store.family_variants[family_variant]
    family = store.families[variant["family"]]
    every = frozenset(map(fold, family["attributes"]))
    last = frozenset(code for code in every if _is_unique(store.attributes.get(code)))
    sets = [frozenset(map(fold, each["attributes"])) - last for each in _sets(variant)]
    sets[-1] |= last
    common = every.difference(*sets)
    return Levels((common, *sets), ((), *(tuple(each["axes"]) for each in _sets(variant))))


def _sets(variant: Body) -> list[Body]:
    found: list[Body] = variant["variant_attribute_sets"]
    return found


def _is_unique(attribute: Body | None) -> bool:
    return attribute is not None and bool(attribute["unique"])


def level_of(store: Store, item: Item) -> int:
    """Return how many product models stand above *item*; a simple product counts as 0."""
    if item.parent is None:
        return 0
    parent = store.product_models.get(item.parent)
    return 1 if parent is None or parent.parent is None else 2


def ancestors(store: Store, item: Item) -> list[Item]:
    """Return the product models above *item*, the nearest first."""
    found: list[Item] = []
    parent = store.product_models.get(item.parent)
    while parent is not None:
        found.append(parent)
        parent = store.product_models.get(parent.parent)
    return found
