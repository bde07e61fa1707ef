"""Failures as CSV: a row a reason, and nothing that a spreadsheet would carry out."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from importbus.adapters.failures_csv import COLUMNS, write_failures
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure


def rows(*failures: Failure) -> list[list[str]]:
    """Return what is written for *failures*, without the head."""
    stream = StringIO()
    write_failures(stream, failures)
    head, *found = csv.reader(StringIO(stream.getvalue(), newline=""))
    assert head == list(COLUMNS)
    return found


def test_each_reason_has_a_row() -> None:
    """With the command before it, so that rows can be sorted and filtered."""
    errors = (
        ServerError("Too long.", "values", "name", "en_US", "web"),
        ServerError("No, thanks."),
    )
    found = rows(Failure(Position("a.jsonl", 7), "Put", "k", 422, errors, 2))

    assert found == [
        ["a.jsonl", "7", "failed", "Put", "k", "422", "2", "values", "name", "en_US", "web",
         "Too long."],
        ["a.jsonl", "7", "failed", "Put", "k", "422", "2", "", "", "", "", "No, thanks."],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    """Source: owasp.org, CSV Injection."""
    error = ServerError(text, text, text, text, text)
    (found,) = rows(Failure(Position(text, 1), None, text, None, (error,), 0, "rejected"))

    assert [cell for cell in found if cell.endswith(text)] == [f"'{text}"] * 7
