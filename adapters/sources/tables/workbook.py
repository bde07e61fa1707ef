"""The parts of a workbook that tables need, with bounded memory, by openpyxl.

openpyxl reads a whole workbook into memory or, in its streaming mode, all of its shared strings and
a line for each row; it follows what a sheet claims of its size. So its readers of single parts are
used here, and not its front door.
"""

from __future__ import annotations

import io
import warnings
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, Self
from zipfile import ZipFile

from attrs import frozen
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from importbus.adapters.sources import unfolding
from importbus.adapters.sources.extents import CHUNK
from importbus.adapters.sources.ports import Input
from importbus.adapters.sources.tables.beginnings import no_workbook
from importbus.adapters.sources.unfolding import BrokenInput, Counted, Unfolded, Unfolding
from importbus.bus.errors import ConfigurationError

SHEET_DATA, ROW, FORMULA, STRING = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("sheetData", "row", "f", "si")
)

MOST_CELLS = 16_384
"""Most cells of a row. Source: Excel's specifications and limits."""

PARTS_OF_CELL = 8
"""Elements that a cell may have: itself, its value, and the runs of a formatted text."""

STRINGS_HELD = 32 * 1024 * 1024
"""Bytes of shared strings that are held in memory; those after them are read from a file."""

DAMAGE = (*unfolding.DAMAGE, ArithmeticError, AttributeError, SyntaxError, TypeError)
"""What openpyxl and the standard library raise over a workbook that is none."""


@frozen
class Sheet:
    """A sheet of a workbook, and where in the archive it is."""

    title: str
    hidden: bool
    path: str


@frozen
class SheetRow:
    """A row as openpyxl has it.

    Attributes:
        number: Its 1-based number.
        cells: Its cells in order: ``column`` (1-based), ``value``, ``data_type`` and ``style_id``.
        damage: Why there are none, when the row cannot be read.
    """

    number: int
    cells: list[dict[str, Any]]
    damage: str | None = None


@contextmanager
def open_workbook(input: Input, limits: Unfolding) -> Iterator[Workbook]:
    """Open the workbook in *input*, of which a temporary copy is made.

    Raises:
        ConfigurationError: The input cannot be read, or there is no room for the copy.
        BrokenInput: It is no workbook; the reason says what it is.
    """
    with TemporaryFile(prefix="importbus-") as copy:
        with input.open() as stream, _room_told(input.name):
            copyfileobj(stream, copy, CHUNK)
        if reason := no_workbook(copy):
            raise BrokenInput(reason)
        with damage_told("is no workbook that can be read"):
            archive = _Package(copy, limits)
        with archive, SharedStrings() as strings:
            yield Workbook(copy, archive, strings)


class Workbook:
    """The sheets of the workbook in *file*, with *archive* as its parts; fills *strings*."""

    def __init__(self, file: IO[bytes], archive: ZipFile, strings: SharedStrings) -> None:
        self._archive = archive
        self._strings = strings
        with damage_told("is no workbook that can be read"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that are not used here
            parts = ExcelReader(file, read_only=True, keep_links=False)
            parts.archive = archive
            parts.read_manifest()
            self._read_strings(parts)
            parts.read_workbook()
            apply_stylesheet(archive, parts.wb)
            self.sheets = [
                Sheet(sheet.name, sheet.state != "visible", link.target)
                for sheet, link in parts.parser.find_sheets()  # those of charts have no rows
            ]
        book: Any = parts.wb
        self.epoch: datetime = book.epoch
        self.date_formats: frozenset[int] = frozenset(book._date_formats)
        self.timedelta_formats: frozenset[int] = frozenset(book._timedelta_formats)

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:
        """Yield the rows of *sheet* that are in the file, from top to bottom.

        Raises:
            BrokenInput: The rest of the sheet cannot be read.
        """
        with damage_told("is damaged"), self._archive.open(sheet.path) as source:
            parser = _Parser(source, self._strings)
            for element in _elements(source):
                try:
                    number, cells = parser.parse_row(element)
                    row = SheetRow(number, cells)
                except DAMAGE as error:
                    row = SheetRow(parser.row_counter, [], f"the row is damaged: {error}")
                yield row

    def _read_strings(self, parts: Any) -> None:
        if part := parts.package.find(SHARED_STRINGS):
            with self._archive.open(part.PartName[1:]) as source:
                for text in _strings(source):
                    self._strings.add(text)


class SharedStrings:
    """Texts by their number; what is more than ``STRINGS_HELD`` is in a file without a name."""

    def __init__(self, held: int = STRINGS_HELD) -> None:
        self._texts: list[str] = []
        self._room = held
        self._file: IO[bytes] | None = None
        self._ends = array("Q", [0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._file:
            self._file.close()

    def add(self, text: str) -> None:
        """Add the next text."""
        if self._file is None and self._room > 0:
            self._texts.append(text)
            self._room -= len(text) + 64  # what Python needs for a text
            return
        if self._file is None:
            self._file = TemporaryFile(prefix="importbus-")  # noqa: SIM115 - closed at exit
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "surrogatepass")))

    def __getitem__(self, number: int) -> str:
        if 0 <= number < len(self._texts):
            return self._texts[number]
        at = number - len(self._texts)
        if self._file is None or not 0 <= at < len(self._ends) - 1:
            raise IndexError(f"there is no shared string {number}")
        self._file.seek(self._ends[at])
        return self._file.read(self._ends[at + 1] - self._ends[at]).decode("utf-8", "surrogatepass")


class _Package(ZipFile):
    """A zip archive whose members unfold within *limits*."""

    def __init__(self, file: IO[bytes], limits: Unfolding) -> None:
        self._compressed = Counted(file)  # type: ignore[arg-type]
        self._limits = limits
        super().__init__(io.BufferedReader(self._compressed))

    def open(self, name: Any, *arguments: Any, **options: Any) -> IO[bytes]:
        """Open the member *name*; see ``zipfile.ZipFile``."""
        member = super().open(name, *arguments, **options)
        return io.BufferedReader(Unfolded(member, self._compressed, self._limits), CHUNK)  # type: ignore[arg-type]


class _Parser(WorkSheetParser):
    """Reads rows; numbers stay what they are, and formulas are not translated."""

    def parse_formula(self, element: Any) -> str:
        """Return the formula as it stands there; one that is shared stands in another cell."""
        return f"={element.findtext(FORMULA) or '...'}"


def _elements(source: IO[bytes]) -> Iterator[Any]:
    """Yield the element of each row; nothing is kept of those before it."""
    data, parts = None, 0
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            parts += 1
            if parts > MOST_CELLS * PARTS_OF_CELL:
                raise BrokenInput(f"has a row of more than {MOST_CELLS:,} cells")
            if element.tag == SHEET_DATA:
                data = element
        elif element.tag == ROW and data is not None:
            yield element
            data.clear()
            parts = 0
        elif element.tag == SHEET_DATA:
            return


def _strings(source: IO[bytes]) -> Iterator[str]:
    table = None
    for event, element in iterparse(source, events=("start", "end")):
        table = element if table is None else table
        if event == "end" and element.tag == STRING:
            text: Any = Text.from_tree(element)
            yield text.content
            table.clear()


@contextmanager
def damage_told(what: str) -> Iterator[None]:
    """Raise ``BrokenInput`` for whatever a damaged workbook leads openpyxl to."""
    try:
        yield
    except DAMAGE as error:
        said = str(error).partition("\n")[0][:200] or type(error).__name__
        raise BrokenInput(f"{what}: {said}") from error


@contextmanager
def _room_told(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"{name}: cannot be copied into a temporary file: {error.strerror}; the variable "
            f"TMPDIR names another folder."
        ) from error
