"""CSV: a table of texts, as the ``csv`` module reads it, with the way back after broken rows."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator, Sequence
from itertools import chain

from attrs import evolve, frozen

from importbus.adapters.sources.ports import BadRow, Cell, Input, SourceOptions, Table
from importbus.adapters.sources.tables.bad_table import BadTable
from importbus.adapters.sources.tables.beginnings import HEAD_BYTES, foreign
from importbus.adapters.sources.tables.broken_rows import Rules
from importbus.adapters.sources.tables.columns import header_of, no_header
from importbus.adapters.sources.tables.delimiters import (
    columns_by,
    delimiter_of,
    named,
    named_delimiter,
)
from importbus.adapters.sources.tables.texts import (
    LARGE,
    ROW_BYTES,
    Block,
    blocks,
    encoding_of,
    size_of,
)
from importbus.adapters.sources.unfolding import BrokenInput, begins_with


def open_csv(input: Input, options: SourceOptions) -> Iterator[Table | BadTable]:
    """Yield the table of *input*, or why it is none; nothing for an empty one.

    Raises:
        ConfigurationError: The input is missing or cannot be read, or the options name no encoding
            or no delimiter.
    """
    delimiter = options.delimiter and named_delimiter(options.delimiter)
    try:
        with input.open() as stream:
            head = begins_with(stream, HEAD_BYTES)
            encoding = encoding_of(head, options.encoding)
            if reason := foreign(head):
                yield BadTable(input.name, 1, reason)
                return
            text = blocks(stream, encoding, head)
            yield from _Opening(input.name, delimiter, encoding, bool(options.encoding)).table(text)
    except BrokenInput as error:
        yield BadTable(input.name, 1, error.reason)


class CsvTable:
    """The rows of a CSV file; implements ``ports.Table``.

    Lines are counted as an editor does, and a row has the line in which it begins.
    """

    def __init__(
        self, name: str, rules: Rules, header_line: int, below: int, blocks: Iterator[Block]
    ) -> None:
        self.name = name
        self.header: Sequence[str] = rules.header
        self.header_line = header_line
        self._rules = rules
        self._line = below  # of what is read next
        self._blocks = blocks

    def rows(self) -> Iterator[tuple[int, Sequence[Cell] | BadRow]]:
        """Yield each row that is not blank, with its line; see ``ports.Table``."""
        held: list[str] = []
        for block in self._blocks:
            if block.broken:
                reason = f"from here on the input cannot be read: it {block.broken}"
                yield self._line, BadRow(reason)
                return
            lines = held + block.lines if held else block.lines
            suspect = block.suspect or sum(map(len, held)) >= LARGE
            done = yield from self._read(lines, suspect=suspect, last=block.last)
            held = lines[done:]
            self._line += done
            del lines, block

    def _read(
        self, lines: list[str], *, suspect: bool, last: bool
    ) -> Generator[tuple[int, Sequence[Cell] | BadRow], None, int]:
        """Yield the rows in *lines*; return how many lines were read: the last row may go on."""
        first, width, begin = self._line, len(self.header), 0
        while begin < len(lines):
            reader, at = self._rules.records(lines, begin), begin  # a row begins in line *at*
            try:
                for row in reader:
                    if suspect or len(row) != width or not row[0]:
                        found = self._rules.judged(row, lines[at : begin + reader.line_num])
                        if found is not None:
                            yield first + at, found
                        if isinstance(found, BadRow) and reader.line_num > at - begin + 1:
                            break
                    else:
                        yield first + at, row
                    at = begin + reader.line_num
                else:
                    return at
            except csv.Error as error:
                row_lines = lines[at : begin + reader.line_num]
                more = not last and begin + reader.line_num == len(lines)
                if more and size_of(row_lines) <= ROW_BYTES:
                    return at
                yield first + at, self._rules.unread(row_lines, error)
            begin = self._rules.way_back(lines, at + 1, begin + reader.line_num, last=last)
        return len(lines)


@frozen
class _Opening:
    """Finds the header of a file."""

    name: str
    delimiter: str | None
    encoding: str
    encoding_named: bool

    def table(self, text: Iterator[Block]) -> Iterator[Table | BadTable]:
        """Yield the table in *text*, or why it is none; nothing if there is no row."""
        below = 1
        for block in text:
            blank = next((at for at, line in enumerate(block.lines) if _filled(line)), None)
            if blank is not None:
                yield self._table(block, below, blank, text)
                return
            if block.broken:
                yield BadTable(self.name, below, block.broken)
            below += len(block.lines)

    def _table(
        self, block: Block, first: int, at: int, text: Iterator[Block]
    ) -> CsvTable | BadTable:
        lines = block.lines[at:]
        delimiter = self.delimiter or delimiter_of(lines)
        rules = Rules((), delimiter, self.encoding, self.encoding_named)
        reader = rules.records(lines)
        try:
            header = next(reader)
        except csv.Error as error:
            reason = rules.unread(lines[: reader.line_num], error).reason
            return BadTable(self.name, first + at, f"the header cannot be read: {reason}")
        rules = evolve(rules, header=header_of(header))
        if unusable := self._unusable(header, rules, lines):
            return BadTable(self.name, first + at, unusable)
        below = at + reader.line_num
        rest = evolve(block, lines=block.lines[below:])
        return CsvTable(self.name, rules, first + at, first + below, chain([rest], text))

    def _unusable(self, header: Sequence[str], rules: Rules, lines: Sequence[str]) -> str | None:
        """Return why nothing can be read below *header*."""
        likely = delimiter_of(lines)
        if len(header) == 1 < columns_by(lines, likely):
            return (
                f"the header has one column with the delimiter {named(rules.delimiter)}, and "
                f"{columns_by(lines, likely)} with {named(likely)}; say --delimiter {named(likely)}"
            )
        text = "".join(header)
        if "\0" in text:
            return "holds NUL bytes: it is no text, or UTF-16; then say --encoding utf-16-le"
        return rules.not_text(header, lines) or no_header(rules.header)


def _filled(line: str) -> bool:
    return bool(line.strip(' \r\n\t;,|"'))
