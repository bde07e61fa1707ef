"""Failures in words: the command as a line, where it was read, what an error is about."""

from __future__ import annotations

import orjson

from importbus.adapters.visible_text import visible
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure

LONGEST_COMMAND = 16_000
"""Most characters of a command in a page; a longer one is looked up where it was read."""


def command_line(failure: Failure) -> str | None:
    """Return the command of *failure* as a line of JSONL; None for a rejected line.

    Escapes in JSON mean what they stand for, so the line can be copied and imported as it is.
    """
    if failure.data is None:
        return None
    line = orjson.dumps({"command": failure.command, "data": failure.data}).decode()
    return visible(line)


def position_in_words(failure: Failure) -> str:
    """Return where a command was read: ``catalog.jsonl, line 17``."""
    return f"{failure.position.source}, line {failure.position.line:,}"


def places(error: ServerError) -> list[tuple[str, str]]:
    """Return what *error* is about, as names and values."""
    names = ("property", "attribute", "locale", "scope")
    return [(name, getattr(error, name)) for name in names if getattr(error, name)]
