"""Attribute groups. Which attributes a group has is kept on the attributes alone."""

from __future__ import annotations

from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Draft,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.refusals import unknown_reference
from importbus.adapters.simulated_pim.model.shapes import integer, strings
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import fold

OTHER = "other"
"""The group for attributes that no other group has; it cannot be emptied."""

FIELDS = {"sort_order": Field(integer, 0), "attributes": Field(strings), "labels": LABELS}


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one attribute group; returns whether it is new, and its code."""
    draft = merge(FIELDS, store.attribute_groups.get(key), key, body)
    wanted = draft.item["attributes"]
    for code in wanted or ():
        if code not in store.attributes:
            raise unknown_reference("attributes", "attribute code", "attribute", code)
    check_code(draft, "Attribute group")
    check_labels(store, draft)
    draft.settle()
    draft.item["attributes"] = None
    store.attribute_groups.put(key, draft.item)
    if wanted is not None:
        _move(store, draft, {fold(code) for code in wanted})
    return draft.created, draft.item["code"]


def _move(store: Store, draft: Draft, wanted: set[str]) -> None:
    group = draft.item["code"]
    if fold(group) == OTHER:
        return
    for attribute in store.attributes.values():
        code = attribute["code"]
        if fold(code) in wanted:
            store.attributes.put(code, {**attribute, "group": group})
        elif attribute["group"] == group:
            store.attributes.put(code, {**attribute, "group": OTHER})


def show(store: Store, item: Body) -> Body:
    """Return a group as the API shows it, with the attributes that name it."""
    members = [each["code"] for each in store.attributes if each["group"] == item["code"]]
    return {**item, "attributes": sorted(members)}
