"""All failures of an import as CSV, for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from importbus.bus.errors import ConfigurationError
from importbus.bus.report import Failure

FIRST_COLUMNS = (
    "source", "line", "kind", "command", "key", "status", "attempts", "property", "attribute",
    "locale", "scope", "message",
)  # fmt: skip
"""What every list of failures begins with, also one that an earlier version has written."""

COLUMNS = (*FIRST_COLUMNS, "number", "closed", "batch_id", "request_id", "at")


def save_failures(path: Path, failures: Iterable[Failure]) -> None:
    """Write *failures* to the file at *path*, one at a time; see ``write_failures``.

    Raises:
        ConfigurationError: It cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            write_failures(stream, failures)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}.") from error


def write_failures(stream: TextIO, failures: Iterable[Failure]) -> None:
    """Write a head and a row for each reason of each failure."""
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for failure in failures:
        writer.writerows(_rows(failure))


def is_list_of_failures(path: Path) -> bool:
    """Whether the file at *path* begins as ``write_failures`` does, or did in earlier versions.

    Raises:
        OSError: It cannot be read.
    """
    head = ",".join(FIRST_COLUMNS).encode()
    with path.open("rb") as file:
        return file.read(len(head)) == head


def _rows(failure: Failure) -> Iterator[list[object]]:
    at = failure.position
    for error in failure.errors:
        cells = (
            at.source,
            at.line,
            failure.kind,
            failure.command,
            failure.key,
            failure.status,
            failure.attempts,
            error.property,
            error.attribute,
            error.locale,
            error.scope,
            error.message,
            failure.number,
            failure.closed,
            failure.batch_id,
            failure.request_id,
            None if failure.at is None else _moment(failure.at),
        )
        yield [_safe(cell) if isinstance(cell, str) else cell for cell in cells]


def _moment(at: float) -> str:
    """Return a time as spreadsheets read it, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text
