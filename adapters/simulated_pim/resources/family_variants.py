"""Family variants: one or two levels of attributes, each with its axes."""

from __future__ import annotations

from typing import Any

from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Draft,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.refusals import (
    documented,
    not_found,
    unknown_property,
    unknown_reference,
)
from importbus.adapters.simulated_pim.model.shapes import in_order, integer
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import Table, fold

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
_BLAMED = "variant_attribute_sets"


def _sets(name: str, data: Any) -> list[Body]:
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise documented(f'Property "{name}" expects an array of objects as data.')
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


def of_family(store: Store, family: str) -> Table[Body]:
    """Return the variants of *family*, as a table of their own."""
    found: Table[Body] = Table()
    for each in store.family_variants:
        if fold(each["family"]) == fold(family):
            found.put(each["code"], each)
    return found


def narrow(store: Store, family: Body) -> None:
    """Take out of the variants of *family* the attributes that it no longer has."""
    kept = set(family["attributes"])
    for variant in of_family(store, family["code"]).values():
        sets = [
            {**level, "attributes": [each for each in level["attributes"] if each in kept]}
            for level in variant[_SETS]
        ]
        store.family_variants.put(variant["code"], {**variant, _SETS: sets})


def table(store: Store, parents: tuple[str, ...]) -> Table[Body]:
    """Return the variants of the family in the path; raises a 404 if there is none."""
    if parents[0] not in store.families:
        raise not_found("Family", parents[0])
    return of_family(store, parents[0])


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one family variant; returns whether it is new, and its code."""
    family = store.families.get(parents[0])
    if family is None:
        raise unknown_reference("family", "family code", "family", parents[0])
    old = store.family_variants.get(key)
    draft = merge(FIELDS, old, key, body)
    _set_family(draft, family["code"])
    if old is not None and _SETS in body:
        _check_number(draft, old)
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
    levels = sorted({*said, *stored})
    _check_levels(draft, levels)
    blank: Body = {"axes": [], "attributes": []}
    draft.item[_SETS] = [
        {**blank, **stored.get(level, {}), **said.get(level, {})} for level in levels
    ]
    for new in draft.item[_SETS]:
        before = stored.get(new["level"])
        if before and set(map(fold, new["axes"])) != set(map(fold, before["axes"])):
            draft.blame(_BLAMED, f'Variant axes cannot be modified for the level "{new["level"]}"')


def _check_number(draft: Draft, old: Body) -> None:
    """Raise when the highest level that was said is not the one that is stored."""
    if max((entry["level"] for entry in draft.item[_SETS]), default=0) != len(old[_SETS]):
        raise documented("The number of variant attribute sets cannot be changed.")


def _check_levels(draft: Draft, levels: list[int]) -> None:
    """Blame missing, missed-out and surplus levels; without levels nothing else can be said."""
    if not levels:
        draft.blame(_BLAMED, "There should be at least one level defined in the family variant")
        draft.settle()
    for level in range(1, max(levels) + 1):
        if level not in levels:
            draft.blame(_BLAMED, f'There is no variant attribute set for level "{level}"')
    if max(levels) > MAX_LEVELS:
        draft.blame(_BLAMED, f'Family variant cannot have more than "{MAX_LEVELS}" level')


def _resolve(store: Store, draft: Draft, family: Body, level: Body) -> None:
    axes = [_attribute(store, level, code) for code in level["axes"]]
    others = [_attribute(store, level, code) for code in level["attributes"]]
    level["axes"] = [axis["code"] for axis in axes]
    level["attributes"] = sorted({each["code"] for each in (*axes, *others)})
    if not axes:
        draft.blame(
            _BLAMED,
            "There should be at least one attribute defined as axis for the attribute set for "
            f'level "{level["level"]}"',
        )
    if len(axes) > MAX_AXES:
        draft.blame(_BLAMED, f"A variant attribute set cannot have more than {MAX_AXES} axes")
    for axis in axes:
        _check_axis(draft, axis)
    for code in level["attributes"]:
        if code not in family["attributes"]:
            draft.blame(
                _BLAMED,
                f'"{code}" attribute cannot be added to "{draft.item["code"]}" family variant, as '
                f'it is not an attribute of the "{family["code"]}" family',
            )


def _attribute(store: Store, level: Body, code: str) -> Body:
    found = store.attributes.get(code)
    if found is None:
        name = f"attribute_set_{level['level']}"
        raise unknown_reference(name, "attribute code", "attribute", code)
    return found


def _check_axis(draft: Draft, axis: Body) -> None:
    code = axis["code"]
    if axis["type"] not in AXIS_TYPES:
        draft.blame(
            _BLAMED,
            f'Variant axes "{code}" must be a boolean, a simple select, a simple reference data or '
            "a measurement",
        )
    if axis["localizable"] or axis["scopable"] or axis["available_locales"]:
        draft.blame(
            _BLAMED,
            f'Variant axes "{code}" cannot be localizable, not scopable and not locale specific',
        )


def _check_disjoint(draft: Draft) -> None:
    for name, what in (("attributes", "Attributes"), ("axes", "Variant axes")):
        every = [code for level in draft.item[_SETS] for code in level[name]]
        twice = sorted({code for code in every if every.count(code) > 1})
        if twice:
            draft.blame(
                _BLAMED,
                f'{what} must be unique, "{",".join(twice)}" are used several times in variant '
                "attributes sets",
            )


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
