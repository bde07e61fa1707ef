"""What cells say, also the typed ones of spreadsheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest

from importbus.adapters.flat import cells
from importbus.adapters.sources.ports import Cell
from importbus.bus.errors import ConfigurationError, InvalidCommand

NAN = float("nan")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("007", "007"),
        (" as it is ", " as it is "),
        (12, "12"),
        (12.0, "12"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
        (1e-7, "0.0000001"),
        (NAN, "NaN"),
        (True, "true"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31), "2026-01-31"),  # noqa: DTZ001 - cells have no time zone
        (datetime(2026, 1, 31, 8, 5), "2026-01-31 08:05:00"),  # noqa: DTZ001
        (time(8, 5), "08:05:00"),
        (None, ""),
    ],
)
def test_a_cell_as_text(cell: Cell, said: str) -> None:
    """Spreadsheets hold codes as numbers, and 12 as 12.0."""
    assert cells.text(cell) == said


@pytest.mark.parametrize(
    ("read", "cell", "said"),
    [
        (cells.code, " red ", "red"),
        (cells.code, 42.0, "42"),
        (cells.codes, "a, b ,,c,", ["a", "b", "c"]),
        (cells.codes, 42, ["42"]),
        (cells.flag, "1", True),
        (cells.flag, "FALSE", False),
        (cells.flag, 0, False),
        (cells.flag, 1.0, True),
        (cells.flag, True, True),
        (cells.whole, "12", 12),
        (cells.whole, "-12.0", -12),
        (cells.whole, 12.0, 12),
        (cells.whole, "1e3", 1000),
        (cells.decimal, "12.50", "12.50"),
        (cells.decimal, " 12 ", "12"),
        (cells.decimal, "007.5", "7.5"),
        (cells.decimal, ".5", "0.5"),
        (cells.decimal, "1E-3", "0.001"),
        (cells.decimal, 0.1, "0.1"),
        (cells.objects, '[{"a": 1}]', [{"a": 1}]),
    ],
)
def test_a_cell_as_another_thing(read: Callable[[Cell], Any], cell: Cell, said: object) -> None:
    """As the API wants it; type and value."""
    found = read(cell)

    assert (found, type(found)) == (said, type(said))


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (cells.flag, "yes"),
        (cells.flag, 2),
        (cells.whole, "12.5"),
        (cells.whole, "99999999999999999999"),
        (cells.whole, ""),
        (cells.decimal, "1,5"),
        (cells.decimal, "1e9999"),
        (cells.decimal, "12 EUR"),
        (cells.decimal, True),
        (cells.decimal, NAN),
        (cells.decimal, "٣"),
        (cells.decimal, "9" * 2_000),
        (cells.objects, "[1]"),
        (cells.objects, "{}"),
        (cells.objects, "[" * 5_000),
        (cells.objects, "\udc80"),
    ],
)
def test_a_cell_that_is_none(read: Callable[[Cell], Any], cell: Cell) -> None:
    """It is told what was expected, and quoted no longer than a line."""
    with pytest.raises(InvalidCommand, match=r"expected .*, not ") as raised:
        read(cell)

    assert len(str(raised.value)) < 150


@pytest.mark.parametrize(
    ("cell", "said"),
    [("1,5", "1.5"), ("-1000,25", "-1000.25"), ("12", "12"), (1.5, "1.5")],
)
def test_a_comma_before_decimals(cell: Cell, said: str) -> None:
    """A typed cell has no comma, whatever the file is written with."""
    assert cells.decimal(cell, ",") == said


def test_a_point_is_none_where_commas_are() -> None:
    """1.500 would be 1500 to who wrote it, and 1.5 to the PIM."""
    with pytest.raises(InvalidCommand, match="with , before its decimals"):
        cells.decimal("1.500", ",")


@pytest.mark.parametrize(
    ("pattern", "cell", "said"),
    [
        ("yyyy-mm-dd", "2026-01-31", "2026-01-31"),
        ("dd/mm/yyyy", "31/01/2026", "2026-01-31"),
        ("dd.MM.yy", "31.01.26", "2026-01-31"),
        ("m/d/yy", "1/9/26", "2026-01-09"),
        ("dd/mm/yyyy", date(2026, 1, 31), "2026-01-31"),
        ("dd/mm/yyyy", datetime(2026, 1, 31, 8), "2026-01-31"),  # noqa: DTZ001
    ],
)
def test_dates_are_written_as_the_format_says(pattern: str, cell: Cell, said: str) -> None:
    """A spreadsheet has dates of its own, which need no format."""
    assert cells.date_reader(pattern)(cell) == said


@pytest.mark.parametrize(
    "cell", ["2026-01-31", "30/02/2026", "31/1/2026", "x", 45000, "31/01/20261"]
)
def test_another_date_is_none(cell: Cell) -> None:
    """It is never guessed which number is the month."""
    with pytest.raises(InvalidCommand, match="a date written dd/mm/yyyy"):
        cells.date_reader("dd/mm/yyyy")(cell)


@pytest.mark.parametrize("pattern", ["", "yyyy", "dd/mm", "yyyy-yy-mm-dd", "dd/dd/yyyy", "(("])
def test_a_date_format_has_year_month_and_day(pattern: str) -> None:
    """It is an option, so the fault is the caller's, not the file's."""
    with pytest.raises(ConfigurationError, match="one year, one month and one day"):
        cells.date_reader(pattern)
