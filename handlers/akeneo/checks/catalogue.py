"""Which products and product models there will be: of the source, and of the PIM where asked for.

Of the source's products only digests are kept, of its models a small object each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import frozen

from importbus.handlers.akeneo.checks.fetching import Fetching
from importbus.handlers.akeneo.checks.sightings import Sightings
from importbus.handlers.akeneo.checks.structure import Model, Structure
from importbus.handlers.akeneo.commands import (
    CreateOrUpdateProduct,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateProductModel,
)
from importbus.handlers.akeneo.commands.uuids import UUID

ProductCommand = CreateOrUpdateProduct | CreateOrUpdateProductByUuid

MOST_ASKED: Final = 50_000
"""Answers of the PIM that are remembered."""

MANY, GONE, PARENT = 1, 2, 2
"""Bits of what is kept of a product: whether several commands name it, whether its only command
will be refused, and from which bit on the number of its parent stands."""

MARK: Final = "\0"
"""What the name of a product by its uuid begins with, and no identifier does."""


def by_uuid(uuid: str) -> str:
    """Return the name of the product with *uuid*."""
    return MARK + uuid


def name_of(command: ProductCommand) -> str:
    """Return what a product is called here: its identifier, or its uuid with a mark."""
    if isinstance(command, CreateOrUpdateProductByUuid):
        return by_uuid(command.uuid)
    return command.identifier


@frozen
class Standing:
    """Where a product or model stands: its family variant, and how many models are above it.

    ``family_variant`` is None when nobody has told.
    """

    family_variant: str | None
    depth: int


class Catalogue:
    """Products by ``name_of`` and models by code; ``pim`` is None when nothing can be looked up."""

    def __init__(self, structure: Structure, pim: Fetching | None) -> None:
        self._structure = structure
        self._pim = pim
        self._models: dict[str, Model] = {}
        self._stored_models: dict[str, Model | None] = {}
        self._unread: set[tuple[str, str]] = set()
        self._products = Sightings()
        self._others = Sightings()
        self._parents: list[str] = []
        self._numbers: dict[str, int] = {}
        self._stored_products: dict[str, bool] = {}
        self.unchecked: dict[str, set[str]] = {"product": set(), "product model": set()}

    def forget_pim(self) -> None:
        """Look up nothing any more."""
        self._pim = None

    @property
    def open(self) -> bool:
        """Whether there may be more than is known."""
        return self._pim is None

    def note_product(self, command: ProductCommand) -> None:
        """Note a product of the source, and its parent if it names one."""
        key = name_of(command).casefold()
        if isinstance(command, CreateOrUpdateProduct) and isinstance(command.uuid, str):
            self._others.put(by_uuid(command.uuid).casefold(), MANY)
        before = self._products.get(key)
        number = (before or 0) | (MANY if before is not None else 0)
        if command.parent:
            number = number & (MANY | GONE) | self._parent(command.parent) << PARENT
        self._products.put(key, number)

    def note_identifier(self, identifier: str) -> None:
        """Note that a product that the source names by its uuid has *identifier*."""
        self._others.put(identifier.casefold(), MANY)

    def _parent(self, code: str) -> int:
        if code not in self._numbers:
            self._parents.append(code)
            self._numbers[code] = len(self._parents)
        return self._numbers[code]

    def note_model(self, command: CreateOrUpdateProductModel) -> None:
        """Note a model of the source; what can be given at creation only is kept as said first."""
        model = self._models.setdefault(command.code.casefold(), Model(command.code))
        model.commands += 1
        model.family_variant = model.family_variant or command.family_variant or None
        model.parent = command.parent or model.parent or None
        model.family = command.family or model.family or None

    def own_model(self, code: str) -> Model:
        """Return the model of the source called *code*."""
        return self._models[code.casefold()]

    def is_repeated(self, identifier: str) -> bool:
        """Whether several commands of the source name the product."""
        return bool((self._products.get(identifier.casefold()) or 0) & MANY)

    def parent_of(self, identifier: str) -> str | None:
        """Return the parent that the source names for a product, in any of its commands."""
        number = (self._products.get(identifier.casefold()) or 0) >> PARENT
        return self._parents[number - 1] if number else None

    def withdraw_product(self, identifier: str) -> bool:
        """Note that the only command of a product will be refused; False if it was known."""
        key = identifier.casefold()
        number = self._products.get(key) or 0
        if number & (MANY | GONE) or self.is_stored(identifier):
            return False
        self._products.put(key, number | GONE)
        return True

    def withdraw_model(self, code: str) -> bool:
        """Note that the only command of a model will be refused; False if it was known."""
        model = self.own_model(code)
        if model.gone or model.stored or model.commands > 1:
            return False
        model.gone = True
        return True

    def ask_models(self, codes: Iterable[str]) -> None:
        """Look up models that the PIM was not asked for yet; what it says of them came first."""
        pim = self._pim
        if pim is None:
            return
        asked = {each.casefold(): each for each in codes if self._must_ask(each)}
        _forget(self._stored_models)
        self._stored_models |= {code: None for code in asked if code not in self._models}

        def read() -> None:
            for item in pim.by_code("product-models", "identifier", asked.values()):
                self._learn_model(item)

        pim.guarded("product-models", read, default=None)
        for code in asked.keys() & self._models.keys():
            self._models[code].asked = True
        self._learn_variants()

    def _must_ask(self, code: str) -> bool:
        own = self._models.get(code.casefold())
        return not own.asked if own else code.casefold() not in self._stored_models

    def _learn_model(self, item: Mapping[str, Any]) -> None:
        code = item["code"].casefold()
        own = self._models.get(code)
        if own is None:
            own = self._stored_models[code] = Model(item["code"])
        own.stored, own.parent = True, item.get("parent")
        own.family_variant, own.family = item.get("family_variant"), item.get("family")
        self._unread.add((own.family or "", own.family_variant or ""))

    def _learn_variants(self) -> None:
        """Read the variants of families of stored models, where they are not known yet."""
        known = self._structure.family_variants
        families = {family for family, variant in self._unread if variant not in known}
        self._unread.clear()
        for family in sorted(families - {""}):
            if self._pim:
                self._pim.variants(family)

    def ask_products(self, identifiers: Iterable[str]) -> None:
        """Look up whether the PIM has products."""
        if self._pim is None:
            return
        wanted = {each.casefold(): each for each in identifiers}
        asked = {key: each for key, each in wanted.items() if key not in self._stored_products}
        _forget(self._stored_products)
        self._stored_products |= dict.fromkeys(asked, False)
        self._ask_for([each for each in asked.values() if not each.startswith(MARK)], "products")
        uuids = [each.removeprefix(MARK) for each in asked.values() if each.startswith(MARK)]
        self._ask_for([each for each in uuids if UUID.fullmatch(each)], "products-uuid", MARK)

    def _ask_for(self, keys: list[str], path: str, mark: str = "") -> None:
        pim, field = self._pim, "uuid" if mark else "identifier"

        def read() -> bool:
            for item in pim.by_code(path, field, keys) if pim else ():
                self._stored_products[mark + item[field].casefold()] = True
            return True

        if keys and pim and not pim.guarded(path, read, default=False):
            for key in keys:  # nobody can tell
                self._stored_products.pop(mark + key.casefold(), None)

    def is_stored(self, identifier: str) -> bool | None:
        """Whether the PIM has a product that was asked for; None when nobody can tell."""
        return None if self._pim is None else self._stored_products.get(identifier.casefold())

    def has_product(self, identifier: str) -> bool:
        """Whether the source names a product and will not fail to create it."""
        number = self._products.get(identifier.casefold())
        known = number is not None and not number & GONE
        return known or self._others.get(identifier.casefold()) is not None

    def lacks_product(self, identifier: str) -> bool:
        """Whether there is no such product for certain; it was asked for before."""
        stored = self.is_stored(identifier)
        if stored or self.has_product(identifier):
            return False
        return self._sure("product", identifier, told=stored is not None)

    def lacks_model(self, code: str) -> bool:
        """Whether there is no such model for certain; it was asked for before."""
        if self.model(code):
            return False
        return self._sure("product model", code)

    def _sure(self, kind: str, key: str, *, told: bool = True) -> bool:
        sure = told and not self.open
        if not sure and len(self.unchecked[kind]) < MOST_ASKED:
            self.unchecked[kind].add(key.casefold())
        return sure

    def model(self, code: str) -> Model | None:
        """Return a model that is there or will be, if it is known."""
        own = self._models.get(code.casefold())
        if own and not own.gone:
            return own
        return self._stored_models.get(code.casefold())

    def standing_of(self, model: Model) -> Standing:
        """Return where *model* stands."""
        if model.parent is None:
            return Standing(model.family_variant, 0)
        above = self.model(model.parent)
        if above is None:
            return Standing(model.family_variant, 1)
        if above.parent is None:
            return Standing(above.family_variant, 1)
        return Standing(None, 2)


def _forget(answers: dict[str, Any]) -> None:
    """Begin anew when too many answers are kept."""
    if len(answers) > MOST_ASKED:
        answers.clear()
