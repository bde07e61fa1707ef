"""Measurement families: a standard unit, and others with how to convert to it.

Source: akeneo/pim-community-dev, the external API end-to-end tests of measurement families and
the controller that they test, which merges a family as PHP's `array_replace_recursive` does.
"""

from __future__ import annotations

import re
from typing import Any

from importbus.adapters.simulated_pim.catalog.scalars import number
from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Draft,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.refusals import documented, expects
from importbus.adapters.simulated_pim.model.shapes import labels, mapping, text
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.words import lacks

MOST_FAMILIES, MOST_UNITS, MOST_OPERATIONS = 100, 50, 5
OPERATORS = ("mul", "div", "add", "sub")
_UNIT = ("code", "labels", "convert_from_standard", "symbol")
_CODE = re.compile(r"[a-zA-Z0-9_]{1,100}")


def _units(name: str, data: Any) -> Body:
    return {code: _unit(code, unit) for code, unit in mapping(name, data).items()}


def _unit(code: str, data: Any) -> Body:
    for name in mapping(code, data):
        if name not in _UNIT:
            raise documented(f"Additional object properties are not allowed: {name}", code)
    result = dict(data)
    if "labels" in data:
        result["labels"] = labels("labels", data["labels"])
    if "convert_from_standard" in data:
        result["convert_from_standard"] = _operations(data["convert_from_standard"])
    for name in {"code", "symbol"} & result.keys():
        if not isinstance(result[name], str):
            raise expects(name, "a string", result[name])
    return result


def _operations(data: Any) -> list[Body]:
    name = "convert_from_standard"
    if not isinstance(data, list):
        raise expects(name, "an array", data)
    for operation in data:
        if not isinstance(operation, dict) or operation.keys() - {"operator", "value"}:
            raise documented("An operation has an operator and a value, and nothing else", name)
        if not all(isinstance(each, str) for each in operation.values()):
            raise documented("Operator and value of an operation are strings", name)
    return data


FIELDS = {
    "labels": LABELS,
    "standard_unit_code": Field(text, immutable=True),
    "units": Field(_units, {}),
}


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one measurement family; returns whether it is new, and its code."""
    old = store.measurement_families.get(key)
    draft = merge(FIELDS, old, key, body)
    _check_complete(draft, body)
    draft.item["units"] = _merged(old["units"] if old else {}, draft.item["units"])
    check_code(draft, "Measurement family")
    check_labels(store, draft)
    _check_limits(store, draft)
    for code, unit in draft.item["units"].items():
        _check_unit(draft, code, unit)
    _check_standard(draft)
    if old is not None:
        _check_used(store, draft, old)
    draft.settle()
    store.measurement_families.put(key, draft.item)
    return draft.created, draft.item["code"]


def _check_complete(draft: Draft, body: Body) -> None:
    for name in ("standard_unit_code", "units"):
        if draft.created and name not in body:
            raise lacks(name)


def _merged(old: Body, said: Body) -> Body:
    """Return the units with what was said merged in; raises for a new one that is not whole."""
    units = dict(old)
    for code, unit in said.items():
        before = old.get(code)
        for name in ("code", "convert_from_standard"):
            if before is None and name not in unit:
                raise lacks(name, code)
        units[code] = _merged_unit(before or {"labels": {}, "symbol": ""}, unit)
    return units


def _merged_unit(old: Body, said: Body) -> Body:
    """Return a unit; operations are replaced one by one, so a shorter list keeps the old tail."""
    spoken = {**old.get("labels", {}), **said.get("labels", {})}
    steps = said.get("convert_from_standard", [])
    before = old.get("convert_from_standard", [])
    operations = [
        {**(before[n] if n < len(before) else {}), **(steps[n] if n < len(steps) else {})}
        for n in range(max(len(before), len(steps)))
    ]
    return {
        **old,
        **said,
        "labels": {locale: spoken[locale] for locale in sorted(spoken) if spoken[locale]},
        "convert_from_standard": operations,
    }


def _check_limits(store: Store, draft: Draft) -> None:
    if draft.created and len(store.measurement_families) >= MOST_FAMILIES:
        draft.blame("", f"You've reached the limit of {MOST_FAMILIES} measurement families.")
    if not 1 <= len(draft.item["units"]) <= MOST_UNITS:
        draft.blame("units", f"A measurement family has 1 to {MOST_UNITS} units.")


def _check_unit(draft: Draft, code: str, unit: Body) -> None:
    place = f"[units][{code}]"
    if unit["code"] != code:
        draft.blame(place, "The index does not match the unit code.")
    if not _CODE.fullmatch(unit["code"]):
        draft.blame(place, "A unit code has 1 to 100 letters, numbers and underscores.")
    operations = unit["convert_from_standard"]
    if not 1 <= len(operations) <= MOST_OPERATIONS:
        draft.blame(place, f"A unit has 1 to {MOST_OPERATIONS} conversion operations.")
    for operation in operations:
        if operation.get("operator") not in OPERATORS:
            draft.blame(place, f"The operator must be one of {', '.join(OPERATORS)}.")
        if number(operation.get("value")) is None:
            draft.blame(place, "The conversion value should be a number.")


def _check_standard(draft: Draft) -> None:
    code = draft.item["standard_unit_code"]
    unit = draft.item["units"].get(code)
    if unit is None:
        draft.blame(
            "standard_unit_code", f'The "{code}" standard unit code is not one of the units.'
        )
    elif not _is_one(unit["convert_from_standard"]):
        draft.blame("units", "The conversion of the standard unit must be to multiply by 1.")


def _is_one(operations: list[Body]) -> bool:
    factors = [number(each.get("value")) for each in operations if each.get("operator") == "mul"]
    return len(operations) == 1 and factors == [1]


def _check_used(store: Store, draft: Draft, old: Body) -> None:
    """Blame changed conversions of a family that a product attribute measures in."""
    used = any(each["metric_family"] == old["code"] for each in store.attributes)
    for code, before in old["units"].items() if used else ():
        after = draft.item["units"][code]
        if after["convert_from_standard"] != before["convert_from_standard"]:
            draft.blame(
                f"[units][{code}]",
                "The conversion cannot be changed, because a product attribute uses the "
                "measurement family.",
            )


def settled(store: Store, item: Body) -> Body:
    """Return a measurement family with its units in the order of their codes."""
    units = item["units"]
    return {**item, "units": {code: units[code] for code in sorted(units)}}


def show(store: Store, item: Body) -> Body:
    """Return a measurement family as the API shows it."""
    return item
