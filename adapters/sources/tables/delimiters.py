"""What separates the cells of a CSV file: as the user says, or as the header and the rows show."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

from importbus.bus.errors import ConfigurationError

CANDIDATES = (";", ",", "\t", "|")
"""What may separate cells; the first one when nothing shows it: Akeneo's own exports have it."""

NAMES = {"\t": "tab", "\\t": "\t", "tab": "\t"}

SAMPLE = 50
"""Rows that are looked at."""


def delimiter_of(lines: Sequence[str]) -> str:
    """Return the delimiter of the file that begins with *lines*.

    It is the one that gives the header and most of the rows after it equally many columns, more
    than one; of those that do so, the one that gives the most.
    """
    return max(CANDIDATES, key=lambda candidate: _fit(lines, candidate))


def named_delimiter(text: str) -> str:
    r"""Return the delimiter that the user calls *text*; ``tab`` and ``\t`` are a tab.

    Raises:
        ConfigurationError: It is not one character that can separate cells.
    """
    found = NAMES.get(text.lower(), text) if text != "\t" else text
    if len(found) != 1 or found in '"\r\n\0':
        raise ConfigurationError(
            f"--delimiter {text!r}: it is one character, such as ; or , or |, or the word tab."
        )
    return found


def named(delimiter: str) -> str:
    """Return how to say *delimiter* on a command line."""
    return "tab" if delimiter == "\t" else f'"{delimiter}"'


def columns_by(lines: Sequence[str], delimiter: str) -> int:
    """Return how many cells *delimiter* makes of the first row in *lines*; 0 when it is broken."""
    try:
        return len(next(csv.reader(lines, delimiter=delimiter), ()))
    except csv.Error:
        return 0


def rows_of(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the first rows in *lines* that are not blank, as far as they can be read."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(islice(filter(any, csv.reader(lines, delimiter=delimiter)), SAMPLE + 1))
    return rows


def _fit(lines: Sequence[str], candidate: str) -> tuple[bool, float, int]:
    header, *rows = rows_of(lines, candidate) or [[]]
    alike = sum(len(row) == len(header) for row in rows)
    return len(header) > 1, alike / len(rows) if rows else 0.0, len(header)
