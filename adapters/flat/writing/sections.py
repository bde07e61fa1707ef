"""Whole sections of a catalogue as CSV files: one a class, and JSONL beside it for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, Self

import orjson

from importbus.adapters.flat.writing.files import CsvWriter
from importbus.adapters.flat.writing.rows import FLAT_CLASSES, flat_cells

BESIDE = ".not-in-csv.jsonl"
"""How the file is called, beside one that ends in .csv, of what CSV cannot say; it comes after."""

BUFFER = 1 << 20


def write_section(folder: Path, stem: str, name: str, records: Iterable[Mapping[str, Any]]) -> int:
    """Write *records*, all of the class called *name*, into files that are called *stem*.

    What CSV cannot say stands beside it, and is imported after all rows: no key may have commands
    on both sides whose order matters. Memory does not grow with the number of records: the rows
    are kept in a temporary file until the header is known.

    Returns:
        How many records there were.

    Raises:
        OSError: The disk is full or cannot be written.
    """
    if name not in FLAT_CLASSES:
        with _Lines(folder / f"{stem}.jsonl") as lines:
            return lines.write(records)
    with TemporaryFile(dir=folder) as rows, _Lines(folder / f"{stem}{BESIDE}") as beside:
        columns = _spool(rows, name, records, beside)
        rows.seek(0)
        with (folder / f"{stem}.csv").open("wb", buffering=BUFFER) as stream:
            return CsvWriter(name, columns).write(stream, rows) + beside.count


def _spool(
    rows: IO[bytes], name: str, records: Iterable[Mapping[str, Any]], beside: _Lines
) -> set[str]:
    """Keep the cells of *records* in *rows*, write the rest *beside*, return the columns."""
    columns: set[str] = set()
    for record in records:
        cells = flat_cells(name, record["data"])
        if cells is None:
            beside.write((record,))
        else:
            columns.update(cells)
            rows.write(orjson.dumps(cells, option=orjson.OPT_APPEND_NEWLINE))
    return columns


class _Lines:
    """A JSONL file that is made with its first line; ``count`` says how many there are."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: BinaryIO | None = None
        self.count = 0

    def write(self, records: Iterable[Mapping[str, Any]]) -> int:
        """Write a record a line; return how many there are now."""
        for record in records:
            if self._stream is None:
                self._stream = self._path.open("wb", buffering=BUFFER)
            self._stream.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
            self.count += 1
        return self.count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream:
            self._stream.close()
