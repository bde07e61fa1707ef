"""Product models: roots of a family variant, and sub-models under them."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from importbus.adapters.simulated_pim.catalog import items
from importbus.adapters.simulated_pim.catalog.defaults import fill
from importbus.adapters.simulated_pim.catalog.levels import levels_of
from importbus.adapters.simulated_pim.catalog.names import (
    Say,
    counted,
    either,
    identifier,
    named,
)
from importbus.adapters.simulated_pim.catalog.values import grouped
from importbus.adapters.simulated_pim.model.refusals import (
    Refusal,
    Violation,
    documented,
    expects,
    invalid,
    unknown_reference,
)
from importbus.adapters.simulated_pim.model.shapes import text
from importbus.adapters.simulated_pim.model.store import Body, Item, Store
from importbus.adapters.simulated_pim.model.tables import fold
from importbus.adapters.simulated_pim.resources.dates import shown_time

KNOWN = frozenset(
    (
        "code",
        "family",
        "family_variant",
        "parent",
        "categories",
        "values",
        "associations",
        "quantified_associations",
    )
)


_BLANK = "The product model code must not be empty."


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one product model; returns whether it is new, and its code."""
    items.check_known(body, KNOWN)
    old = store.product_models.get(key)
    item = evolve(old) if old else Item("product_models", key)
    errors: list[Violation] = []
    _check_code(item, old, body, errors)
    if "parent" in body:
        _set_parent(store, item, old, body["parent"], errors)
    if "family_variant" in body:
        _set_family_variant(store, item, body["family_variant"], errors)
    if item.family_variant is None:
        message = "The product model family variant must not be empty."
        errors.append({"property": "familyVariant", "message": message})
        raise invalid(errors)
    _check_family(item, body, errors)
    items.set_content(store, item, body, errors)
    if old is None:
        fill(store, item)
    axes = items.check_axes(store, item, old, errors) if not errors else None
    if errors:
        raise invalid(errors)
    items.commit(store, item, old, axes)
    return old is None, item.code


def _check_code(item: Item, old: Item | None, body: Body, errors: list[Violation]) -> None:
    code = body.get("code", item.code)
    if not isinstance(code, str):
        raise expects("code", "a scalar", code)
    if old is None:
        items.check_free_code("code", code, _BLANK, errors)
    elif fold(code) != fold(item.code):
        errors.append({"property": "code", "message": "This property cannot be changed."})


def _set_parent(
    store: Store, item: Item, old: Item | None, data: Any, errors: list[Violation]
) -> None:
    if old is not None and (old.parent is None) != (data in (None, "")):
        raise _unchangeable(data)
    parent = items.find_parent(store, data)
    if parent is None:
        return
    if old is not None and old.family_variant != parent.family_variant:
        message = (
            f'New parent "{parent.code}" of product model "{item.code}" must have the same '
            f'family variant "{old.family_variant}" than the previous parent'
        )
        errors.append({"property": "parent", "message": message})
        return
    _check_depth(store, item, parent, errors)
    item.parent, item.family = parent.code, parent.family
    item.family_variant = parent.family_variant


def _unchangeable(data: Any) -> Refusal:
    shown = "NULL" if data is None else data
    return documented(f'Property "parent" cannot be modified, "{shown}" given.')


def _check_depth(store: Store, item: Item, parent: Item, errors: list[Violation]) -> None:
    message = None
    if parent.parent is not None:
        message = (
            f'The product model "{item.code}" cannot have the product model "{parent.code}" as '
            "parent"
        )
    elif levels_of(store, parent.family_variant).last < 2:
        message = f'The product model "{item.code}" cannot have a parent'
    if message:
        errors.append({"property": "parent", "message": message})


def _set_family_variant(store: Store, item: Item, data: Any, errors: list[Violation]) -> None:
    code = text("family_variant", data)
    found = store.family_variants.get(code)
    if code is not None and found is None:
        raise unknown_reference("family_variant", "family variant code", "family variant", code)
    if item.family_variant is not None:
        if found is None or found["code"] != item.family_variant:
            message = "This property cannot be changed."
            errors.append({"property": "familyVariant", "message": message})
    elif found is not None:
        item.family_variant, item.family = found["code"], found["family"]


def _check_family(item: Item, body: Body, errors: list[Violation]) -> None:
    said = body.get("family", item.family)
    if not isinstance(said, str) or fold(said) != fold(item.family or ""):
        message = "The family must be the one of the family variant."
        errors.append({"property": "family", "message": message})


def delete(store: Store, parents: tuple[str, ...], code: str) -> None:
    """Delete one product model, which exists, and all that stands under it."""
    items.remove(store, store.product_models[code])


def show(store: Store, item: Item) -> Body:
    """Return a product model as the API shows it, with what it inherits."""
    times = {"created": shown_time(item.created), "updated": shown_time(item.updated)}
    return {**_shown(store, item, identifier), **times}


def settled(store: Store, item: Item) -> Body:
    """Return a product model without its times; products without identifier named by uuid."""
    return _shown(store, item, either)


def _shown(store: Store, item: Item, say: Say) -> Body:
    whole = items.flattened(store, item) if item.parent else item
    return {
        "code": item.code,
        "family": item.family,
        "family_variant": item.family_variant,
        "parent": item.parent,
        "categories": list(whole.categories),
        "values": grouped(whole.values),
        "associations": named(whole.associations, say),
        "quantified_associations": counted(whole.quantified, say),
    }
