"""Values, associations and the sets of family variants: properties that are columns of their own.

Source of the names of columns: akeneo/pim-community-dev, AttributeColumnInfoExtractor and
AssociationColumnsResolver.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from importbus.adapters.flat.writing.cells import (
    Cells,
    Unsayable,
    coded,
    codes,
    entries,
    flag,
    number,
    text,
)

OF_THE_ROW = frozenset(
    {
        "associations",
        "categories",
        "code",
        "enabled",
        "family",
        "family_variant",
        "groups",
        "identifier",
        "parent",
        "quantified_associations",
        "sku",
        "uuid",
    }
)
"""Columns that are properties: an attribute of such a code could not be told from them."""

MEDIA_CODE = re.compile(r"([0-9a-f]/){4}[0-9a-f]{40}_.+", re.DOTALL)
"""What the PIM calls a file; in a table it would be taken for the path of a file to upload."""

WITH_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
"""A date as the API gives it; a cell has the day alone, and nobody can tell it from a text."""

PLACE = frozenset({"locale", "scope", "data"})

KINDS_OF_LINKS = ("products", "product_models", "groups")


def put_values(cells: Cells, column: str, values: Any) -> None:
    """Write values: a column an attribute, locale and scope, two for a measure."""
    for attribute, of_attribute in entries(values).items():
        if attribute in OF_THE_ROW or not isinstance(of_attribute, list) or not of_attribute:
            raise Unsayable
        for value in of_attribute:
            _put_value(cells, coded(attribute), value)


def _put_value(cells: Cells, attribute: str, value: Mapping[str, Any]) -> None:
    if not value.keys() <= PLACE:
        raise Unsayable
    where = [coded(value[name]) for name in ("locale", "scope") if value.get(name) is not None]
    column, data = "-".join((attribute, *where)), value.get("data")
    if isinstance(data, dict):
        _put_measure(cells, column, data)
    elif isinstance(data, list) and data and isinstance(data[0], dict):
        put = _put_prices if "currency" in data[0] else put_json
        put(cells, column, data)
    else:
        _put(cells, column, _plain(data))


def _plain(data: Any) -> str:
    if isinstance(data, bool):
        return flag(data)
    if isinstance(data, int | float):
        return number(data)
    if isinstance(data, list):
        return codes(data)
    if isinstance(data, str) and (MEDIA_CODE.fullmatch(data) or WITH_TIME.fullmatch(data)):
        raise Unsayable
    return text(data)


def _put_measure(cells: Cells, column: str, data: Mapping[str, Any]) -> None:
    if data.keys() != {"amount", "unit"}:
        raise Unsayable
    _put(cells, column, number(data["amount"]))
    _put(cells, f"{column}-unit", text(data["unit"]))


def _put_prices(cells: Cells, column: str, data: list[Any]) -> None:
    for price in data:
        if not isinstance(price, dict) or price.keys() != {"amount", "currency"}:
            raise Unsayable
        _put(cells, f"{column}-{coded(price['currency'])}", number(price["amount"]))


def _put(cells: Cells, column: str, cell: str) -> None:
    """Put a cell, the only one of its column: of two values only one could be said."""
    if column in cells:
        raise Unsayable
    cells[column] = cell


def put_links(cells: Cells, column: str, links: Any) -> None:
    """Write associations: a column a type and kind, ``X_SELL-products``."""
    for code, of_type in entries(links).items():
        for kind, named in entries(of_type).items():
            _put(cells, _link_column(code, kind), codes(named))


def put_quantified(cells: Cells, column: str, links: Any) -> None:
    """Write associations with quantities: two columns, ``PACK-products`` and its quantities."""
    for code, of_type in entries(links).items():
        for kind, named in entries(of_type).items():
            if kind == "groups" or not isinstance(named, list):
                raise Unsayable
            column = _link_column(code, kind)
            _put(cells, column, codes([_named(one) for one in named]))
            _put(cells, f"{column}-quantity", "|".join(number(one["quantity"]) for one in named))


def _link_column(code: str, kind: str) -> str:
    if kind not in KINDS_OF_LINKS:
        raise Unsayable
    return f"{coded(code)}-{kind}"


def _named(link: Mapping[str, Any]) -> Any:
    if link.keys() != {"identifier", "quantity"}:
        raise Unsayable
    return link["identifier"]


def put_sets(cells: Cells, column: str, sets: Any) -> None:
    """Write the levels of a family variant: ``variant-axes_1``, ``variant-attributes_1``."""
    if not isinstance(sets, list) or not sets:
        raise Unsayable
    for level in sets:
        if level.keys() != {"level", "axes", "attributes"}:
            raise Unsayable
        _put(cells, f"variant-axes_{level['level']}", codes(level["axes"]))
        _put(cells, f"variant-attributes_{level['level']}", codes(level["attributes"]))


def put_json(cells: Cells, column: str, value: Any) -> None:
    """Write a list of objects as JSON, as Akeneo has a table in one cell."""
    if not isinstance(value, list) or not value:
        raise Unsayable
    _put(cells, column, orjson.dumps(value).decode())


def put_units(cells: Cells, column: str, units: Any) -> None:
    """Write the units that a channel converts to: ``weight: GRAM, length: METER``."""
    said = [f"{coded(attribute)}: {coded(unit)}" for attribute, unit in entries(units).items()]
    cells[column] = ", ".join(said)
