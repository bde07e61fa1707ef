"""Checks of commands for measurement families.

Source: akeneo/pim-community-dev, the external API end-to-end tests of measurement families.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks.amounts import number_of
from importbus.handlers.akeneo.checks.attribute_checks import check_fixed
from importbus.handlers.akeneo.checks.formats import CODE, LONGEST_CODE, check_code, check_labels
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import MeasurementFamily, Structure

Data = Mapping[str, Any]

MOST_UNITS, MOST_OPERATIONS = 50, 5
OPERATORS: Final = ("mul", "div", "add", "sub")
STANDARD, STEPS = "standard_unit_code", "convert_from_standard"


def check_measurement_family(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with a measurement family."""
    family = structure.measurement_families.of(data["code"])
    if not family.stored:
        yield from check_code(data["code"])
    yield from check_fixed(family, data)
    yield from check_labels(structure, data.get("labels", {}))
    new = structure.measurement_families.whole and not family.stored
    yield from _check_whole(family, data, new=new)
    for code, unit in (data.get("units") or {}).items():
        yield from _check_unit(code, unit, new=new)


def _check_whole(family: MeasurementFamily, data: Data, *, new: bool) -> Iterator[Finding]:
    standard, units = family.standard_unit_code, family.units
    if new and standard is None:
        yield error("missing", STANDARD, "a new measurement family needs it.")
    if new and not units:
        yield error("missing", "units", "a new measurement family needs a unit.")
    elif new and standard and standard not in units:
        reason = f"{standard} is none of the units {', '.join(sorted(units))}."
        yield error("measurement-unit", STANDARD, reason)
    if len(units) > MOST_UNITS:
        yield error("unit-limits", "units", f"has {len(units)} units; at most {MOST_UNITS}.")
    said = (data.get("units") or {}).get(standard)
    steps = said.get(STEPS) if isinstance(said, Mapping) else None
    if isinstance(steps, list) and steps and not _is_one(steps):
        reason = "the standard unit is converted by one operation: mul by 1."
        yield error("unit-conversion", f"units.{standard}.{STEPS}", reason)


def _is_one(steps: list[Any]) -> bool:
    (first, *others) = steps
    one = isinstance(first, Mapping) and number_of(first.get("value")) == 1
    return one and not others and first.get("operator") == "mul"


def _check_unit(code: str, unit: Any, *, new: bool) -> Iterator[Finding]:
    field = f"units.{code}"
    if not isinstance(unit, Mapping):
        yield error("unit-shape", field, "expected an object of code and convert_from_standard.")
        return
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        reason = "expected 1 to 100 letters without accents, digits and underscores"
        yield error("code-format", field, f"{reason}, not {code!r}.")
    for name in ("code", STEPS):
        if new and name not in unit:
            yield error("missing", f"{field}.{name}", "a new unit needs it.")
    if unit.get("code", code) != code:
        yield error("unit-shape", f"{field}.code", f"expected {code}, the key of the unit.")
    if STEPS in unit:
        yield from _check_steps(f"{field}.{STEPS}", unit[STEPS], new=new)


def _check_steps(field: str, steps: Any, *, new: bool) -> Iterator[Finding]:
    if not isinstance(steps, list) or not all(isinstance(each, Mapping) for each in steps):
        yield error("unit-shape", field, "expected a list of objects of operator and value.")
        return
    if len(steps) > MOST_OPERATIONS or (new and not steps):
        found = f"has {len(steps)} operations; expected 1 to {MOST_OPERATIONS}."
        yield error("unit-limits", field, found)
    for n, step in enumerate(steps):
        place = f"{field}[{n}]"
        if (new or "operator" in step) and step.get("operator") not in OPERATORS:
            reason = f"expected mul, div, add or sub, not {step.get('operator')!r}."
            yield error("unit-conversion", f"{place}.operator", reason)
        value = step.get("value")
        numeric = isinstance(value, str) and number_of(value) is not None
        if (new or "value" in step) and not numeric:
            reason = f"expected a number as a text, not {value!r}."
            yield error("unit-conversion", f"{place}.value", reason)
