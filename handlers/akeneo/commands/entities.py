"""Commands for reference entities: their attributes, the options of these, and their records.

Source of names and types: akeneo/pim-api-docs, content/swagger/resources/reference_entit*.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from importbus.bus.unset import UNSET
from importbus.handlers.akeneo.commands.fields import Codes, Flag, Labels, Number, Text, Values
from importbus.handlers.akeneo.commands.upserts import EntryUpsert, StructureUpsert


@frozen(kw_only=True)
class CreateOrUpdateReferenceEntity(StructureUpsert):
    """Create or update a reference entity; the PIM gives it the attributes label and image."""

    resource: ClassVar[str] = "reference_entity"
    rank: ClassVar[int] = 51

    code: str
    labels: Labels = UNSET
    image: Text = UNSET


@frozen(kw_only=True)
class CreateOrUpdateReferenceEntityAttribute(StructureUpsert):
    """Create or update an attribute of a reference entity."""

    resource: ClassVar[str] = "reference_entity_attribute"
    rank: ClassVar[int] = 61

    reference_entity: str
    code: str
    type: Text = UNSET
    labels: Labels = UNSET
    value_per_locale: Flag = UNSET
    value_per_channel: Flag = UNSET
    is_required_for_completeness: Flag = UNSET
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
    reference_entity_code: Text = UNSET
    asset_family_identifier: Text = UNSET

    @property
    def key(self) -> str:
        """The reference entity and the attribute: ``brand.country``; neither has a dot."""
        return f"{self.reference_entity}.{self.code}"


@frozen(kw_only=True)
class CreateOrUpdateReferenceEntityAttributeOption(StructureUpsert):
    """Create or update an option of an attribute of a reference entity."""

    resource: ClassVar[str] = "reference_entity_attribute_option"
    rank: ClassVar[int] = 63

    reference_entity: str
    attribute: str
    code: str
    labels: Labels = UNSET

    @property
    def key(self) -> str:
        """The reference entity, the attribute and the option: ``brand.style.modern``."""
        return f"{self.reference_entity}.{self.attribute}.{self.code}"


@frozen(kw_only=True)
class CreateOrUpdateReferenceEntityRecord(EntryUpsert):
    """Create or update a record of a reference entity."""

    resource: ClassVar[str] = "reference_entity_record"
    rank: ClassVar[int] = 130

    reference_entity: str
    code: str
    values: Values = UNSET

    @property
    def key(self) -> str:
        """The reference entity and the record: ``brand.acme``."""
        return f"{self.reference_entity}.{self.code}"
