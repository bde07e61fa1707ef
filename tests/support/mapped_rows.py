"""Rows that are read by a mapping, for tests of it."""

from __future__ import annotations

from collections.abc import Sequence

from flat_shop import shop
from importbus.adapters.flat import FlatStructure
from importbus.adapters.mapping import MappedReader, read_mapped, read_mapping
from importbus.adapters.sources.ports import Cell, Made, SourceOptions

KIND = 'kind = "products"\nkey = "No"\n'
"""How most mappings of tests begin."""


def mapped(
    header: Sequence[str],
    text: str,
    options: SourceOptions = SourceOptions(),
    structure: FlatStructure | None = None,
) -> MappedReader:
    """Return what reads rows below *header* by the mapping *text*; in the shop by default."""
    known = shop() if structure is None else structure
    return read_mapped(header, read_mapping(text), options, known)


def made(text: str, **cells: Cell) -> list[Made]:
    """Return what a row gives by the mapping of products *text*; its columns are named."""
    reader = mapped(list(cells), KIND + text)
    assert (reader.problems, reader.usable) == ((), True)
    return list(reader.read(tuple(cells.values()), lambda name: True))


def only(text: str, **cells: Cell) -> object:
    """Return the data of the one command that a row gives, without its identifier, or the error."""
    ((_, _, data),) = made(text, No="a1", **cells)
    if isinstance(data, Exception):
        return str(data)
    return {name: said for name, said in data.items() if name != "identifier"}


def value(text: str, **cells: Cell) -> object:
    """Return the data of the one value that a row gives, or the error."""
    found = only(text, **cells)
    if not isinstance(found, dict):
        return found
    ((entry,),) = found["values"].values()
    return entry["data"]
