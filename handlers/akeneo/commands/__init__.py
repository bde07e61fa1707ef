"""The Akeneo commands. Fields are the API's own properties: absent, null (clear) or a value.

Source of names and types: akeneo/pim-api-docs, content/swagger/akeneo-web-api.json.
"""

from importbus.handlers.akeneo.commands.assets import (
    CreateOrUpdateAsset,
    CreateOrUpdateAssetFamily,
    CreateOrUpdateAssetFamilyAttribute,
    CreateOrUpdateAssetFamilyAttributeOption,
)
from importbus.handlers.akeneo.commands.catalogue import (
    CreateOrUpdateProduct,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateProductModel,
)
from importbus.handlers.akeneo.commands.deletes import (
    DeleteAsset,
    DeleteProduct,
    DeleteProductByUuid,
    DeleteProductModel,
)
from importbus.handlers.akeneo.commands.entities import (
    CreateOrUpdateReferenceEntity,
    CreateOrUpdateReferenceEntityAttribute,
    CreateOrUpdateReferenceEntityAttributeOption,
    CreateOrUpdateReferenceEntityRecord,
)
from importbus.handlers.akeneo.commands.media import (
    CreateAssetMediaFile,
    CreateProductMediaFile,
    CreateProductModelMediaFile,
    CreateReferenceEntityMediaFile,
)
from importbus.handlers.akeneo.commands.structure import (
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttribute,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateMeasurementFamily,
)
from importbus.handlers.akeneo.commands.upserts import (
    AkeneoUpsert,
)

__all__ = [
    "AkeneoUpsert",
    "CreateAssetMediaFile",
    "CreateOrUpdateAsset",
    "CreateOrUpdateAssetFamily",
    "CreateOrUpdateAssetFamilyAttribute",
    "CreateOrUpdateAssetFamilyAttributeOption",
    "CreateOrUpdateAssociationType",
    "CreateOrUpdateAttribute",
    "CreateOrUpdateAttributeGroup",
    "CreateOrUpdateAttributeOption",
    "CreateOrUpdateCategory",
    "CreateOrUpdateChannel",
    "CreateOrUpdateFamily",
    "CreateOrUpdateFamilyVariant",
    "CreateOrUpdateMeasurementFamily",
    "CreateOrUpdateProduct",
    "CreateOrUpdateProductByUuid",
    "CreateOrUpdateProductModel",
    "CreateOrUpdateReferenceEntity",
    "CreateOrUpdateReferenceEntityAttribute",
    "CreateOrUpdateReferenceEntityAttributeOption",
    "CreateOrUpdateReferenceEntityRecord",
    "CreateProductMediaFile",
    "CreateProductModelMediaFile",
    "CreateReferenceEntityMediaFile",
    "DeleteAsset",
    "DeleteProduct",
    "DeleteProductByUuid",
    "DeleteProductModel",
]
