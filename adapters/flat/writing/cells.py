"""What a cell can say, and what it cannot.

An empty cell means untouched, so what is null or empty cannot be said, and neither can a list whose
items hold what separates them. Source: akeneo/pim-community-dev, Connector component, array
converters StandardToFlat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Cells = dict[str, str]
"""The cells of a row by their columns."""

Property = Callable[[Cells, str, Any], None]
"""Writes a property, given the column that it has, into cells."""

CODE = re.compile(r"[A-Za-z0-9_]+")
"""A code that can stand in the name of a column: the parts of that are separated by dashes."""


class Unsayable(Exception):
    """The flat format has no way to say it."""


def text(value: object) -> str:
    """Return *value* as a cell that reads back as the same text.

    White space at the ends and line ends of Windows do not survive every reader.
    """
    if not isinstance(value, str) or not value or value != value.strip():
        raise Unsayable
    if "\r" in value or "\0" in value:
        raise Unsayable
    return value


def number(value: object) -> str:
    """Return a number, which may come as a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unsayable
    return text(str(value))


def flag(value: object) -> str:
    """Return a truth value as Akeneo's exports write it."""
    if not isinstance(value, bool):
        raise Unsayable
    return "1" if value else "0"


def codes(value: object, *, separator: str = ",") -> str:
    """Return a list of codes in one cell."""
    if not isinstance(value, list) or not value:
        raise Unsayable
    if any(separator in text(one) for one in value):
        raise Unsayable
    return separator.join(value)


def coded(name: str) -> str:
    """Return *name*, which becomes a part of the name of a column."""
    if not CODE.fullmatch(name):
        raise Unsayable
    return name


def entries(value: object) -> Mapping[str, Any]:
    """Return an object that is not empty: one without entries would be lost."""
    if not isinstance(value, dict) or not value:
        raise Unsayable
    return value


def simple(write: Callable[[Any], str]) -> Property:
    """Return how a property is written that is one cell."""

    def put(cells: Cells, column: str, value: Any) -> None:
        cells[column] = write(value)

    return put


def by_code(prefix: str, write: Callable[[Any], str]) -> Property:
    """Return how an object is written that is a column ``prefix-code`` an entry."""

    def put(cells: Cells, column: str, value: Any) -> None:
        for code, one in entries(value).items():
            cells[f"{prefix}-{coded(code)}"] = write(one)

    return put


TEXT, NUMBER, FLAG, CODES = simple(text), simple(number), simple(flag), simple(codes)
LABELS = by_code("label", text)
