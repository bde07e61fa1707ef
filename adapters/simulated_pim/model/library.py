"""What reference entities and asset families have in common.

Each has attributes of its own, options of these, and many entries: records, or assets.
"""

from __future__ import annotations

from typing import Any

from attrs import define

from importbus.adapters.simulated_pim.model.packing import packed, unpacked
from importbus.adapters.simulated_pim.model.tables import CasedTable, Table, fold

Place = tuple[str, str | None, str | None]
"""Where a value of an entry stands: attribute code, locale, channel."""


@define
class Entry:
    """A record or an asset; its values are kept as JSON, as those of products are.

    Attributes:
        family: The code of its reference entity or asset family.
        code: Its code, in the spelling it was created with.
        places: Where the values stand, in the order of `data`.
        data: The data of the values, as one JSON list.
    """

    family: str
    code: str
    places: tuple[Place, ...] = ()
    data: bytes = b"[]"
    created: float = 0.0
    updated: float = 0.0

    @property
    def values(self) -> dict[Place, Any]:
        """The values, in a dict of the caller's own; to change them, assign it."""
        return dict(zip(self.places, unpacked(self.data), strict=True))

    @values.setter
    def values(self, values: dict[Place, Any]) -> None:
        self.places, self.data = tuple(values), packed(list(values.values()))


class Library:
    """All reference entities, or all asset families, with what is in them."""

    def __init__(self, noun: str, entry: str, media: str, *, cased: bool = False) -> None:
        """Prepare an empty one.

        Args:
            noun: What one of its families is called in messages.
            entry: What one of its entries is called in messages.
            media: The kind of files that its entries hold.
            cased: Whether `A` and `a` are two families.
        """
        self.noun, self.entry, self.media, self.cased = noun, entry, media, cased
        self.families: Table[dict[str, Any]] = CasedTable() if cased else Table()
        self.attributes: dict[str, Table[dict[str, Any]]] = {}
        self.options: dict[tuple[str, str], Table[dict[str, Any]]] = {}
        self.entries: dict[str, Table[Entry]] = {}
        self.checks: dict[tuple[str, Place], Any] = {}

    def form(self, family: str) -> str:
        """Return the form of the code of a family in which two spellings of it are equal."""
        return family if self.cased else fold(family)

    def attributes_of(self, family: str) -> Table[dict[str, Any]]:
        """Return the attributes of *family*."""
        return self.attributes.setdefault(self.form(family), Table())

    def options_of(self, family: str, attribute: str) -> Table[dict[str, Any]]:
        """Return the options of an attribute of *family*."""
        return self.options.setdefault((self.form(family), fold(attribute)), Table())

    def entries_of(self, family: str) -> Table[Entry]:
        """Return the records or assets of *family*."""
        return self.entries.setdefault(self.form(family), Table())
