"""The fake catalogue as records, in the best order for an import."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from random import Random
from typing import Any

from importbus.adapters.generator import entities, media, structure, wide
from importbus.adapters.generator.extras import NONE, Extras
from importbus.adapters.generator.goods import Goods
from importbus.adapters.generator.plan import PRODUCTS_PER_MODEL, Plan

Record = dict[str, Any]
"""``{"command": class name, "data": {...}}``, a line of a JSONL file."""

Made = Iterator[structure.Data]


def generate(
    products: int, models: int | None = None, seed: int = 0, extras: Extras = NONE
) -> Iterator[Record]:
    """Yield the records of a catalogue, in an order in which each finds what it refers to.

    The same arguments give the same records; memory does not grow with their number. Any other
    order ends in the same state, too. Records share parts, so do not change them.

    Args:
        products: All products, variants included.
        models: All product models, sub-models included, half of the roots with one level and half
            with two; each has about five variants. None: as many as make a tenth of the products
            variants, or as the profile says.
        seed: Decides the values, not the codes.
        extras: What there is besides; the commands for files name those that ``media.files`` gives.

    Yields:
        Structure, records and assets, root models, sub-models, simple products, variants, the
        associations, as further commands for some of the products, and at last the files.

    Raises:
        ValueError: A number is negative, or more products are to be bad than can be.
    """
    found = sections(products=products, models=models, seed=seed, extras=extras)
    return chain.from_iterable(records for _, records in found)


def sections(
    products: int,
    models: int | None = None,
    seed: int = 0,
    extras: Extras = NONE,
    *,
    encoded: bool = False,
) -> list[tuple[str, Iterator[Record]]]:
    """Return the same records by command class, with the name of each class.

    With *encoded* they hold fragments that only orjson understands and writes fast.
    """
    if models is None:
        models = (
            extras.profile.models(products) if extras.profile else products // PRODUCTS_PER_MODEL
        )
    if products < 0 or models < 0:
        raise ValueError(f"there cannot be {min(products, models)} products or models")
    plan = Plan(products, models)
    goods = Goods(plan, seed, extras, encoded=encoded)
    parts = chain(
        _structure(extras),
        _entries(extras, seed),
        [
            ("CreateOrUpdateProductModel", goods.models()),
            ("CreateOrUpdateProduct", goods.products()),
        ],
        _files(extras, plan),
    )
    return [(name, _records(name, data)) for name, data in parts]


def _structure(extras: Extras) -> Iterator[tuple[str, Made]]:
    yield "CreateOrUpdateCategory", chain(structure.categories(), wide.categories(extras))
    yield "CreateOrUpdateAttributeGroup", structure.attribute_groups()
    yield "CreateOrUpdateChannel", chain(structure.channels(), wide.channels(extras))
    if extras.enterprise:
        yield "CreateOrUpdateAssetFamily", entities.families()
        yield "CreateOrUpdateReferenceEntity", entities.entities()
        yield "CreateOrUpdateAssetFamilyAttribute", entities.family_attributes()
        yield "CreateOrUpdateReferenceEntityAttribute", entities.entity_attributes()
        yield "CreateOrUpdateAssetFamilyAttributeOption", entities.family_options()
        yield "CreateOrUpdateReferenceEntityAttributeOption", entities.entity_options()
    yield "CreateOrUpdateAttribute", chain(structure.attributes(extras), wide.attributes(extras))
    yield (
        "CreateOrUpdateAttributeOption",
        chain(structure.attribute_options(), wide.options(extras)),
    )
    yield "CreateOrUpdateFamily", wide.in_families(structure.families(extras), extras)
    yield "CreateOrUpdateFamilyVariant", structure.family_variants(extras)
    yield (
        "CreateOrUpdateAssociationType",
        chain(structure.association_types(), wide.association_types(extras)),
    )


def _entries(extras: Extras, seed: int) -> Iterator[tuple[str, Made]]:
    if extras.enterprise:
        yield "CreateOrUpdateReferenceEntityRecord", entities.records(Random(f"{seed} records"))
        yield "CreateOrUpdateAsset", entities.assets(Random(f"{seed} assets"))


def _files(extras: Extras, plan: Plan) -> Iterator[tuple[str, Made]]:
    if extras.media:
        pictures, documents = media.product_pictures(plan), media.product_documents(plan)
        yield "CreateProductMediaFile", chain(pictures, documents)
        yield "CreateProductModelMediaFile", media.model_pictures(plan)


def _records(command: str, data: Iterator[structure.Data]) -> Iterator[Record]:
    return ({"command": command, "data": each} for each in data)
