"""Checks of commands for attributes and their options."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks import attribute_types as types
from importbus.handlers.akeneo.checks.amounts import day_of, number_of
from importbus.handlers.akeneo.checks.formats import (
    LONGEST_ATTRIBUTE,
    LONGEST_OPTION_LABEL,
    check_code,
    check_labels,
    check_reserved,
)
from importbus.handlers.akeneo.checks.library_types import check_family, target_of
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Attribute, Structure
from importbus.handlers.akeneo.fold import AT_CREATION

Data = Mapping[str, Any]

SMALLEST_FILE, LARGEST_FILE = Decimal("0.01"), Decimal("9999.99")
"""Bounds of ``max_file_size`` in megabytes."""


def check_attribute(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with an attribute."""
    attribute = structure.attributes.of(data["code"])
    if not attribute.stored:
        yield from check_code(data["code"], longest=LONGEST_ATTRIBUTE)
        yield from check_reserved(data["code"])
    yield from check_fixed(attribute, data)
    yield from _check_type(structure, attribute, data)
    yield from _check_group(structure, attribute, data)
    yield from check_labels(structure, data.get("labels", {}))
    for locale in data.get("available_locales") or ():
        if structure.locales.lacks(locale):
            yield error("unknown-locale", "available_locales", structure.locales.absent(locale))
    if attribute.type in types.TYPES:
        yield from _check_properties(structure, attribute, data)
        yield from _check_ranges(attribute, data)


def check_fixed(item: Any, data: Data) -> Iterator[Finding]:
    """Yield the properties that would have to change and cannot."""
    for name in AT_CREATION:
        if name in data and (first := getattr(item, name, None)) not in (None, data[name]):
            reason = f"is {_shown(first)} already and cannot be changed to {_shown(data[name])}."
            yield error("fixed-at-creation", name, reason)


def _shown(value: Any) -> str:
    return {True: "true", False: "false", None: "null"}.get(value, str(value))


def _check_type(structure: Structure, attribute: Attribute, data: Data) -> Iterator[Finding]:
    said = data.get("type")
    if said is not None and said not in types.TYPES:
        yield error("attribute-type", "type", f"there is no attribute type {said!r}.")
    elif attribute.type is None and structure.attributes.whole:
        yield error("missing", "type", "a new attribute needs a type.")


def _check_group(structure: Structure, attribute: Attribute, data: Data) -> Iterator[Finding]:
    said = data.get("group")
    if said and structure.attribute_groups.lacks(said):
        yield error("unknown-attribute-group", "group", structure.attribute_groups.absent(said))
    elif attribute.group is None and structure.attributes.whole:
        yield error("missing", "group", "a new attribute needs a group.")


def _check_properties(structure: Structure, attribute: Attribute, data: Data) -> Iterator[Finding]:
    kind = attribute.type or ""
    for name, allowed in types.BOUND.items():
        if kind not in allowed and data.get(name) not in (None, []):
            yield error("attribute-property", name, f"must be null for the type {kind}.")
    for name in types.REQUIRED:
        missing = kind in types.BOUND[name] and getattr(attribute, name) is None
        if missing and structure.attributes.whole:
            yield error("missing", name, f"the type {kind} needs it.")
    yield from _check_unique(attribute)
    yield from _check_unit(structure, attribute, data)
    yield from _check_reference(structure, attribute, data)


def _check_unique(attribute: Attribute) -> Iterator[Finding]:
    unique, kind = attribute.flag("unique"), attribute.type
    if attribute.stored:
        return
    if unique and kind not in types.UNIQUE_TYPES:
        yield error("attribute-unique", "unique", f"attributes of the type {kind} cannot be it.")
    if unique and (attribute.localizable or attribute.scopable):
        reason = "a unique attribute cannot be localizable or scopable."
        yield error("attribute-unique", "unique", reason)
    if kind == types.IDENTIFIER and not unique:
        yield error("attribute-unique", "unique", "an identifier must be unique.")


def _check_unit(structure: Structure, attribute: Attribute, data: Data) -> Iterator[Finding]:
    if attribute.type != types.METRIC or not {"metric_family", "default_metric_unit"} & data.keys():
        return
    family, table = attribute.metric_family, structure.measurement_families
    if family and table.lacks(family):
        yield error("unknown-measurement-family", "metric_family", table.absent(family))
    unit, found = attribute.default_metric_unit, table.get(family)
    if unit and found and unit not in found.units:
        reason = f"there is no unit {unit!r} in the measurement family {found.code}."
        yield error("measurement-unit", "default_metric_unit", reason)


def _check_reference(structure: Structure, attribute: Attribute, data: Data) -> Iterator[Finding]:
    target, said = target_of(attribute), data.get("reference_data_name")
    if target and said:
        yield from check_family(structure, target[0], "reference_data_name", said)


def _check_ranges(attribute: Attribute, data: Data) -> Iterator[Finding]:
    """Yield numbers and dates out of bounds or in the wrong order; only what *data* sets."""
    longest, said = types.LONGEST.get(attribute.type or ""), data.get("max_characters")
    if longest and said is not None and not 0 < said <= longest:
        yield _range("max_characters", f"expected 1 to {longest:,}, not {said:,}.")
    size = data.get("max_file_size")
    if size and not SMALLEST_FILE <= (number_of(size) or 0) <= LARGEST_FILE:
        yield _range("max_file_size", f"expected 0.01 to 9999.99 MB, not {size}.")
    yield from _check_order(attribute, data, "number", number_of)
    yield from _check_order(attribute, data, "date", day_of)
    rule = data.get("validation_rule")
    if rule is not None and rule not in types.VALIDATION_RULES:
        yield _range("validation_rule", f"expected email, url or regexp, not {rule!r}.")
    if rule == "regexp" and not attribute.validation_regexp:
        yield error("missing", "validation_regexp", "the validation rule regexp needs it.")


def _check_order(
    attribute: Attribute, data: Data, noun: str, read: Callable[[Any], Any]
) -> Iterator[Finding]:
    for name in (f"{noun}_min", f"{noun}_max"):
        if data.get(name) and read(data[name]) is None:
            yield _range(name, f"expected a {noun}, not {data[name]!r}.")
    low, high = (read(getattr(attribute, f"{noun}_{end}")) for end in ("min", "max"))
    said = {f"{noun}_min", f"{noun}_max"} & data.keys()
    if said and low is not None and high is not None and low > high:
        yield _range(f"{noun}_max", f"must not be less than {noun}_min.")


def _range(name: str, message: str) -> Finding:
    return error("attribute-range", name, message)


def check_option(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with an option."""
    code = data["attribute"]
    attribute = structure.attributes.get(code)
    option = structure.options_of(code).get(data["code"])
    if structure.attributes.lacks(code):
        yield error("unknown-attribute", "attribute", structure.attributes.absent(code))
    if attribute and attribute.type not in (None, types.SELECT, types.MULTISELECT):
        reason = f"{attribute.code} has the type {attribute.type}; only selects have options."
        yield error("option-of-no-select", "attribute", reason)
    if option is None or not option.stored:
        yield from check_code(data["code"])
    yield from check_labels(structure, data.get("labels", {}), longest=LONGEST_OPTION_LABEL)
