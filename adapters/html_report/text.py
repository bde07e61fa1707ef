"""Text of others as a page shows it: nothing in it is hidden, and nothing in it acts."""

from __future__ import annotations

import re
from typing import Any

import orjson

from importbus.bus.report import Failure

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff]"
)
"""What is not seen or turns other text around: controls, zero widths, marks of direction; and
halves of characters, which no file can hold. Spaces and joiners are part of ordinary text.

Source: unicode.org/reports/tr36, section 2.6 (bidirectional text spoofing).
"""

LONGEST_COMMAND = 16_000
"""Most characters of a command in a page; a longer one is looked up where it was read."""


def visible(text: str) -> str:
    """Return *text* with what cannot be seen as escapes, ``\\u202e``."""
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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


def places(error: Any) -> list[tuple[str, str]]:
    """Return what *error* is about, as names and values."""
    names = ("property", "attribute", "locale", "scope")
    return [(name, getattr(error, name)) for name in names if getattr(error, name)]
