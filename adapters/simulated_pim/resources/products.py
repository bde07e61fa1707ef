"""Products by identifier: simple ones, and variants under a product model."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from importbus.adapters.simulated_pim.catalog import items, uniques
from importbus.adapters.simulated_pim.catalog.defaults import fill
from importbus.adapters.simulated_pim.catalog.levels import level_of, levels_of
from importbus.adapters.simulated_pim.catalog.names import (
    Identified,
    Say,
    counted,
    either,
    identifier,
    named,
)
from importbus.adapters.simulated_pim.catalog.uuids import (
    find,
    is_uuid,
    no_uuid,
    uuid_of,
    wrong_version,
)
from importbus.adapters.simulated_pim.catalog.values import grouped
from importbus.adapters.simulated_pim.model.refusals import (
    Violation,
    expects,
    invalid,
    unknown_reference,
)
from importbus.adapters.simulated_pim.model.shapes import boolean, text
from importbus.adapters.simulated_pim.model.store import Body, Item, Store
from importbus.adapters.simulated_pim.model.tables import fold
from importbus.adapters.simulated_pim.resources.dates import shown_time

KNOWN = frozenset(
    (
        "identifier",
        "uuid",
        "enabled",
        "family",
        "parent",
        "categories",
        "groups",
        "values",
        "associations",
        "quantified_associations",
    )
)


BLANK = "The identifier attribute cannot be empty."


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one product.

    Returns:
        Whether it is new, and its identifier. A simple product that becomes a variant counts as
        new, as the PIM answers 201 to that.
    """
    items.check_known(body, KNOWN)
    old = Identified(store).get(key)
    item = evolve(old) if old else Item("products", key)
    errors: list[Violation] = []
    _set_identity(store, item, old, body, errors)
    converted = finish(store, item, old, without_identifier(store, body), errors)
    return old is None or converted, item.code


def finish(store: Store, item: Item, old: Item | None, body: Body, errors: list[Violation]) -> bool:
    """Carry out and store the rest of a write, for *item* with its identity.

    Returns:
        Whether a simple product became a variant.
    """
    converted = _set_tree(store, item, old, body, errors)
    if "enabled" in body:
        item.enabled = boolean("enabled", body["enabled"])
    if "groups" in body:
        item.groups = items.references(store.groups, "groups", "group", body["groups"])
    items.set_content(store, item, body, errors)
    if old is None:
        fill(store, item)
    axes = items.check_axes(store, item, old, errors) if not errors else None
    uniques.check(store, item, old, errors)
    if errors:
        raise invalid(errors)
    items.commit(store, item, old, axes)
    return converted


def without_identifier(store: Store, body: Body) -> Body:
    """Return *body* without the value of the identifier attribute."""
    values, identifier = body.get("values"), fold(store.identifier)
    if not isinstance(values, dict) or identifier not in map(fold, values):
        return body
    rest = {code: entries for code, entries in values.items() if fold(code) != identifier}
    return {**body, "values": rest}


def _set_identity(
    store: Store, item: Item, old: Item | None, body: Body, errors: list[Violation]
) -> None:
    code = body.get("identifier", item.code)
    if not isinstance(code, str):
        raise expects("identifier", "a scalar", code)
    if old is None or fold(code) != fold(old.code):
        items.check_free_code("identifier", code, BLANK, errors)
        if old is not None and code in store.products:
            message = "The same identifier is already set on another product."
            errors.append({"property": "identifier", "message": message})
        item.uuid = uuid_of(old) if old else None
        item.code = code
    if "uuid" in body:
        _set_uuid(store, item, old, body["uuid"], errors)


def _set_uuid(
    store: Store, item: Item, old: Item | None, data: Any, errors: list[Violation]
) -> None:
    if not is_uuid(data):
        raise no_uuid(data)
    uuid = data.lower()
    if old is not None:
        if uuid_of(old) != uuid:
            errors.append({"property": "uuid", "message": "This property cannot be changed."})
    elif find(store, uuid) is not None:
        errors.append({"property": "uuid", "message": "This value is already used."})
    elif wrong := wrong_version(uuid):
        errors.append(wrong)
    item.uuid = uuid


def _set_tree(
    store: Store, item: Item, old: Item | None, body: Body, errors: list[Violation]
) -> bool:
    """Set parent and family; tells whether a simple product became a variant."""
    if "parent" in body:
        parent = items.find_parent(store, body["parent"])
        if parent is not None:
            _stand_under(store, item, old, parent, errors)
        elif item.parent is not None:
            _stand_alone(store, item)
    if "family" in body:
        _set_family(store, item, body["family"], errors)
    converted = old is not None and old.parent is None and item.parent is not None
    if converted:
        items.keep_level(store, item)
    return converted


def _stand_alone(store: Store, item: Item) -> None:
    whole = items.flattened(store, item)
    item.values, item.categories = whole.values, whole.categories
    item.associations, item.quantified = whole.associations, whole.quantified
    item.parent = item.family_variant = None


def _stand_under(
    store: Store, item: Item, old: Item | None, parent: Item, errors: list[Violation]
) -> None:
    if old is not None and old.family_variant not in (None, parent.family_variant):
        message = (
            f'New parent "{parent.code}" of variant product "{item.name}" must have the same '
            f'family variant "{old.family_variant}" than the previous parent'
        )
        errors.append({"property": "parent", "message": message})
        return
    if level_of(store, parent) + 1 != levels_of(store, parent.family_variant).last:
        message = (
            f'The variant product "{item.name}" cannot have product model "{parent.code}" as '
            "parent, (this product model can only have other product models as children)"
        )
        errors.append({"property": "parent", "message": message})
        return
    if item.family is not None and item.family != parent.family:
        _blame_family(errors)
    item.parent, item.family = parent.code, parent.family
    item.family_variant = parent.family_variant


def _blame_family(errors: list[Violation]) -> None:
    message = "The variant product family must be the same than its parent"
    errors.append({"property": "family", "message": message})


def _set_family(store: Store, item: Item, data: Any, errors: list[Violation]) -> None:
    code = text("family", data)
    family = store.families.get(code)
    if code is not None and family is None:
        raise unknown_reference("family", "family code", "family", code)
    found = family["code"] if family else None
    if item.parent is not None and code is None:
        message = (
            f'The family can\'t be "null" because your product with the identifier "{item.name}" '
            "is a variant product."
        )
        errors.append({"property": "family", "message": message})
    elif item.parent is not None and found != item.family:
        _blame_family(errors)
    else:
        item.family = found


def delete(store: Store, parents: tuple[str, ...], code: str) -> None:
    """Delete one product, which exists."""
    items.remove(store, store.products[code])


def show(store: Store, item: Item) -> Body:
    """Return a product as the API shows it, with what it inherits."""
    times = {"created": shown_time(item.created), "updated": shown_time(item.updated)}
    return {**_shown(store, item, identifier), **times}


def settled(store: Store, item: Item) -> Body:
    """Return a product without its times; products without identifier are named by uuid."""
    return _shown(store, item, either)


def _shown(store: Store, item: Item, say: Say) -> Body:
    whole = items.flattened(store, item) if item.parent else item
    return {
        "uuid": uuid_of(item),
        "identifier": item.identifier,
        "enabled": item.enabled,
        "family": item.family,
        "categories": list(whole.categories),
        "groups": list(item.groups),
        "parent": item.parent,
        "values": grouped(whole.values),
        "associations": named(whole.associations, say),
        "quantified_associations": counted(whole.quantified, say),
    }
