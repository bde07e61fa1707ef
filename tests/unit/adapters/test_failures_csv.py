"""Failures as CSV: a row a reason, and nothing that a spreadsheet would carry out."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from importbus.adapters.failures_csv import COLUMNS, is_list_of_failures, write_failures
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
         "Too long.", "", "", "", "", ""],
        ["a.jsonl", "7", "failed", "Put", "k", "422", "2", "", "", "", "", "No, thanks.", "",
         "", "", "", ""],
    ]  # fmt: skip


def test_a_failure_has_its_number_and_what_became_of_it() -> None:
    """For ``importbus failed show``, for whoever runs the PIM, and to be sorted by time (UTC)."""
    one = Failure(
        Position("a.jsonl", 7), "Put", "k", 422, (ServerError("No."),), 2,
        number=3, closed="cured", batch_id="spring/1/9", request_id="=1", at=1_795_827_600.5,
    )  # fmt: skip
    (found,) = rows(one)

    assert found[-5:] == ["3", "cured", "spring/1/9", "'=1", "2026-11-28 01:00:00"]


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (",".join(COLUMNS), True),
        ("source,line,kind,command,key,status,attempts,property,attribute,locale,scope,message\r\n",
         True),
        ("source,line,kind\r\n", False),
        ("sku;name", False),
    ],
)  # fmt: skip
def test_a_list_is_known_by_its_head(head: str, ours: bool, tmp_path: Path) -> None:
    """Also one of an earlier version, with fewer columns."""
    (tmp_path / "x.csv").write_bytes(head.encode())

    assert is_list_of_failures(tmp_path / "x.csv") is ours


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    """Source: owasp.org, CSV Injection."""
    error = ServerError(text, text, text, text, text)
    (found,) = rows(Failure(Position(text, 1), None, text, None, (error,), 0, "rejected"))

    assert [cell for cell in found if cell.endswith(text)] == [f"'{text}"] * 7
