"""Headers: the names of the columns, and how they are quoted."""

from __future__ import annotations

from collections.abc import Sequence

from importbus.adapters.sources.ports import Cell

SHOWN = 60
"""Characters of somebody's text that a sentence quotes."""


def header_of(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the names in *cells* without white space around them, nor empty ones at the end."""
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def no_header(header: Sequence[str]) -> str | None:
    """Return why *header* names no columns, a sentence for people; None when it does."""
    if any(character.isalpha() for name in header for character in name):
        return None
    return f"there is no header: the first row names the columns, and here it is {quoted(header)}"


def quote(text: str) -> str:
    """Return *text* in quotes, shortened, and with bytes that are no text as escapes."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return f'"{text}"' if len(text) <= SHOWN else f'"{text[: SHOWN - 1]}…"'


def quoted(names: Sequence[str]) -> str:
    """Return a few of *names* in quotes."""
    return ", ".join(map(quote, names[:3])) + (", ..." if len(names) > 3 else "")
