"""The fake catalogue as records, in the best order for an import."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from importbus.adapters.generator import structure
from importbus.adapters.generator.goods import Goods
from importbus.adapters.generator.plan import PRODUCTS_PER_MODEL, Plan

Record = dict[str, Any]
"""``{"command": class name, "data": {...}}``, a line of a JSONL file."""

STRUCTURE = (
    ("CreateOrUpdateCategory", structure.categories),
    ("CreateOrUpdateAttributeGroup", structure.attribute_groups),
    ("CreateOrUpdateChannel", structure.channels),
    ("CreateOrUpdateAttribute", structure.attributes),
    ("CreateOrUpdateAttributeOption", structure.attribute_options),
    ("CreateOrUpdateFamily", structure.families),
    ("CreateOrUpdateFamilyVariant", structure.family_variants),
    ("CreateOrUpdateAssociationType", structure.association_types),
)


def generate(products: int, models: int | None = None, seed: int = 0) -> Iterator[Record]:
    """Yield the records of a catalogue, in an order in which each finds what it refers to.

    The same arguments give the same records; memory does not grow with their number. Any other
    order ends in the same state, too. Records share parts, so do not change them.

    Args:
        products: All products, variants included.
        models: All product models, sub-models included, half of the roots with one level and half
            with two; each has about five variants. None: as many as make a tenth of the products
            variants.
        seed: Decides the values, not the codes.

    Yields:
        Structure, root models, sub-models, simple products, variants; at last the associations,
        as further commands for some of the products.

    Raises:
        ValueError: A number is negative.
    """
    found = sections(products=products, models=models, seed=seed)
    return chain.from_iterable(records for _, records in found)


def sections(
    products: int, models: int | None = None, seed: int = 0, *, encoded: bool = False
) -> list[tuple[str, Iterator[Record]]]:
    """Return the same records by command class, with the name of each class.

    With *encoded* they hold fragments that only orjson understands and writes fast.
    """
    models = products // PRODUCTS_PER_MODEL if models is None else models
    if products < 0 or models < 0:
        raise ValueError(f"there cannot be {min(products, models)} products or models")
    goods = Goods(Plan(products, models), seed, encoded=encoded)
    return [
        *((name, _records(name, make())) for name, make in STRUCTURE),
        ("CreateOrUpdateProductModel", _records("CreateOrUpdateProductModel", goods.models())),
        ("CreateOrUpdateProduct", _records("CreateOrUpdateProduct", goods.products())),
    ]


def _records(command: str, data: Iterator[structure.Data]) -> Iterator[Record]:
    return ({"command": command, "data": each} for each in data)
