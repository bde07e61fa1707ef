"""What the parts of a source promise each other: inputs, tables, and readers of their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from typing import Any, BinaryIO, Protocol

from attrs import frozen

from importbus.bus.errors import InvalidCommand

Cell = str | int | float | bool | date | datetime | time | None
"""What a cell holds: always a text in a CSV file, "" for an empty one; None when it is not there.

A spreadsheet has numbers, truth values and dates, too.
"""

Data = Mapping[str, Any]
"""The data of a command, with the API's own property names."""

Made = tuple[str, str, Data | InvalidCommand]
"""One thing that a row gives: its part, the class name of the command, its data or why it has none.

The part is "" for what the row is about, else the header of the column that it comes from, as for
the file that a cell names: a position is one command's, so those of a part are in a source of
their own, "products.csv#picture:17". The data has the names and types of its command for certain,
so that ``JsonCodec.build`` makes the command without looking at all of it again.
"""


@frozen
class SourceOptions:
    """How sources are to be read, as the user says; None means what the source itself shows.

    Attributes:
        format: ``jsonl``, ``csv`` or ``xlsx``, whatever the extension says.
        kind: What the rows of a table are, a name of ``flat.kinds``: ``products``.
        encoding: The encoding of texts, a name that Python knows.
        delimiter: What separates the cells of a row.
        empty_clears: Whether an empty cell clears its value; otherwise it is left alone.
        date_format: How dates are written, in the words of Akeneo's imports: ``dd/mm/yyyy``.
        decimal: What separates whole numbers from fractions, ``.`` or ``,``.
        structure: A file of commands that tells which attributes there are.
        mapping: A file that says which column is what.
        usual: Names of options that the user has said to be as they are by default, so that no
            mapping file sets them otherwise.
    """

    format: str | None = None
    kind: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    empty_clears: bool = False
    date_format: str = "yyyy-mm-dd"
    decimal: str = "."
    structure: str | None = None
    mapping: str | None = None
    usual: tuple[str, ...] = ()

    @classmethod
    def of(cls, **said: Any) -> SourceOptions:
        """Return what was *said*, by the names of the options."""
        plain = cls()
        usual = sorted(name for name, value in said.items() if value == getattr(plain, name))
        return cls(**said, usual=tuple(usual))


@frozen
class BadRow:
    """A row that cannot be read.

    Attributes:
        reason: A sentence for people, with the column if it is known.
        raw: The first bytes of it.
    """

    reason: str
    raw: bytes = b""


class Input(Protocol):
    """The bytes of one thing that is read: a file, standard input, a member of an archive."""

    name: str
    """How positions call it: ``products.csv``, ``-``, ``catalog.zip/products.csv``."""

    rereadable: bool
    """Whether ``open`` can be called again and gives the same."""

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it at its beginning, uncompressed.

        Raises:
            ConfigurationError: It is missing or cannot be read; the message names it.
        """
        ...


class Table(Protocol):
    """Rows below a header."""

    name: str
    """How positions call it: the name of its input, and of its sheet: ``book.xlsx#Prices``."""

    header: Sequence[str]
    """The names of the columns, without white space around them, as they stand there."""

    header_line: int
    """The 1-based line or row of the header."""

    def rows(self) -> Iterator[tuple[int, Sequence[Cell] | BadRow]]:
        """Yield each row that is not blank, with its 1-based line or row.

        A row has exactly as many cells as the header; one that has not is a ``BadRow``.
        """
        ...


class RowReader(Protocol):
    """Makes commands of the rows of one table; made for its header."""

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong with the header, a sentence for people each, with the column.

        The rows are read without the columns concerned.
        """
        ...

    @property
    def usable(self) -> bool:
        """Whether rows can be read at all; if not, ``problems`` says why."""
        ...

    def read(self, row: Sequence[Cell], want: Callable[[str], bool]) -> Iterable[Made]:
        """Return what *row* gives, of the wanted classes; *want* is asked once for each command."""
        ...
