"""The stages of an export in one table: a class of commands each, in the order of an import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from attrs import frozen

from importbus.adapters.export.context import Context, uploads
from importbus.adapters.export.goods import Goods
from importbus.adapters.export.libraries import ASSETS, ENTITIES
from importbus.adapters.export.shaping import Data
from importbus.adapters.export.structure import options, variants, whole

Reads = Callable[[Context, Goods], Iterator[Data]]


@frozen
class Stage:
    """One stage: what it yields, and of which uploads it finds the files."""

    command: str
    read: Reads
    finds: tuple[str, ...] = ()


def _alone(read: Callable[[Context], Iterator[Data]]) -> Reads:
    return lambda context, goods: read(context)


def _list(command: str, path: str) -> Stage:
    return Stage(command, _alone(whole(command, path)))


def _uploads(command: str) -> Stage:
    return Stage(command, lambda context, goods: uploads(context, command))


ENTITY_FILE, ASSET_FILE = ENTITIES.upload, ASSETS.upload
MODEL_FILE, PRODUCT_FILE = "CreateProductModelMediaFile", "CreateProductMediaFile"

STAGES: Final = (
    _list("CreateOrUpdateCategory", "categories"),
    _list("CreateOrUpdateAttributeGroup", "attribute-groups"),
    _list("CreateOrUpdateMeasurementFamily", "measurement-families"),
    _list("CreateOrUpdateChannel", "channels"),
    Stage(ASSETS.command, _alone(ASSETS.families)),
    Stage(ENTITIES.command, _alone(ENTITIES.families), finds=(ENTITY_FILE,)),
    Stage(f"{ASSETS.command}Attribute", _alone(ASSETS.attributes)),
    Stage(f"{ENTITIES.command}Attribute", _alone(ENTITIES.attributes)),
    Stage(f"{ASSETS.command}AttributeOption", _alone(ASSETS.options)),
    Stage(f"{ENTITIES.command}AttributeOption", _alone(ENTITIES.options)),
    _list("CreateOrUpdateAttribute", "attributes"),
    Stage("CreateOrUpdateAttributeOption", _alone(options)),
    _list("CreateOrUpdateFamily", "families"),
    Stage("CreateOrUpdateFamilyVariant", _alone(variants)),
    _list("CreateOrUpdateAssociationType", "association-types"),
    Stage(ENTITIES.entry, _alone(ENTITIES.contents), finds=(ENTITY_FILE,)),
    Stage(ASSETS.entry, _alone(ASSETS.contents), finds=(ASSET_FILE,)),
    Stage("CreateOrUpdateProductModel", lambda context, goods: goods.models(), finds=(MODEL_FILE,)),
    Stage("CreateOrUpdateProduct", lambda context, goods: goods.products(), finds=(PRODUCT_FILE,)),
    Stage(
        "CreateOrUpdateProductByUuid",
        lambda context, goods: goods.products_by_uuid(),
        finds=(PRODUCT_FILE,),
    ),
    _uploads(PRODUCT_FILE),
    _uploads(MODEL_FILE),
    _uploads(ASSET_FILE),
    _uploads(ENTITY_FILE),
)
"""Every class of commands that creates something: what a PIM has can be said with these."""

CLASSES: Final = tuple(stage.command for stage in STAGES)
"""Their names, in the order of an import."""
