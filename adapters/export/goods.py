"""Product models and products, by identifier and by uuid, each without what it inherits.

A product goes by its identifier. By uuid go those without one, and those that are associated with
such: no identifier can say that, and two commands of different classes for one product would not
keep their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from importbus.adapters.export.ancestry import Ancestry
from importbus.adapters.export.context import Context
from importbus.adapters.export.lists import Item
from importbus.adapters.export.shaping import (
    LINKED,
    MEDIA,
    Data,
    File,
    links_of,
    pieces,
    values_of,
)
from importbus.adapters.export.store import Table
from importbus.bus.errors import SinkRefused

MODEL, PRODUCT = "CreateOrUpdateProductModel", "CreateOrUpdateProduct"

BY_UUID = "CreateOrUpdateProductByUuid"

KEYS: Final = {MODEL: "code", PRODUCT: "identifier", BY_UUID: "uuid"}
"""The property that names an item, by the class of its commands."""

UPLOADS: Final = {MODEL: "CreateProductModelMediaFile", PRODUCT: "CreateProductMediaFile"}

NAMELESS: Final = '{"identifier":[{"operator":"EMPTY","value":null}]}'
"""The search for products without an identifier; a PIM that does not know it answers 422.

Source of its form: akeneo/pim-api-docs, content/rest-api/filter.md.
"""


class Goods:
    """Reads them from *context*; each stage is read once, models first."""

    def __init__(self, context: Context) -> None:
        store = context.store
        self._context = context
        self._ancestry = Ancestry(store)
        self._below = store.queue("below")
        self._by_uuid = store.queue("by_uuid")
        self._passed = store.table("passed")
        self._links = {name: store.queue(f"{name}Links") for name in KEYS}
        self._models_known = self._uuids_known = False

    def models(self) -> Iterator[Data]:
        """Yield roots, then sub-models, then what they are associated with."""
        for item in self._context.lists.items("product-models"):
            self._ancestry.put(item)
            if item.get("parent"):
                self._below.add(item)
            else:
                yield from self._shaped(MODEL, item)
        self._models_known = True
        for item in self._below:
            yield from self._shaped(MODEL, item)
        yield from self._links[MODEL]

    def products(self) -> Iterator[Data]:
        """Yield products that go by identifier, then what they are associated with."""
        self._learn()
        for item in self._context.lists.items("products"):
            if item.get("uuid", "") in self._passed:
                continue
            if item.get("identifier"):
                yield from self._shaped(PRODUCT, item)
            else:
                self._context.account.problem(
                    f"{PRODUCT}: {item.get('uuid')}: has no identifier, and no search has found it."
                )
        yield from self._links[PRODUCT]

    def products_by_uuid(self) -> Iterator[Data]:
        """Yield products that go by uuid, then what they are associated with."""
        self._learn()
        for item in self._by_uuid:
            yield from self._shaped(BY_UUID, item)
        yield from self._links[BY_UUID]

    def _learn(self) -> None:
        """Make sure that it is known what models show, and which products go by uuid."""
        if not self._models_known:
            for item in self._context.lists.items("product-models"):
                self._ancestry.put(item)
            self._models_known = True
        if not self._uuids_known:
            self._learn_uuids()
            self._uuids_known = True

    def _learn_uuids(self) -> None:
        nameless = self._context.store.table("nameless")
        found = False
        for item in self._nameless():
            nameless.put(item["uuid"])
            found = True
        for item in self._context.lists.items("products-uuid") if found else ():
            if self._context.shaped(BY_UUID, item, partial(_nameless_among, item, nameless)):
                self._by_uuid.add(item)
                self._passed.put(item["uuid"])

    def _nameless(self) -> Iterator[Item]:
        """Yield the products without an identifier, which some versions cannot search for."""
        try:
            yield from self._context.lists.items("products-uuid", NAMELESS)
        except SinkRefused as error:
            if error.status not in (400, 422):
                raise
            found = self._context.lists.items("products-uuid")
            yield from (item for item in found if self._identifier(item) is None)

    def _identifier(self, item: Item) -> str | None:
        """Return the identifier of a product that was listed by uuid: it is one of its values."""
        types = self._context.lists.known("attributes")
        for code, entries in (item.get("values") or {}).items():
            if types.get(code) == "pim_catalog_identifier":
                return str(entries[0]["data"])
        return None

    def _shaped(self, command: str, item: Item) -> list[Data]:
        context, key = self._context, KEYS[command]

        def shape() -> list[Data]:
            own = self._ancestry.own(item)
            types = context.lists.known("attributes")
            values, files = values_of(own, types, "scope", MEDIA)
            rest = dict.fromkeys((*LINKED, *self._unsaid(command)))
            data = context.shapes[command].data(own, values=values, **rest)
            if links := links_of(own, "uuid" if command == BY_UUID else "identifier"):
                self._links[command].add({key: item[key], **links})
            self._keep(command, item, files)
            return list(pieces(data, [key]))

        return context.shaped(command, item, shape)

    def _unsaid(self, command: str) -> tuple[str, ...]:
        """Return the name that a product does not go by, where it is not to be said."""
        if command == BY_UUID:
            return ("identifier",)
        return () if self._context.uuids else ("uuid",)

    def _keep(self, command: str, item: Item, files: list[File]) -> None:
        """Keep for later which files an item has; a product without an identifier has no upload."""
        if not files:
            return
        name = self._identifier(item) if command == BY_UUID else item[KEYS[command]]
        if name is None and self._context.media:
            self._context.account.problem(
                f"{command}: {item['uuid']}: its files are left out, as the API takes files for "
                "products with an identifier only."
            )
            return
        upload = UPLOADS[MODEL if command == MODEL else PRODUCT]
        owner = {"code" if command == MODEL else "identifier": name}
        for file in files:
            self._context.upload(upload, "product", owner, file)


def _nameless_among(item: Item, nameless: Table) -> list[str]:
    """Return which of a product and those that it is associated with have no identifier."""
    return [uuid for uuid in (item["uuid"], *_linked_uuids(item)) if uuid in nameless]


def _linked_uuids(item: Item) -> Iterator[Any]:
    """Yield the products that one listed by uuid is associated with."""
    for lists in (item.get("associations") or {}).values():
        yield from lists.get("products") or ()
    for lists in (item.get("quantified_associations") or {}).values():
        yield from (each["uuid"] for each in lists.get("products") or ())
