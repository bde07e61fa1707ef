"""How the cells of a column are made fit: split, looked up, put into codes and cases.

What a function here makes of a cell is a cell of the flat format. It raises ``InvalidCommand`` for
one that it cannot treat, and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from importbus.adapters.flat import cells
from importbus.adapters.flat.slots import nearest
from importbus.adapters.mapping.model import ColumnUse
from importbus.adapters.sources.ports import Cell
from importbus.bus.errors import InvalidCommand

Treat = Callable[[Cell], Cell]
"""Makes another cell of a cell."""

MOST_NAMED = 10
"""Texts that a sentence lists."""

LETTERS = {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "þ": "th"}
"""Letters that are none with a mark upon it, so that Unicode does not take them apart."""

CODED = str.maketrans(LETTERS)


def treatments(use: ColumnUse) -> list[Treat]:
    """Return what makes the cell of each place that *use* names."""
    each = _treat(use)
    if use.split_at is None:
        return [each] * len(use.to)
    return [_part(use, n, each) for n in range(len(use.to))]


def _part(use: ColumnUse, n: int, each: Treat) -> Treat:
    clean = _cleaned(use)
    separator, most = use.split_at or "", len(use.to)

    def treat(cell: Cell) -> Cell:
        found = cells.text(clean(cell)).split(separator)
        if len(found) > most:
            said = cells.shown(cell)
            raise InvalidCommand(
                f"expected at most {most} parts with {separator!r} between them, not {said}"
            )
        return each(found[n]) if n < len(found) else ""

    return treat


def _treat(use: ColumnUse) -> Treat:
    """Return what makes a cell of a cell, of each member if they are a list."""
    clean, one = _cleaned(use), _looked_up(use)
    separator = use.separator

    def treat(cell: Cell) -> Cell:
        return one(clean(cell))

    def treat_each(cell: Cell) -> Cell:
        cleaned = clean(cell)
        if not isinstance(cleaned, str):
            return one(cleaned)
        found = (cells.text(one(each.strip())) for each in cleaned.split(separator))
        return ",".join(_member(each) for each in found if each)

    return treat if separator is None else treat_each


def _member(said: str) -> str:
    """Return a member of a list, which has commas between its members from here on."""
    if "," in said:
        raise InvalidCommand(f"expected codes, in which there is no comma, not {cells.shown(said)}")
    return said


def _cleaned(use: ColumnUse) -> Treat:
    """Return what trims a cell and takes texts out of it; numbers and dates stay what they are."""

    def clean(cell: Cell) -> Cell:
        if not isinstance(cell, str):
            return cell
        for each in use.remove:
            cell = cell.replace(each, "")
        return cell.strip() if use.trim else cell

    return clean


def _looked_up(use: ColumnUse) -> Treat:
    values = {key: cells.text(value) for key, value in use.values.items()}
    other = _other(use, values)
    form = _form(use)

    def look_up(cell: Cell) -> Cell:
        said = cells.text(cell)
        if said in values:
            return form(values[said])
        return form(other(cell) if said else cell)

    return look_up if values else form


def _other(use: ColumnUse, values: Mapping[str, str]) -> Treat:
    """Return what makes a cell of one that is not among *values*."""
    if use.keep_others:
        return lambda cell: cell
    if use.otherwise is not None:
        otherwise = cells.text(use.otherwise)
        return lambda cell: otherwise

    def refuse(cell: Cell) -> Cell:
        raise InvalidCommand(f"{cells.shown(cell)} is none of its values: {_listed(cell, values)}")

    return refuse


def _listed(cell: Cell, values: Mapping[str, str]) -> str:
    names = list(values)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    near = nearest(cells.text(cell), names)
    meant = f". Did you mean {near}?" if near else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}{meant}"


def _form(use: ColumnUse) -> Treat:
    """Return what gives a cell its form: code, case, and what stands around it."""
    if not (use.code or use.case or use.prefix or use.suffix):
        return lambda cell: cell

    def form(cell: Cell) -> Cell:
        said = cells.text(cell)
        if use.code:
            said = code_of(said)
        if use.case:
            said = said.lower() if use.case == "lower" else said.upper()
        return f"{use.prefix}{said}{use.suffix}" if said else ""

    return form


def code_of(said: str) -> str:
    """Return *said* as a code: small letters, digits and underscores.

    Source: docs.akeneo.com, "Understand product attributes": letters, digits and underscores.
    """
    plain = unicodedata.normalize("NFKD", said.lower().translate(CODED))
    marked = "".join(each for each in plain if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", "_", marked).strip("_")
