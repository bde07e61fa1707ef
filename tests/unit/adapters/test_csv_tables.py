"""CSV as people and programs write it: every row is read, blank, or told with why not and where."""

from __future__ import annotations

import csv
import gzip
import io
import tracemalloc
from itertools import chain, islice, repeat
from typing import Any

import pytest

from importbus.adapters.sources.extents import CHUNK
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.sources.tables import BadTable, open_tables
from importbus.adapters.sources.tables.texts import ROW_BYTES
from importbus.bus.errors import ConfigurationError
from table_files import PLAIN, read, refusal, rows_of, tables

HEAD = b"sku;name;note\n"
MUG = (2, ["mug", "Mug", "x"])


def reason(row: bytes) -> object:
    """Return why *row* cannot be read; the rows around it can."""
    before, (_, why), (line, after) = read(HEAD + b"mug;Mug;x\n" + row + b"\ncup;Cup;y\n")

    assert (before, line, after) == (MUG, 4, ["cup", "Cup", "y"])
    return why


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"", []),
        (b"\n\r\n;;\n", []),
        (b"sku\nmug", [(2, ["mug"])]),
        (b"sku,name\r\nmug,Mug\r\n", [(2, ["mug", "Mug"])]),
        (b"sku\tname\rmug\tMug\r", [(2, ["mug", "Mug"])]),
        (b"\n\n sku | name ||\nmug|Mug||\n", [(4, ["mug", "Mug"])]),
        (
            b'sku;name\n"mug";"a ""big"" ;\r\nMug"\ncup;C',
            [(2, ["mug", 'a "big" ;\r\nMug']), (4, ["cup", "C"])],
        ),
        (b'sku;name\n;\n"";""\n\n;Mug\n', [(5, ["", "Mug"])]),
        (b"sku;name\nmug;Mug;;\n", [(2, ["mug", "Mug"])]),
        (b"sku;size\nmug;12\" x\n", [(2, ["mug", '12" x'])]),
        ("sku;name\nmug;Größe\u2028L\n".encode(), [(2, ["mug", "Größe\u2028L"])]),
        ("\ufeffsku;name\nmug;é\n".encode("utf-16-le"), [(2, ["mug", "é"])]),
        ("\ufeffsku;name\nmug;é\n".encode("utf-32-be"), [(2, ["mug", "é"])]),
        (b"\xef\xbb\xbfsku;name\nmug;\xc3\xa9\n", [(2, ["mug", "é"])]),
    ],
)  # fmt: skip
def test_what_can_be_read(content: bytes, rows: object) -> None:
    """Delimiters, quotes, ends of lines, marks and blank rows are as tolerant as they can be."""
    assert read(content) == rows


def test_a_header_has_its_line_and_its_names() -> None:
    """Names have no white space around them, and nothing is left of columns after the last one."""
    (table,) = tables(b"\xef\xbb\xbf\n\nsku ; name;;\n")

    assert not isinstance(table, BadTable)
    assert (table.name, table.header, table.header_line) == ("-", ("sku", "name"), 3)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"pot", 'has 1 cell, and the header 3: column "name" is missing'),
        (b"pot;Pot", 'has 2 cells, and the header 3: column "note" is missing'),
        (b"pot;Pot;x;y", 'has 4 cells, and the header 3: "y" has no column'),
        (b"pot,Pot,x", 'the cells are separated by ",", in the header by ";"'),
        (b"pot\tPot\tx", 'the cells are separated by tab, in the header by ";"'),
        (b'pot;"Pot";"x"y', 'column "note": a quote within quotes is written twice, ""'),
        (b'pot;"a "big" one";x', 'column "name": a quote within quotes is written twice, ""'),
        (b'pot;"Pot;x', 'column "name": a quote is opened and not closed'),
        (b'pot;Pot;"', 'column "note": a quote is opened and not closed'),
        (b"pot;P\0t;x", 'column "name": holds a NUL byte, which no text has; take it out'),
        (
            b"pot;P\xf6t;x",
            'column "name": byte 6 of the row, 0xF6, is not UTF-8; say --encoding windows-1252 '
            "if it is, or save the file as UTF-8",
        ),
        (
            b"pot;" + b"x" * 131_073 + b";x",
            'column "name": the cell is longer than 131,072 characters',
        ),
        (b"pot;" + b";".join([b"x" * 1_000] * 1_100), "the row is longer than 1,000,000 bytes"),
        (b"x" * (3 * ROW_BYTES), "the row is longer than 1,000,000 bytes"),
    ],
)
def test_a_broken_row_says_what_and_where(row: bytes, why: str) -> None:
    """The reason names the column, and the rows before and after are read."""
    assert reason(row) == why


def test_a_quote_that_is_not_closed_takes_one_row_only() -> None:
    """The rows that it would swallow are read, in blocks of any number."""
    rows = b"".join(b"sku-%d;Mug %d;x\n" % (number, number) for number in range(9_000))

    found = read(HEAD + b'bad;"Mug;x\n' + rows)

    assert found[0] == (
        2,
        'column "name": a quote is opened and not closed, or the cell is longer than 131,072 '
        "characters",
    )
    assert [line for line, _ in found[1:]] == list(range(3, 9_003))


def test_a_row_of_many_lines_with_too_few_cells_is_one_broken_row() -> None:
    """Its lines are no rows, and the row after it is read."""
    found = read(HEAD + b'bad;"a\nb\nc"\ncup;Cup;y\n')

    assert found == [
        (2, 'has 2 cells, and the header 3: column "note" is missing'),
        (5, ["cup", "Cup", "y"]),
    ]


def test_a_whole_row_within_a_broken_one_is_read() -> None:
    """Two quotes that are not closed, in rows that are not alike, take nothing between them."""
    found = read(HEAD + b'bad;"a\ncup;Cup;y\nb"\npot;Pot;z\n')

    assert [line for line, _ in found] == [2, 3, 4, 5]
    assert found[1::2] == [(3, ["cup", "Cup", "y"]), (5, ["pot", "Pot", "z"])]


def test_a_byte_that_is_no_text_is_seen_across_blocks() -> None:
    """A row that ends in the block behind its bad byte is told, and the next one is read."""
    good = b"mug;Mug;x\n" * ((CHUNK - len(HEAD)) // 10)

    *_, bad, after = read(HEAD + good + b"bad;\xff" + b"a" * 2_000 + b";x\ncup;Cup;y\n")

    assert "is not UTF-8" in str(bad[1])
    assert after == (bad[0] + 1, ["cup", "Cup", "y"])


@pytest.mark.parametrize("count", [1_999, 2_000, 2_001])
def test_rows_go_on_across_blocks(count: int) -> None:
    """A row of several lines that ends in the next block is one row."""
    rows = b'"mug";"%s\n%s";x\n' % (b"a" * 500, "é".encode() * 700)

    found = read(HEAD + rows * count)

    assert [line for line, _ in found] == list(range(2, 2 + 2 * count, 2))
    assert {str(row) for _, row in found} == {str(["mug", "a" * 500 + "\n" + "é" * 700, "x"])}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"1001;12.5\n", 'there is no header: the first row names the columns, and here it is "1'),
        (b'sku;"name\nmug;x\n', "the header cannot be read: cell 2: a quote is opened"),
        (b"sku;gr\xf6\xdfe\n", 'the header cannot be read: column "gr\\xf6\\xdfe": byte 7'),
        (b"s\0k\0u\0;\0n\0\n\0", "holds NUL bytes: it is no text, or UTF-16; then say --enc"),
        (b"PK\x03\x04...", "is an XLSX file or another zip archive; say --format xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel file; save it as .xlsx or CSV"),
        (b"<!DOCTYPE html><table>", "is an HTML page, whatever its name says; open it and save it"),
        (b"<?xml version='1.0'?>", "is an XML file, whatever its name says; open it and save it"),
        (b'{"command":"x"}', "is JSON, whatever its name says; say --format jsonl"),
        (gzip.compress(gzip.compress(b"sku")), "is compressed twice; unpack it"),
        (gzip.compress(b"sku;name\n")[:12], "is cut off: its compressed data has no end"),
    ],
)  # fmt: skip
def test_what_is_no_table_says_so(content: bytes, why: str) -> None:
    """There is no table, and what to do instead."""
    assert refusal(content).startswith(f"1: {why}")


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    """Neither where the encoding shows, nor where it is told."""
    marked = "\ufeffsku\n"
    for content, named in ((marked.encode(), None), (marked.encode("utf-16-le"), "utf-16-le")):
        (table,) = tables(content, "csv", SourceOptions(encoding=named))
        assert not isinstance(table, BadTable)
        assert table.header == ("sku",)


def test_a_wrong_delimiter_is_told_at_the_header() -> None:
    """Who names a delimiter that the header does not have learns which one it has."""
    assert refusal(b"sku;name\nmug,x\n", "csv", SourceOptions(delimiter=",")) == (
        '1: the header has one column with the delimiter ",", and 2 with ";"; say --delimiter ";"'
    )


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"sku;name, long\nmug;x\n", ["mug", "x"]),
        (b"sku,name;long\nmug,x\ncup,y\n", ["mug", "x"]),
        (b"sku|name\nmug|a;b;c\n", ["mug", "a;b;c"]),
        (b"sku\nmug, red\ncup\n", ["mug, red"]),
    ],
)
def test_rows_decide_where_headers_leave_a_doubt(content: bytes, row: list[str]) -> None:
    """The delimiter is the one with which rows have as many cells as the header."""
    assert read(content)[0] == (2, row)


@pytest.mark.parametrize("delimiter", ["\t", "tab", "TAB", "\\t"])
def test_a_tab_has_a_name(delimiter: str) -> None:
    """A tab is hard to write on a command line."""
    assert read(b"a;b\tc\n1\t2\n", "csv", SourceOptions(delimiter=delimiter)) == [(2, ["1", "2"])]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (SourceOptions(encoding="klingon"), "--encoding klingon: there is no such encoding"),
        (SourceOptions(encoding="base64"), "--encoding base64: there is no such encoding"),
        (SourceOptions(delimiter=";;"), "--delimiter ';;': it is one character"),
        (SourceOptions(delimiter='"'), "it is one character"),
    ],
)
def test_wrong_options_stop_the_import(options: SourceOptions, why: str) -> None:
    """They are a mistake of the call, not of the data."""
    with pytest.raises(ConfigurationError, match=why):
        refusal(b"sku\n", "csv", options)


def test_an_encoding_may_be_told() -> None:
    """Bytes that are no text in it are told with its name."""
    options = SourceOptions(encoding="windows-1252")

    assert read(b"sku;name\nmug;\x80 5\ncup;\x81\n", "csv", options) == [
        (2, ["mug", "€ 5"]),
        (
            3,
            'column "name": byte 5 of the row, 0x81, is not windows-1252; say another --encoding, '
            "or save the file as UTF-8",
        ),
    ]


class Endless(io.RawIOBase):
    """Gives one piece again and again."""

    def __init__(self, beginning: bytes, piece: bytes, count: int) -> None:
        self._pieces = chain([beginning], repeat(piece, count))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        piece = next(self._pieces, b"")
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("piece", [b'a;"b;c\n', b"x", b'"', b"a;\xff;\0\n"])
def test_memory_does_not_grow_with_the_input(piece: bytes) -> None:
    """Whatever is wrong with an input, a long one takes a few megabytes."""
    stream = io.BufferedReader(Endless(b"sku;name;note\n", piece * (60_000 // len(piece)), 400))
    tracemalloc.start()
    try:
        for table in open_tables(FileInput("-", stdin=stream), PLAIN, "csv"):
            assert not isinstance(table, BadTable)
            for _ in islice(table.rows(), 2_000):
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 40_000_000


def test_the_limit_of_a_cell_is_that_of_the_csv_module() -> None:
    """A program may allow longer cells, as with any reader."""
    before = csv.field_size_limit(200_000)
    try:
        assert read(b"sku;name\nmug;" + b"x" * 150_000) == [(2, ["mug", "x" * 150_000])]
    finally:
        csv.field_size_limit(before)


def test_a_bad_table_is_no_table() -> None:
    """What cannot be read is told, and other inputs go on."""
    (bad,) = tables(b"<html>")
    (good,) = tables(b"sku\nmug\n")

    assert isinstance(bad, BadTable)
    assert rows_of(good) == [(2, ["mug"])]
