"""Files with tables as tests make them, good ones and bad ones, and what is read of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.ports import BadRow, SourceOptions, Table
from importbus.adapters.sources.tables import BadTable, open_tables
from importbus.adapters.sources.unfolding import Unfolding

Row = Sequence[object]

Read = list[tuple[int, object]]
"""The line of each row with its cells, or with why it is none."""

PLAIN = SourceOptions()
"""Nothing is said of how to read."""

SHEET_PART = "xl/worksheets/sheet1.xml"


def book(*rows: Row, edit: Callable[[Worksheet], object] | None = None) -> bytes:
    """Return an XLSX file with a sheet ``Prices`` that has *rows*, and is edited after that."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Prices"
    for row in rows:
        sheet.append(row)
    if edit:
        edit(sheet)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """Return *workbook* as a file."""
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def patched(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the archive *content* with one *part* changed."""
    file = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return file.getvalue()


def tables(
    content: bytes,
    format: str = "csv",
    options: SourceOptions = PLAIN,
    *,
    limits: Unfolding = Unfolding(),
) -> Iterator[Table | BadTable]:
    """Yield the tables of *content*, as if it came from standard input."""
    return open_tables(FileInput("-", stdin=io.BytesIO(content)), options, format, limits=limits)


def rows_of(found: Table | BadTable) -> Read:
    """Return what is in a table that can be read."""
    assert not isinstance(found, BadTable), found.reason
    return [(line, told(row)) for line, row in found.rows()]


def read(content: bytes, format: str = "csv", options: SourceOptions = PLAIN) -> Read:
    """Return the rows of the tables in *content*."""
    return [row for table in tables(content, format, options) for row in rows_of(table)]


def refusal(content: bytes, format: str = "csv", options: SourceOptions = PLAIN) -> str:
    """Return why there is no table in *content*, and in which line that became clear."""
    (found,) = tables(content, format, options)
    assert isinstance(found, BadTable), found
    return f"{found.line}: {found.reason}"


def told(row: object) -> object:
    """Return the cells of a row, or why there are none."""
    if isinstance(row, BadRow):
        return row.reason
    assert isinstance(row, Iterable)
    return list(row)
