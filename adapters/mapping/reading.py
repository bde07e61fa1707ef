"""Rows of a table in another format as commands: made rows of the flat format, and read as those.

So every value is typed, and every mistake found, in one place; what is said of a column of the flat
format is translated into what the mapping calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from attrs import define

from importbus.adapters.flat import FlatStructure, cells, read_flat
from importbus.adapters.flat.structure import IDENTIFIER
from importbus.adapters.mapping.model import EVERYTHING, TableMapping
from importbus.adapters.mapping.projecting import MOST_NAMED, Columns, Feed, Projection
from importbus.adapters.sources.ports import Cell, Made, RowReader, SourceOptions
from importbus.bus.errors import InvalidCommand

Want = Callable[[str], bool]

Wanted = Callable[[Sequence[Cell]], bool]
"""Whether a row is one of those that are read."""


class MappedReader(RowReader, Protocol):
    """What makes commands of the rows of one table, by a mapping."""

    notes: Sequence[str]
    """What people may want to know of the header, and is no mistake."""


def read_mapped(
    header: Sequence[str], mapping: TableMapping, options: SourceOptions, structure: FlatStructure
) -> MappedReader:
    """Return what makes commands of the rows below *header*, as *mapping* says.

    Args:
        header: The names of the columns.
        mapping: What they are.
        options: How empty cells, dates and decimals are meant; it stands above the mapping.
        structure: What types the attributes have.

    Raises:
        ConfigurationError: *options* and *mapping* say different things of the rows.
        SinkRefused: The structure has to be read, and the PIM refuses.
        SinkUnavailable: It gives no usable answer.
    """
    structure = _with_identifier(structure, mapping)
    columns = Columns(mapping, header)
    projection = Projection(columns.feeds(_key_column(mapping, structure)))
    wanted = _wanted(mapping, columns)
    said = mapping.options(options)
    reader = read_flat(projection.header, mapping.kind, said, structure)
    names = _names(projection.feeds)
    problems = [*columns.problems, *(_translated(each, names) for each in reader.problems)]
    if lacking := columns.missing & {mapping.key, *mapping.only, *mapping.skip}:
        problems += [f"Without {', '.join(map(repr, sorted(lacking)))} no row can be read."]
    usable = reader.usable and not lacking
    return _MappedRows(
        tuple(dict.fromkeys(problems)),
        _notes(header, mapping),
        projection,
        reader,
        wanted,
        {feed.target: feed.origin for feed in projection.feeds},
        _parts(projection.feeds),
        usable,
    )


def _with_identifier(structure: FlatStructure, mapping: TableMapping) -> FlatStructure:
    """Return what knows an identifier, as the mapping says where it is, if nothing is known."""
    if mapping.kind != "products" or mapping.key is None or not structure.empty:
        return structure
    alone = FlatStructure()
    alone.learn("CreateOrUpdateAttribute", {"code": "identifier", "type": IDENTIFIER})
    return alone


def _key_column(mapping: TableMapping, structure: FlatStructure) -> str | None:
    """Return what the flat format calls the key; None when nobody can tell."""
    if mapping.key is None:
        return None
    if mapping.kind != "products":
        return "code"
    return structure.identifier.code


def _notes(header: Sequence[str], mapping: TableMapping) -> tuple[str, ...]:
    named = mapping.named()
    unnamed = [each for each in dict.fromkeys(header) if each and each not in named]
    if not unnamed or EVERYTHING in mapping.ignore:
        return ()
    more = f" and {len(unnamed) - MOST_NAMED} more" if len(unnamed) > MOST_NAMED else ""
    listed = ", ".join(map(repr, unnamed[:MOST_NAMED]))
    return (f"Not read, as {mapping.name} does not name them: {listed}{more}.",)


def _names(feeds: Iterable[Feed]) -> dict[str, str]:
    """Return how a sentence begins that the flat format says of a column, and how it should."""
    return {f"Column {feed.target!r} ": _name(feed) for feed in feeds}


def _name(feed: Feed) -> str:
    if feed.origin.partition(".")[2] == feed.target:
        return f"In the mapping, {feed.origin} "
    return f"Column {feed.origin!r}, mapped to {feed.target!r}, "


def _translated(problem: str, names: Mapping[str, str]) -> str:
    begin = next((each for each in names if problem.startswith(each)), None)
    return problem if begin is None else names[begin] + problem.removeprefix(begin)


def _parts(feeds: Iterable[Feed]) -> dict[str, str]:
    """Return what the part of a row is called that comes from each column of the flat format.

    It is the column of the table, unless an earlier one has that name already.
    """
    found: dict[str, str] = {}
    taken = set()
    for feed in feeds:
        name = feed.origin if feed.origin not in taken else f"{feed.origin}>{feed.target}"
        taken.add(name)
        found[feed.target] = name
    return found


def _wanted(mapping: TableMapping, columns: Columns) -> Wanted | None:
    """Return what tells which rows are read; None when all are."""
    only, skip = _conditions(mapping.only, columns), _conditions(mapping.skip, columns)
    if not only and not skip:
        return None

    def wanted(row: Sequence[Cell]) -> bool:
        return all(cells.text(row[n]).strip() in texts for n, texts in only) and not any(
            cells.text(row[n]).strip() in texts for n, texts in skip
        )

    return wanted


def _conditions(
    said: Mapping[str, tuple[str, ...]], columns: Columns
) -> list[tuple[int, frozenset[str]]]:
    found = ((columns.index(column), frozenset(texts)) for column, texts in said.items())
    return [(index, texts) for index, texts in found if index is not None]


@define
class _MappedRows:
    """Rows that are read by a mapping."""

    problems: Sequence[str]
    notes: Sequence[str]
    projection: Projection
    reader: RowReader
    wanted: Wanted | None
    origins: Mapping[str, str]
    parts: Mapping[str, str]
    usable: bool

    def read(self, row: Sequence[Cell], want: Want) -> Iterable[Made]:
        """Return what *row* gives; see ``RowReader``."""
        if not self.usable or (self.wanted is not None and not self.wanted(row)):
            return ()
        found, fault = self.projection.row(row)
        made = self.reader.read(found, want)
        return [self._told(one, fault) if _is_odd(one, fault) else one for one in made]

    def _told(self, made: Made, fault: InvalidCommand | None) -> Made:
        """Return *made* in the words of the table; what is wrong with a cell is the row's."""
        part, name, data = made
        if fault is not None and not part:
            return part, name, fault
        if isinstance(data, InvalidCommand) and data.field is not None:
            data = InvalidCommand(data.reason, field=self.origins.get(data.field, data.field))
        return self.parts.get(part, part), name, data


def _is_odd(made: Made, fault: Any) -> bool:
    return bool(fault or made[0]) or made[2].__class__ is InvalidCommand
