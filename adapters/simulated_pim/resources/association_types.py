"""Association types: plain, two-way, or with quantities."""

from __future__ import annotations

from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.shapes import boolean
from importbus.adapters.simulated_pim.model.store import Body, Store

FIELDS = {
    "labels": LABELS,
    "is_quantified": Field(boolean, False, immutable=True, violation="isQuantified"),
    "is_two_way": Field(boolean, False, immutable=True, violation="isTwoWay"),
}


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one association type; returns whether it is new, and its code."""
    draft = merge(FIELDS, store.association_types.get(key), key, body)
    check_code(draft, "Association type")
    check_labels(store, draft)
    if draft.item["is_quantified"] and draft.item["is_two_way"]:
        draft.blame("", "An association type cannot be quantified and two-way.")
    draft.settle()
    store.association_types.put(key, draft.item)
    return draft.created, draft.item["code"]


def show(store: Store, item: Body) -> Body:
    """Return an association type as the API shows it."""
    return item
