"""A small catalogue in a bad order: parents after children, targets after what links to them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

Line = dict[str, Any]

CATEGORIES, MODELS, PRODUCTS = 4, 40, 700


def tangled(seed: int) -> list[Line]:
    """Return the lines of the catalogue in an order by chance."""
    chance = random.Random(seed)
    lines = [*_structure(), *_trees(), *_products(chance)]
    chance.shuffle(lines)
    return lines


def _line(command: str, **data: object) -> Line:
    return {"command": f"CreateOrUpdate{command}", "data": data}


def _value(data: object) -> list[dict[str, object]]:
    return [{"locale": None, "scope": None, "data": data}]


def _structure() -> Iterator[Line]:
    yield _line("AttributeGroup", code="looks")
    yield _line("Attribute", code="note", type="pim_catalog_text", group="looks")
    yield _line("Attribute", code="handle", type="pim_catalog_boolean", group="looks")
    yield _line("Family", code="mugs", attributes=["sku", "note", "handle"])
    level = {"level": 1, "axes": ["handle"], "attributes": ["note"]}
    yield _line("FamilyVariant", code="by_handle", family="mugs", variant_attribute_sets=[level])
    for n in range(CATEGORIES):
        yield _line("Category", code=f"c{n}", parent=f"c{n - 1}" if n else "master")


def _trees() -> Iterator[Line]:
    for n in range(MODELS):
        yield _line("ProductModel", code=f"m{n}", family_variant="by_handle", categories=["c3"])
        for handle in (True, False):
            yield _line(
                "Product",
                identifier=f"m{n}-{handle}",
                parent=f"m{n}",
                values={"handle": _value(handle), "note": _value(f"of m{n}")},
            )


def _products(chance: random.Random) -> Iterator[Line]:
    for n in range(PRODUCTS):
        target = f"p{chance.randrange(PRODUCTS)}"
        yield _line(
            "Product",
            identifier=f"p{n}",
            family="mugs",
            categories=[f"c{n % CATEGORIES}"],
            values={"note": _value(f"number {n}")},
            associations={"X_SELL": {"products": [target]}} if n % 4 == 0 else {},
        )
        if n % 50 == 0:
            yield _line("Product", identifier=f"p{n}", enabled=False)
