"""Which reader a table gets, and what it knows of the PIM's structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import orjson
from attrs import define, field, frozen
from loguru import logger

from importbus.adapters.codec import JsonCodec
from importbus.adapters.flat import KINDS, FlatStructure, read_flat, recognised
from importbus.adapters.flat.structure import Reader
from importbus.adapters.mapping import TableMapping, load_mapping, read_mapped
from importbus.adapters.sources.ports import Cell, Made, RowReader, SourceOptions, Table
from importbus.adapters.sources.rows import Reading, TableSource, Want
from importbus.bus.ports import Rejection, Source

LEARNED = {
    "attributes": "CreateOrUpdateAttribute",
    "channels": "CreateOrUpdateChannel",
    "association-types": "CreateOrUpdateAssociationType",
}
"""What tells how columns are to be read, by the list of the PIM."""


ATTRIBUTED = ("products", "product-models")
"""Kinds whose columns are attributes."""

NO_ATTRIBUTES = (
    "No attribute is known: configure the PIM that has them, or name a file that does, --structure."
)


@define
class RunStructure:
    """The structure of which tables are read, each list learned when it is first needed.

    Implements ``flat.structure.Reader``. What *given* sources say is learned first, and the PIM is
    not asked for lists of which they say something; then what the *sources* of the run bring, which
    stands above what the PIM has.
    """

    codec: JsonCodec
    given: Sequence[Source] = ()
    pim: Reader | None = None
    sources: Sequence[Source] = ()
    known: FlatStructure = field(init=False)
    _said: set[str] | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Be asked by the structure for what it does not know."""
        self.known = FlatStructure(self)

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield a list of the PIM, unless the given sources tell it; raises as the PIM does."""
        if self._said is None:
            self._said = set()  # who is read for it may ask, too, and is answered by the PIM
            try:
                self._learn(self.sources)
                self._said = self._learn(self.given)
            except BaseException:
                self._said = None  # a source that cannot be read now may be asked again
                raise
        if self.pim and LEARNED.get(PurePath(path).name) not in self._said:
            yield from self.pim.items(path, params)

    def _learn(self, sources: Sequence[Source]) -> set[str]:
        """Learn what *sources* that can be read again say, the last one standing above."""
        said = set()
        wanted = frozenset(LEARNED.values())
        for source in sources:
            for name, data in self._commands(source, wanted) if source.rereadable else ():
                self.known.learn(name, data)
                said.add(name)
        return said

    def _commands(
        self, source: Source, wanted: frozenset[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(source, TableSource):
            source = source.read_by(_Learning(source.readers.options))
        for _, item in source.read(wanted.__contains__, rejections=False):
            if not isinstance(item, Rejection):
                name = self.codec.name_of(type(item))
                yield name, orjson.loads(self.codec.encode(item))


@frozen
class FormatReaders:
    """Reads tables by a *mapping*, if there is one, or else as Akeneo's flat format.

    Implements ``sources.rows.TableReaders``.
    """

    options: SourceOptions
    structure: RunStructure
    mapping: TableMapping | None = None

    def reading(self, table: Table) -> Reading:
        """Return what reads *table*; the log tells what could not be asked of the PIM."""
        known = self.structure.known
        if self.mapping:
            mapped = read_mapped(table.header, self.mapping, self.options, known)
            for note in mapped.notes:
                logger.info("{}: {}", table.name, note)
            reading = Reading(mapped, KINDS[self.mapping.kind].command)
        else:
            reading = _flat(table, self.options, known)
        while known.refused:
            logger.warning("{}", known.refused.pop())
        return reading


def table_readers(options: SourceOptions, structure: RunStructure) -> FormatReaders:
    """Return who reads tables as *options* say.

    Raises:
        ConfigurationError: The mapping cannot be read, or is wrong.
    """
    if options.mapping is None:
        return FormatReaders(options, structure)
    mapping = load_mapping(options.mapping)
    return FormatReaders(mapping.options(options), structure, mapping)


@frozen
class _Learning:
    """Reads tables of structure only, as far as it is clear by itself."""

    options: SourceOptions

    def reading(self, table: Table) -> Reading:
        kind = recognised(table.header, table.name)
        if kind not in LEARNED:
            return Reading(_Unread(()), None)
        return _flat(table, SourceOptions(kind=kind), FlatStructure())


def _flat(table: Table, options: SourceOptions, structure: FlatStructure) -> Reading:
    kind = options.kind or recognised(table.header, table.name)
    if kind is None:
        reason = f"The header does not tell what the rows are: say --as {', '.join(KINDS)}."
        return Reading(_Unread((reason,)), None)
    rows: RowReader = read_flat(table.header, kind, options, structure)
    if rows.problems and kind in ATTRIBUTED and structure.empty:
        rows = _Hinted(rows, (NO_ATTRIBUTES, *rows.problems))
    return Reading(rows, KINDS[kind].command)


@frozen
class _Hinted:
    """Reads as *reader* does, with other words on the header."""

    reader: RowReader
    problems: Sequence[str]

    @property
    def usable(self) -> bool:
        """Whether rows can be read at all."""
        return self.reader.usable

    def read(self, row: Sequence[Cell], want: Want) -> Iterable[Made]:
        """Return what *row* gives."""
        return self.reader.read(row, want)


@frozen
class _Unread:
    """Reads no row."""

    problems: Sequence[str]
    usable: bool = False

    def read(self, row: Sequence[Cell], want: Want) -> Sequence[Made]:
        return ()
