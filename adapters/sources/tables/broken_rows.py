"""Rows of a CSV file that cannot be read: why, where, and how reading goes on after them."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from importbus.adapters.sources.ports import BadRow
from importbus.adapters.sources.tables.columns import quote
from importbus.adapters.sources.tables.delimiters import CANDIDATES, columns_by, named
from importbus.adapters.sources.tables.texts import LARGE, MARK, ROW_BYTES, size_of

if TYPE_CHECKING:
    from _csv import Reader

RAW_BYTES = 2_000
"""Bytes of a row that are kept."""

MISQUOTED = 'a quote within quotes is written twice, ""'


@frozen
class Rules:
    """What every row of a table keeps to."""

    header: tuple[str, ...]
    delimiter: str
    encoding: str
    named: bool
    """Whether the user named the encoding."""

    def records(self, lines: Sequence[str], begin: int = 0) -> Reader:
        """Return a reader of what begins in line *begin* of *lines*; it raises ``csv.Error``."""
        rest = map(lines.__getitem__, range(begin, len(lines))) if begin else lines
        return csv.reader(rest, delimiter=self.delimiter, strict=True)

    def way_back(self, lines: Sequence[str], begin: int, end: int, *, last: bool) -> int:
        """Return the first of the lines *begin* to *end* in which a whole row begins, else *end*.

        A quote that is not closed takes lines into its cell that are rows by themselves. A row
        that goes on behind the *lines* may be whole, unless these are the *last* ones.
        """
        for at in range(begin, end):
            reader = self.records(lines, at)
            try:
                row = next(reader, [])
            except csv.Error:
                if not last and at + reader.line_num == len(lines):
                    return at
                continue
            if len(row) == len(self.header) and any(row):
                return at
        return end

    def judged(self, row: list[str], lines: Sequence[str]) -> list[str] | BadRow | None:
        """Return the *row* that was read from *lines*, why it is none, or None for a blank one."""
        if not any(row):
            return None
        width = len(self.header)
        if len(row) > width and not any(row[width:]):
            del row[width:]
        reason = self.not_text(row, lines) or self._too_long(lines) or self._width(row, lines)
        return self.bad(reason, lines) if reason else row

    def unread(self, lines: Sequence[str], error: csv.Error) -> BadRow:
        """Return what is wrong with the row that begins in *lines*, of which csv says *error*."""
        return self.bad(self._too_long(lines) or self._unread(lines, str(error)), lines)

    def bad(self, reason: str, lines: Sequence[str]) -> BadRow:
        """Return the row in *lines* as one that cannot be read."""
        text = "".join(lines)[:RAW_BYTES]
        return BadRow(reason, text.encode("utf-8", "surrogateescape").rstrip(b"\r\n")[:RAW_BYTES])

    def _column(self, at: int) -> str:
        """Return how to call the 0-based column *at*."""
        return f"column {quote(self.header[at])}" if at < len(self.header) else f"cell {at + 1}"

    def not_text(self, row: Sequence[str], lines: Sequence[str]) -> str | None:
        """Return which cell of the *row* in *lines* is no text, and why; None when all are."""
        for at, cell in enumerate(row):
            if found := MARK.search(cell):
                return f"{self._column(at)}: {self._undecodable(found[0], lines)}"
            if "\0" in cell:
                return f"{self._column(at)}: holds a NUL byte, which no text has; take it out"
        return None

    def _undecodable(self, mark: str, lines: Sequence[str]) -> str:
        advice = "say another --encoding" if self.named else "say --encoding windows-1252 if it is"
        return f"{self._byte(mark, lines)}; {advice}, or save the file as UTF-8"

    def _byte(self, mark: str, lines: Sequence[str]) -> str:
        known = codecs.lookup(self.encoding).name
        said = known.upper() if known.startswith("utf") else self.encoding
        if known.startswith(("utf-16", "utf-32")):
            return f"is no {said}"
        text = "".join(lines)
        before = len(text[: text.index(mark)].encode(self.encoding, "surrogateescape"))
        return f"byte {before + 1} of the row, 0x{ord(mark) & 0xFF:02X}, is not {said}"

    def _too_long(self, lines: Sequence[str]) -> str | None:
        if sum(map(len, lines)) < LARGE or size_of(lines) <= ROW_BYTES:
            return None
        return f"the row is longer than {ROW_BYTES:,} bytes"

    def _width(self, row: list[str], lines: Sequence[str]) -> str | None:
        count, width = len(row), len(self.header)
        if count == width:
            return None
        by = next((each for each in CANDIDATES if columns_by(lines, each) == width), None)
        if count == 1 and by:
            return (
                f"the cells are separated by {named(by)}, in the header by {named(self.delimiter)}"
            )
        if count < width:
            return f"has {_cells(count)}, and the header {width}: {self._column(count)} is missing"
        return f"has {_cells(count)}, and the header {width}: {quote(row[width])} has no column"

    def _unread(self, lines: Sequence[str], said: str) -> str:
        too_long = f"the cell is longer than {csv.field_size_limit():,} characters"
        if len(lines) == 1 and "unexpected end" not in said:
            column = self._column(self._misread(lines[0]))
            return f"{column}: {too_long if 'limit' in said else MISQUOTED}"
        column = self._column(columns_by(lines[:1], self.delimiter) - 1)
        return f"{column}: a quote is opened and not closed" + (
            f", or {too_long}" if "limit" in said else ""
        )

    def _misread(self, line: str) -> int:
        """Return the 0-based column of a cell in *line* that csv cannot read."""
        pieces = line.split(self.delimiter)
        good, bad = 0, len(pieces)
        while bad - good > 1:
            middle = (good + bad) // 2
            if self._reads(self.delimiter.join(pieces[:middle])):
                good = middle
            else:
                bad = middle
        return columns_by([self.delimiter.join(pieces[:bad])], self.delimiter) - 1

    def _reads(self, beginning: str) -> bool:
        try:
            next(self.records([beginning]), None)
        except csv.Error as error:
            return "unexpected end" in str(error)
        return True


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
