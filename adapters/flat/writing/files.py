"""The file: a header, which is known when all rows are, and the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import orjson

from importbus.adapters.flat.writing.rows import IDENTIFIER, in_order

DELIMITER = ";"
"""What separates cells in Akeneo's exports, unless their profile says otherwise."""


class CsvWriter:
    """Writes rows of the class called *name*, which use *columns*, in UTF-8.

    *identifier* is the code of the attribute that identifies products, whose column it heads.

    Cells are quoted where they hold what separates cells or rows, as PHP's ``fputcsv`` does it for
    Akeneo; a quote is doubled.
    """

    def __init__(self, name: str, columns: Iterable[str], identifier: str = IDENTIFIER) -> None:
        self.header: Sequence[str] = in_order(name, columns)
        self._shown = {column: column for column in self.header}
        if IDENTIFIER in self._shown:
            self._shown[IDENTIFIER] = identifier

    def write(self, stream: BinaryIO, rows: Iterable[bytes]) -> int:
        """Write the header and *rows*, each the JSON object of its cells; return how many."""
        out = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
        writer = csv.DictWriter(out, self.header, "", delimiter=DELIMITER, lineterminator="\n")
        writer.writerow(self._shown)
        count = 0
        for row in rows:
            writer.writerow(orjson.loads(row))
            count += 1
        out.detach()
        return count
