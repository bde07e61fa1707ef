"""Family variants: one or two levels of attributes, each with its axes."""

from __future__ import annotations

from typing import Any

from ..model.fields import LABELS, Draft, Field, check_code, check_labels, merge
from ..model.refusals import (
    Refusal,
    expects,
    not_found,
    unknown_property,
    unknown_reference,
)
from ..model.shapes import in_order, integer
from ..model.store import Body, Store
from ..model.tables import Table, fold

AXIS_TYPES = (
    "pim_catalog_simpleselect",
    "pim_catalog_metric",
    "pim_catalog_boolean",
    "pim_reference_data_simpleselect",
    "akeneo_reference_entity",
)
MAX_AXES = 5
MAX_LEVELS = 2
_SETS = "variant_attribute_sets"


def _sets(name: str, data: Any) -> list[Body]:
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise expects(name, "an array", data)
    return [_set(entry) for entry in data]


def _set(entry: Body) -> Body:
    for name in entry.keys() - {"level", "axes", "attributes"}:
        raise unknown_property(name)
    result: Body = {"level": integer("level", entry.get("level"))}
    for name in ("axes", "attributes"):
        if name in entry:
            result[name] = in_order(name, entry[name])
    return result


FIELDS = {_SETS: Field(_sets, []), "labels": LABELS}


class _OfFamily(Table[Body]):
    """The variants of one family, as a table of their own for lists and single reads."""

    def __init__(self, store: Store, family: str) -> None:
        super().__init__()
        for each in store.family_variants:
            if fold(each["family"]) == fold(family):
                self.put(each["code"], each)


def table(store: Store, parents: tuple[str, ...]) -> Table[Body]:
    """Return the variants of the family in the path; raises a 404 if there is none."""
    if parents[0] not in store.families:
        raise not_found("Family", parents[0])
    return _OfFamily(store, parents[0])


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one family variant; returns whether it is new, and its code."""
    family = store.families.get(parents[0])
    if family is None:
        raise unknown_reference("family", "family code", "family", parents[0])
    old = store.family_variants.get(key)
    draft = merge(FIELDS, old, key, body)
    _set_family(draft, family["code"])
    _merge_sets(draft, old)
    for level in draft.item[_SETS]:
        _resolve(store, draft, family, level)
    _check_disjoint(draft)
    check_code(draft, "Family variant")
    check_labels(store, draft)
    draft.settle()
    store.family_variants.put(key, draft.item)
    return draft.created, draft.item["code"]


def _set_family(draft: Draft, code: str) -> None:
    if draft.item.setdefault("family", code) != code:
        draft.blame("family", "This property cannot be changed.")


def _merge_sets(draft: Draft, old: Body | None) -> None:
    said = {entry["level"]: entry for entry in draft.item[_SETS]}
    stored = {entry["level"]: entry for entry in old[_SETS]} if old else {}
    blank: Body = {"axes": [], "attributes": []}
    levels = sorted({*said, *stored})
    if levels != list(range(1, len(levels) + 1)) or not 1 <= len(levels) <= MAX_LEVELS:
        raise _levels_refused(old is not None)
    if old and len(levels) > len(stored):
        draft.blame(
            "variantAttributeSets", "The number of variant attribute sets cannot be changed."
        )
    draft.item[_SETS] = [
        {**blank, **stored.get(level, {}), **said.get(level, {})} for level in levels
    ]
    for level, before in stored.items():
        axes = {fold(code) for code in draft.item[_SETS][level - 1]["axes"]}
        if axes != {fold(code) for code in before["axes"]}:
            draft.blame("variantAttributeSets", "Variant axes are immutable.")


def _levels_refused(update: bool) -> Refusal:
    what = "cannot be changed" if update else "must be 1 or 2, with levels counted from 1"
    message = f"The number of variant attribute sets {what}."
    errors = [{"property": "variantAttributeSets", "message": message}]
    return Refusal(422, "Validation failed.", errors=errors)


def _resolve(store: Store, draft: Draft, family: Body, level: Body) -> None:
    axes = [_attribute(store, "axes", code) for code in level["axes"]]
    others = [_attribute(store, "attributes", code) for code in level["attributes"]]
    level["axes"] = [axis["code"] for axis in axes]
    level["attributes"] = sorted({each["code"] for each in (*axes, *others)})
    if not 1 <= len(set(level["axes"])) <= MAX_AXES:
        draft.blame(
            "variantAttributeSets",
            f'There should be between 1 and {MAX_AXES} axes at level {level["level"]}.',
        )
    for axis in axes:
        _check_axis(draft, axis)
    for code in level["attributes"]:
        if code not in family["attributes"]:
            draft.blame(
                "variantAttributeSets",
                f'The attribute "{code}" does not belong to the family "{family["code"]}".',
            )


def _attribute(store: Store, name: str, code: str) -> Body:
    found = store.attributes.get(code)
    if found is None:
        raise unknown_reference(name, "attribute code", "attribute", code)
    return found


def _check_axis(draft: Draft, axis: Body) -> None:
    code = axis["code"]
    if axis["type"] not in AXIS_TYPES:
        draft.blame(
            "variantAttributeSets",
            f'Variant axis "{code}" must be a boolean, a simple select, a reference data simple '
            "select or a metric attribute.",
        )
    if axis["localizable"] or axis["scopable"] or axis["available_locales"]:
        draft.blame(
            "variantAttributeSets",
            f'Variant axis "{code}" cannot be localizable, scopable or locale specific.',
        )


def _check_disjoint(draft: Draft) -> None:
    seen: set[str] = set()
    for level in draft.item[_SETS]:
        for code in sorted(seen & set(level["attributes"])):
            draft.blame("variantAttributeSets", f'The attribute "{code}" stands in several sets.')
        seen |= set(level["attributes"])


def show(store: Store, item: Body) -> Body:
    """Return a family variant as the API shows it.

    The identifier and the unique attributes of the family stand in the last set.
    """
    last = _unique_attributes(store, item["family"])
    sets = [dict(entry) for entry in item[_SETS]]
    for entry in sets:
        entry["attributes"] = sorted(set(entry["attributes"]) - last)
    sets[-1]["attributes"] = sorted({*sets[-1]["attributes"], *last})
    return {"code": item["code"], "labels": item["labels"], _SETS: sets}


def _unique_attributes(store: Store, family: str) -> set[str]:
    found = store.families.get(family)
    codes = found["attributes"] if found else ()
    return {code for code in codes if (store.attributes.get(code) or {}).get("unique")}
