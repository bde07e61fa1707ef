"""Reference entities: kinds of records, each with attributes of its own."""

from __future__ import annotations

from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.library import Library
from importbus.adapters.simulated_pim.model.shapes import text
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.resources import library_attributes

FIELDS = {"labels": LABELS, "image": Field(text)}
IMPLICIT: dict[str, Body] = {
    "label": {"type": "text", "value_per_locale": True},
    "image": {"type": "image"},
}
"""The attributes that a new reference entity has at once."""


def of(store: Store) -> Library:
    """Return the reference entities of *store*."""
    return store.reference_entities


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one reference entity; returns whether it is new, and its code."""
    families = store.reference_entities.families
    draft = merge(FIELDS, families.get(key), key, body)
    image = draft.item["image"]
    if image is not None and image not in store.media.tables[store.reference_entities.media]:
        draft.blame("image", f'The file "{image}" does not exist.')
    check_code(draft, "Reference entity")
    check_labels(store, draft)
    draft.settle()
    families.put(key, draft.item)
    for code, said in IMPLICIT.items() if draft.created else ():
        library_attributes.write(of, store, (key,), code, dict(said))
    return draft.created, draft.item["code"]


def show(store: Store, item: Body) -> Body:
    """Return a reference entity as the API shows it."""
    return item
