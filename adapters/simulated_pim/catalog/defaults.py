"""Boolean attributes with a `default_value` are filled when a product or model is created."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.store import Body, Item, Store, Triple
from ..model.tables import fold
from .levels import level_of, levels_of


def fill(store: Store, item: Item) -> None:
    """Give *item*, which is new, the defaults of its level where it has no value."""
    if item.family is None:
        return
    key = (item.family, item.family_variant or "", level_of(store, item))
    found = store.defaults.get(key)
    if found is None:
        found = store.defaults[key] = tuple(_defaults(store, item))
    for triple, data in found:
        item.values.setdefault(triple, data)


def _defaults(store: Store, item: Item) -> Iterator[tuple[Triple, bool]]:
    family = store.families.get(item.family)
    assert family is not None
    level = None
    if item.family_variant is not None:
        level = levels_of(store, item.family_variant).attributes[level_of(store, item)]
    for code in family["attributes"]:
        attribute = store.attributes.get(code)
        if attribute and attribute["default_value"] is not None:
            if level is None or fold(code) in level:
                for locale, scope in _places(store, attribute):
                    yield (attribute["code"], locale, scope), attribute["default_value"]


def _places(store: Store, attribute: Body) -> Iterator[tuple[str | None, str | None]]:
    only = attribute["available_locales"]
    if not attribute["scopable"]:
        locales = store.active_locales() if attribute["localizable"] else {None}
        yield from ((each, None) for each in locales if not only or each is None or each in only)
        return
    for channel in store.channels:
        locales = channel["locales"] if attribute["localizable"] else [None]
        for locale in locales:
            if not only or locale is None or locale in only:
                yield locale, channel["code"]
