"""Folding: one PATCH that does what two do, merged exactly as the PIM merges them.

Objects are merged key by key, anything else is replaced; values are merged by attribute, locale and
scope. Source: akeneo/pim-api-docs, content/rest-api/update.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve, fields

from importbus.bus.unset import UNSET

C = TypeVar("C")

SEPARATE = ("parent", "family_variant", "family", "add_categories", "remove_categories")
"""Fields on which the meaning of the others depends: a newer command that sets one goes alone.

A parent, for one, decides which values are dropped for their level.
"""

UNFOLDABLE = ("variant_attribute_sets", "validations", "table_configuration", "type")
"""Fields that the PIM merges in ways of its own; two commands that set one go one by one."""


def fold(older: C, newer: C) -> C | None:
    """Return one command that does what *older* and then *newer* do; None when none can.

    Neither is changed. Both have the same class and key.
    """
    if any(_differs(older, newer, name) for name in SEPARATE):
        return None
    changes: dict[str, Any] = {}
    for field in fields(type(newer)):  # type: ignore[arg-type]
        new = getattr(newer, field.name)
        if new is UNSET:
            continue
        old = getattr(older, field.name)
        if field.name in UNFOLDABLE and old is not UNSET and old != new:
            return None
        merged = new if old is UNSET else MERGES.get(field.name, _replace)(old, new)
        if merged is None and new is not None:
            return None
        changes[field.name] = merged
    return evolve(older, **changes)  # type: ignore[misc]


def _differs(older: object, newer: object, name: str) -> bool:
    new = getattr(newer, name, UNSET)
    return new is not UNSET and new != getattr(older, name)


def _replace(old: Any, new: Any) -> Any:
    return new


def _merge_keys(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Any:
    """Merge one level deep; a key of *new* replaces that of *old*."""
    return None if old is None or new is None else {**old, **new}


def _merge_links(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Any:
    """Merge association types; of each the lists of products, models and groups one by one."""
    if old is None or new is None:
        return None
    return {**old, **{kind: {**old.get(kind, {}), **lists} for kind, lists in new.items()}}


def _merge_values(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Any:
    """Merge by (attribute, locale, scope); None when a body names one of them twice."""
    if old is None or new is None:
        return None
    merged = dict(old)
    for attribute, entries in new.items():
        known = merged.get(attribute)
        one = entries if known is None else _merge_entries(known, entries)
        if one is None:
            return None
        merged[attribute] = one
    return merged


def _merge_entries(old: Sequence[Any], new: Sequence[Any]) -> list[Any] | None:
    places = {(entry["locale"], entry["scope"]): entry for entry in old}
    newer = {(entry["locale"], entry["scope"]): entry for entry in new}
    if len(places) < len(old) or len(newer) < len(new):
        return None
    return list({**places, **newer}.values())


MERGES: Mapping[str, Callable[[Any, Any], Any]] = {
    "labels": _merge_keys,
    "attribute_requirements": _merge_keys,
    "conversion_units": _merge_keys,
    "associations": _merge_links,
    "quantified_associations": _merge_links,
    "values": _merge_values,
}
"""How the fields that are objects are merged; all others are replaced."""
