"""XLSX as people and programs write it: a table a sheet, and every bad cell with its place."""

from __future__ import annotations

import io
import sys
import tracemalloc
from collections.abc import Callable
from datetime import datetime, time
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.tables import BadTable
from importbus.adapters.sources.tables.workbook import SharedStrings
from importbus.adapters.sources.unfolding import Unfolding
from importbus.bus.errors import ConfigurationError
from table_files import (
    PLAIN,
    SHEET_PART,
    STRINGS_PART,
    book,
    patched,
    read,
    refusal,
    rows_of,
    saved,
    shared,
    tables,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

PROTECTED = "EncryptedPackage".encode("utf-16-le")

BLANK = b" " * 1_000_000

MOMENT = datetime(2026, 11, 28, 6, 15)  # noqa: DTZ001 - a sheet has no zones


def reason(value: object, edit: Callable[[Worksheet], object] | None = None) -> object:
    """Return why the row with *value* in column B cannot be read; the rows around it can."""
    content = book(["sku", "name"], ["mug", "Mug"], ["pot", value], ["cup", "Cup"], edit=edit)
    before, (line, why), after = read(content, "xlsx")

    assert (before, line, after) == ((2, ["mug", "Mug"]), 3, (4, ["cup", "Cup"]))
    return why


def test_cells_stay_what_they_are() -> None:
    """Texts, numbers, truth values, dates and times are not made into texts."""
    cells = ["007", 12, 12.5, True, MOMENT, time(6, 15), None]

    assert read(book(["a", "b", "c", "d", "e", "f", "g"], cells), "xlsx") == [(2, cells)]


def test_each_sheet_is_a_table() -> None:
    """Empty and hidden sheets and charts are passed over; blank rows above a header, too."""
    workbook = Workbook()
    workbook.worksheets[0].title = "Prices"
    workbook.worksheets[0].append(["sku", "price"])
    workbook.create_sheet("Empty")
    workbook.create_chartsheet("Chart")
    hidden = workbook.create_sheet("Lists")
    hidden.append(["a", "b"])
    hidden.sheet_state = "hidden"
    more = workbook.create_sheet("More")
    more["B3"] = " sku "
    more["B4"] = "mug"

    found = [
        (table.name, tuple(table.header), table.header_line, rows_of(table))
        for table in tables(saved(workbook), "xlsx")
        if not isinstance(table, BadTable)
    ]

    assert found == [
        ("-#Prices", ("sku", "price"), 1, []),
        ("-#More", ("", "sku"), 3, [(4, [None, "mug"])]),
    ]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("=A1*2", 'holds a formula, "=A1*2"; save the sheet with values instead'),
        ("#REF!", "holds the error #REF!; mend it, and save the sheet with values"),
        ("a_x0000_b", "holds a character that no text may have"),
        ("a_xD800_b", "holds a character that no text may have"),
    ],
)
def test_a_cell_without_a_value_says_so(value: str, why: str) -> None:
    """The row is told with the letter and the name of the column; the others are read."""
    assert reason(value) == f'column B ("name"): {why}'


@pytest.mark.parametrize(
    ("number", "style", "why"),
    [
        (1.5, "[h]:mm", "holds a duration, 1 day, 12:00:00; make it a number or a text"),
        (-5_000_000, "yyyy-mm-dd", "holds a date that is out of every calendar"),
        (10**9, "yyyy-mm-dd", "holds a date that is out of every calendar"),
    ],
)
def test_a_date_that_is_none_says_so(number: float, style: str, why: str) -> None:
    """Only what a calendar has is a date."""

    def edit(sheet: Worksheet) -> None:
        sheet["B3"].number_format = style

    assert reason(number, edit) == f'column B ("name"): {why}'


def test_a_value_without_a_header_says_so() -> None:
    """However far to the right it is, the row is told; blank cells there are nothing."""

    def edit(sheet: Worksheet) -> None:
        sheet["XFD3"] = "lost"
        sheet["XFC4"].number_format = "0.0"

    why = "column XFD: has a value, and the header has no name for it"
    assert reason("Pot", edit) == why


def test_escapes_are_the_characters_that_they_stand_for() -> None:
    """Excel writes a carriage return as _x000D_, and the _ of a text that looks so as _x005F_."""
    content = book(["sku", "name"], ["mug", "a_x000D_b_x005F_x000D_"])

    assert read(content, "xlsx") == [(2, ["mug", "a\rb_x000D_"])]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (["sku", 12.5], "in column B there is a number, 12.5"),
        (["sku", "=A1"], "in column B there is a formula, =A1"),
        (["10", "20"], 'and here it is "10", "20"'),
    ],
)
def test_a_sheet_without_a_header_says_so(header: list[object], why: str) -> None:
    """Where names should be there are values; another sheet is read."""
    workbook = Workbook()
    workbook.worksheets[0].append(header)
    workbook.create_sheet("Good").append(["sku"])

    bad, good = tables(saved(workbook), "xlsx")

    assert isinstance(bad, BadTable)
    names = "there is no header: the first row names the columns, "
    assert bad == BadTable("-#Sheet", 1, names + why)
    assert good.name == "-#Good"


def zipped(*names: str) -> bytes:
    """Return an archive that has files of these *names*."""
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty, and no XLSX file"),
        (b"sku;name\nmug;Mug\n", "is no XLSX file; if it is CSV, say --format csv"),
        (b"<html><table>", "is an HTML page, whatever its name says; open it and save it"),
        (OLE + PROTECTED, "is protected by a password; save it without one"),
        (OLE + b"x" * 131_060 + PROTECTED, "is protected by a password"),
        (OLE + b"Workbook", "is an old Excel file (.xls); save it as .xlsx"),
        (zipped("a.csv"), "is a zip archive and no XLSX file; save it as .xlsx"),
        (zipped("content.xml"), "is an OpenDocument file and no XLSX file"),
        (zipped("[Content_Types].xml", "xl/workbook.bin"), "is a binary workbook and no XLSX"),
        (zipped("[Content_Types].xml"), "is no workbook that can be read: "),
        (book(["sku"])[:-30], "is cut off or damaged: the end of the XLSX file is missing"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_says_what_it_is(content: bytes, why: str) -> None:
    """There is no table, and what to do instead."""
    assert refusal(content, "xlsx").startswith(f"1: {why}")


def sheet(change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with three rows whose sheet was changed."""
    return patched(book(["sku", "n"], ["mug", 1], ["cup", 2], ["pot", 3]), SHEET_PART, change)


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        (
            lambda data: data[: data.index(b'<row r="3"') + 20],
            [(2, ["mug", 1]), (3, "from here on the sheet cannot be read: it is damaged: ")],
        ),
        (
            lambda data: data.replace(b"<v>2</v></c></row>", b"<v>2x</v></c></row>"),
            [(2, ["mug", 1]), (3, "the row is damaged: "), (4, ["pot", 3])],
        ),
        (
            lambda data: data.replace(b'<row r="3"', b"<row>%s</row><row" % (b"<c/>" * 140_000)),
            [(2, ["mug", 1]), (3, "from here on the sheet cannot be read: it has a row of more")],
        ),
    ],
)  # fmt: skip
def test_a_damaged_sheet_is_read_as_far_as_it_goes(
    change: Callable[[bytes], bytes], rows: list[tuple[int, object]]
) -> None:
    """A row that is damaged is told by itself; where nothing more can be read, that is told."""
    found = read(sheet(change), "xlsx")

    assert len(found) == len(rows)
    for (line, row), (expected, cells) in zip(found, rows, strict=True):
        assert line == expected
        assert str(row).startswith(cells) if isinstance(cells, str) else row == cells


@pytest.mark.parametrize("part", [SHEET_PART, "xl/styles.xml", STRINGS_PART])
def test_a_bomb_in_any_part_breaks_off(part: str) -> None:
    """What unfolds too far is not read to its end."""
    limits = Unfolding(ratio=50, free=20_000, most=10_000_000)
    content = patched(
        shared(book(["sku"], ["mug"])), part, lambda data: data[:56] + BLANK + data[56:]
    )

    (found,) = tables(content, "xlsx", limits=limits)

    assert isinstance(found, BadTable)
    assert "as a bomb would" in found.reason


def test_what_a_sheet_claims_of_its_size_costs_nothing() -> None:
    """A sheet that claims all columns and has its last row at the very end is read at once."""
    content = sheet(
        lambda data: (
            data.replace(b'<dimension ref="A1:B4"', b'<dimension ref="A1:XFD1048576"')
            .replace(b'<row r="4"', b'<row r="1048576"')
            .replace(b'"A4"', b'"A1048576"')
            .replace(b'"B4"', b'"B1048576"')
        )
    )
    tracemalloc.start()
    try:
        found = read(content, "xlsx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found == [(2, ["mug", 1]), (3, ["cup", 2]), (1_048_576, ["pot", 3])]
    assert peak < 10_000_000


def test_texts_may_stand_in_a_table_of_their_own() -> None:
    """They are what they were; a number that is not in the table damages its row only."""
    rows = ["mug", "a_x000D_b"], ["cup", "Größe"], ["pot", " x "]
    content = shared(book(["sku", "name"], *rows))
    torn = patched(content, SHEET_PART, lambda data: data.replace(b"<v>5</v>", b"<v>99</v>"))

    mug, _, pot = expected = [(2, ["mug", "a\rb"]), (3, ["cup", "Größe"]), (4, ["pot", " x "])]
    assert read(content, "xlsx") == expected
    assert read(torn, "xlsx") == [mug, (3, "the row is damaged: there is no shared string 99"), pot]


def test_blank_rows_leave_nothing_in_memory() -> None:
    """A sheet may have a million of them."""
    blank = b'<row r="9" ht="12"></row>' * 40_000
    content = sheet(lambda data: data.replace(b'<row r="4"', blank + b'<row r="4"'))
    tracemalloc.start()
    try:
        found = read(content, "xlsx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found[-1] == (4, ["pot", 3])
    assert peak < 6_000_000


@pytest.mark.parametrize("held", [0, 100, 10_000])
def test_shared_strings_are_the_same_in_a_file(held: int) -> None:
    """What has no room in memory is read from a file; a number that is none is an error."""
    texts = ["", "Mug", "Größe", "a\nb"] * 3
    with SharedStrings(held) as strings:
        for text in texts:
            strings.add(text)

        assert [strings[number] for number in range(len(texts))] == texts
        for wrong in (-1, len(texts)):
            with pytest.raises(IndexError, match=f"there is no shared string {wrong}"):
                strings[wrong]


def test_without_openpyxl_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.delitem(sys.modules, "importbus.adapters.sources.tables.xlsx")
    monkeypatch.delitem(sys.modules, "importbus.adapters.sources.tables.workbook")
    monkeypatch.setitem(sys.modules, "openpyxl.reader.excel", None)

    with pytest.raises(ConfigurationError, match=r"^-: .*pip install 'importbus\[xlsx\]'\.$"):
        list(tables(b"", "xlsx", PLAIN))


def test_a_missing_workbook_stops_the_import() -> None:
    """What the system cannot open is a mistake of the call, not of the data."""
    with pytest.raises(ConfigurationError, match=r"^none\.xlsx: cannot be read: No such file"):
        FileInput("none.xlsx")
