"""Laws of tables: what was written comes back, and what is broken takes nothing good with it."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importbus.adapters.sources.inputs import open_inputs
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.sources.tables import BadTable, open_tables
from table_files import (
    PLAIN,
    SHEET_PART,
    STRINGS_PART,
    Read,
    book,
    patched,
    read,
    rows_of,
    shared,
    tables,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all examples of a law."""
    return tmp_path_factory.mktemp("tables")


Quoting = Literal[0, 1]
"""As ``csv.QUOTE_MINIMAL`` and ``csv.QUOTE_ALL``."""

NAMES = st.lists(
    st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True), min_size=1, max_size=4, unique=True
)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
TRICKY = st.text('ab;,\t|"\r\n \u2028é', max_size=6)
DELIMITERS = st.sampled_from(";,\t|")
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
QUOTING: st.SearchStrategy[Quoting] = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])


def written(rows: Sequence[Sequence[str]], delimiter: str, end: str, quoting: Quoting) -> str:
    """Return *rows* as ``csv.writer`` writes them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows(rows)
    return text.getvalue()


def as_csv_reads(text: str, delimiter: str) -> Read:
    """Return the rows of *text* below the header that are not blank, each with its first line."""
    reader, found, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [], 1
    for row in reader:
        found.append((line, row))
        line = reader.line_num + 1
    return [(line, row) for line, row in found[1:] if any(row)]


@st.composite
def written_tables(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a delimiter, and a table that was written with it, the last line end left out or not."""
    header = draw(NAMES)
    row = st.lists(TEXT | TRICKY, min_size=len(header), max_size=len(header))
    rows = draw(st.lists(row, max_size=5))
    delimiter, end, quoting = draw(DELIMITERS), draw(ENDS), draw(QUOTING)
    if any(("\r" in cell) != ("\n" in cell) for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # the writer quotes its own line ends only
    text = written([header, *rows], delimiter, end, quoting)
    return delimiter, text if draw(st.booleans()) else text.removesuffix(end)


@given(written_tables(), ENCODINGS, st.booleans())
def test_what_was_written_comes_back_with_its_lines(
    table: tuple[str, str], encoding: str, told: bool
) -> None:
    """Any table is read as the csv module reads it; the delimiter shows if there is one."""
    delimiter, text = table
    shows = delimiter in text.splitlines()[0]
    options = SourceOptions(delimiter=None if shows and not told else delimiter)

    assert read(text.encode(encoding), "csv", options) == as_csv_reads(text, delimiter)


GOOD = st.lists(st.text('ab;"\né ', max_size=4).map("x".__add__), min_size=3, max_size=3)
BAD = st.text('ab;"é\0', max_size=8).map(str.encode) | st.binary(max_size=8).map(
    lambda line: line.translate(None, b"\r\n")
)


@given(st.lists(GOOD | BAD, max_size=8), st.integers(1, 40))
@example([b'x;"y', ["x1", "x2", 'x"3']], 1)
@example([b'"', ["x1", 'x"2', "x3"], b"\xe9", ["x1", "x", "x"]], 1)
def test_no_good_row_is_lost_to_a_bad_one(lines: list[list[str] | bytes], pad: int) -> None:
    """Whatever stands between good rows, they all come, each with its line."""
    content, good, line = b"sku;name;note\n", [], 2
    for number, each in enumerate(lines):
        if isinstance(each, bytes):
            content += each + b"\n"
        else:
            row = [f"x{number}-{'p' * pad}", *each[1:]]
            good.append((line, row))
            content += written([row], ";", "\n", csv.QUOTE_MINIMAL).encode()
        line = content.count(b"\n") + 1

    found = read(content)

    assert [row for row in good if row not in found] == []


@given(st.binary(max_size=60) | st.text('ab;,"\r\n\0\t', max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_a_reason(content: bytes) -> None:
    """Nothing is raised, lines rise, and every row has as many cells as the header."""
    for table in tables(b"" + content):
        if isinstance(table, BadTable):
            assert table.reason
        else:
            rows = rows_of(table)
            assert [line for line, _ in rows] == sorted({line for line, _ in rows})
            assert {len(row) for _, row in rows if isinstance(row, list)} <= {len(table.header)}


@given(st.integers(1, 200), st.data())
def test_what_came_before_a_cut_is_read(count: int, data: st.DataObject) -> None:
    """Of a gzip file that is cut off, whole rows come, and then one reason."""
    rows = [[f"x{number}", str(number**9), "é"] for number in range(count)]
    whole = gzip.compress(
        written([["sku", "n", "o"], *rows], ";", "\n", csv.QUOTE_MINIMAL).encode()
    )
    cut = whole[: data.draw(st.integers(20, len(whole) - 1))]
    (table,) = tables(cut)
    if isinstance(table, BadTable):
        assert "is cut off" in table.reason
    else:
        *found, (_, reason) = rows_of(table)
        assert found == [(line, row) for line, row in enumerate(rows[: len(found)], 2)]
        assert "is cut off" in str(reason)


DECIMALS = st.decimals(-(10**9), 10**9, places=4).map(float)
WORDS = st.text(st.characters(categories=["L", "N", "Pd", "Sc", "Zs"]), max_size=6)
CELLS = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | DECIMALS | WORDS
FIRST, LAST = datetime(1900, 3, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - a sheet has no zones
MOMENTS = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0))


@given(st.lists(st.lists(CELLS | MOMENTS, min_size=2, max_size=2), max_size=4))
def test_a_sheet_comes_back_as_it_was_written(rows: list[list[object]]) -> None:
    """Texts, numbers, truth values and moments are what they were, in their rows."""
    content = book(["sku", "name"], *rows)

    assert read(content, "xlsx") == [
        (number, [None if cell == "" else cell for cell in row])
        for number, row in enumerate(rows, 2)
        if any(cell not in (None, "") for cell in row)
    ]


WORKBOOK = shared(book(["sku", "name"], ["mug", 1.5], ["cup", FIRST]))
PARTS = st.sampled_from(
    [SHEET_PART, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", STRINGS_PART]
)


@given(PARTS, st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=10))
def test_a_damaged_workbook_raises_nothing(part: str, at: int, length: int, new: bytes) -> None:
    """Whatever is cut out of a part or put into it, there are tables or a reason."""
    damaged = patched(WORKBOOK, part, lambda data: data[:at] + new + data[at + length :])

    for table in tables(damaged, "xlsx"):
        assert table.reason if isinstance(table, BadTable) else list(table.rows()) is not None


def zipped(method: int) -> bytes:
    """Return an archive with two tables, compressed with *method*."""
    file = io.BytesIO()
    with ZipFile(file, "w", method) as archive:
        archive.writestr("a.csv", "sku;name\nmug;Mug\n" * 50)
        archive.writestr("größe.csv", "sku\nmug\n")
    return file.getvalue()


ARCHIVES = st.sampled_from([zipped(method) for method in (ZIP_DEFLATED, ZIP_LZMA, ZIP_BZIP2)])


@given(ARCHIVES, st.integers(0, 10**6), st.integers(0, 5), st.binary(max_size=5))
@example(zipped(ZIP_DEFLATED), 30, 1, b"\xff")  # a name that is no text
def test_a_damaged_archive_raises_nothing(
    folder: Path, whole: bytes, at: int, length: int, new: bytes
) -> None:
    """Whatever is cut out of an archive or put into it, there are tables or a reason."""
    path = folder / "catalog.zip"
    at %= len(whole)
    path.write_bytes(whole[:at] + new + whole[at + length :])

    for member in open_inputs(str(path)):
        for table in open_tables(member, PLAIN, "csv"):
            assert table.reason if isinstance(table, BadTable) else rows_of(table) is not None
