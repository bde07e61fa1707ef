"""Akeneo: the commands, how they fold, where they go, and the sink that brings them there."""

from importbus.handlers.akeneo.commands import (
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
    DeleteProduct,
    DeleteProductModel,
)
from importbus.handlers.akeneo.media_commands import (
    CreateAssetMediaFile,
    CreateProductMediaFile,
    CreateProductModelMediaFile,
    CreateReferenceEntityMediaFile,
)
from importbus.handlers.akeneo.resources import COMMANDS

__all__ = [
    "COMMANDS",
    "CreateAssetMediaFile",
    "CreateOrUpdateAssociationType",
    "CreateOrUpdateAttribute",
    "CreateOrUpdateAttributeGroup",
    "CreateOrUpdateAttributeOption",
    "CreateOrUpdateCategory",
    "CreateOrUpdateChannel",
    "CreateOrUpdateFamily",
    "CreateOrUpdateFamilyVariant",
    "CreateOrUpdateProduct",
    "CreateOrUpdateProductModel",
    "CreateProductMediaFile",
    "CreateProductModelMediaFile",
    "CreateReferenceEntityMediaFile",
    "DeleteProduct",
    "DeleteProductModel",
]
