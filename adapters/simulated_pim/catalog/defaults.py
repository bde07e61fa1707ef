"""Boolean attributes with a `default_value` are filled when a product or model is created."""

from __future__ import annotations

from collections.abc import Iterator

from importbus.adapters.simulated_pim.catalog.levels import level_of, levels_of
from importbus.adapters.simulated_pim.model.store import Body, Item, Store, Triple
from importbus.adapters.simulated_pim.model.tables import fold


def fill(store: Store, item: Item) -> None:
    """Give *item*, which is new, the defaults of its level where it has no value."""
    if item.family is None:
        return
    key = (item.family, item.family_variant or "", level_of(store, item))
    found = store.defaults.get(key)
    if found is None:
        found = store.defaults[key] = tuple(_defaults(store, item))
    if found:
        item.values = {**dict(found), **item.values}


def _defaults(store: Store, item: Item) -> Iterator[tuple[Triple, bool]]:
    level = None
    if item.family_variant is not None:
        level = levels_of(store, item.family_variant).attributes[level_of(store, item)]
    for code in store.families[item.family or ""]["attributes"]:
        attribute = store.attributes[code]
        wanted = attribute["default_value"] is not None and (level is None or fold(code) in level)
        for locale, scope in _places(store, attribute) if wanted else ():
            yield (code, locale, scope), attribute["default_value"]


def _places(store: Store, attribute: Body) -> Iterator[tuple[str | None, str | None]]:
    only = attribute["available_locales"]
    for scope, active in _scopes(store, attribute):
        if not attribute["localizable"]:
            yield None, scope
        else:
            yield from ((each, scope) for each in active if not only or each in only)


def _scopes(store: Store, attribute: Body) -> list[tuple[str | None, list[str]]]:
    if not attribute["scopable"]:
        return [(None, sorted(store.active_locales()))]
    return [(channel["code"], channel["locales"]) for channel in store.channels]
