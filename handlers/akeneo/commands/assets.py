"""Commands for asset families: their attributes, the options of these, and their assets.

Codes of asset families differ by upper and lower case, unlike all others. Their identities do not:
two families that differ in nothing else share an identity, so their commands keep the order of
their dispatch and wait for one another. They are never merged (see ``fold.SPELLING``), each goes to
the path of its own family, and what becomes of it is kept for each command.

Source of names and types: akeneo/pim-api-docs, content/swagger/resources/asset_*.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from importbus.bus.unset import UNSET
from importbus.handlers.akeneo.commands.fields import (
    Codes,
    Flag,
    Labels,
    Number,
    Objects,
    Settings,
    Text,
    Values,
)
from importbus.handlers.akeneo.commands.upserts import EntryUpsert, StructureUpsert


@frozen(kw_only=True)
class CreateOrUpdateAssetFamily(StructureUpsert):
    """Create or update an asset family; its code is the one that upper and lower case matter in.

    ``sharing_enabled`` is known to SaaS versions only.
    """

    resource: ClassVar[str] = "asset_family"
    rank: ClassVar[int] = 50

    code: str
    labels: Labels = UNSET
    attribute_as_main_media: Text = UNSET
    naming_convention: Settings = UNSET
    product_link_rules: Objects = UNSET
    transformations: Objects = UNSET
    sharing_enabled: Flag = UNSET


@frozen(kw_only=True)
class CreateOrUpdateAssetFamilyAttribute(StructureUpsert):
    """Create or update an attribute of an asset family.

    ``reference_entity`` says whose records an attribute of the type ``record`` holds (SaaS).
    """

    resource: ClassVar[str] = "asset_family_attribute"
    rank: ClassVar[int] = 60

    asset_family: str
    code: str
    type: Text = UNSET
    labels: Labels = UNSET
    value_per_locale: Flag = UNSET
    value_per_channel: Flag = UNSET
    is_required_for_completeness: Flag = UNSET
    is_read_only: Flag = UNSET
    max_characters: Number = UNSET
    is_textarea: Flag = UNSET
    is_rich_text_editor: Flag = UNSET
    validation_rule: Text = UNSET
    validation_regexp: Text = UNSET
    allowed_extensions: Codes = UNSET
    max_file_size: Text = UNSET
    decimals_allowed: Flag = UNSET
    min_value: Text = UNSET
    max_value: Text = UNSET
    media_type: Text = UNSET
    prefix: Text = UNSET
    suffix: Text = UNSET
    reference_entity: Text = UNSET

    @property
    def key(self) -> str:
        """The asset family and the attribute: ``packshots.media``; neither has a dot."""
        return f"{self.asset_family}.{self.code}"


@frozen(kw_only=True)
class CreateOrUpdateAssetFamilyAttributeOption(StructureUpsert):
    """Create or update an option of an attribute of an asset family."""

    resource: ClassVar[str] = "asset_family_attribute_option"
    rank: ClassVar[int] = 62

    asset_family: str
    attribute: str
    code: str
    labels: Labels = UNSET

    @property
    def key(self) -> str:
        """The asset family, the attribute and the option: ``packshots.view.front``."""
        return f"{self.asset_family}.{self.attribute}.{self.code}"


@frozen(kw_only=True)
class CreateOrUpdateAsset(EntryUpsert):
    """Create or update an asset of an asset family."""

    resource: ClassVar[str] = "asset"
    rank: ClassVar[int] = 131

    asset_family: str
    code: str
    values: Values = UNSET

    @property
    def key(self) -> str:
        """The asset family and the asset: ``packshots.mug_front``."""
        return f"{self.asset_family}.{self.code}"
