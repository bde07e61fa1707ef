"""The columns of associations: ``X_SELL-products``, ``PACK-products`` with ``-quantity``.

Source: akeneo/pim-community-dev, ``AssociationColumnsResolver``, ``ColumnsMerger`` and
``QuantifiedAssociations``: identifiers are separated by commas, quantities by ``|``, and beside
``PACK-product_uuids`` stands ``PACK-products-quantity``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from importbus.adapters.flat import cells
from importbus.adapters.flat.kinds import LINKS, QUANTITY
from importbus.adapters.flat.plan import LEFT, Step
from importbus.adapters.flat.values import named
from importbus.adapters.sources.ports import Cell
from importbus.bus.errors import InvalidCommand

UUIDS = "product_uuids"
"""How products are called that are named by uuid; in the API they are ``products``."""


@frozen
class Link:
    """What the header of an association says.

    Attributes:
        type: The code of its type, as it stands there.
        targets: ``products``, ``product_uuids``, ``product_models`` or ``groups``.
        quantity: Whether it holds quantities.
    """

    type: str
    targets: str
    quantity: bool = False


def link_of(header: str) -> Link | None:
    """Return what *header* says, if it is written like that of an association."""
    without = header.removesuffix(QUANTITY)
    end = next((end for end in LINKS if without.endswith(end)), None)
    if end is None or without == end:
        return None
    return Link(without.removesuffix(end), end[1:], quantity=without != header)


def quantity_header(link: Link) -> str:
    """Return the header of the quantities of *link*."""
    return f"{link.type}-{'products' if link.targets == UUIDS else link.targets}{QUANTITY}"


def link_step(column: tuple[int, str], code: str, targets: str, *, empty_clears: bool) -> Step:
    """Return the step of associations of the type *code*."""
    path = ("associations", code, "products" if targets == UUIDS else targets)
    return Step((column,), path, cells.codes, [] if empty_clears else LEFT, repeated=True)


def quantified_step(
    columns: tuple[tuple[int, str], tuple[int, str]], code: str, targets: str, *, empty_clears: bool
) -> Step:
    """Return the step of quantified associations of the type *code*: who, and how many each."""
    key = "uuid" if targets == UUIDS else "identifier"
    (_, header), (_, quantities) = columns

    def read(named_there: Cell, how_many: Cell) -> list[dict[str, Any]] | None:
        who = cells.codes(named_there)
        numbers = [each for each in cells.text(how_many).split("|") if each.strip()]
        if len(who) != len(numbers):
            said = f"{len(numbers)} quantities for the {len(who)} that {header} names"
            raise InvalidCommand(f"expected as many, not {said}", field=quantities)
        amount = named(quantities, cells.whole)
        found = [{key: each, "quantity": amount(n)} for each, n in zip(who, numbers, strict=True)]
        return found or None

    path = ("quantified_associations", code, "products" if targets == UUIDS else targets)
    return Step(columns, path, read, [] if empty_clears else LEFT)


def quantities_of(columns: Mapping[str, int], link: Link) -> tuple[int, str] | None:
    """Return index and header of the quantities of *link*, if they are among *columns*."""
    header = quantity_header(link)
    return (columns[header], header) if header in columns else None
