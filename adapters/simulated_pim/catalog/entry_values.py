"""Merging `values` of records and assets: a listed (attribute, locale, channel) is replaced.

Source: akeneo/pim-api-docs, content/concepts/reference-entities.md and asset-manager.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from importbus.adapters.simulated_pim.catalog.entry_types import Check, checker
from importbus.adapters.simulated_pim.model.library import Library, Place
from importbus.adapters.simulated_pim.model.refusals import (
    Violated,
    Violation,
    documented,
    expects,
)
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.words import lacks

_READ_ONLY = ("linked_data", "attribute_type", "_links")


def merge_entry(
    store: Store,
    library: Library,
    family: str,
    old: Mapping[Place, Any],
    said: Any,
    errors: list[Violation],
) -> dict[Place, Any]:
    """Return the values of an entry of *family* with what was *said* merged in.

    Args:
        store: What channels, options, files and records there are.
        library: Reference entities, or asset families.
        family: The code of one of them.
        old: The stored values, which stay as they are.
        said: `values` of a body: attribute code to a list of {locale, channel, data}.
        errors: Receives the violations.

    Raises:
        Refusal: The shape is wrong, or an attribute does not exist.
    """
    if said == [] and isinstance(said, list):
        return dict(old)
    if not isinstance(said, dict):
        raise expects("values", "an array", said)
    new = dict(old)
    for code, entries in said.items():
        if not isinstance(entries, list):
            raise expects(f"values.{code}", "an array", entries)
        places = [_place(code, entry) for entry in entries]
        for n, (place, entry) in enumerate(zip(places, entries, strict=True)):
            if place in places[:n]:
                raise documented(f'The attribute "{code}" has two values of one place.', code)
            _merge_one(store, library, family, new, (place, entry["data"]), errors)
    return new


def _merge_one(
    store: Store,
    library: Library,
    family: str,
    new: dict[Place, Any],
    said: tuple[Place, Any],
    errors: list[Violation],
) -> None:
    place, data = said
    try:
        key = (library.form(family), place)
        found = library.checks.get(key)
        if found is None:
            found = library.checks[key] = _resolved(store, library, family, place)
        stored, check = found
        if data is None or data in ("", [], {}):
            new.pop(stored, None)
        else:
            new[stored] = check(data)
    except Violated as violated:
        errors.append({"property": f"values.{place[0]}", "message": str(violated)})


def _place(code: str, entry: Any) -> Place:
    about = f"values.{code}"
    if not isinstance(entry, dict):
        raise expects(about, "an object", entry)
    for name in ("locale", "channel", "data"):
        if name not in entry:
            raise lacks(name, about)
    for name in ("locale", "channel"):
        if not isinstance(entry[name], (str, type(None))):
            raise expects(about, f"a string as {name}", entry[name])
    for name in entry.keys() - {"locale", "channel", "data", *_READ_ONLY}:
        raise documented(f"Additional object properties are not allowed: {name}", about)
    return code, entry["locale"], entry["channel"]


def _resolved(store: Store, library: Library, family: str, place: Place) -> tuple[Place, Check]:
    code, locale, channel = place
    attribute = library.attributes_of(family).get(code)
    if attribute is None:
        raise documented(
            f'The attribute "{code}" does not exist for the {library.noun.lower()} "{family}".',
            f"values.{code}",
        )
    _check_flag(attribute, "locale", locale)
    _check_flag(attribute, "channel", channel)
    stored = store.channels.get(channel)
    if channel is not None and stored is None:
        raise Violated(f'The channel "{channel}" does not exist.')
    if locale is not None and locale not in store.active_locales():
        raise Violated(f'The locale "{locale}" does not exist or is not activated.')
    if locale is not None and stored is not None and locale not in stored["locales"]:
        raise Violated(f'The locale "{locale}" is not bound to the channel "{channel}".')
    spelled = attribute["code"], locale, stored["code"] if stored else None
    return spelled, checker(store, library, family, attribute)


def _check_flag(attribute: Body, name: str, said: str | None) -> None:
    wanted = attribute[f"value_per_{name}"]
    if wanted and said is None:
        raise Violated(f'The attribute "{attribute["code"]}" expects a value per {name}.')
    if said is not None and not wanted:
        raise Violated(f'The attribute "{attribute["code"]}" does not expect a value per {name}.')


def entry_values(values: Mapping[Place, Any]) -> dict[str, list[Body]]:
    """Return *values* in the shape of the API, sorted by attribute, channel and locale."""
    shown: dict[str, list[Body]] = {}
    for (code, locale, channel), data in sorted(values.items(), key=_by_place):
        shown.setdefault(code, []).append({"locale": locale, "channel": channel, "data": data})
    return shown


def _by_place(value: tuple[Place, Any]) -> tuple[str, str, str]:
    code, locale, channel = value[0]
    return code, channel or "", locale or ""
