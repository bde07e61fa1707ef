"""What products and product models have in common: the steps of a write, storing, deleting."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from importbus.adapters.simulated_pim.catalog import links, tree, uniques, uuids
from importbus.adapters.simulated_pim.catalog.associations import merge_associations, union
from importbus.adapters.simulated_pim.catalog.levels import ancestors, level_of, levels_of
from importbus.adapters.simulated_pim.catalog.quantified import merge_quantified, union_quantified
from importbus.adapters.simulated_pim.catalog.table_cells import check_cells
from importbus.adapters.simulated_pim.catalog.values import merge_values
from importbus.adapters.simulated_pim.model.refusals import (
    Violation,
    unknown_property,
    unknown_reference,
)
from importbus.adapters.simulated_pim.model.shapes import in_order, text
from importbus.adapters.simulated_pim.model.store import Body, Combination, Item, Store
from importbus.adapters.simulated_pim.model.tables import Table, fold

IGNORED = frozenset(("created", "updated"))
"""Properties of an answer that may be sent back and are passed over."""

_BAD_CODE = re.compile(r"\s.*|.*\s|.*[,;\n\r].*", re.DOTALL)
_LONGEST = 255


def check_known(body: Body, known: frozenset[str]) -> None:
    """Raise for the first property of *body* that is not *known*."""
    for name in body:
        if name not in known and name not in IGNORED:
            raise unknown_property(name)


def check_free_code(name: str, code: str, blank: str, errors: list[Violation]) -> None:
    """Blame an identifier or model code for its form or length, and with *blank* if it has none."""
    if not code.strip():
        errors.append({"property": name, "message": blank})
        return
    if _BAD_CODE.fullmatch(code):
        message = (
            "This field should not contain any comma or semicolon or leading/trailing space or "
            "line break"
        )
        errors.append({"property": name, "message": message})
    if len(code) > _LONGEST:
        message = f"This value is too long. It should have {_LONGEST} characters or less."
        errors.append({"property": name, "message": message})


def find_parent(store: Store, data: Any) -> Item | None:
    """Return the product model that `parent` names; None for null."""
    code = text("parent", data)
    if code is None:
        return None
    parent = store.product_models.get(code)
    if parent is None:
        raise unknown_reference("parent", "parent code", "parent product model", code)
    return parent


def references(store: Table[Body], name: str, noun: str, data: Any) -> tuple[str, ...]:
    """Return the codes of a list of references, as stored, sorted, each once."""
    found = set()
    for code in in_order(name, data):
        item = store.get(code)
        if item is None:
            raise unknown_reference(name, f"{noun} code", noun, code)
        found.add(item["code"])
    return tuple(sorted(found))


def set_content(store: Store, item: Item, body: Body, errors: list[Violation]) -> None:
    """Merge categories, values and associations of *body* into *item*, whose tree is known."""
    if "categories" in body:
        data = body["categories"]
        item.categories = references(store.categories, "categories", "category", data)
    if "values" in body:
        allowed = allowed_at(store, item)
        item.values = merge_values(store, item.values, body["values"], allowed, errors)
        check_cells(store, item, errors)
    if "associations" in body:
        item.associations = merge_associations(store, item, body["associations"], errors)
    if "quantified_associations" in body:
        item.quantified = merge_quantified(store, item, body["quantified_associations"], errors)


def allowed_at(store: Store, item: Item) -> frozenset[str] | None:
    """Return the folded codes of the attributes of the level of *item*; None for all."""
    if item.family_variant is None:
        return None
    return levels_of(store, item.family_variant).attributes[level_of(store, item)]


def keep_level(store: Store, item: Item) -> None:
    """Drop the values of *item* that do not belong to its level."""
    allowed = allowed_at(store, item)
    if allowed is not None:
        item.values = {at: data for at, data in item.values.items() if fold(at[0]) in allowed}


def check_axes(
    store: Store, item: Item, old: Item | None, errors: list[Violation]
) -> Combination | None:
    """Return the axis values of *item*; blames missing and taken ones. None for a root."""
    if item.parent is None:
        return None
    before = len(errors)
    axes = tree.combination(store, item, errors)
    if len(errors) == before:
        tree.check_free(store, item, old, axes, errors)
    return axes


def commit(store: Store, item: Item, old: Item | None, axes: Combination | None) -> None:
    """Store *item* in place of *old* and keep every index."""
    table = store.items[item.kind]
    item.updated = store.clock()
    item.created = old.created if old else item.updated
    if old is not None:
        tree.detach(store, old)
        if old.ref != item.ref:
            table.remove(old.code)
    if axes is not None:
        tree.attach(store, item, axes)
    uniques.index(store, old, item)
    if not _is_model(item):
        uuids.index(store, old, item)
    store.compact(item)
    table.put(item.code, item)
    _index_associations(store, old, item)


def _index_associations(store: Store, old: Item | None, item: Item) -> None:
    if old is not None and old.ref != item.ref:
        links.rename(store, old, item)
        old = evolve(old, code=item.code)
    if item.associations or item.quantified or (old and (old.associations or old.quantified)):
        links.index_links(store, item.ref, links.links(old), links.links(item))
        links.mirror(store, old, item)


def remove(store: Store, item: Item) -> None:
    """Delete *item* and, for a model, all that stands under it."""
    for kind, key in reversed(tree.offspring(store, item.code) if _is_model(item) else []):
        below = store.items[kind].get(key)
        if below is not None:
            _remove_one(store, below)
    _remove_one(store, item)


def _is_model(item: Item) -> bool:
    return item.kind == "product_models"


def _remove_one(store: Store, item: Item) -> None:
    tree.detach(store, item)
    uniques.index(store, item, None)
    if not _is_model(item):
        uuids.index(store, item, None)
    links.index_links(store, item.ref, links.links(item), set())
    links.unlink(store, item)
    store.items[item.kind].remove(item.code)


def flattened(store: Store, item: Item) -> Item:
    """Return *item* with everything that it inherits written into it."""
    whole, values = evolve(item), item.values
    for above in ancestors(store, item):
        values = {**above.values, **values}
        whole.categories = tuple(sorted({*above.categories, *whole.categories}))
        whole.associations = union(above.associations, whole.associations)
        whole.quantified = union_quantified(above.quantified, whole.quantified)
    whole.values = values
    return whole
