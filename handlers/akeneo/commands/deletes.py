"""Commands that delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from importbus.bus.fingerprints import LINKED
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.commands.uuids import check_uuid
from importbus.handlers.akeneo.shape_schemas import ONLY_UUID

ITEMS = ("product", "product_uuid", "product_model")
"""What goes with a model or names an asset: its sub-models and variants, and any value."""


@frozen(kw_only=True)
class DeleteProduct(LaneCommand):
    """Delete a product."""

    resource: ClassVar[str] = "product"
    spoils: ClassVar[tuple[str, ...]] = (LINKED, "product_uuid")

    identifier: str

    @property
    def key(self) -> str:
        """The identifier."""
        return self.identifier


@frozen(kw_only=True)
class DeleteProductByUuid(LaneCommand):
    """Delete a product by its uuid."""

    resource: ClassVar[str] = "product_uuid"
    spoils: ClassVar[tuple[str, ...]] = (LINKED, "product")
    json_schema: ClassVar[Mapping[str, Any]] = ONLY_UUID

    uuid: str = field(validator=check_uuid)

    @property
    def key(self) -> str:
        """The uuid."""
        return self.uuid


@frozen(kw_only=True)
class DeleteProductModel(LaneCommand):
    """Delete a product model with its sub-models and variants."""

    resource: ClassVar[str] = "product_model"
    spoils: ClassVar[tuple[str, ...]] = ITEMS
    tree_head: ClassVar[bool] = True

    code: str

    @property
    def key(self) -> str:
        """The code."""
        return self.code


@frozen(kw_only=True)
class DeleteAsset(LaneCommand):
    """Delete an asset."""

    resource: ClassVar[str] = "asset"
    spoils: ClassVar[tuple[str, ...]] = (*ITEMS, "asset")

    asset_family: str
    code: str

    @property
    def key(self) -> str:
        """The asset family and the asset: ``packshots.mug_front``."""
        return f"{self.asset_family}.{self.code}"
