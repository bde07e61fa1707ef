"""Attributes, with the flags that their type allows."""

from __future__ import annotations

import re
from typing import Any

from importbus.adapters.simulated_pim.catalog.scalars import date, number
from importbus.adapters.simulated_pim.model import attribute_types as rules
from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Draft,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.refusals import documented, expects, unknown_reference
from importbus.adapters.simulated_pim.model.shapes import (
    boolean,
    boolean_or_null,
    integer,
    integer_or_null,
    mapping,
    strings,
    text,
)
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.resources import table_columns


def _decimal(name: str, data: Any) -> str | None:
    if data is None or data == "":
        return None
    value = number(data)
    if value is None:
        raise expects(name, "a numeric", data)
    return f"{value:.2f}" if name == "max_file_size" else f"{value:.4f}"


def _date(name: str, data: Any) -> str | None:
    if data is None or data == "":
        return None
    found = date(data)
    if found is None:
        raise documented(
            f'Property "{name}" expects a string with the format "yyyy-mm-dd" as data, '
            f'"{data}" given.'
        )
    return found


def _type(name: str, data: Any) -> str | None:
    found = text(name, data)
    if found is None:
        raise documented(f'Property "{name}" does not expect an empty value.')
    return found


FIELDS = {
    "type": Field(_type, immutable=True),
    "group": Field(text),
    "unique": Field(boolean_or_null, immutable=True),
    "useable_as_grid_filter": Field(boolean, False),
    "allowed_extensions": Field(strings, []),
    "metric_family": Field(text, immutable=True, violation="metricFamily"),
    "default_metric_unit": Field(text, violation="defaultMetricUnit"),
    "reference_data_name": Field(text, immutable=True, violation="referenceDataName"),
    "available_locales": Field(strings, []),
    "max_characters": Field(integer_or_null),
    "validation_rule": Field(text),
    "validation_regexp": Field(text),
    "wysiwyg_enabled": Field(boolean_or_null),
    "number_min": Field(_decimal),
    "number_max": Field(_decimal),
    "decimals_allowed": Field(boolean_or_null),
    "negative_allowed": Field(boolean_or_null),
    "date_min": Field(_date),
    "date_max": Field(_date),
    "max_file_size": Field(_decimal),
    "minimum_input_length": Field(integer_or_null),
    "sort_order": Field(integer, 0),
    "localizable": Field(boolean, False, immutable=True),
    "scopable": Field(boolean, False, immutable=True),
    "labels": LABELS,
    "guidelines": Field(mapping, {}, merged=True),
    "auto_option_sorting": Field(boolean_or_null),
    "default_value": Field(boolean_or_null),
    "table_configuration": Field(table_columns.columns),
    "group_labels": Field(lambda name, data: None),
}
_BLANK = "This value should not be blank."


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one attribute; returns whether it is new, and its code."""
    old = store.attributes.get(key)
    draft = merge(FIELDS, old, key, body)
    _resolve(store, draft)
    if draft.created and draft.item["unique"] is None:
        draft.item["unique"] = draft.item["type"] == rules.IDENTIFIER
    check_code(draft, "Attribute", 255)
    if draft.created and rules.reserved(draft.item["code"]):
        draft.blame("code", "This code is not available")
    check_labels(store, draft)
    if draft.item["type"] is not None:
        _check_flags(store, draft)
        if draft.item["type"] == rules.TABLE:
            table_columns.check(store, draft, old)
        _check_ranges(draft)
    draft.settle()
    store.attributes.put(key, draft.item)
    return draft.created, draft.item["code"]


def _resolve(store: Store, draft: Draft) -> None:
    item = draft.item
    if item["type"] is None:
        draft.blame("type", _BLANK)
    elif item["type"] not in rules.TYPES:
        raise unknown_reference("type", "attribute type", "attribute type", item["type"])
    if item["group"] is None:
        draft.blame("group", _BLANK)
        return
    group = store.attribute_groups.get(item["group"])
    if group is None:
        raise unknown_reference("group", "code", "attribute group", item["group"])
    item["group"] = group["code"]
    for locale in item["available_locales"]:
        if locale not in store.locales:
            raise unknown_reference("available_locales", "locale code", "locale", locale)


def _check_flags(store: Store, draft: Draft) -> None:
    item, kind = draft.item, draft.item["type"]
    present = [name for name in rules.BOUND if item[name] not in (None, [])]
    for name in rules.misplaced(kind, present):
        draft.blame(_php(name), "This value should be null.")
    for name in rules.lacking(kind, present):
        draft.blame(_php(name), _BLANK)
    _check_unique(store, draft)
    if kind == rules.METRIC:
        _check_metric(store, draft)
    if kind in (rules.RECORD, rules.RECORDS, rules.ASSETS):
        _check_reference(store, draft)
    elif kind in rules.REFERENCES and item["reference_data_name"] is None:
        draft.blame("referenceDataName", "Please specify a valid reference data")


def _check_unique(store: Store, draft: Draft) -> None:
    item = draft.item
    if item["unique"] and item["type"] not in rules.UNIQUE_TYPES:
        draft.blame("unique", f'"{item["type"]}" attributes cannot be unique.')
    if item["unique"] and (item["localizable"] or item["scopable"]):
        draft.blame("unique", "A unique attribute cannot be localizable or scopable.")
    if item["type"] != rules.IDENTIFIER:
        return
    if not item["unique"]:
        draft.blame("unique", "This value should be true.")
    others = (each for each in store.attributes if each["code"] != item["code"])
    if any(each["type"] == rules.IDENTIFIER for each in others):
        draft.blame("type", "An identifier attribute already exists.")


def _check_metric(store: Store, draft: Draft) -> None:
    family = store.measurement_families.get(draft.item["metric_family"])
    unit = draft.item["default_metric_unit"]
    if draft.item["metric_family"] is not None and family is None:
        draft.blame("metricFamily", "Please specify a valid metric family")
    if family is not None and unit is not None and unit not in family["units"]:
        draft.blame("defaultMetricUnit", "Please specify a valid metric unit")


def _check_reference(store: Store, draft: Draft) -> None:
    code, assets = draft.item["reference_data_name"], draft.item["type"] == rules.ASSETS
    library = store.asset_families if assets else store.reference_entities
    if code is None:
        draft.blame("referenceDataName", f"Please specify a valid {library.noun.lower()}")
    elif code not in library.families:
        message = f'The {library.noun.lower()} "{code}" does not exist.'
        draft.blame("referenceDataName", message)


def _check_ranges(draft: Draft) -> None:
    item = draft.item
    longest = rules.LONGEST.get(item["type"])
    if longest and item["max_characters"] is not None and not 0 < item["max_characters"] <= longest:
        draft.blame("maxCharacters", f"This value should be between 1 and {longest}.")
    size = item["max_file_size"]
    if size is not None and not 0.01 <= float(size) <= 9999.99:
        draft.blame("maxFileSize", "This value should be between 0.01 and 9999.99.")
    _check_order(draft, "number", float)
    _check_order(draft, "date", str)
    if item["validation_rule"] not in (None, "email", "url", "regexp"):
        draft.blame("validationRule", "The value you selected is not a valid choice.")
    if item["validation_rule"] == "regexp" and not item["validation_regexp"]:
        draft.blame("validationRegexp", _BLANK)


def _check_order(draft: Draft, name: str, kind: Any) -> None:
    low, high = draft.item[f"{name}_min"], draft.item[f"{name}_max"]
    if low is not None and high is not None and kind(low) > kind(high):
        draft.blame(f"{name}Max", f"The max {name} must be greater than the min {name}.")


def _php(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def show(store: Store, item: Body) -> Body:
    """Return an attribute as the API shows it."""
    shown = {name: data for name, data in item.items() if name != "table_configuration"}
    if item["type"] == rules.TABLE:
        shown["table_configuration"] = item["table_configuration"]
    group = store.attribute_groups.get(item["group"])
    return {**shown, "group_labels": group["labels"] if group else {}}
