"""What `data` of a value may be, type by type, and the form in which it reads back.

Source: akeneo/pim-api-docs, content/concepts/products.md, "the data format".
"""

from __future__ import annotations

import re
from typing import Any

from importbus.adapters.simulated_pim.catalog import amounts, scalars, table_cells
from importbus.adapters.simulated_pim.catalog.amounts import Check
from importbus.adapters.simulated_pim.model import attribute_types as types
from importbus.adapters.simulated_pim.model.library import Entry
from importbus.adapters.simulated_pim.model.media import PRODUCTS, Medium
from importbus.adapters.simulated_pim.model.refusals import Violated, documented, requires
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import Table

_MEGABYTE = 1_000_000
_RULES = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "url": re.compile(r"https?://\S+"),
}


def checker(store: Store, attribute: Body, scope: str | None) -> Check:
    """Return the check of data for *attribute* in channel *scope*.

    The check returns the data as it reads back; it raises `Refusal` for a wrong shape and
    `Violated` for a broken rule.
    """
    make = _MAKERS.get(attribute["type"], _anything)
    return make(store, attribute, scope)


def _text(store: Store, attribute: Body, scope: str | None) -> Check:
    longest = attribute["max_characters"] or types.LONGEST[attribute["type"]]
    pattern = pattern_of(attribute)

    def check(data: Any) -> Any:
        if type(data) is not str:
            raise requires(attribute["code"], "a string", data)
        if len(data) > longest:
            raise Violated(
                f"The {attribute['code']} attribute must not contain more than {longest} "
                "characters. The submitted value is too long."
            )
        if pattern is not None and not pattern.fullmatch(data):
            raise Violated(
                f"The {attribute['code']} attribute must match the following regular expression: "
                f"{attribute['validation_regexp'] or attribute['validation_rule']}."
            )
        return data

    return check


def pattern_of(attribute: Body) -> re.Pattern[str] | None:
    """Return what the text of *attribute* must match; None for anything."""
    rule = attribute["validation_rule"]
    if rule != "regexp":
        return _RULES.get(rule)
    try:
        return re.compile(f".*?(?:{attribute['validation_regexp'].strip('/')}).*", re.DOTALL)
    except re.error:
        return None


def _boolean(store: Store, attribute: Body, scope: str | None) -> Check:
    def check(data: Any) -> Any:
        if type(data) is not bool:
            raise requires(attribute["code"], "a boolean", data)
        return data

    return check


def _option(options: Table[Body], attribute: Body, code: str) -> str:
    option = options.get(code)
    if option is None:
        raise Violated(f"The {code} value is not in the {attribute['code']} attribute option list.")
    stored: str = option["code"]
    return stored


def _select(store: Store, attribute: Body, scope: str | None) -> Check:
    options = store.options_of(attribute["code"])

    def check(data: Any) -> Any:
        if type(data) is not str:
            raise requires(attribute["code"], "a string", data)
        return _option(options, attribute, data)

    return check


def _codes(attribute: Body, data: Any) -> list[str]:
    if type(data) is not list:
        raise requires(attribute["code"], "an array", data)
    if not all(type(code) is str for code in data):
        raise documented(
            f'Property "{attribute["code"]}" expects an array with valid data, one of the values '
            "is not a string."
        )
    return data


def _multiselect(store: Store, attribute: Body, scope: str | None) -> Check:
    options = store.options_of(attribute["code"])

    def check(data: Any) -> Any:
        return sorted({_option(options, attribute, code) for code in _codes(attribute, data)})

    return check


def _date(store: Store, attribute: Body, scope: str | None) -> Check:
    low, high = attribute["date_min"] or "", attribute["date_max"] or "9999-99"
    requires = f"The {attribute['code']} attribute requires a date"

    def check(data: Any) -> Any:
        found = scalars.date(data)
        if found is None:
            raise documented(
                f"The {attribute['code']} attribute expects a string with the format yyyy-mm-dd, "
                f'"{data}" given.'
            )
        if found < low:
            raise Violated(f"{requires} that should be {low[:10]} or after.")
        if found > high:
            raise Violated(f"{requires} that should be {high[:10]} or before.")
        return found

    return check


def _media(store: Store, attribute: Body, scope: str | None) -> Check:
    known = store.media.tables[PRODUCTS]

    def check(data: Any) -> Any:
        if type(data) is not str:
            raise requires(attribute["code"], "a string", data)
        medium = known.get(data)
        if medium is None:
            raise documented(
                f'Property "{attribute["code"]}" expects a valid pathname as data, "{data}" given.'
            )
        check_file(attribute, medium)
        return medium.code

    return check


def check_file(attribute: Body, medium: Medium) -> None:
    """Raise `Violated` for a file with an extension or a size that *attribute* does not allow."""
    allowed, most = attribute["allowed_extensions"], attribute["max_file_size"]
    if allowed and medium.extension not in map(str.lower, allowed):
        raise Violated(
            f"The {medium.extension} file extension is not allowed for the {attribute['code']} "
            f"attribute. Allowed extensions are {', '.join(allowed)}."
        )
    if most is not None and medium.size > float(most) * _MEGABYTE:
        raise Violated(
            f"The file {medium.name} is too large ({medium.size / _MEGABYTE:.2f} MB). The "
            f"{attribute['code']} attribute can not exceed {most} MB."
        )


def _reference(store: Store, attribute: Body, scope: str | None) -> Check:
    def check(data: Any) -> Any:
        if type(data) is not str:
            raise requires(attribute["code"], "a string", data)
        return data

    return check


def _references(store: Store, attribute: Body, scope: str | None) -> Check:
    return lambda data: list(dict.fromkeys(_codes(attribute, data)))


def _entry(table: Table[Entry], attribute: Body, code: str) -> str:
    entry = table.get(code)
    if entry is None:
        raise Violated(
            f"The {attribute['code']} attribute requires an existing code, and {code} does not "
            "exist."
        )
    return entry.code


def _record(store: Store, attribute: Body, scope: str | None) -> Check:
    table = store.reference_entities.entries_of(attribute["reference_data_name"])

    def check(data: Any) -> Any:
        if type(data) is not str:
            raise requires(attribute["code"], "a string", data)
        return _entry(table, attribute, data)

    return check


def _entries(store: Store, attribute: Body, scope: str | None) -> Check:
    assets = attribute["type"] == types.ASSETS
    library = store.asset_families if assets else store.reference_entities
    table = library.entries_of(attribute["reference_data_name"])

    def check(data: Any) -> Any:
        found = (_entry(table, attribute, code) for code in _codes(attribute, data))
        return list(dict.fromkeys(found))

    return check


def _anything(store: Store, attribute: Body, scope: str | None) -> Check:
    return lambda data: data


_MAKERS = {
    types.IDENTIFIER: _text,
    types.TEXT: _text,
    types.TEXTAREA: _text,
    types.BOOLEAN: _boolean,
    types.SELECT: _select,
    types.MULTISELECT: _multiselect,
    types.NUMBER: amounts.number,
    types.METRIC: amounts.metric,
    types.PRICE: amounts.prices,
    types.DATE: _date,
    types.IMAGE: _media,
    types.FILE: _media,
    types.TABLE: table_cells.rows,
    "pim_reference_data_simpleselect": _reference,
    "pim_reference_data_multiselect": _references,
    types.RECORD: _record,
    types.RECORDS: _entries,
    types.ASSETS: _entries,
}
