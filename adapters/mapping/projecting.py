"""From the columns of a table to those of the flat format: which go where, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from attrs import define, field, frozen

from importbus.adapters.flat import cells
from importbus.adapters.flat.slots import nearest
from importbus.adapters.mapping.checking import unit_column
from importbus.adapters.mapping.model import ColumnUse, Constant, Joined, TableMapping
from importbus.adapters.mapping.treatments import Treat, treatments
from importbus.adapters.sources.ports import Cell
from importbus.bus.errors import InvalidCommand

MOST_NAMED = 20
"""Columns that a sentence lists."""


@frozen
class Feed:
    """What fills a column of the flat format.

    Attributes:
        target: Its name.
        origin: What an error calls what fills it: a column, or a key of the mapping.
        index: The column whose cells go as they are, but for white space; None if they do not.
        make: Makes the cell of a row, otherwise.
        constant: What every row has, if neither is there.
    """

    target: str
    origin: str
    index: int | None = None
    make: Callable[[Sequence[Cell]], Cell] | None = None
    constant: Cell = None


@define
class Columns:
    """The columns of a table, looked at once.

    Attributes:
        problems: What is wrong, a sentence each.
        missing: Columns that the mapping names and the table has not.
    """

    mapping: TableMapping
    header: Sequence[str]
    problems: list[str] = field(factory=list)
    missing: set[str] = field(factory=set)

    def feeds(self, key: str | None) -> list[Feed]:
        """Return what fills which column; that of the key is called *key*."""
        found = [*self._of_key(key), *self._of_columns(), *self._of_joined()]
        return [*found, *self._of_constants(found)]

    def index(self, column: str) -> int | None:
        """Return where *column* is; None, and a problem, if it cannot be read."""
        count = self.header.count(column)
        if count == 1:
            return self.header.index(column)
        if column not in self.missing:
            self.missing.add(column)
            self.problems.append(self._missing(column, count))
        return None

    def _missing(self, column: str, count: int) -> str:
        if count:
            return (
                f"Column {column!r} is there {count} times, so that nobody knows which one counts."
            )
        names = [each for each in self.header if each]
        near = nearest(column, names)
        more = ", ..." if len(names) > MOST_NAMED else ""
        has = (
            f"Did you mean {near!r}?" if near else f"It has: {', '.join(names[:MOST_NAMED])}{more}."
        )
        return f"There is no column {column!r}, which {self.mapping.name} names. {has}"

    def _of_key(self, target: str | None) -> Iterator[Feed]:
        column = self.mapping.key
        if column is not None and (index := self.index(column)) is not None and target:
            yield Feed(target, column, index)

    def _of_columns(self) -> Iterator[Feed]:
        for column, uses in self.mapping.columns.items():
            if (index := self.index(column)) is not None:
                for use in uses:
                    yield from _of_use(column, index, use)

    def _of_joined(self) -> Iterator[Feed]:
        for target, joined in self.mapping.joined.items():
            places = [self.index(column) for column in joined.columns]
            there = [place for place in places if place is not None]
            if there:
                yield Feed(target, f"joined.{target}", make=_join(there, joined))

    def _of_constants(self, feeds: Iterable[Feed]) -> Iterator[Feed]:
        """Yield constants, and units beside the amounts that are there."""
        for target, constant in self.mapping.constants.items():
            yield Feed(target, f"constants.{target}", constant=_cell(constant))
        there = {feed.target for feed in feeds}
        for column, uses in self.mapping.columns.items():
            for use in uses:
                for target in there.intersection(use.to) if use.unit else ():
                    yield Feed(unit_column(target), column, constant=use.unit)


def _of_use(column: str, index: int, use: ColumnUse) -> Iterator[Feed]:
    if use.is_plain:
        yield from (Feed(target, column, index) for target in use.to)
        return
    for target, treat in zip(use.to, treatments(use), strict=True):
        yield Feed(target, column, make=_treated(index, treat))


def _treated(index: int, treat: Treat) -> Callable[[Sequence[Cell]], Cell]:
    return lambda row: treat(row[index])


def _join(places: Sequence[int], joined: Joined) -> Callable[[Sequence[Cell]], Cell]:
    between = joined.between

    def join(row: Sequence[Cell]) -> Cell:
        found = (cells.text(row[place]).strip() for place in places)
        return between.join(each for each in found if each)

    return join


def _cell(constant: Constant | tuple[Constant, ...]) -> Cell:
    """Return *constant* as a cell; a list has commas between its members."""
    if not isinstance(constant, tuple):
        return constant
    return ",".join(cells.text(each) for each in constant)


class Projection:
    """Makes rows of the flat format of those of a table."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        plain = [feed for feed in feeds if feed.index is not None]
        made = [feed for feed in feeds if feed.make is not None]
        constant = [feed for feed in feeds if feed.index is None and feed.make is None]
        self.feeds = [*plain, *made, *constant]
        self.header = [feed.target for feed in self.feeds]
        self._pick = _picker([feed.index for feed in plain if feed.index is not None])
        self._made = [(feed.origin, feed.make) for feed in made if feed.make is not None]
        self._constants = [feed.constant for feed in constant]

    def row(self, row: Sequence[Cell]) -> tuple[list[Cell], InvalidCommand | None]:
        """Return *row* in the flat format, and what is wrong with the first cell that is bad."""
        fault = None
        found = [c.strip() if c.__class__ is str else c for c in self._pick(row)]
        for origin, make in self._made:
            try:
                found.append(make(row))
            except InvalidCommand as error:
                fault = fault or InvalidCommand(error.reason, field=origin)
                found.append("")
        found += self._constants
        return found, fault


def _picker(places: Sequence[int]) -> Callable[[Sequence[Cell]], Sequence[Any]]:
    """Return what picks the cells at *places*; ``itemgetter`` gives one by itself, not in a row."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: [row[place] for place in places]
