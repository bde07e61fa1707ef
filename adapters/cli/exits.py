"""Exit codes, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importbus.bus.errors import (
    BusError,
    ConfigurationError,
    HandlingFailed,
    ImportFailed,
    JournalError,
    TransportError,
)

if TYPE_CHECKING:
    from importbus.bus.report import (
        Report,
    )  # a type only: what reports need is not loaded for --help

DONE, SOME_FAILED, USAGE, OUT_OF_REACH, STALLED = range(5)

CODES: tuple[tuple[type[BusError], int], ...] = (
    (ConfigurationError, USAGE),
    (HandlingFailed, OUT_OF_REACH),
    (ImportFailed, OUT_OF_REACH),
    (JournalError, OUT_OF_REACH),
    (TransportError, OUT_OF_REACH),
)


def exit_code_of(error: BusError) -> int:
    """Return the exit code for an error that ended a command."""
    return next((code for kind, code in CODES if isinstance(error, kind)), USAGE)


def exit_code_for(report: Report) -> int:
    """Return the exit code for an import that came to an end."""
    if report.state == "stalled":
        return STALLED
    return SOME_FAILED if report.failures or report.rejected else DONE
