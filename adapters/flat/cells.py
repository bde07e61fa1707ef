"""What a cell says, as the kind of value that is asked of it; typed cells of spreadsheets, too.

Each function raises ``InvalidCommand`` with what it expected, and never anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import orjson

from importbus.adapters.sources.ports import Cell
from importbus.bus.errors import ConfigurationError, InvalidCommand

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
"""A number as the PIM takes it; the exponent is bounded, so that nobody fills memory with zeros."""

PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
"""A number that is said to the PIM as it stands."""

LONGEST_NUMBER = 1_000
"""Characters of a number that are looked at."""

LARGEST = 2**63 - 1
"""The largest whole number that PHP knows, and JSON as this project writes it."""

SHOWN = 60
"""Characters of a cell that an error quotes."""

FLAGS = {"1": True, "0": False, "true": True, "false": False}
"""How truth values are written. Akeneo's imports take 1 and 0, spreadsheets write the words."""

PARTS = {
    "yyyy": r"(?P<year>[0-9]{4})",
    "yy": r"(?P<short>[0-9]{2})",
    "mm": r"(?P<month>[0-9]{2})",
    "m": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{2})",
    "d": r"(?P<day>[0-9]{1,2})",
}
"""The parts of a date format, longer ones first."""


def is_empty(cell: Cell) -> bool:
    """Whether *cell* holds nothing; 0 and false are something."""
    return cell is None or cell == ""


def shown(cell: Cell) -> str:
    """Return *cell* as an error quotes it."""
    said = repr(text(cell))
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}..."


def text(cell: Cell) -> str:
    """Return the text of *cell*: 12.0 is ``12``, and midnight of a day is that day."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else _plain(Decimal(repr(cell)))
    if isinstance(cell, datetime):
        return str(cell.date()) if cell.time() == time() else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def code(cell: Cell) -> str:
    """Return the code in *cell*, without white space around it."""
    return text(cell).strip()


def codes(cell: Cell) -> list[str]:
    """Return the codes that commas separate in *cell*.

    Source: akeneo/pim-community-dev, ``FieldSplitter::splitCollection``.
    """
    return [one for each in text(cell).split(",") if (one := each.strip())]


def flag(cell: Cell) -> bool:
    """Return the truth value in *cell*: 1, 0, true or false, in any case."""
    found = FLAGS.get(text(cell).strip().lower())
    if found is None:
        raise InvalidCommand(f"expected 1, 0, true or false, not {shown(cell)}")
    return found


def whole(cell: Cell) -> int:
    """Return the whole number in *cell*; ``12.0`` is one."""
    number = _number(cell, ".")
    if number != number.to_integral_value() or abs(number) > LARGEST:
        raise InvalidCommand(f"expected a whole number of at most 64 bits, not {shown(cell)}")
    return int(number)


def decimal(cell: Cell, separator: str = ".") -> str:
    """Return the number in *cell* as the API wants one with decimals: a text, with a point."""
    said = text(cell).strip()
    if separator == "." and len(said) <= SHOWN and PLAIN.fullmatch(said):
        return said
    return _plain(_number(cell, separator))


def json(cell: Cell) -> Any:
    """Return the value that *cell* holds as JSON."""
    try:
        return orjson.loads(text(cell))
    except ValueError as error:  # that of orjson, and of half a surrogate pair
        raise InvalidCommand(f"expected JSON, not {shown(cell)}") from error


def objects(cell: Cell) -> list[dict[str, Any]]:
    """Return the objects that *cell* lists as JSON, as the cells of a table attribute do."""
    found = json(cell)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise InvalidCommand(f"expected a list of objects as JSON, not {shown(cell)}")
    return found


def date_reader(pattern: str) -> Callable[[Cell], str]:
    """Return what reads dates that are written as *pattern* says; it gives ``2026-12-31``.

    Raises:
        ConfigurationError: *pattern* has not exactly one year, month and day.
    """
    written = _date_pattern(pattern)

    def read(cell: Cell) -> str:
        if isinstance(cell, date):
            return str(cell.date() if isinstance(cell, datetime) else cell)
        found = written.fullmatch(text(cell).strip())
        try:
            if found:
                return str(_date(found))
        except ValueError:
            pass  # a 30th of February
        raise InvalidCommand(f"expected a date written {pattern}, not {shown(cell)}")

    return read


def _date_pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(yyyy|yy|mm?|dd?)", pattern.lower())
    found = "".join(PARTS.get(part, re.escape(part)) for part in parts)
    try:
        compiled = re.compile(found)
    except re.error:  # a part that is there twice
        compiled = re.compile("")
    names = compiled.groupindex.keys()
    if not {"month", "day"} <= names or len(names) != len(PARTS) // 2:
        raise ConfigurationError(
            f"The date format {pattern!r} needs one year, one month and one day: "
            "yyyy-mm-dd, dd/mm/yyyy, d.m.yy."
        )
    return compiled


def _date(found: re.Match[str]) -> date:
    named = found.groupdict()
    year = int(named["year"]) if "year" in named else 2000 + int(named["short"])
    return date(year, int(named["month"]), int(named["day"]))


def _number(cell: Cell, separator: str) -> Decimal:
    said = text(cell).strip()
    if isinstance(cell, str) and separator != ".":
        said = "" if "." in said else said.replace(separator, ".")
    if isinstance(cell, bool) or len(said) > LONGEST_NUMBER or not NUMBER.fullmatch(said):
        hint = f" with {separator} before its decimals" if separator != "." else ""
        raise InvalidCommand(f"expected a number{hint}, not {shown(cell)}")
    return Decimal(said)


def _plain(number: Decimal) -> str:
    """Return *number* without an exponent."""
    return f"{number:f}"
