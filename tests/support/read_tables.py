"""CSV files of a folder, read as the commands that they say, without an import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from importbus.adapters.flat import FlatStructure, read_flat, recognised
from importbus.adapters.sources.inputs import open_inputs
from importbus.adapters.sources.ports import BadRow, SourceOptions, Table
from importbus.adapters.sources.tables import BadTable, open_tables


def commands_of(file: Path, structure: FlatStructure) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield class and data of what a CSV file says; whatever is wrong with it is a failure."""
    (given,) = open_inputs(str(file))
    (table,) = open_tables(given, SourceOptions(), "csv")
    assert not isinstance(table, BadTable), table
    yield from _commands(table, file.name, structure)


def _commands(
    table: Table, name: str, structure: FlatStructure
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    kind = recognised(table.header, name)
    assert kind is not None, name
    reader = read_flat(table.header, kind, SourceOptions(), structure)
    assert list(reader.problems) == []
    for _, row in table.rows():
        assert not isinstance(row, BadRow), row
        for _, command, data in reader.read(row, lambda name: True):
            assert isinstance(data, Mapping), data
            yield command, data
