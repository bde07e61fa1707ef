"""Folding: one PATCH that does what two do, merged exactly as the PIM merges them.

Objects are merged key by key, anything else is replaced; values are merged by attribute, locale and
scope. Where that is not the whole truth, both commands go, one after the other. Source of the rule:
akeneo/pim-api-docs, content/rest-api/update.md.

Folding hides one thing: what *older* got wrong and *newer* sets anew is never seen by the PIM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from attrs import evolve, fields

from importbus.bus.unset import UNSET

C = TypeVar("C")

SPELLING = ("code", "identifier", "attribute", "reference_entity", "asset_family")
"""Fields of the key: the first spelling of a code stays, so another one is no matter of course.

Of asset families it is another code: they differ by upper and lower case.
"""

AT_CREATION = (
    "uuid",
    "family_variant",
    "type",
    "localizable",
    "scopable",
    "unique",
    "metric_family",
    "reference_data_name",
    "is_quantified",
    "is_two_way",
    "standard_unit_code",
    "value_per_locale",
    "value_per_channel",
    "reference_entity_code",
    "asset_family_identifier",
)
"""Fields that can be given at creation only: the PIM refuses a newer command that sets them anew.

Null is anew, too: at creation it means the default, later on it is another value.

Source: akeneo/pim-api-docs, content/swagger (x-immutable).
"""

LISTS = ("add_categories", "remove_categories")

DECISIVE = ("parent", "family", *LISTS, "media_type")
"""Fields on which the meaning of the others depends: a parent decides which values are kept."""

ALONE = (*SPELLING, *AT_CREATION, *DECISIVE)
"""A newer command that sets one of these anew goes alone."""

DEFAULTS_BY = ("family", "parent", "family_variant")
"""What an item is created with for the PIM to give it the default values of its attributes."""

_APART: Final[Any] = object()
"""What a merge gives when one PATCH cannot say what two say."""


def fold(older: C, newer: C) -> C | None:
    """Return one command that does what *older* and then *newer* do; None when none can.

    Neither is changed. Both have the same class and key.
    """
    if _goes_alone(older, newer) or _would_refill(older, newer):
        return None
    changes: dict[str, Any] = {}
    for field in fields(type(newer)):  # type: ignore[arg-type]
        name, new = field.name, getattr(newer, field.name)
        if new is not UNSET:
            old = getattr(older, name)
            changes[name] = new if old is UNSET else MERGES.get(name, _replace)(old, new)
    if any(merged is _APART for merged in changes.values()):
        return None
    return evolve(older, **changes)  # type: ignore[misc]


def _goes_alone(older: object, newer: object) -> bool:
    if _sets(newer, "categories") and any(_sets(older, name) for name in LISTS):
        return True  # the PIM takes no body that both lists categories and adds some
    return any(
        (new := getattr(newer, name)) is not UNSET
        and (new != getattr(older, name) or (new is None and name in AT_CREATION))
        for name in _alone_in(type(newer))
    )


def _alone_in(command_type: type) -> tuple[str, ...]:
    """Return the fields of *command_type* that are in ``ALONE``; there are few of each class."""
    found = _ALONE_IN.get(command_type)
    if found is None:
        names = {each.name for each in fields(command_type)}
        found = _ALONE_IN[command_type] = tuple(name for name in ALONE if name in names)
    return found


_ALONE_IN: dict[type, tuple[str, ...]] = {}


def _sets(command: object, name: str) -> bool:
    return getattr(command, name, UNSET) is not UNSET


def _would_refill(older: object, newer: object) -> bool:
    """Whether the PIM would fill in again what *newer* clears.

    It gives default values to what it creates and finds empty, and to nothing later on.
    """
    values = getattr(newer, "values", None)
    if not isinstance(values, Mapping) or not any(getattr(older, by, None) for by in DEFAULTS_BY):
        return False
    return any(clears(entry["data"]) for entries in values.values() for entry in entries)


def clears(data: object) -> bool:
    """Whether *data* of a value removes it: null, an empty list, a text that is blank."""
    return data is None or data == [] or (isinstance(data, str) and not data.strip())


def _replace(old: Any, new: Any) -> Any:
    return new


def _same(old: Any, new: Any) -> Any:
    return new if old == new else _APART


def _number(old: Any, new: Any) -> Any:
    """The PIM numbers an option by itself when null is given; what null does later is not known."""
    return _APART if new is None else new


def _merge_keys(old: Any, new: Any) -> Any:
    """Merge one level deep; a key of *new* replaces that of *old*."""
    return {**old, **new} if _mergeable(old, new) else _APART


def _merge_links(old: Any, new: Any) -> Any:
    """Merge association types; of each the lists of products, models and groups one by one."""
    if not _mergeable(old, new):
        return _APART
    return {**old, **{kind: {**old.get(kind, {}), **lists} for kind, lists in new.items()}}


def _merge_values(old: Any, new: Any) -> Any:
    """Merge by (attribute, locale, scope); records and assets call the scope channel."""
    if not _mergeable(old, new):
        return _same(old, new)
    merged = dict(old)
    for attribute, entries in new.items():
        known = merged.get(attribute, ())
        merged[attribute] = _merge_entries(known, entries) if known else entries
    return _APART if any(entries is _APART for entries in merged.values()) else merged


def _merge_entries(old: Sequence[Any], new: Sequence[Any]) -> Any:
    scope = "scope" if "scope" in old[0] else "channel"
    places = [{(entry["locale"], entry[scope]): entry for entry in side} for side in (old, new)]
    merged = {**places[0], **places[1]}
    if list(map(len, places)) != [len(old), len(new)] or len(set(map(_code, merged))) < len(merged):
        return _APART
    return list(merged.values())


def _merge_units(old: Any, new: Any) -> Any:
    """Merge units by their keys, and what two say of one unit."""
    if not _mergeable(old, new):
        return _APART
    units = {code: _merge_unit(old[code], new[code]) for code in new if code in old}
    return _APART if _APART in units.values() else {**old, **new, **units}


def _merge_unit(old: Any, new: Any) -> Any:
    """Merge labels one by one; a list of operations is merged by place, so two of them go apart.

    Source: akeneo/pim-community-dev, SaveMeasurementFamiliesAction.
    """
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return _APART
    merges = {"labels": _merge_keys, "convert_from_standard": _same, "code": _same}
    both = {name: merges.get(name, _replace)(old[name], new[name]) for name in new if name in old}
    return _APART if _APART in both.values() else {**old, **new, **both}


def _mergeable(old: Any, new: Any) -> bool:
    """Whether both are objects, and *new* spells no code of *old* in other upper or lower case.

    Such codes are one to the PIM, and the one that stands last in the body would win.
    """
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return False
    known = {code.casefold(): code for code in old}
    return all(known.get(code.casefold(), code) == code for code in new)


def _code(place: Iterable[str | None]) -> tuple[str | None, ...]:
    return tuple(part and part.casefold() for part in place)


MERGES: Mapping[str, Callable[[Any, Any], Any]] = {
    "labels": _merge_keys,
    "attribute_requirements": _merge_keys,
    "conversion_units": _merge_keys,
    "associations": _merge_links,
    "quantified_associations": _merge_links,
    "values": _merge_values,
    "units": _merge_units,
    "sort_order": _number,
    # What a list of attributes drops loses its group, or its place in the variants of its family.
    "attributes": _same,
    # These the PIM merges in ways of its own.
    "variant_attribute_sets": _same,
    "table_configuration": _same,
    "validations": _same,
    "naming_convention": _same,
    "product_link_rules": _same,
    "transformations": _same,
}
"""How fields that both commands set are merged; all others are replaced."""
