"""Everything that a simulated PIM stores.

Structure (categories, attributes, families, ...) is kept as plain dicts in the shape of the API.
Products and product models are `Item`s, which are kept small: there may be a million of them.
Every writer holds `lock` while it checks and stores; an item is replaced, never changed in place,
so whoever reads an item sees a whole one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import RLock
from typing import Any

from attrs import define, frozen

from importbus.adapters.simulated_pim.model.library import Entry, Library
from importbus.adapters.simulated_pim.model.media import ASSETS, ENTITIES, Media
from importbus.adapters.simulated_pim.model.packing import packed, unpacked
from importbus.adapters.simulated_pim.model.tables import Table, fold

Body = dict[str, Any]
"""A JSON object: what a caller sent, or a structure item as stored."""

Triple = tuple[str, str | None, str | None]
"""Where a value stands: attribute code, locale, scope. Products share these tuples."""

Values = dict[Triple, Any]
"""Data by place, normalised to the form in which it reads back."""

Ref = tuple[str, str]
"""A product or product model: `("products" | "product_models", folded code)`."""

Combination = tuple[str, ...]
"""The axis values of a sub-model or variant product, as comparable text."""


NAMELESS = "\n"
"""Begins the code of a product without identifier, before its uuid; no identifier holds it."""

_NOTHING: dict[str, Any] = {}
"""Shared by all items without associations; nobody writes into the dicts of an item."""

_MOST_SHARED = 10_000


@define
class Item:
    """A product or a product model, without what it inherits.

    Its values are kept as JSON: as objects they take three times the memory.

    Attributes:
        kind: `products` or `product_models`.
        code: The identifier or code, in the spelling it was created with; for a product without
            identifier `NAMELESS` and its uuid.
        places: Where the values stand, in the order of `data`; items of one shape share it.
        data: The data of the values, as one JSON list.
        associations: Association type to `products`, `product_models`, `groups`; sorted codes.
        quantified: Quantified association type to `products`, `product_models`; entries as read.
    """

    kind: str
    code: str
    family: str | None = None
    family_variant: str | None = None
    parent: str | None = None
    enabled: bool = True
    uuid: str | None = None
    categories: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    places: tuple[Triple, ...] = ()
    data: bytes = b"[]"
    associations: dict[str, dict[str, list[str]]] = _NOTHING
    quantified: dict[str, dict[str, list[Body]]] = _NOTHING
    created: float = 0.0
    updated: float = 0.0

    @property
    def values(self) -> Values:
        """The values, in a dict of the caller's own; to change them, assign it."""
        return dict(zip(self.places, unpacked(self.data), strict=True))

    @values.setter
    def values(self, values: Values) -> None:
        self.places, self.data = tuple(values), packed(list(values.values()))

    def value(self, place: Triple) -> Any:
        """Return the data at *place*, or None."""
        return self.values[place] if place in self.places else None

    @property
    def name(self) -> str:
        """The code, or the uuid of a product without identifier."""
        return self.code.removeprefix(NAMELESS)

    @property
    def identifier(self) -> str | None:
        """The code; None for a product without identifier."""
        return None if self.code.startswith(NAMELESS) else self.code

    @property
    def parent_key(self) -> str:
        """The folded code of the parent; empty for what stands alone."""
        return fold(self.parent) if self.parent else ""

    @property
    def ref(self) -> Ref:
        """Who this item is, in any spelling of its code."""
        return (self.kind, fold(self.code))


@frozen
class Slot:
    """A place for a value that was found to exist.

    Attributes:
        triple: Attribute, locale and scope in their stored spelling.
        check: Turns data into its stored form; raises `Refusal` or `Violated`.
        unique: Whether two products may not have the same value here.
    """

    triple: Triple
    check: Callable[[Any], Any]
    unique: bool = False


@frozen
class Levels:
    """How a family variant spreads attributes: entry 0 is common, 1 and 2 are its sets.

    Attributes:
        attributes: Folded codes of the attributes of each level, its axes included.
        axes: Codes of the axes of each level; empty for level 0.
    """

    attributes: tuple[frozenset[str], ...]
    axes: tuple[tuple[str, ...], ...]

    @property
    def last(self) -> int:
        """The level of variant products."""
        return len(self.attributes) - 1


@define
class UuidIndex:
    """Products by uuid; it is made when it is first asked for.

    Attributes:
        codes: The number of a uuid to the folded code of its product; None before it is made.
        order: All uuids, sorted; None when they have changed.
    """

    codes: dict[int, str] | None = None
    order: list[str] | None = None


class Store:
    """The tables, the indexes over them, and what is derived from structure."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.lock = RLock()
        self.locales: Table[str] = Table()
        self.currencies: Table[Body] = Table()
        self.measurement_families: Table[Body] = Table()
        self.categories: Table[Body] = Table()
        self.attribute_groups: Table[Body] = Table()
        self.attributes: Table[Body] = Table()
        self.options: dict[str, Table[Body]] = {}
        self.families: Table[Body] = Table()
        self.family_variants: Table[Body] = Table()
        self.channels: Table[Body] = Table()
        self.association_types: Table[Body] = Table()
        self.groups: Table[Body] = Table()
        self.items: dict[str, Table[Item]] = {"products": Table(), "product_models": Table()}
        self.media = Media()
        self.uuids = UuidIndex()
        self.reference_entities = Library("Reference entity", "record", ENTITIES)
        self.asset_families = Library("Asset family", "asset", ASSETS, cased=True)
        self._shared: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._index()

    def _index(self) -> None:
        self.children: dict[str, dict[Ref, Combination]] = {}
        self.combinations: dict[tuple[str, Combination], Ref] = {}
        self.uniques: dict[tuple[Triple, str], Ref] = {}
        self.linked: dict[Ref, set[Ref]] = {}
        self.slots: dict[Triple, Slot] = {}
        self.levels: dict[str, Levels] = {}
        self.defaults: dict[tuple[str, str, int], tuple[tuple[Triple, bool], ...]] = {}
        self._uniques: frozenset[str] | None = None
        self._tables: frozenset[str] | None = None
        self._identifier: str | None = None

    @property
    def products(self) -> Table[Item]:
        """The products, by identifier."""
        return self.items["products"]

    @property
    def product_models(self) -> Table[Item]:
        """The product models, by code."""
        return self.items["product_models"]

    def options_of(self, attribute: str) -> Table[Body]:
        """Return the options of *attribute*; an empty table if it has none."""
        return self.options.setdefault(fold(attribute), Table())

    def compact(self, item: Item) -> None:
        """Let *item*, which is about to be stored, share what equal items have."""
        self.share(item)
        item.categories = self._shared.setdefault(item.categories, item.categories)
        item.associations = item.associations or _NOTHING
        item.quantified = item.quantified or _NOTHING

    def share(self, item: Item | Entry) -> None:
        """Let *item* share its places with items of one shape."""
        if len(self._shared) > _MOST_SHARED:
            self._shared.clear()
        item.places = self._shared.setdefault(item.places, item.places)

    def structure_changed(self) -> None:
        """Forget what was derived from structure; to be called after each write to it."""
        self.slots.clear()
        self.levels.clear()
        self.defaults.clear()
        self.reference_entities.checks.clear()
        self.asset_families.checks.clear()
        self._uniques = self._tables = self._identifier = None

    @property
    def identifier(self) -> str:
        """The code of the identifier attribute; every PIM has one."""
        if self._identifier is None:
            kinds = {each["type"]: each["code"] for each in self.attributes}
            self._identifier = kinds["pim_catalog_identifier"]
        return self._identifier

    @property
    def unique_attributes(self) -> frozenset[str]:
        """The codes of the unique attributes, without the identifier."""
        if self._uniques is None:
            codes = {each["code"] for each in self.attributes if each["unique"]}
            self._uniques = frozenset(codes - {self.identifier})
        return self._uniques

    @property
    def table_attributes(self) -> frozenset[str]:
        """The codes of the table attributes."""
        if self._tables is None:
            tables = (each["code"] for each in self.attributes if each["table_configuration"])
            self._tables = frozenset(tables)
        return self._tables

    def active_locales(self) -> set[str]:
        """Return the locales that a channel uses; only these can hold values."""
        return {locale for channel in self.channels for locale in channel["locales"]}
