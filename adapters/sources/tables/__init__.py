"""Tables: rows below a header, of CSV files and of the sheets of spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from importbus.adapters.sources.ports import Input, SourceOptions, Table
from importbus.adapters.sources.tables.bad_table import BadTable
from importbus.adapters.sources.tables.csv_table import open_csv
from importbus.adapters.sources.unfolding import Unfolding
from importbus.bus.errors import ConfigurationError

__all__ = ["BadTable", "open_tables"]


def open_tables(
    input: Input, options: SourceOptions, format: str, *, limits: Unfolding = Unfolding()
) -> Iterator[Table | BadTable]:
    """Yield the tables of *input*, or why one is none.

    A table is to be read before the next one is asked for, and once. An input without any row has
    none. What is wrong with single rows, its ``rows`` yield.

    Args:
        input: What to read.
        options: Its encoding and delimiter, when they are not as they seem.
        format: ``csv``, which has one table, or ``xlsx``, which has one a sheet.
        limits: How far the parts of a spreadsheet may unfold.

    Raises:
        ConfigurationError: The input is missing or cannot be read, now or while rows are read; an
            option is wrong; or openpyxl is not installed.
    """
    if format == "csv":
        yield from open_csv(input, options)
    else:
        yield from _xlsx(input)(input, limits)


def _xlsx(input: Input) -> Callable[[Input, Unfolding], Iterator[Table | BadTable]]:
    try:
        from importbus.adapters.sources.tables.xlsx import open_xlsx
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{input.name}: for XLSX files openpyxl is needed; pip install 'importbus[xlsx]'."
        ) from error
    return open_xlsx
