"""Files with tables as tests make them, good ones and bad ones, and what is read of them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.ports import BadRow, SourceOptions, Table
from importbus.adapters.sources.tables import BadTable, open_tables
from importbus.adapters.sources.unfolding import Unfolding

Row = Sequence[object]

Read = list[tuple[int, object]]
"""The line of each row with its cells, or with why it is none."""

PLAIN = SourceOptions()
"""Nothing is said of how to read."""

SHEET_PART, STRINGS_PART = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"

INLINE = re.compile(rb'(<c r="\w+") t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
"""A text in a cell, as openpyxl writes it."""

STRINGS_TYPE = (
    b"</Types>",
    b'<Override PartName="/%s" ContentType="%s" /></Types>'
    % (STRINGS_PART.encode(), SHARED_STRINGS.encode()),
)
"""What is replaced in the list of parts, so that there is a table of texts, and by what."""


def book(*rows: Row, edit: Callable[[Worksheet], object] | None = None) -> bytes:
    """Return an XLSX file with a sheet ``Prices`` that has *rows*, and is edited after that."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Prices"
    for row in rows:
        sheet.append(list(row))
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


def shared(content: bytes) -> bytes:
    """Return the workbook *content* with the texts of its sheet in a table, as Excel has them."""
    texts: list[bytes] = []

    def number(inline: re.Match[bytes]) -> bytes:
        texts.append(inline[2])
        return b'%s t="s"><v>%d</v></c>' % (inline[1], len(texts) - 1)

    content = patched(content, SHEET_PART, lambda data: INLINE.sub(number, data))
    content = patched(content, "[Content_Types].xml", lambda data: data.replace(*STRINGS_TYPE))
    file = io.BytesIO(content)
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        items = b"".join(b"<si>%s</si>" % text for text in texts)
        archive.writestr(
            STRINGS_PART, b'<sst xmlns="%s">%s</sst>' % (SHEET_MAIN_NS.encode(), items)
        )
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
