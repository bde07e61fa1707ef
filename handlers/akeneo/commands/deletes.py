"""Commands that delete."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from importbus.bus.messages import LaneCommand


@frozen(kw_only=True)
class DeleteProduct(LaneCommand):
    """Delete a product."""

    resource: ClassVar[str] = "product"

    identifier: str

    @property
    def key(self) -> str:
        """The identifier."""
        return self.identifier


@frozen(kw_only=True)
class DeleteProductModel(LaneCommand):
    """Delete a product model with its sub-models and variants."""

    resource: ClassVar[str] = "product_model"
    tree_head: ClassVar[bool] = True

    code: str

    @property
    def key(self) -> str:
        """The code."""
        return self.code
