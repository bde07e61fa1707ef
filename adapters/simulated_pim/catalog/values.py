"""Merging `values`: a listed (attribute, locale, scope) is replaced, every other one stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from importbus.adapters.simulated_pim.catalog.slots import attribute_of, resolve
from importbus.adapters.simulated_pim.model.refusals import (
    Refusal,
    Violated,
    Violation,
    documented,
    expects,
)
from importbus.adapters.simulated_pim.model.store import Store, Triple


def merge_values(
    store: Store,
    old: Mapping[Triple, Any],
    said: Any,
    allowed: frozenset[str] | None,
    errors: list[Violation],
) -> dict[Triple, Any]:
    """Return *old* with what was *said* merged in.

    Args:
        store: What attributes, channels and options there are.
        old: The stored values, which stay as they are.
        said: `values` of a body: attribute code to a list of {locale, scope, data}.
        allowed: The folded codes of the level of a variant or model. Values of other attributes
            are dropped without a word, as the PIM does. None: anything goes.
        errors: Receives the violations.

    Raises:
        Refusal: The shape is wrong, or an attribute does not exist.
    """
    if type(said) is not dict:
        if said == [] and type(said) is list:
            return dict(old)
        raise expects("values", "an array", said)
    new = dict(old)
    for code, entries in said.items():
        if allowed is None or code in allowed or code.casefold() in allowed:
            _merge_attribute(store, new, code, entries, errors)
        else:
            attribute_of(store, code)
    return new


def _merge_attribute(
    store: Store, new: dict[Triple, Any], code: str, entries: Any, errors: list[Violation]
) -> None:
    if type(entries) is not list:
        attribute_of(store, code)
        raise expects(code, "an array", entries)
    for n, entry in enumerate(entries):
        place = _place(store, code, entry)
        if n and place in [_place(store, code, other) for other in entries[:n]]:
            raise documented(
                f'You cannot update the same product value on the "{code}" attribute twice, with '
                "the same scope and locale."
            )
        try:
            slot = store.slots.get(place) or resolve(store, *place)
            data = entry["data"]
            if data is None or data in ([], {}) or (type(data) is str and not data.strip()):
                new.pop(slot.triple, None)
            else:
                new[slot.triple] = slot.check(data)
        except Violated as violated:
            errors.append(_violation(place, violated))


def _place(store: Store, code: str, entry: Any) -> Triple:
    if type(entry) is not dict:
        attribute_of(store, code)
        raise documented(
            f'Property "{code}" expects an array with valid data, one of the values is not an '
            "array."
        )
    try:
        entry["data"]
        place = (code, entry["locale"], entry["scope"])
        hash(place)
    except KeyError as missing:
        raise _lacks(store, code, str(missing.args[0])) from None
    except TypeError:
        raise documented(f'Property "{code}" expects a string as locale and scope.') from None
    return place


def _lacks(store: Store, code: str, key: str) -> Refusal:
    attribute_of(store, code)
    return documented(f'Property "{code}" expects an array with the key "{key}".')


def _violation(place: Triple, violated: Violated) -> Violation:
    code, locale, scope = place
    currency = {} if violated.currency is None else {"currency": violated.currency}
    return {
        "property": "values",
        "message": str(violated),
        "attribute": code,
        "locale": locale,
        "scope": scope,
        **currency,
    }


def grouped(values: Mapping[Triple, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return *values* in the shape of the API, sorted by attribute, scope and locale."""
    shown: dict[str, list[dict[str, Any]]] = {}
    for (code, locale, scope), data in sorted(values.items(), key=_by_place):
        shown.setdefault(code, []).append({"locale": locale, "scope": scope, "data": data})
    return shown


def _by_place(entry: tuple[Triple, Any]) -> tuple[str, str, str]:
    code, locale, scope = entry[0]
    return code, scope or "", locale or ""
