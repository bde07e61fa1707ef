"""Exit codes, in one table."""

from __future__ import annotations

import os
import sys
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
    from importbus.bus.report import Report  # a type only: --help needs nothing that it loads

DONE, SOME_FAILED, USAGE, OUT_OF_REACH, STALLED = range(5)

FAULT = 70
"""A fault of the program; nobody should see it."""

INTERRUPTED = 130
"""Ctrl-C, as a shell tells it; 143 is SIGTERM."""

UNREAD = 141
"""Nobody reads standard output any more, as after ``| head``; as a shell tells SIGPIPE."""

CODES: tuple[tuple[type[BusError], int], ...] = (
    (ConfigurationError, USAGE),
    (HandlingFailed, OUT_OF_REACH),
    (ImportFailed, OUT_OF_REACH),
    (JournalError, OUT_OF_REACH),
    (TransportError, OUT_OF_REACH),
)


def exit_code_of(error: BusError) -> int:
    """Return the exit code for an error that ended a command; what nobody foresaw is a fault."""
    return next((code for kind, code in CODES if isinstance(error, kind)), FAULT)


def exit_code_for(report: Report) -> int:
    """Return the exit code for an import that came to an end."""
    if report.state == "stalled":
        return STALLED
    cancelled = report.state == "cancelled" or report.outcomes.get("cancelled")
    return SOME_FAILED if report.failures or report.rejected or cancelled else DONE


def exit_code_in(state: str) -> int:
    """Return the exit code for an import of which only the state is known."""
    return {"stalled": STALLED, "finished": DONE}.get(state, SOME_FAILED)


def forget_output() -> None:
    """Let what is left in the buffer of standard output go nowhere, as nobody reads it."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
