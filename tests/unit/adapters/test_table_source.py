"""Tables as sources: each row is told once, with its place, as a command or with why it is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from importbus.adapters.sources import TableSource
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.ports import Cell, Made, Table
from importbus.adapters.sources.rows import Reading
from importbus.bus.messages import Position
from importbus.bus.ports import Rejection
from read_sources import CODEC, shop_readers, table, told
from table_files import book

PRODUCT, FILE = "CreateOrUpdateProduct", "CreateProductMediaFile"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def test_a_row_is_a_command_at_its_line() -> None:
    """As an editor counts lines, blank ones and those within a cell included."""
    source = table('sku;note\n\nmug;"two\nlines"\ncup;a\n')

    assert told(source) == [("p.csv:3", f"{PRODUCT} mug"), ("p.csv:5", f"{PRODUCT} cup")]


def test_what_is_wrong_with_a_header_is_told_once_in_its_line() -> None:
    """All of it together, of the class of the rows, which go on without those columns."""
    source = table("\nsku;name-pt_BR;stok\nmug;Mug;1\n")
    (at, first), (_, second) = source.read(lambda name: True)

    assert at == Position("p.csv", 2)
    assert isinstance(first, Rejection)
    assert first.command == PRODUCT
    assert "'name-pt_BR' is left out" in first.reason
    assert "'stok' is left out" in first.reason
    assert first.raw == b"sku\tname-pt_BR\tstok"
    assert not isinstance(second, Rejection)


def test_without_a_key_no_row_is_read() -> None:
    """There is one rejection, not one for each row."""
    ((at, reason),) = told(table("family;note\nmugs;a\nmugs;b\n"))

    assert at == "p.csv:1"
    assert "identif" in reason


def test_a_header_that_tells_no_kind_names_the_option() -> None:
    """Nobody knows the class then."""
    source = table("code;label-en_US\nmug;Mug\n", "what.csv")
    ((at, item),) = source.read(lambda name: True)

    assert at == Position("what.csv", 1)
    assert isinstance(item, Rejection)
    assert item.command is None
    assert "say --as categories, " in item.reason


def test_what_is_no_table_is_told_in_its_line() -> None:
    """Once, and only where rejections of no class are wanted."""
    source = table("<html><body>Sign in</body></html>\n")
    ((at, reason),) = told(source)

    assert at == "p.csv:1"
    assert "HTML" in reason
    assert told(source, rejections=False) == []


def test_a_broken_row_is_told_and_the_others_go_on() -> None:
    """With its first bytes, and of the class of the rows."""
    source = table("sku;note\nmug;a;b\ncup;a\n")
    (at, item), (_, other) = source.read(lambda name: True)

    assert at == Position("p.csv", 2)
    assert isinstance(item, Rejection)
    assert (item.command, item.raw) == (PRODUCT, b"mug;a;b")
    assert not isinstance(other, Rejection)


def test_a_cell_that_does_not_fit_rejects_its_row() -> None:
    """With the row as it was read."""
    ((_, item),) = table("sku;stock\nmug;many\n").read(lambda name: True)

    assert item == Rejection("stock: expected a number, not 'many'", PRODUCT, b"mug\tmany")


def test_a_part_of_a_row_has_a_source_of_its_own() -> None:
    """So that the position of each command is its own."""
    source = table("sku;picture;manual-en_US\nmug;mug.png;mug.pdf\n")

    assert [at for at, _ in told(source)] == [
        "p.csv:2",
        "p.csv#picture:2",
        "p.csv#manual-en_US:2",
    ]


def test_each_sheet_is_a_source_of_its_own() -> None:
    """Named after the book and the sheet."""
    source = table(book(("sku", "stock"), ("mug", 5), ("cup", "x")), "b.xlsx", "xlsx")

    assert told(source) == [
        ("b.xlsx#Prices:2", f"{PRODUCT} mug"),
        ("b.xlsx#Prices:3", "stock: expected a number, not 'x'"),
    ]


def test_a_reading_is_asked_once_for_each_thing_it_could_tell() -> None:
    """Commands, broken rows and the header alike; what is not wanted is not told."""
    asked: list[str] = []
    source = table("sku;note;picture;x\nmug;a;mug.png;\ncup;a\npan;b;;\n")

    def want(name: str) -> bool:
        asked.append(name)
        return name == FILE

    assert [at for at, _ in told(source, want)] == ["p.csv#picture:2"]
    assert asked == [PRODUCT, PRODUCT, FILE, PRODUCT, PRODUCT]


@pytest.mark.parametrize(
    ("passed", "left"),
    [
        (("p.csv", 1), ["p.csv:2", "p.csv#picture:2", "p.csv:3"]),
        (("p.csv", 2), ["p.csv:1", "p.csv#picture:2", "p.csv:3"]),
        (("p.csv#picture", 2), ["p.csv:1", "p.csv:2", "p.csv:3"]),
        (("p.csv", 3), ["p.csv:1", "p.csv:2", "p.csv#picture:2"]),
    ],
)
def test_what_is_passed_over_is_not_told(passed: tuple[str, int], left: list[str]) -> None:
    """The header, a row, a part of one, a broken row; nor is anybody asked about it."""
    asked: list[str] = []
    source = table("sku;picture;x\nmug;mug.png;\ncup\n")
    source.pass_over({Position(*passed)})

    assert [at for at, _ in told(source, lambda name: not asked.append(name))] == left  # type: ignore[func-returns-value]
    assert len(asked) == 3


def test_a_table_that_is_passed_over_is_not_told() -> None:
    """When it is none, its only line was told before."""
    source = table("<html>\n")
    source.pass_over({Position("p.csv", 1)})

    assert told(source) == []


class Parted:
    """Reads a part with a slash in its name out of every row; implements ``RowReader``."""

    problems: Sequence[str] = ()
    usable = True

    def read(self, row: Sequence[Cell], want: object) -> list[Made]:
        return [("a/b", "DeleteProduct", {"identifier": row[0]})]


class PartedReaders:
    """Reads every table so."""

    options = shop_readers().options

    def reading(self, table: Table) -> Reading:
        return Reading(Parted(), "DeleteProduct")


def test_a_part_stays_in_the_folder_of_its_table() -> None:
    """Files that commands name are looked for beside their source."""
    table("sku\nmug\n", "x.csv")
    source = TableSource(FileInput("x.csv"), "csv", CODEC, PartedReaders())

    assert [at for at, _ in told(source)] == ["x.csv#a%2Fb:2"]
