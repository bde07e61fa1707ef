"""Tables: rows below a header, of CSV files and of the sheets of spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from importbus.adapters.sources.ports import Input, SourceOptions, Table

__all__ = ["BadTable", "open_tables"]


@frozen
class BadTable:
    """A table, or a whole input, that cannot be read.

    Attributes:
        name: How positions call it: ``products.csv``, ``book.xlsx#Prices``.
        line: The 1-based line or row where it became clear.
        reason: A sentence for people, without the name and the line.
    """

    name: str
    line: int
    reason: str


def open_tables(input: Input, options: SourceOptions, format: str) -> Iterator[Table | BadTable]:
    """Yield the tables of *input*, or why one is none.

    Args:
        format: ``csv``, which has one table, or ``xlsx``, which has one a sheet.

    A table is to be read before the next one is asked for, and once. An input without any row has
    none. What is wrong with single rows, its ``rows`` yield.

    Raises:
        ConfigurationError: The input is missing or cannot be read, now or while rows are read; or
            openpyxl is not installed.
    """
    raise NotImplementedError
