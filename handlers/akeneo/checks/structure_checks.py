"""Checks of commands for structure, by class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from importbus.bus.findings import Finding
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import commands as c
from importbus.handlers.akeneo.checks import attribute_types as types
from importbus.handlers.akeneo.checks.attribute_checks import (
    check_attribute,
    check_fixed,
    check_option,
)
from importbus.handlers.akeneo.checks.family_checks import (
    check_family,
    check_family_variant,
    unknown_attributes,
)
from importbus.handlers.akeneo.checks.formats import check_code, check_labels
from importbus.handlers.akeneo.checks.library_checks import LIBRARY_CHECKS
from importbus.handlers.akeneo.checks.measurement_checks import check_measurement_family
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Structure

Data = Mapping[str, Any]
Check = Callable[[Structure, Data], Iterator[Finding]]


def check_category(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with a category."""
    if not structure.categories.of(data["code"]).stored:
        yield from check_code(data["code"])
    parent = data.get("parent")
    if parent and structure.categories.lacks(parent):
        yield error("unknown-category", "parent", structure.categories.absent(parent))
    elif parent and _stands_under_itself(structure, data["code"]):
        reason = f"{data['code']} would stand under itself."
        yield error("category-circle", "parent", reason)
    yield from check_labels(structure, data.get("labels", {}))


def _stands_under_itself(structure: Structure, code: str) -> bool:
    seen: set[str] = set()
    category = structure.categories.get(code)
    while category and category.parent and category.parent.casefold() not in seen:
        seen.add(category.parent.casefold())
        category = structure.categories.get(category.parent)
    return code.casefold() in seen


def check_attribute_group(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with an attribute group."""
    if not structure.attribute_groups.of(data["code"]).stored:
        yield from check_code(data["code"])
    yield from unknown_attributes(structure, "attributes", data.get("attributes") or ())
    yield from check_labels(structure, data.get("labels", {}))


def check_channel(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with a channel."""
    channel = structure.channels.of(data["code"])
    if not channel.stored:
        yield from check_code(data["code"])
    for name in ("category_tree", "locales", "currencies"):
        if not getattr(channel, name) and (structure.channels.whole or data.get(name) == []):
            yield error("missing", name, "a channel needs it.")
    yield from _check_tree(structure, data.get("category_tree"))
    for locale in data.get("locales") or ():
        if structure.locales.lacks(locale):
            yield error("unknown-locale", "locales", structure.locales.absent(locale))
    for currency in data.get("currencies") or ():
        yield from _check_currency(structure, currency)
    for attribute, unit in data.get("conversion_units", {}).items():
        yield from _check_conversion(structure, attribute, unit)
    yield from check_labels(structure, data.get("labels", {}))


def _check_tree(structure: Structure, code: str | None) -> Iterator[Finding]:
    if not code:
        return
    root = structure.categories.get(code)
    if structure.categories.lacks(code):
        yield error("unknown-category", "category_tree", structure.categories.absent(code))
    elif root and root.parent:
        reason = f"{code} stands under {root.parent}; expected the root of a tree."
        yield error("category-root", "category_tree", reason)


def _check_currency(structure: Structure, code: str) -> Iterator[Finding]:
    currency = structure.currencies.get(code)
    if structure.currencies.lacks(code):
        yield error("unknown-currency", "currencies", structure.currencies.absent(code))
    elif currency and not currency.enabled:
        yield error("currency-inactive", "currencies", f"{code} is not active in the PIM.")


def _check_conversion(structure: Structure, code: str, unit: str | None) -> Iterator[Finding]:
    field = f"conversion_units.{code}"
    attribute = structure.attributes.get(code)
    if unit is None:
        return
    yield from unknown_attributes(structure, field, [code])
    if attribute is None or attribute.type is None:
        return
    family = structure.measurement_families.get(attribute.metric_family)
    if attribute.type != types.METRIC:
        reason = f"{code} has the type {attribute.type}, which has no units."
        yield error("measurement-unit", field, reason)
    elif family and unit not in family.units:
        reason = f"there is no unit {unit!r} in the measurement family {family.code}."
        yield error("measurement-unit", field, reason)


def check_association_type(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with an association type."""
    found = structure.association_types.of(data["code"])
    if not found.stored:
        yield from check_code(data["code"])
    yield from check_fixed(found, data)
    if found.is_quantified and found.is_two_way:
        reason = "cannot be true together with is_quantified."
        yield error("association-kind", "is_two_way", reason)
    yield from check_labels(structure, data.get("labels", {}))


CHECKS: Mapping[type[LaneCommand], Check] = {
    c.CreateOrUpdateCategory: check_category,
    c.CreateOrUpdateAttributeGroup: check_attribute_group,
    c.CreateOrUpdateChannel: check_channel,
    c.CreateOrUpdateAttribute: check_attribute,
    c.CreateOrUpdateAttributeOption: check_option,
    c.CreateOrUpdateFamily: check_family,
    c.CreateOrUpdateFamilyVariant: check_family_variant,
    c.CreateOrUpdateAssociationType: check_association_type,
    c.CreateOrUpdateMeasurementFamily: check_measurement_family,
    **LIBRARY_CHECKS,
}
"""The check of each class of structure."""
