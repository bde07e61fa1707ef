"""XLSX: a table for each sheet of a workbook, by openpyxl."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from math import isfinite
from typing import Any, cast

from loguru import logger
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape

from importbus.adapters.sources.ports import BadRow, Cell, Input, Table
from importbus.adapters.sources.tables.bad_table import BadTable
from importbus.adapters.sources.tables.broken_rows import RAW_BYTES
from importbus.adapters.sources.tables.columns import header_of, no_header, quote
from importbus.adapters.sources.tables.texts import LARGE, ROW_BYTES, size_of
from importbus.adapters.sources.tables.workbook import Sheet, SheetRow, Workbook, open_workbook
from importbus.adapters.sources.unfolding import BrokenInput, Unfolding
from importbus.bus.errors import InvalidCommand

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What an escape in a text may stand for, and no text can hold."""


def open_xlsx(input: Input, limits: Unfolding) -> Iterator[Table | BadTable]:
    """Yield a table for each sheet of *input* that is not empty, or why one is none.

    Hidden sheets are passed over, and the log says so.

    Raises:
        ConfigurationError: The input is missing or cannot be read, or there is no room for a copy
            of it.
    """
    try:
        with open_workbook(input, limits) as workbook:
            for sheet in workbook.sheets:
                if sheet.hidden:
                    logger.info("{}#{}: is hidden and not read.", input.name, sheet.title)
                else:
                    yield from _tables(f"{input.name}#{sheet.title}", workbook, sheet)
    except BrokenInput as error:
        yield BadTable(input.name, 1, error.reason)


def _tables(name: str, workbook: Workbook, sheet: Sheet) -> Iterator[Table | BadTable]:
    """Yield the table of *sheet*, or why it is none; nothing for an empty one."""
    rows, number = workbook.rows(sheet), 1
    try:
        for row in rows:
            number = row.number
            if row.damage or any(cell["value"] not in (None, "") for cell in row.cells):
                yield _table(name, row, rows, _Reader(workbook))
                return
    except BrokenInput as error:
        yield BadTable(name, number, error.reason)


def _table(
    name: str, row: SheetRow, rows: Iterator[SheetRow], reader: _Reader
) -> XlsxTable | BadTable:
    cells: list[Cell] = []
    for cell in row.cells:
        if cell["value"] is not None:
            cells += [None] * (cell["column"] - len(cells) - 1) + [cell["value"]]
    unnamed = (cell for cell in row.cells if cell["value"] is not None and cell["data_type"] != "s")
    if row.damage:
        return BadTable(name, row.number, row.damage)
    if first := next(unnamed, None):
        reason = f"there is no header: the first row names the columns, {_what(first)}"
        return BadTable(name, row.number, reason)
    reader.header = header_of(cells)
    if missing := no_header(reader.header):
        return BadTable(name, row.number, missing)
    return XlsxTable(name, row.number, reader, rows)


class XlsxTable:
    """The rows of a sheet; implements ``ports.Table``.

    Texts, numbers, truth values, dates and times are what they are in the sheet.
    """

    def __init__(
        self, name: str, header_line: int, reader: _Reader, rows: Iterator[SheetRow]
    ) -> None:
        self.name = name
        self.header: Sequence[str] = reader.header
        self.header_line = header_line
        self._reader = reader
        self._rows = rows

    def rows(self) -> Iterator[tuple[int, Sequence[Cell] | BadRow]]:
        """Yield each row that is not blank, with its number; see ``ports.Table``."""
        number = self.header_line
        try:
            for row in self._rows:
                number = row.number
                found = self._reader.read(row)
                if found is not None:
                    yield number, found
        except BrokenInput as error:
            reason = f"from here on the sheet cannot be read: it {error.reason}"
            yield number + 1, BadRow(reason)


class _Reader:
    """Makes rows of what openpyxl has of them."""

    header: tuple[str, ...] = ()

    def __init__(self, workbook: Workbook) -> None:
        self._dates = workbook.date_formats
        self._durations = workbook.timedelta_formats
        self._epoch = workbook.epoch

    def read(self, row: SheetRow) -> list[Cell] | BadRow | None:
        """Return the cells of *row* as the header has them; why there are none; None for blanks."""
        if row.damage:
            return BadRow(row.damage)
        cells: list[Cell] = [None] * len(self.header)
        size, filled = 0, False
        for cell in row.cells:
            value = cell["value"]
            if value is None or value == "":
                continue
            try:
                cells[cell["column"] - 1] = value = self._value(cell, value)
            except (InvalidCommand, IndexError, ValueError, OverflowError) as error:
                return _bad(f"{self._column(cell['column'])}: {_said(error)}", row)
            filled = True
            size += len(value) if type(value) is str else 0
        if size >= LARGE and size_of(map(str, cells)) > ROW_BYTES:
            return _bad(f"the row is longer than {ROW_BYTES:,} bytes", row)
        return cells if filled else None

    def _value(self, cell: Mapping[str, Any], value: Any) -> Cell:
        """Return what is in *cell*.

        Raises:
            InvalidCommand: It is nothing that a command can have.
            OverflowError: A date is out of all calendars; also ``ValueError``.
        """
        if type(value) is str:
            plain = cell["data_type"] == "s" and "_x" not in value
            return value if plain else _text(cell["data_type"], value)
        if cell["data_type"] == "n" and cell["style_id"] in self._dates:
            return self._date(value, duration=cell["style_id"] in self._durations)
        if type(value) is float and not isfinite(value):
            raise InvalidCommand("holds a number that is too large")
        return cast(Cell, value)

    def _date(self, days: float, *, duration: bool) -> Cell:
        found = from_excel(days, self._epoch, timedelta=duration)
        if isinstance(found, timedelta):
            raise InvalidCommand(f"holds a duration, {found}; make it a number or a text")
        return cast(Cell, found)

    def _column(self, number: int) -> str:
        """Return how to call the 1-based column *number*."""
        name = f" ({quote(self.header[number - 1])})" if number <= len(self.header) else ""
        return f"column {get_column_letter(number)}{name}"


def _text(kind: str, value: str) -> str:
    """Return the text *value*; raises ``InvalidCommand`` when it is a formula or an error."""
    if kind == "f":
        raise InvalidCommand(f"holds a formula, {quote(value)}; save the sheet with values instead")
    if kind == "e":
        raise InvalidCommand(f"holds the error {value}; mend it, and save the sheet with values")
    text = unescape(value)
    if UNSTORABLE.search(text):
        raise InvalidCommand("holds a character that no text may have")
    return text


def _said(error: Exception) -> str:
    if isinstance(error, InvalidCommand):
        return error.reason
    if isinstance(error, IndexError):
        return "has a value, and the header has no name for it"
    return "holds a date that is out of every calendar"


def _what(cell: Mapping[str, Any]) -> str:
    """Return what is in place of a name, for people."""
    kinds = {"f": "a formula", "e": "an error", "b": "a truth value"}
    kind = kinds.get(cell["data_type"], "a number")
    return f"in column {get_column_letter(cell['column'])} there is {kind}, {cell['value']}"


def _bad(reason: str, row: SheetRow) -> BadRow:
    values = (str(cell["value"]) for cell in row.cells if cell["value"] is not None)
    return BadRow(reason, "\t".join(values)[:RAW_BYTES].encode("utf-8", "replace")[:RAW_BYTES])
