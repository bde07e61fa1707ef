"""The table of the generator's profiles in `docs/generator.md`, made from the profiles."""

from __future__ import annotations

from collections.abc import Callable

from importbus.adapters.generator import PROFILES, Profile
from importbus.adapters.generator.phrases import channels_of, locales_of
from importbus.adapters.generator.structure import IN_COLOR, IN_SIZE, SHARED
from importbus.adapters.generator.words import KINDS, STYLES

OF_ALL = len((*SHARED, *IN_COLOR, *IN_SIZE, "color", "a measure")) - 1
"""Values of a simple product without a profile; the identifier is none."""

FIRST_TREE = 1 + len(KINDS) * (1 + len(STYLES))

ROWS: dict[str, Callable[[Profile], str]] = {
    "products": lambda each: f"{each.products:,}",
    "product models": lambda each: f"{each.models(each.products):,}",
    "channels": lambda each: f"{each.channels}",
    "locales": lambda each: f"{len(locales_of(channels_of(each)))}",
    "currencies": lambda each: f"{len({c for one in channels_of(each) for c in one.currencies})}",
    "categories": lambda each: f"{FIRST_TREE + each.categories:,}",
    "levels below the root of the second tree": lambda each: f"{each.depth}",
    "further attributes": lambda each: f"{each.attributes}",
    "options of each further select": lambda each: f"{each.options}",
    "attributes with a value, of a simple product": lambda each: f"{OF_ALL + each.values}",
    "images and documents": lambda each: "yes" if each.media else "no",
}


def table() -> str:
    """Return a row a number and a column a profile."""
    lines = [["", *(f"`{name}`" for name in PROFILES)], ["---"] * (1 + len(PROFILES))]
    lines += [[name, *map(shown, PROFILES.values())] for name, shown in ROWS.items()]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
