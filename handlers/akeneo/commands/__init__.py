"""The Akeneo commands. Fields are the API's own properties: absent, null (clear) or a value.

Source of names and types: akeneo/pim-api-docs, content/swagger/akeneo-web-api.json.
"""

from importbus.handlers.akeneo.commands.catalogue import (
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
)
from importbus.handlers.akeneo.commands.deletes import DeleteProduct, DeleteProductModel
from importbus.handlers.akeneo.commands.structure import (
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
)
from importbus.handlers.akeneo.commands.upserts import AkeneoUpsert

__all__ = [
    "AkeneoUpsert",
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
    "DeleteProduct",
    "DeleteProductModel",
]
