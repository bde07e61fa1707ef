"""Categories: trees of codes with labels."""

from __future__ import annotations

from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Draft,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.refusals import Refusal, documented, unknown_reference
from importbus.adapters.simulated_pim.model.shapes import text
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import fold

FIELDS = {"parent": Field(text), "labels": LABELS}


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one category; returns whether it is new, and its code."""
    old = store.categories.get(key)
    draft = merge(FIELDS, old, key, body)
    _resolve_parent(store, draft, old)
    check_code(draft, "Category")
    check_labels(store, draft)
    draft.settle()
    store.categories.put(key, draft.item)
    return draft.created, draft.item["code"]


def _resolve_parent(store: Store, draft: Draft, old: Body | None) -> None:
    code = draft.item["parent"]
    if code is None:
        return
    parent = store.categories.get(code)
    if parent is None:
        raise unknown_reference("parent", "category code", "category", code)
    draft.item["parent"] = parent["code"]
    if old is not None and old["parent"] is None and _has_channel(store, old["code"]):
        raise documented("You can't move a category tree linked to a channel.")
    if fold(draft.item["code"]) in _ancestry(store, parent):
        raise Refusal(422, f"Cannot set child as parent to node: {draft.item['code']}")


def _has_channel(store: Store, code: str) -> bool:
    return any(channel["category_tree"] == code for channel in store.channels)


def _ancestry(store: Store, category: Body | None) -> set[str]:
    codes: set[str] = set()
    while category is not None:
        codes.add(fold(category["code"]))
        category = store.categories.get(category["parent"])
    return codes


def show(store: Store, item: Body) -> Body:
    """Return a category as the API shows it."""
    return item
