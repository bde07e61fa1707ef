"""The levels of a family variant: ``variant-axes_1``, ``variant-attributes_1``.

Source: akeneo/pim-community-dev, ``FlatToStandard/FamilyVariant.php``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from importbus.adapters.flat import cells
from importbus.adapters.flat.plan import Step
from importbus.adapters.sources.ports import Cell

LEVEL = re.compile(r"variant-(axes|attributes)_([1-9])")
"""How such a header is written. Akeneo has two levels; more are for it to refuse."""


def level_steps(columns: Iterable[tuple[int, str]], *, empty_clears: bool) -> list[Step]:
    """Return the step of all columns that say something of a level; none if there are none."""
    found = [(index, header) for index, header in columns if LEVEL.fullmatch(header)]
    if not found:
        return []
    places = [
        (int(match[2]), match[1]) for _, header in found if (match := LEVEL.fullmatch(header))
    ]

    def read(*given: Cell) -> list[dict[str, Any]] | None:
        levels: dict[int, dict[str, Any]] = {}
        for (level, name), cell in zip(places, given, strict=True):
            if not cells.is_empty(cell):
                levels.setdefault(level, {"level": level})[name] = cells.codes(cell)
        if empty_clears:
            _clear_attributes(levels, places)
        return [levels[level] for level in sorted(levels)] or None

    # A step of one column is asked for cells that hold something, and gives the same.
    return [Step(tuple(found), ("variant_attribute_sets",), read)]


def _clear_attributes(levels: dict[int, dict[str, Any]], places: list[tuple[int, str]]) -> None:
    """Say of each level that is there that it has no attributes, if its cell was empty."""
    for level, name in places:
        if name == "attributes" and level in levels:
            levels[level].setdefault(name, [])
