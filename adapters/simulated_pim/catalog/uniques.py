"""Attributes whose value may stand on one product only."""

from __future__ import annotations

from collections.abc import Iterator

from importbus.adapters.simulated_pim.model.refusals import Violation
from importbus.adapters.simulated_pim.model.store import Item, Ref, Store, Triple


def check(store: Store, item: Item, old: Item | None, errors: list[Violation]) -> None:
    """Blame the unique values of *item* that another product has."""
    own: Ref = (old or item).ref
    for triple, data in _entries(store, item):
        holder = store.uniques.get((triple, data), own)
        if holder != own:
            code, locale, scope = triple
            message = (
                f"The {code} attribute can not have the same value more than once. The {data} "
                "value is already set on another product."
            )
            errors.append(
                {
                    "property": "values",
                    "message": message,
                    "attribute": code,
                    "locale": locale,
                    "scope": scope,
                }
            )


def index(store: Store, old: Item | None, new: Item | None) -> None:
    """Keep the index of unique values."""
    for entry in _entries(store, old):
        store.uniques.pop(entry, None)
    if new is not None:
        store.uniques |= dict.fromkeys(_entries(store, new), new.ref)


def _entries(store: Store, item: Item | None) -> Iterator[tuple[Triple, str]]:
    if item is None or item.kind != "products":
        return
    for code in store.unique_attributes:
        data = item.value((code, None, None))
        if data is not None:
            yield (code, None, None), str(data).casefold()
