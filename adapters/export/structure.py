"""The structure of a catalogue, from categories to association types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

from importbus.adapters.export.context import Context
from importbus.adapters.export.lists import Item
from importbus.adapters.export.shaping import Data

SELECTS: Final = ("pim_catalog_simpleselect", "pim_catalog_multiselect")
"""Types of attributes that have options. Source: akeneo/pim-community-dev."""


def whole(command: str, path: str) -> Callable[[Context], Iterator[Data]]:
    """Return what yields the data of *command* for each item of the list at *path*."""

    def read(context: Context) -> Iterator[Data]:
        for item in context.lists.items(path):
            yield from shaped(context, command, item)

    return read


def options(context: Context) -> Iterator[Data]:
    """Yield the options of every select attribute."""
    selects = [code for code, kind in context.lists.known("attributes").items() if kind in SELECTS]
    yield from _inside(context, "CreateOrUpdateAttributeOption", "attribute", selects, OPTIONS)


def variants(context: Context) -> Iterator[Data]:
    """Yield the variants of every family."""
    families = list(context.lists.known("families"))
    yield from _inside(context, "CreateOrUpdateFamilyVariant", "family", families, VARIANTS)


OPTIONS, VARIANTS = "attributes/{}/options", "families/{}/variants"


def _inside(
    context: Context, command: str, parent: str, codes: list[str], path: str
) -> Iterator[Data]:
    paths = {path.format(quote(code, safe="")): code for code in codes}
    for each, items in context.lists.inside(paths):
        for item in items:
            yield from shaped(context, command, item, **{parent: paths[each]})


def shaped(context: Context, command: str, item: Item, **more: str) -> list[Data]:
    """Return what *command* says of *item*, with *more* that the path says."""
    return context.shaped(command, item, lambda: [context.shapes[command].data(item, **more)])
