"""Channels: a category tree, locales, currencies and units to convert to."""

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
from importbus.adapters.simulated_pim.model.shapes import mapping, strings, text
from importbus.adapters.simulated_pim.model.store import Body, Store

FIELDS = {
    "category_tree": Field(text),
    "locales": Field(strings, []),
    "currencies": Field(strings, []),
    "conversion_units": Field(mapping, {}, merged=True),
    "labels": LABELS,
}


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one channel; returns whether it is new, and its code.

    A locale on a channel is activated by it.
    """
    draft = merge(FIELDS, store.channels.get(key), key, body)
    _check_tree(store, draft)
    _check_locales(store, draft)
    _check_currencies(store, draft)
    for attribute, unit in draft.item["conversion_units"].items():
        _check_unit(store, draft, attribute, unit)
    check_code(draft, "Channel")
    check_labels(store, draft)
    draft.settle()
    store.channels.put(key, draft.item)
    return draft.created, draft.item["code"]


def _check_tree(store: Store, draft: Draft) -> None:
    code = draft.item["category_tree"]
    if code is None:
        draft.blame("category", "This value should not be blank.")
        return
    root = store.categories.get(code)
    if root is None:
        raise unknown_reference("category_tree", "code", "category", code)
    draft.item["category_tree"] = root["code"]
    if root["parent"] is not None:
        draft.blame("category", f'The category "{root["code"]}" has to be a root category.')


def _check_locales(store: Store, draft: Draft) -> None:
    for code in draft.item["locales"]:
        if code not in store.locales:
            raise unknown_reference("locales", "code", "locale", code)
    if not draft.item["locales"]:
        draft.blame("locales", "This collection should contain 1 element or more.")


def _check_currencies(store: Store, draft: Draft) -> None:
    for code in draft.item["currencies"]:
        currency = store.currencies.get(code)
        if currency is None:
            raise unknown_reference("currencies", "code", "currency", code)
        if not currency["enabled"]:
            draft.blame("currencies", f'The currency "{code}" has to be activated.')
    if not draft.item["currencies"]:
        draft.blame("currencies", "This collection should contain 1 element or more.")


def _check_unit(store: Store, draft: Draft, code: str, unit: object) -> None:
    attribute = store.attributes.get(code)
    message = None
    if attribute is None:
        message = f'The attribute "{code}" does not exist.'
    elif attribute["type"] != "pim_catalog_metric":
        message = f'The attribute "{code}" is not a measurement attribute.'
    elif unit not in _units(store, attribute):
        message = (
            f'The unit "{unit}" does not exist or does not belong to the default measurement '
            f'family of the given attribute "{code}".'
        )
    if message:
        draft.blame("conversionUnits", message)


def _units(store: Store, attribute: Body) -> Body:
    family = store.measurement_families.get(attribute["metric_family"])
    return family["units"] if family else {}


def show(store: Store, item: Body) -> Body:
    """Return a channel as the API shows it."""
    return item
