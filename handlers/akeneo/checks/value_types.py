"""What ``data`` of a value may be, type by type.

Source: akeneo/pim-api-docs, content/concepts/products.md ("the data format").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from importbus.handlers.akeneo.checks import attribute_types as types
from importbus.handlers.akeneo.checks.amounts import day_of, number_of
from importbus.handlers.akeneo.checks.library_types import (
    missing_entries,
    missing_rule,
    target_of,
)
from importbus.handlers.akeneo.checks.structure import Attribute, Structure
from importbus.handlers.akeneo.shapes import describe

Wrong = tuple[str, str]
"""The rule that is broken, and what was expected."""

DataCheck = Callable[[Any], Iterator[Wrong]]
"""Yields what is wrong with the data of a value, which is not empty."""

Make = Callable[[Structure, Attribute, str | None], DataCheck]
"""Makes the check for an attribute in a channel."""


def check_for(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    """Return the check of data for *attribute* in the channel *scope*."""
    make = _MAKERS.get(attribute.type or "")
    return make(structure, attribute, scope) if make else _anything


def _anything(data: Any) -> Iterator[Wrong]:
    return iter(())


def _expected(what: str, data: Any) -> Wrong:
    return "value-type", f"expected {what}, not {describe(data)}."


def _text(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    longest = attribute.max_characters or types.LONGEST[attribute.type or types.TEXT]

    def check(data: Any) -> Iterator[Wrong]:
        if not isinstance(data, str):
            yield _expected("a text", data)
        elif len(data) > longest:
            yield "value-length", f"has {len(data):,} characters; at most {longest:,}."

    return check


def _boolean(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    def check(data: Any) -> Iterator[Wrong]:
        if not isinstance(data, bool):
            yield _expected("true or false", data)

    return check


def _code(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    """Check a code that nobody looks up."""

    def check(data: Any) -> Iterator[Wrong]:
        if not isinstance(data, str):
            yield _expected("a code", data)

    return check


def _codes(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    def check(data: Any) -> Iterator[Wrong]:
        if not isinstance(data, list):
            yield _expected("a list of codes", data)
        elif not all(isinstance(code, str) for code in data):
            yield "value-type", "expected a list of codes, all of them texts."

    return check


def _entry(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    """Check the code of a record, or the codes of records or assets, which were asked for."""
    many = attribute.type in (types.REFERENCES, types.ASSETS)
    shape = (_codes if many else _code)(structure, attribute, scope)
    target = target_of(attribute)

    def check(data: Any) -> Iterator[Wrong]:
        wrong = list(shape(data))
        yield from wrong
        if target is None or wrong:
            return
        for reason in missing_entries(structure, target, data):
            yield missing_rule(target[0]), reason

    return check


def _select(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    shape, options = _code(structure, attribute, scope), structure.options_of(attribute.code)

    def check(data: Any) -> Iterator[Wrong]:
        yield from shape(data)
        if isinstance(data, str) and options.lacks(data):
            yield "unknown-option", options.absent(data)

    return check


def _multiselect(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    shape, options = _codes(structure, attribute, scope), structure.options_of(attribute.code)

    def check(data: Any) -> Iterator[Wrong]:
        yield from shape(data)
        for code in data if isinstance(data, list) else ():
            if isinstance(code, str) and options.lacks(code):
                yield "unknown-option", options.absent(code)

    return check


def _date(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    low, high = day_of(attribute.date_min), day_of(attribute.date_max)

    def check(data: Any) -> Iterator[Wrong]:
        day = day_of(data)
        if day is None:
            yield "value-type", f"expected a date that begins with YYYY-MM-DD, not {data!r}."
        elif (low and day < low) or (high and day > high):
            yield "value-range", f"expected a date {_bounds(low, high)}, not {day}."

    return check


def _bounds(low: object, high: object) -> str:
    parts = [f"from {low} on"] if low is not None else []
    return ", ".join([*parts, *([f"up to {high}"] if high is not None else [])])


def _amount(attribute: Attribute) -> DataCheck:
    low, high = number_of(attribute.number_min), number_of(attribute.number_max)

    def check(data: Any) -> Iterator[Wrong]:
        number = number_of(data)
        if number is None:
            yield "value-type", f"expected a number, not {data!r}."
            return
        if attribute.decimals_allowed is False and number != number.to_integral_value():
            yield "value-range", f"expected a whole number, not {data}."
        if attribute.negative_allowed is False and number < 0:
            yield "value-range", f"expected a number from 0 on, not {data}."
        if not _within(number, low, high):
            yield "value-range", f"expected a number {_bounds(low, high)}, not {data}."

    return check


def _within(number: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _number(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    amount = _amount(attribute)

    def check(data: Any) -> Iterator[Wrong]:
        if isinstance(data, dict | list | bool):
            yield _expected("a number", data)
        else:
            yield from amount(data)

    return check


def _has(data: Any, *keys: str) -> Iterator[Wrong]:
    """Yield what an object lacks that needs *keys*, each a text or number."""
    if not isinstance(data, dict):
        yield _expected(f"an object of {' and '.join(keys)}", data)
        return
    for key in keys:
        if not isinstance(data.get(key), str | int | float):
            yield "value-type", f"expected an object of {' and '.join(keys)}; {key} is missing."


def _metric(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    amount, family = _amount(attribute), structure.measurement_families.get(attribute.metric_family)

    def check(data: Any) -> Iterator[Wrong]:
        if wrong := list(_has(data, "amount", "unit")):
            yield from wrong
            return
        yield from amount(data["amount"])
        if family and data["unit"] not in family.units:
            yield "value-unit", f"there is no unit {data['unit']!r} in {family.code}."

    return check


def _prices(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    amount, allowed = _amount(attribute), _currencies(structure, scope)

    def check(data: Any) -> Iterator[Wrong]:
        if not isinstance(data, list):
            yield _expected("a list of objects of amount and currency", data)
            return
        for price in data:
            if wrong := list(_has(price, "amount", "currency")):
                yield from wrong
                continue
            yield from amount(price["amount"])
            if allowed is not None and price["currency"] not in allowed:
                where = f"on the channel {scope}" if scope else "in the PIM"
                yield "value-currency", f"{price['currency']!r} is not active {where}."

    return check


def _currencies(structure: Structure, scope: str | None) -> Collection[str] | None:
    """Return the currencies that a price may have; None when too little is known."""
    channel = structure.channels.get(scope)
    active = {each.code for each in structure.currencies if each.enabled}
    if not structure.currencies.whole:
        return channel.currencies if channel else None
    return active & set(channel.currencies or active) if channel else active


def _rows(structure: Structure, attribute: Attribute, scope: str | None) -> DataCheck:
    def check(data: Any) -> Iterator[Wrong]:
        if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
            yield "value-type", "expected a list of rows, each an object of columns."

    return check


_MAKERS: Final[Mapping[str, Make]] = {
    types.IDENTIFIER: _text,
    types.TEXT: _text,
    types.TEXTAREA: _text,
    types.BOOLEAN: _boolean,
    types.SELECT: _select,
    types.MULTISELECT: _multiselect,
    types.NUMBER: _number,
    types.METRIC: _metric,
    types.PRICE: _prices,
    types.DATE: _date,
    types.IMAGE: _code,
    types.FILE: _code,
    types.TABLE: _rows,
    types.REFERENCE: _entry,
    types.REFERENCES: _entry,
    types.ASSETS: _entry,
    **dict.fromkeys(types.REFERENCE_DATA, _code),
    **dict.fromkeys(types.REFERENCE_DATA_LISTS, _codes),
}
