"""What a fresh PIM holds."""

from __future__ import annotations

import time
from collections.abc import Callable

from importbus.adapters.simulated_pim.known import (
    ACTIVE_CURRENCIES,
    LOCALES,
    OTHER_CURRENCIES,
    measurement_families,
)
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.resources import (
    association_types,
    attribute_groups,
    attributes,
    categories,
    channels,
)

_TYPES = {
    "PACK": {"en_US": "Pack", "fr_FR": "Pack"},
    "SUBSTITUTION": {"en_US": "Substitution", "fr_FR": "Remplacement"},
    "UPSELL": {"en_US": "Upsell", "fr_FR": "Vente incitative"},
    "X_SELL": {"en_US": "Cross sell", "fr_FR": "Vente croisée"},
}
_CHANNEL: Body = {
    "category_tree": "master",
    "locales": ["en_US"],
    "currencies": ["USD", "EUR"],
    "labels": {"en_US": "Ecommerce", "de_DE": "Ecommerce", "fr_FR": "Ecommerce"},
}


def fresh_store(*, empty: bool = False, clock: Callable[[], float] = time.time) -> Store:
    """Return the store of a PIM that was just installed.

    Args:
        empty: Only what no PIM can be without: locales, currencies, measurement families, the
            attribute group `other` and the identifier attribute `sku`. Otherwise also what the
            minimal installation of Akeneo has: the category tree `master`, the channel
            `ecommerce` (en_US; USD and EUR) and four association types.
        clock: Seconds since 1970, for `created` and `updated`.
    """
    store = Store(clock)
    _fill_known(store)
    attribute_groups.write(
        store, (), "other", {"sort_order": 100, "labels": {"en_US": "Other", "fr_FR": "Autre"}}
    )
    attributes.write(
        store,
        (),
        "sku",
        {
            "type": "pim_catalog_identifier",
            "group": "other",
            "useable_as_grid_filter": True,
            "labels": {"en_US": "SKU"},
        },
    )
    if not empty:
        _fill_minimal(store)
    store.structure_changed()
    return store


def _fill_known(store: Store) -> None:
    for locale in LOCALES:
        store.locales.put(locale, locale)
    for codes, enabled in ((ACTIVE_CURRENCIES, True), (OTHER_CURRENCIES, False)):
        for code in codes:
            store.currencies.put(code, {"code": code, "enabled": enabled})
    for family in measurement_families():
        store.measurement_families.put(family["code"], family)


def _fill_minimal(store: Store) -> None:
    categories.write(store, (), "master", {"labels": {"en_US": "Master catalog"}})
    channels.write(store, (), "ecommerce", _CHANNEL)
    for code, labels in _TYPES.items():
        association_types.write(store, (), code, {"labels": labels})
