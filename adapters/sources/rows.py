"""Tables as sources: each row gives the commands that a reader makes of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Protocol

from attrs import define, field, frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.sources.extents import Extent
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.jsonl import RAW_BYTES, REASON_LENGTH
from importbus.adapters.sources.ports import (
    BadRow,
    Cell,
    Data,
    Made,
    RowReader,
    SourceOptions,
    Table,
)
from importbus.adapters.sources.tables import BadTable, open_tables
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection

Want = Callable[[str], bool]

Read = Callable[[Sequence[Cell], Want], Iterable[Made]]

Item = tuple[Position, LaneCommand | Rejection]


@frozen
class Reading:
    """What reads a table.

    Attributes:
        rows: Makes commands of its rows.
        command: The class that its rows are of; None when nobody can tell.
    """

    rows: RowReader
    command: str | None


class TableReaders(Protocol):
    """Who knows how tables are to be read."""

    @property
    def options(self) -> SourceOptions:
        """How texts are decoded and split."""
        ...

    def reading(self, table: Table) -> Reading:
        """Return what reads *table*.

        Raises:
            HandlingFailed: The PIM has to be asked for it, and cannot be.
        """
        ...


@define(eq=False)
class TableSource:
    """Reads the tables of *input*, which has *format*; implements ``importbus.bus.ports.Source``.

    What is wrong with a header is one rejection, in the line of the header; a table that cannot be
    read is one, and so is a row. Such a rejection is of the class that the rows are of.
    """

    input: FileInput
    format: str
    codec: JsonCodec
    readers: TableReaders
    _passed: Container[Position] | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """The name of the input."""
        return self.input.name

    @property
    def rereadable(self) -> bool:
        """Whether the input can be read again."""
        return self.input.rereadable

    @property
    def extent(self) -> Extent | None:
        """How far the input was read; see ``Verifiable``."""
        return self.input.extent

    def difference(self, extent: Extent) -> str | None:
        """Return how the input differs from what was read of it; None when it does not."""
        return self.input.difference(extent)

    def keep(self) -> None:
        """Make sure that the input can be read again."""
        self.input.keep()

    def pass_over(self, positions: Container[Position]) -> None:
        """Yield nothing for *positions* from now on."""
        self._passed = positions

    def close(self) -> None:
        """Forget what was kept; a second call does nothing."""
        self.input.close()

    def read_by(self, readers: TableReaders) -> TableSource:
        """Return the same source, read by other *readers*."""
        return TableSource(self.input, self.format, self.codec, readers)

    def read(self, want: Want, *, rejections: bool = True) -> Iterator[Item]:
        """Yield each wanted command with its position, and why other rows are none.

        *want* is asked once for each command, and once for each rejection of a known class.
        """
        for table in open_tables(self.input, self.readers.options, self.format):
            if isinstance(table, BadTable):
                at = Position(table.name, table.line)
                if rejections and not self._is_passed(at):
                    yield at, rejection(table.reason)
                continue
            reading = self.readers.reading(table)
            told = _Told(reading.command, want, rejections)
            at = Position(table.name, table.header_line)
            if reading.rows.problems and not self._is_passed(at) and told.wanted():
                yield at, _of_header(reading, table)
            if reading.rows.usable:
                yield from self._rows(table, reading.rows.read, want, told)

    def _rows(self, table: Table, read: Read, want: Want, told: _Told) -> Iterator[Item]:
        """Yield what the rows of *table* give; a loop that runs once for each row."""
        name, item, passed = table.name, self._item, self._passed
        for line, row in table.rows():
            if isinstance(row, BadRow):
                at = Position(name, line)
                if not self._is_passed(at) and told.wanted():
                    yield at, rejection(row.reason, told.command, row.raw)
                continue
            if passed is None:
                made = read(row, want)
            else:
                made = _left(name, line, read(row, _all), want, passed)
            for part, command, data in made:
                position = Position(_place(name, part) if part else name, line)
                yield position, item(command, data, row)

    def _is_passed(self, position: Position) -> bool:
        return self._passed is not None and position in self._passed

    def _item(
        self, command: str, data: Data | InvalidCommand, row: Sequence[Cell]
    ) -> LaneCommand | Rejection:
        try:
            if isinstance(data, InvalidCommand):
                raise data
            return self.codec.build(command, data)  # sound, as readers give it
        except InvalidCommand as error:
            return rejection(str(error), command, _raw(row))


@frozen
class _Told:
    """Whether a rejection is to be told that is not of a single command."""

    command: str | None
    want: Want
    rejections: bool

    def wanted(self) -> bool:
        return self.rejections if self.command is None else self.want(self.command)


def rejection(reason: str, command: str | None = None, raw: bytes = b"") -> Rejection:
    """Return why something is no command, shortened to what is kept."""
    return Rejection(reason[:REASON_LENGTH], command, raw[:RAW_BYTES])


def _of_header(reading: Reading, table: Table) -> Rejection:
    raw = "\t".join(table.header).encode("utf-8", "replace")
    return rejection(" ".join(reading.rows.problems), reading.command, raw)


def _left(
    name: str, line: int, made: Iterable[Made], want: Want, passed: Container[Position]
) -> Iterator[Made]:
    """Yield what is wanted of *made* and not *passed*."""
    for one in made:
        part = one[0]
        if Position(_place(name, part) if part else name, line) not in passed and want(one[1]):
            yield one


def _place(name: str, part: str) -> str:
    """Return the source that the *part* of a row has; its folder is that of the table."""
    return f"{name}#{part.replace('/', '%2F')}"


def _all(command: str) -> bool:
    return True


def _raw(row: Sequence[Cell]) -> bytes:
    return "\t".join("" if cell is None else str(cell) for cell in row).encode("utf-8", "replace")
