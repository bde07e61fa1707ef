"""Products by uuid: the same products as by identifier, with or without one.

Source: akeneo/pim-api-docs, products by uuid in the reference; akeneo/pim-community-dev, the
end-to-end tests of products by uuid.
"""

from __future__ import annotations

import orjson
from attrs import evolve

from importbus.adapters.simulated_pim.catalog import items
from importbus.adapters.simulated_pim.catalog.names import by_uuid, counted, named, with_codes
from importbus.adapters.simulated_pim.catalog.uuids import (
    find,
    is_uuid,
    no_uuid,
    uuid_of,
    version_4,
    wrong_version,
)
from importbus.adapters.simulated_pim.catalog.values import grouped, merge_values
from importbus.adapters.simulated_pim.model.refusals import Violation
from importbus.adapters.simulated_pim.model.store import NAMELESS, Body, Item, Store, Values
from importbus.adapters.simulated_pim.model.tables import fold
from importbus.adapters.simulated_pim.resources import products
from importbus.adapters.simulated_pim.resources.dates import shown_time

KNOWN = products.KNOWN - {"identifier"}


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one product; returns whether it is new, and its uuid.

    A *key* that is empty stands for a new product with a uuid of the PIM's choice.
    """
    items.check_known(body, KNOWN)
    uuid = (key or _chosen(store, body)).lower()
    old = find(store, uuid)
    item = evolve(old, uuid=uuid) if old else Item("products", NAMELESS + uuid, uuid=uuid)
    errors: list[Violation] = []
    _check_uuid(uuid, old, body, errors)
    _set_identifier(store, item, old, body, errors)
    rest = products.without_identifier(store, with_codes(store, body))
    products.finish(store, item, old, rest, errors)
    return old is None, uuid


def _chosen(store: Store, body: Body) -> str:
    """Return a free uuid that is made of *body*, so that it is the same in every run."""
    said, n = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode(), 0
    while find(store, uuid := version_4(f"{n} {said}")) is not None:
        n += 1
    return uuid


def _check_uuid(uuid: str, old: Item | None, body: Body, errors: list[Violation]) -> None:
    said = body.get("uuid", uuid)
    if not is_uuid(said):
        raise no_uuid(said)
    if said.lower() != uuid:
        errors.append({"property": "uuid", "message": "This property cannot be changed."})
    if old is None and (wrong := wrong_version(uuid)):
        errors.append(wrong)


def _set_identifier(
    store: Store, item: Item, old: Item | None, body: Body, errors: list[Violation]
) -> None:
    """Take the identifier out of the values; null takes it away."""
    values = body.get("values")
    attribute = store.identifier
    said = values if isinstance(values, dict) else {}
    own = {code: entries for code, entries in said.items() if fold(code) == fold(attribute)}
    if not own:
        return
    merged = merge_values(store, _identity(store, item), own, None, errors)
    code = merged.get((attribute, None, None))
    if code is None:
        item.code = NAMELESS + uuid_of(item)
    elif old is None or fold(code) != fold(old.code):
        errors += _violations(store, attribute, code)
        item.code = code


def _violations(store: Store, attribute: str, code: str) -> list[Violation]:
    errors: list[Violation] = []
    items.check_free_code("values", code, products.BLANK, errors)
    if code in store.products:
        message = f"The {code} identifier is already used for another product."
        errors.append({"property": "values", "message": message})
    place = {"attribute": attribute, "locale": None, "scope": None}
    return [{**error, **place} for error in errors]


def _identity(store: Store, item: Item) -> Values:
    code = item.identifier
    return {} if code is None else {(store.identifier, None, None): code}


def delete(store: Store, parents: tuple[str, ...], uuid: str) -> None:
    """Delete the product with *uuid*, which exists."""
    item = find(store, uuid)
    if item is not None:
        items.remove(store, item)


def show(store: Store, item: Item) -> Body:
    """Return a product as the API shows it: its identifier is one of its values."""
    whole = items.flattened(store, item) if item.parent else item
    say = by_uuid(store)
    return {
        "uuid": uuid_of(item),
        "enabled": item.enabled,
        "family": item.family,
        "categories": list(whole.categories),
        "groups": list(item.groups),
        "parent": item.parent,
        "values": grouped({**_identity(store, item), **whole.values}),
        "associations": named(whole.associations, say),
        "quantified_associations": counted(whole.quantified, say, "uuid"),
        "created": shown_time(item.created),
        "updated": shown_time(item.updated),
    }


def held(store: Store, uuid: str) -> tuple[str, str]:
    """Return the collection and key by which a write is compared with those by identifier."""
    item = find(store, uuid)
    return "products", item.name if item else uuid
