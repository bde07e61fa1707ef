"""Rows of table attributes: cells by column, each of the column's type.

Source: akeneo/pim-api-docs, content/concepts/products.md and catalog-structure.md (tables).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from importbus.adapters.simulated_pim.catalog import scalars
from importbus.adapters.simulated_pim.catalog.amounts import Check
from importbus.adapters.simulated_pim.model.refusals import Violated, Violation, requires
from importbus.adapters.simulated_pim.model.store import Body, Item, Store
from importbus.adapters.simulated_pim.model.tables import fold

MOST_ROWS, MOST_CELLS = 100, 8_000
"""Most rows of a table, and most filled cells of all tables of a product."""


def rows(store: Store, attribute: Body, scope: str | None) -> Check:
    """Return the check of the rows of a table attribute; empty cells are dropped."""
    columns = {fold(each["code"]): each for each in attribute["table_configuration"]}
    first = attribute["table_configuration"][0]["code"]

    def check(data: Any) -> Any:
        if type(data) is not list or not all(type(row) is dict for row in data):
            raise requires(attribute["code"], "an array of rows", data)
        if len(data) > MOST_ROWS:
            raise Violated(f"A table has {MOST_ROWS} rows at most.")
        found = [_row(store, columns, row) for row in data]
        _check_first(first, found)
        return found

    return check


def _row(store: Store, columns: dict[str, Body], row: Body) -> Body:
    result = {}
    for code, data in row.items():
        column = columns.get(fold(code))
        if column is None:
            raise Violated(f'The "{code}" column does not exist.')
        if data is not None and data != "":
            result[column["code"]] = _cell(store, column, data)
    return {code: result[code] for code in sorted(result)}


def _check_first(first: str, found: list[Body]) -> None:
    keys = [row.get(first) for row in found]
    if None in keys:
        raise Violated(f'The "{first}" column is mandatory.')
    if len({fold(str(key)) for key in keys}) < len(keys):
        raise Violated(f'The values of the "{first}" column must be unique.')


def _cell(store: Store, column: Body, data: Any) -> Any:
    check = _CELLS.get(column["data_type"])
    return data if check is None else check(store, column, data)


def _text(store: Store, column: Body, data: Any) -> Any:
    longest = column["validations"].get("max_length")
    if type(data) is not str:
        raise Violated(f'The "{column["code"]}" column expects text.')
    if longest is not None and len(data) > longest:
        raise Violated(f'The "{column["code"]}" column holds {longest} characters at most.')
    return data


def _number(store: Store, column: Body, data: Any) -> Any:
    code, rules = column["code"], column["validations"]
    value = scalars.number(data)
    if value is None:
        raise Violated(f'The "{code}" column expects a number.')
    if rules.get("decimals_allowed") is False and value != int(value):
        raise Violated(f'The "{code}" column expects a number without decimals.')
    low, high = rules.get("min"), rules.get("max")
    if (low is not None and value < Decimal(str(low))) or (
        high is not None and value > Decimal(str(high))
    ):
        raise Violated(f'The number in the "{code}" column is out of range.')
    return str(data)


def _boolean(store: Store, column: Body, data: Any) -> Any:
    if type(data) is not bool:
        raise Violated(f'The "{column["code"]}" column expects true or false.')
    return data


def _select(store: Store, column: Body, data: Any) -> Any:
    options = {fold(each["code"]): each["code"] for each in column["options"]}
    found = options.get(fold(data)) if isinstance(data, str) else None
    if found is None:
        raise Violated(f'The "{data}" option does not exist in the "{column["code"]}" column.')
    return found


def _record(store: Store, column: Body, data: Any) -> Any:
    entity = column["reference_entity_identifier"]
    entry = store.reference_entities.entries_of(entity).get(data)
    if entry is None:
        raise Violated(f'The "{data}" record does not exist, in the "{column["code"]}" column.')
    return entry.code


_CELLS = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "select": _select,
    "reference_entity": _record,
}


def check_cells(store: Store, item: Item, errors: list[Violation]) -> None:
    """Blame *item* when the tables among its values have too many cells together."""
    tables = store.table_attributes
    if not tables or not any(place[0] in tables for place in item.places):
        return
    found = (data for place, data in item.values.items() if place[0] in tables)
    cells = sum(len(row) for table in found for row in table)
    if cells > MOST_CELLS:
        message = f"A product has {MOST_CELLS} cells of tables at most, {cells} given."
        errors.append({"property": "values", "message": message})
