"""What the first cells of a column look like, whatever the column is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from importbus.adapters.flat import cells
from importbus.adapters.sources.ports import Cell
from importbus.bus.errors import InvalidCommand

CODE = re.compile(r"[A-Za-z0-9_]+")
"""What a code consists of."""

COMMA = re.compile(
    r"\D{0,4}[+-]?[0-9]+(?:\.[0-9]{3})*,[0-9]+\D{0,4}|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"
)
POINT = re.compile(r"\D{0,4}[+-]?[0-9]+(?:,[0-9]{3})*\.[0-9]+\D{0,4}")
"""Numbers with decimals, written in the one way and in the other."""

AMOUNT = re.compile(r"(\D*?)\s*([+-]?[0-9][0-9.,']*)\s*(\D*)")
"""A number, and what stands around it."""

DATES = ("yyyy-mm-dd", "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "d.m.yyyy", "yyyy/mm/dd")
"""How dates are often written; of two that fit, the first one is meant."""

YES = frozenset(
    {"yes", "y", "ja", "j", "oui", "o", "si", "sí", "true", "1", "x", "active", "aktiv"}
)
NO = frozenset({"no", "n", "nein", "non", "false", "0", "-", "inactive", "inaktiv", "draft"})
"""How people write truth values."""

SEPARATORS = ("|", ";", "\n", " > ", ">", " / ")
"""What may stand between the members of a list, other than the comma of the flat format."""

ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://.*", re.DOTALL)

SHOWN, LONGEST_SHOWN = 2, 25
"""Examples of cells, and their characters."""


@frozen
class Sample:
    """The first cells of a column, empty ones left out."""

    column: str
    cells: tuple[Cell, ...]
    rows: int
    texts: tuple[str, ...] = field(init=False)

    @texts.default
    def _texts(self) -> tuple[str, ...]:
        return tuple(cells.text(each).strip() for each in self.cells)

    @property
    def is_key(self) -> bool:
        """Whether every row has one, and no two the same."""
        return 0 < self.rows == len(set(self.texts))

    @property
    def are_codes(self) -> bool:
        """Whether codes could look like that."""
        return all(CODE.fullmatch(each) for each in self.texts)

    @property
    def are_addresses(self) -> bool:
        """Whether all are addresses in the net."""
        return bool(self.texts) and all(map(ADDRESS.fullmatch, self.texts))

    @property
    def examples(self) -> str:
        """A few different cells, shortened, in one line."""
        found = list(dict.fromkeys(" ".join(each.split()) for each in self.texts))[:SHOWN]
        short = (x if len(x) <= LONGEST_SHOWN else f"{x[: LONGEST_SHOWN - 3]}..." for x in found)
        return ", ".join(short)

    def truth(self) -> dict[str, bool] | None:
        """Return the truth value of each text; None when they say none."""
        said = set(self.texts)
        if not said or any(each.lower() not in YES | NO for each in said):
            return None
        return {each: each.lower() in YES for each in sorted(said)}

    def separator(self) -> str | None:
        """Return what separates the members of lists; None for a comma, or when there are none."""
        counts = {each: sum(each in text for text in self.texts) for each in SEPARATORS}
        best = max(SEPARATORS, key=lambda each: counts[each])
        commas = sum("," in text for text in self.texts)
        return best if counts[best] > commas else None

    def around(self) -> tuple[str, ...] | None:
        """Return what stands around the numbers; None when a cell is no number."""
        found: dict[str, None] = {}
        for text in self.texts:
            match = AMOUNT.fullmatch(text)
            if match is None:
                return None
            found.update(dict.fromkeys(each for each in (match[1], match[3]) if each))
        return tuple(found)


def samples_of(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[Sample]:
    """Return the sample of each column that has a name of its own."""
    read = list(rows)
    return [
        Sample(name, tuple(row[n] for row in read if not _is_blank(row[n])), len(read))
        for n, name in enumerate(header)
        if name and header.count(name) == 1
    ]


def _is_blank(cell: Cell) -> bool:
    return not cells.text(cell).strip()


def decimal_of(samples: Iterable[Sample]) -> str:
    """Return what separates whole numbers from fractions; a comma only when no point does."""
    texts = [text for sample in samples for text in sample.texts if len(text) < 40]
    commas = sum(bool(COMMA.fullmatch(text)) for text in texts)
    points = sum(bool(POINT.fullmatch(text)) for text in texts)
    return "," if commas > points else "."


def date_format_of(samples: Iterable[Sample]) -> str | None:
    """Return how the dates are written; None when no column has dates alone."""
    for sample in samples:
        for written in DATES if sample.texts else ():
            if _all_read(written, sample):
                return written
    return None


def _all_read(written: str, sample: Sample) -> bool:
    read = cells.date_reader(written)
    try:
        return bool([read(each) for each in sample.texts])
    except InvalidCommand:
        return False
