"""How a cell becomes the data of a value: by the type of the attribute.

Source: akeneo/pim-api-docs, content/concepts/products, "the data format"; akeneo/pim-community-dev,
``ArrayConverter/FlatToStandard/ValueConverter/*`` for how the cells are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from importbus.adapters.flat import cells
from importbus.adapters.flat.structure import IDENTIFIER, Attribute
from importbus.adapters.sources.ports import Cell, SourceOptions
from importbus.bus.errors import InvalidCommand

METRIC, PRICE = "pim_catalog_metric", "pim_catalog_price_collection"
NUMBER, DATE, BOOLEAN = "pim_catalog_number", "pim_catalog_date", "pim_catalog_boolean"
FILES = frozenset({"pim_catalog_image", "pim_catalog_file"})
"""Types whose cells name a file: that is a command of its own, unless the PIM has it."""

MEDIA_CODE = re.compile(r"(?:[0-9a-f]/){4}[0-9a-f]{40}_.+", re.DOTALL)
"""What the PIM calls a file that it has, and no path of a file to upload.

Source: akeneo/pim-api-docs, media files: ``f/2/e/6/f2e6674e0...c4fe9_Test.png``.
"""

Read = Callable[[Cell], Any]
"""Returns the data that a cell says; raises ``InvalidCommand`` for one that says none."""

TEXTS = frozenset({IDENTIFIER, "pim_catalog_text", "pim_catalog_textarea"})
"""Types whose data is the cell as it stands, ``007`` and white space included."""

BY_TYPE: Mapping[str, Read] = {
    **dict.fromkeys(TEXTS | FILES, cells.text),
    BOOLEAN: cells.flag,
    "pim_catalog_simpleselect": cells.code,
    "pim_catalog_multiselect": cells.codes,
    "pim_catalog_table": cells.objects,
    "pim_reference_data_simpleselect": cells.code,
    "pim_reference_data_multiselect": cells.codes,
    "akeneo_reference_entity": cells.code,
    "akeneo_reference_entity_collection": cells.codes,
    "pim_catalog_asset_collection": cells.codes,
}
"""Types that need to know nothing but the cell."""

REPEATED = frozenset(BY_TYPE) - TEXTS - FILES - {"pim_catalog_table"} | {DATE, NUMBER, METRIC}
"""Types of which many products have the same data, so that it is worth while to keep it."""

UNIT = re.compile(r"[A-Za-z_]+")
"""A unit that stands alone. Source: akeneo/pim-community-dev, ``MetricConverter``."""

PRICES = re.compile(r"(?<=[A-Za-z]),")
"""The comma between two prices: it stands behind a currency.

Source: akeneo/pim-community-dev, ``FieldSplitter::splitPrices``.
"""


def value_reader(attribute: Attribute, options: SourceOptions) -> Read:
    """Return what reads a cell as the data of a value of *attribute*.

    The cell is not empty; of attributes of ``FILES`` it is a media code. What has a type that
    nobody knows here, as those of extensions, is a text, or JSON if it looks like that.

    Raises:
        ConfigurationError: The date format of *options* is none.
    """
    if attribute.type == DATE:
        return cells.date_reader(options.date_format)
    if attribute.type == NUMBER:
        return amount_reader(attribute, options)
    if attribute.type == METRIC:
        return metric_reader(attribute, options)
    if attribute.type == PRICE:
        return prices_reader(attribute, options)
    return BY_TYPE.get(attribute.type, _anything)


def is_media_code(cell: Cell) -> bool:
    """Whether *cell* names a file that the PIM has: it is the data of a value then."""
    return MEDIA_CODE.fullmatch(cells.text(cell)) is not None


def amount_reader(attribute: Attribute, options: SourceOptions) -> Read:
    """Return what reads a number: whole, or with decimals as a text, as *attribute* has it."""
    if attribute.decimals_allowed is False:
        return cells.whole
    if options.decimal == ".":
        return cells.decimal
    return lambda cell: cells.decimal(cell, options.decimal)


def metric_reader(attribute: Attribute, options: SourceOptions) -> Read:
    """Return what reads ``10 KILOGRAM``; an amount alone has the unit of *attribute*."""
    measured = measured_reader(attribute, options)

    def read(cell: Cell) -> dict[str, Any]:
        said, _, unit = cells.text(cell).strip().partition(" ")
        if UNIT.fullmatch(said):
            raise InvalidCommand(f"expected an amount and a unit, not {cells.shown(cell)}")
        return measured(said if isinstance(cell, str) else cell, unit.strip())

    return read


def measured_reader(
    attribute: Attribute, options: SourceOptions
) -> Callable[[Cell, Cell], dict[str, Any]]:
    """Return what makes a measurement of an amount, which is not empty, and a unit."""
    amount = amount_reader(attribute, options)

    def read(cell: Cell, unit: Cell) -> dict[str, Any]:
        said = cells.code(unit) or attribute.default_metric_unit
        if not said:
            raise InvalidCommand(f"expected a unit beside the amount {cells.shown(cell)}")
        return {"amount": amount(cell), "unit": said}

    return read


def prices_reader(attribute: Attribute, options: SourceOptions) -> Read:
    """Return what reads ``10 EUR, 12 USD``."""
    amount = amount_reader(attribute, options)

    def read(cell: Cell) -> list[dict[str, Any]]:
        said = (each.strip() for each in PRICES.split(cells.text(cell)))
        return [_price(each, amount) for each in said if each]

    return read


def _price(said: str, amount: Read) -> dict[str, Any]:
    number, _, currency = said.partition(" ")
    if not currency.strip():
        raise InvalidCommand(f"expected amounts with their currencies, not {cells.shown(said)}")
    return {"amount": amount(number), "currency": currency.strip()}


def _anything(cell: Cell) -> Any:
    return cells.json(cell) if cells.text(cell).lstrip()[:1] in ("{", "[") else cells.text(cell)


def currencies_reader(
    attribute: Attribute, options: SourceOptions, columns: Mapping[str, str | None]
) -> Callable[..., list[dict[str, Any]] | None]:
    """Return what reads the prices of *attribute* from several columns, as many cells.

    What it returns gives None when all cells are empty. A column of a currency stands above the
    same currency in a list. Source: akeneo/pim-community-dev, ``ColumnsMerger``.
    *columns* has the currency of each header, and None for one that holds lists of prices.
    """
    amount, prices = amount_reader(attribute, options), prices_reader(attribute, options)
    reads = [
        (header, currency, amount if currency else prices) for header, currency in columns.items()
    ]
    order = sorted(range(len(reads)), key=lambda n: reads[n][1] is not None)

    def read(*given: Cell) -> list[dict[str, Any]] | None:
        found: dict[str, Any] = {}
        for n in order:
            header, currency, of_cell = reads[n]
            if not cells.is_empty(given[n]):
                said = named(header, of_cell)(given[n])
                each = said if currency is None else [{"amount": said, "currency": currency}]
                found.update((price["currency"], price) for price in each)
        return list(found.values()) or None

    return read


def named(header: str, read: Callable[..., Any]) -> Callable[..., Any]:
    """Return *read*, whose errors name the column."""

    def named_read(*given: Cell) -> Any:
        try:
            return read(*given)
        except InvalidCommand as error:
            raise InvalidCommand(error.reason, field=error.field or header) from error

    return named_read
