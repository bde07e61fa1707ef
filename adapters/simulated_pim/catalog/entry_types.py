"""What `data` of a value of a record or an asset may be, type by type.

Source: akeneo/pim-api-docs, content/concepts/reference-entities.md and asset-manager.md, "the data
format".
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from importbus.adapters.simulated_pim.catalog import scalars
from importbus.adapters.simulated_pim.catalog.value_types import check_file, pattern_of
from importbus.adapters.simulated_pim.model.library import Library
from importbus.adapters.simulated_pim.model.refusals import Violated, requires
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import Table

Check = Callable[[Any], Any]
"""Turns data into the form in which it reads back; raises `Refusal` or `Violated`."""

_LONGEST = 65_535


def checker(store: Store, library: Library, family: str, attribute: Body) -> Check:
    """Return the check of data for *attribute* of a reference entity or asset family."""
    make = _MAKERS[attribute["type"]]
    return make(store, library, family, attribute)


def _texts(attribute: Body, data: Any) -> str:
    if type(data) is not str:
        raise requires(attribute["code"], "a string", data)
    return data


def _text(store: Store, library: Library, family: str, attribute: Body) -> Check:
    longest, pattern = attribute["max_characters"] or _LONGEST, pattern_of(attribute)

    def check(data: Any) -> str:
        if len(_texts(attribute, data)) > longest:
            raise Violated(f"This value is too long. It should have {longest} characters or less.")
        if pattern is not None and not pattern.fullmatch(data):
            raise Violated("This value does not match the validation rule of its attribute.")
        return str(data)

    return check


def _link(store: Store, library: Library, family: str, attribute: Body) -> Check:
    return lambda data: _texts(attribute, data)


def _number(store: Store, library: Library, family: str, attribute: Body) -> Check:
    low, high = attribute["min_value"], attribute["max_value"]

    def check(data: Any) -> str:
        value = scalars.number(_texts(attribute, data))
        if value is None:
            raise Violated("This value should be a number.")
        if not attribute["decimals_allowed"] and value != int(value):
            raise Violated("This value should not have decimals.")
        if low is not None and value < Decimal(low):
            raise Violated(f"This value should be {low} or more.")
        if high is not None and value > Decimal(high):
            raise Violated(f"This value should be {high} or less.")
        return str(data)

    return check


def _boolean(store: Store, library: Library, family: str, attribute: Body) -> Check:
    def check(data: Any) -> bool:
        if type(data) is not bool:
            raise requires(attribute["code"], "a boolean", data)
        return data

    return check


def _date(store: Store, library: Library, family: str, attribute: Body) -> Check:
    def check(data: Any) -> str:
        found = scalars.date(_texts(attribute, data))
        if found is None:
            raise Violated("This value should be a date in the form yyyy-mm-dd.")
        return found

    return check


def _media(store: Store, library: Library, family: str, attribute: Body) -> Check:
    known = store.media.tables[library.media]

    def check(data: Any) -> str:
        medium = known.get(_texts(attribute, data))
        if medium is None:
            raise Violated(f'The file "{data}" does not exist.')
        check_file(attribute, medium)
        return medium.code

    return check


def found_in(table: Table[Any], noun: str, code: str) -> str:
    """Return the stored spelling of *code*; raises `Violated` for one that is not in *table*."""
    found = table.get(code)
    if found is None:
        raise Violated(f'The {noun} "{code}" does not exist.')
    return str(found["code"] if isinstance(found, dict) else found.code)


def _one_of(noun: str, table: Table[Any], attribute: Body) -> Check:
    return lambda data: found_in(table, noun, _texts(attribute, data))


def _some_of(noun: str, table: Table[Any], attribute: Body) -> Check:
    def check(data: Any) -> list[str]:
        if type(data) is not list:
            raise requires(attribute["code"], "an array", data)
        found = (found_in(table, noun, _texts(attribute, each)) for each in data)
        return list(dict.fromkeys(found))

    return check


def _option(store: Store, library: Library, family: str, attribute: Body) -> Check:
    table = library.options_of(family, attribute["code"])
    many = attribute["type"] == "multiple_options"
    return (_some_of if many else _one_of)("option", table, attribute)


def _record(store: Store, library: Library, family: str, attribute: Body) -> Check:
    other = attribute.get("reference_entity_code") or attribute["reference_entity"]
    table = store.reference_entities.entries_of(other)
    many = attribute["type"] == "reference_entity_multiple_links"
    return (_some_of if many else _one_of)("record", table, attribute)


def _assets(store: Store, library: Library, family: str, attribute: Body) -> Check:
    table = store.asset_families.entries_of(attribute["asset_family_identifier"])
    return _some_of("asset", table, attribute)


_MAKERS = {
    "text": _text,
    "image": _media,
    "media_file": _media,
    "media_link": _link,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "single_option": _option,
    "multiple_options": _option,
    "reference_entity_single_link": _record,
    "reference_entity_multiple_links": _record,
    "record": _record,
    "asset_collection": _assets,
}
