"""Commands for products and product models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from importbus.bus.unset import UNSET
from importbus.handlers.akeneo.commands.fields import Codes, Flag, Links, Text, Values
from importbus.handlers.akeneo.commands.upserts import CatalogueUpsert
from importbus.handlers.akeneo.commands.uuids import check_uuid, refuse_identifier
from importbus.handlers.akeneo.shape_schemas import BY_UUID


@frozen(kw_only=True)
class CreateOrUpdateProductModel(CatalogueUpsert):
    """Create or update a product model; with a parent it is a sub-model."""

    resource: ClassVar[str] = "product_model"
    rank: ClassVar[int] = 140
    tree_head: ClassVar[bool] = True

    code: str
    family: Text = UNSET
    family_variant: Text = UNSET
    parent: Text = UNSET
    categories: Codes = UNSET
    add_categories: Codes = UNSET
    remove_categories: Codes = UNSET
    values: Values = UNSET
    associations: Links = UNSET
    quantified_associations: Links = UNSET


@frozen(kw_only=True)
class CreateOrUpdateProduct(CatalogueUpsert):
    """Create or update a product; with a parent it is a variant."""

    resource: ClassVar[str] = "product"
    spoils: ClassVar[tuple[str, ...]] = ("product_uuid",)
    rank: ClassVar[int] = 150
    key_field: ClassVar[str] = "identifier"

    identifier: str
    uuid: Text = UNSET
    enabled: Flag = UNSET
    family: Text = UNSET
    parent: Text = UNSET
    categories: Codes = UNSET
    add_categories: Codes = UNSET
    remove_categories: Codes = UNSET
    groups: Codes = UNSET
    values: Values = UNSET
    associations: Links = UNSET
    quantified_associations: Links = UNSET


@frozen(kw_only=True)
class CreateOrUpdateProductByUuid(CatalogueUpsert):
    """Create or update a product by its uuid, of version 4; with a parent it is a variant.

    Associations name products by uuid. ``identifier`` is no property of this API, and refused.
    """

    resource: ClassVar[str] = "product_uuid"
    spoils: ClassVar[tuple[str, ...]] = ("product",)
    rank: ClassVar[int] = 151
    key_field: ClassVar[str] = "uuid"
    json_schema: ClassVar[Mapping[str, Any]] = BY_UUID

    uuid: str = field(validator=check_uuid)
    identifier: Text = field(default=UNSET, validator=refuse_identifier)
    enabled: Flag = UNSET
    family: Text = UNSET
    parent: Text = UNSET
    categories: Codes = UNSET
    add_categories: Codes = UNSET
    remove_categories: Codes = UNSET
    groups: Codes = UNSET
    values: Values = UNSET
    associations: Links = UNSET
    quantified_associations: Links = UNSET
