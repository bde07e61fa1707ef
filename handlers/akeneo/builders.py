"""Builders: commands for one product or model, said step by step.

What a builder was not told is not touched in the PIM. Of two things said about one place the later
counts. Nothing is sent: ``build`` returns commands, which the application dispatches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from os import PathLike, fspath
from typing import Any, Self

from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.commands import (
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
)
from importbus.handlers.akeneo.commands.media import (
    CreateProductMediaFile,
    CreateProductModelMediaFile,
)

Amount = Decimal | int | str
"""An amount without a loss: a binary fraction (float) is none."""

Place = tuple[str, str | None, str | None]
"""Attribute in lower case, locale and scope: where one value stands."""


class CatalogueBuilder:
    """What products and models have in common; every setter returns the builder itself.

    ``None`` for a locale or a scope means: the same in all of them.
    """

    def __init__(self) -> None:
        self._fields: dict[str, Any] = {}
        self._spelled: dict[str, str] = {}
        self._values: dict[Place, Any] = {}
        self._files: dict[Place, str] = {}
        self._links: dict[str, dict[str, dict[str, Any]]] = {}

    def family(self, code: str | None) -> Self:
        """Put it into the family *code*; None takes a product out of its family."""
        return self._set("family", code)

    def parent(self, code: str | None) -> Self:
        """Put it under the model *code*; None makes a variant a simple product."""
        return self._set("parent", code)

    def category(self, *codes: str) -> Self:
        """Add it to categories; all others are left. Without *codes* it is taken out of all."""
        return self._add("categories", codes)

    def value(
        self, attribute: str, data: object, *, locale: str | None = None, scope: str | None = None
    ) -> Self:
        """Give a value to *attribute*; dates and decimals become the text that the API takes."""
        place = self._place(attribute, locale, scope)
        self._files.pop(place, None)
        self._values[place] = _plain(data)
        return self

    def clear(self, attribute: str, *, locale: str | None = None, scope: str | None = None) -> Self:
        """Take the value of *attribute* away."""
        return self.value(attribute, None, locale=locale, scope=scope)

    def file(
        self,
        attribute: str,
        file: str | PathLike[str],
        *,
        locale: str | None = None,
        scope: str | None = None,
    ) -> Self:
        """Make a file the value of *attribute*: it is uploaded behind all else.

        *file* is a path as in a command that uploads: ``docs/commands.md`` says where it may lead.
        """
        place = self._place(attribute, locale, scope)
        self._values.pop(place, None)
        self._files[place] = fspath(file)
        return self

    def image(
        self,
        attribute: str,
        file: str | PathLike[str],
        *,
        locale: str | None = None,
        scope: str | None = None,
    ) -> Self:
        """Make an image the value of *attribute*; the API takes it as any other file."""
        return self.file(attribute, file, locale=locale, scope=scope)

    def price(
        self,
        attribute: str,
        amounts: Mapping[str, Amount],
        *,
        locale: str | None = None,
        scope: str | None = None,
    ) -> Self:
        """Give a price by currency (``{"EUR": "9.90"}``); currencies left out lose theirs."""
        prices = [
            {"amount": _amount(attribute, amount), "currency": currency}
            for currency, amount in amounts.items()
        ]
        return self.value(attribute, prices, locale=locale, scope=scope)

    def metric(
        self,
        attribute: str,
        amount: Amount,
        unit: str,
        *,
        locale: str | None = None,
        scope: str | None = None,
    ) -> Self:
        """Give a measure: an amount and the code of its unit."""
        data = {"amount": _amount(attribute, amount), "unit": unit}
        return self.value(attribute, data, locale=locale, scope=scope)

    def association(
        self,
        association_type: str,
        *,
        products: Sequence[str] | None = None,
        product_models: Sequence[str] | None = None,
        groups: Sequence[str] | None = None,
    ) -> Self:
        """Associate it with what the lists name; each list that is given replaces the one before.

        An empty list takes all of its kind away.
        """
        lists = {"products": products, "product_models": product_models, "groups": groups}
        given = {name: list(codes) for name, codes in lists.items() if codes is not None}
        return self._link("associations", association_type, given)

    def quantified(
        self,
        association_type: str,
        *,
        products: Mapping[str, int] | None = None,
        product_models: Mapping[str, int] | None = None,
    ) -> Self:
        """Associate it with quantities by identifier or code; lists replace as in `association`."""
        lists = {"products": products, "product_models": product_models}
        given = {
            name: [{"identifier": code, "quantity": n} for code, n in quantities.items()]
            for name, quantities in lists.items()
            if quantities is not None
        }
        return self._link("quantified_associations", association_type, given)

    def _place(self, attribute: str, locale: str | None, scope: str | None) -> Place:
        code = attribute.casefold()
        self._spelled.setdefault(code, attribute)
        return code, locale, scope

    def _set(self, name: str, data: Any) -> Self:
        self._fields[name] = data
        return self

    def _add(self, name: str, codes: Sequence[str]) -> Self:
        known = self._fields.get(name, []) if codes else []
        return self._set(name, list(dict.fromkeys([*known, *codes])))

    def _link(self, field: str, association_type: str, given: Mapping[str, Any]) -> Self:
        kinds = self._links.setdefault(field, {})
        kinds.setdefault(association_type, {}).update(given)
        return self

    def _said(self) -> dict[str, Any]:
        """Return the fields of the command; later steps do not change them."""
        said: dict[str, Any] = dict(self._fields)
        for field, kinds in self._links.items():
            said[field] = {kind: dict(lists) for kind, lists in kinds.items()}
        values: dict[str, list[dict[str, Any]]] = {}
        for (code, locale, scope), data in self._values.items():
            entry = {"locale": locale, "scope": scope, "data": data}
            values.setdefault(self._spelled[code], []).append(entry)
        return said | ({"values": values} if values else {})

    def _uploads(self) -> Iterator[dict[str, Any]]:
        """Yield the fields of each upload, apart from what it belongs to."""
        for (code, locale, scope), file in self._files.items():
            yield {
                "attribute": self._spelled[code],
                "locale": locale,
                "scope": scope,
                "file": file,
            }


class ProductBuilder(CatalogueBuilder):
    """Builds the commands for the product *identifier*.

    ```python
    ProductBuilder("mug-red").family("mugs").value("name", "Mug", locale="en_US").build()
    ```
    """

    def __init__(self, identifier: str) -> None:
        super().__init__()
        self._identifier = identifier

    def enabled(self, flag: bool = True) -> Self:
        """Enable the product, or disable it."""
        return self._set("enabled", flag)

    def group(self, *codes: str) -> Self:
        """Add it to product groups; all others are left. Without *codes* it is taken out of all."""
        return self._add("groups", codes)

    def build(self) -> list[LaneCommand]:
        """Return the commands in the order of their dispatch: the product, then its files.

        Raises:
            InvalidCommand: The API never accepts what was said; with the field.
        """
        key: dict[str, Any] = {"identifier": self._identifier}
        product = CreateOrUpdateProduct(**key, **self._said())
        return [product, *(CreateProductMediaFile(**key, **each) for each in self._uploads())]


class ProductModelBuilder(CatalogueBuilder):
    """Builds the commands for the product model *code*."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def family_variant(self, code: str) -> Self:
        """Say how it varies: a root model needs it when it is created."""
        return self._set("family_variant", code)

    def build(self) -> list[LaneCommand]:
        """Return the commands: the model, then its files; raises as for products."""
        key: dict[str, Any] = {"code": self._code}
        model = CreateOrUpdateProductModel(**key, **self._said())
        return [model, *(CreateProductModelMediaFile(**key, **each) for each in self._uploads())]


def _plain(data: object) -> object:
    """Return *data* as the API takes it."""
    if isinstance(data, Decimal):
        return format(data, "f")
    return data.isoformat() if isinstance(data, date) else data


def _amount(attribute: str, amount: object) -> str:
    """Return an amount as text; a float is refused: 0.1 + 0.2 would be 0.30000000000000004."""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int | str):
        raise InvalidCommand(
            f"expected an amount as text, whole number or Decimal, not {amount!r}",
            field=f"values.{attribute}",
        )
    return str(_plain(amount))
