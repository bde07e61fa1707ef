"""The parts of the documentation that are made from the code, and the program that writes them.

Run ``python tests/support/made_tables.py`` after a change of a command, of a rule
or of an answer's meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import answer_rows
import check_tables
import command_tables
import curable_rows
import library_rows
import profile_table
import protocol_tables
import unserved_calls
from source_tree import ROOT

PAGES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "docs/answers.md": lambda: {
        "calls": answer_rows.table(answer_rows.CALLS),
        "lines": answer_rows.table(answer_rows.LINES),
        "arrays": answer_rows.table(library_rows.ARRAYS),
        "alone": answer_rows.table(library_rows.ALONE),
        "deletes": answer_rows.table(answer_rows.DELETES),
        "uploads": answer_rows.table(answer_rows.UPLOADS),
        "curable": curable_rows.table(),
    },
    "docs/checks.md": check_tables.sections,
    "docs/commands.md": command_tables.sections,
    "docs/generator.md": lambda: {"profiles": profile_table.table()},
    "docs/protocol.md": protocol_tables.parts,
    "docs/simulated-pim.md": lambda: {"unserved": unserved_calls.table()},
}
"""The pages with such parts, and what makes the parts, by name."""

PART = re.compile(
    r"(?P<begin><!-- made: (?P<name>\w+) -->\n).*?(?P<end><!-- made: end -->)", re.DOTALL
)


def made(page: str) -> str:
    """Return the text of *page* with its parts made anew.

    Raises:
        KeyError: The page asks for a part that nothing makes.
    """
    parts = PAGES[page]()
    text = (ROOT / page).read_text(encoding="utf-8")
    return PART.sub(lambda part: f"{part['begin']}{parts[part['name']]}{part['end']}", text)


def names(page: str) -> list[str]:
    """Return the names of the parts in *page*, in order."""
    return [part["name"] for part in PART.finditer((ROOT / page).read_text(encoding="utf-8"))]


def main() -> None:
    """Write every page anew."""
    for page in PAGES:
        Path(ROOT / page).write_text(made(page), encoding="utf-8")


if __name__ == "__main__":
    main()
