"""Commands for the structure of a catalogue: what products have, and how they vary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import frozen

from importbus.bus.unset import UNSET, Unset
from importbus.handlers.akeneo.commands.fields import (
    Codes,
    Flag,
    Labels,
    Lists,
    Number,
    Objects,
    Settings,
    Text,
    Units,
)
from importbus.handlers.akeneo.commands.upserts import StructureUpsert


@frozen(kw_only=True)
class CreateOrUpdateCategory(StructureUpsert):
    """Create or update a category; a parent must exist.

    ``values``, ``validations`` and ``channel_requirements`` are known to SaaS versions only.
    """

    resource: ClassVar[str] = "category"
    rank: ClassVar[int] = 10

    code: str
    parent: Text = UNSET
    labels: Labels = UNSET
    values: Objects = UNSET
    validations: Settings = UNSET
    channel_requirements: Codes = UNSET


@frozen(kw_only=True)
class CreateOrUpdateAttributeGroup(StructureUpsert):
    """Create or update an attribute group."""

    resource: ClassVar[str] = "attribute_group"
    spoils: ClassVar[tuple[str, ...]] = ("attribute",)
    rank: ClassVar[int] = 20

    code: str
    sort_order: Number = UNSET
    attributes: Codes = UNSET
    labels: Labels = UNSET


@frozen(kw_only=True)
class CreateOrUpdateMeasurementFamily(StructureUpsert):
    """Create or update a measurement family with its units."""

    resource: ClassVar[str] = "measurement_family"
    rank: ClassVar[int] = 30

    code: str
    standard_unit_code: Text = UNSET
    units: Units = UNSET
    labels: Labels = UNSET


@frozen(kw_only=True)
class CreateOrUpdateChannel(StructureUpsert):
    """Create or update a channel."""

    resource: ClassVar[str] = "channel"
    rank: ClassVar[int] = 40

    code: str
    category_tree: Text = UNSET
    locales: Codes = UNSET
    currencies: Codes = UNSET
    conversion_units: Mapping[str, str | None] | Unset = UNSET
    labels: Labels = UNSET


@frozen(kw_only=True)
class CreateOrUpdateAttribute(StructureUpsert):
    """Create or update an attribute."""

    resource: ClassVar[str] = "attribute"
    rank: ClassVar[int] = 70

    code: str
    type: Text = UNSET
    group: Text = UNSET
    labels: Labels = UNSET
    sort_order: Number = UNSET
    localizable: Flag = UNSET
    scopable: Flag = UNSET
    unique: Flag = UNSET
    available_locales: Codes = UNSET
    useable_as_grid_filter: Flag = UNSET
    max_characters: Number = UNSET
    validation_rule: Text = UNSET
    validation_regexp: Text = UNSET
    wysiwyg_enabled: Flag = UNSET
    number_min: Text = UNSET
    number_max: Text = UNSET
    decimals_allowed: Flag = UNSET
    negative_allowed: Flag = UNSET
    decimal_places: Number = UNSET
    decimal_places_strategy: Text = UNSET
    metric_family: Text = UNSET
    default_metric_unit: Text = UNSET
    date_min: Text = UNSET
    date_max: Text = UNSET
    allowed_extensions: Codes = UNSET
    max_file_size: Text = UNSET
    reference_data_name: Text = UNSET
    default_value: Flag = UNSET
    table_configuration: Objects = UNSET
    is_main_identifier: Flag = UNSET
    is_mandatory: Flag = UNSET


@frozen(kw_only=True)
class CreateOrUpdateAttributeOption(StructureUpsert):
    """Create or update an option of a select attribute; ``attribute`` is part of its key."""

    resource: ClassVar[str] = "attribute_option"
    rank: ClassVar[int] = 80

    code: str
    attribute: str
    sort_order: Number = UNSET
    labels: Labels = UNSET

    @property
    def key(self) -> str:
        """The attribute and the option: ``color.red``; attribute codes have no dot."""
        return f"{self.attribute}.{self.code}"


@frozen(kw_only=True)
class CreateOrUpdateFamily(StructureUpsert):
    """Create or update a family."""

    resource: ClassVar[str] = "family"
    rank: ClassVar[int] = 100

    code: str
    attribute_as_label: Text = UNSET
    attribute_as_image: Text = UNSET
    attributes: Codes = UNSET
    attribute_requirements: Lists = UNSET
    labels: Labels = UNSET


@frozen(kw_only=True)
class CreateOrUpdateFamilyVariant(StructureUpsert):
    """Create or update a family variant; ``family`` stands in the path, not in the body."""

    resource: ClassVar[str] = "family_variant"
    spoils: ClassVar[tuple[str, ...]] = ("product", "product_uuid", "product_model")
    rank: ClassVar[int] = 110

    code: str
    family: str
    variant_attribute_sets: Objects = UNSET
    labels: Labels = UNSET


@frozen(kw_only=True)
class CreateOrUpdateAssociationType(StructureUpsert):
    """Create or update an association type."""

    resource: ClassVar[str] = "association_type"
    rank: ClassVar[int] = 120

    code: str
    labels: Labels = UNSET
    is_quantified: Flag = UNSET
    is_two_way: Flag = UNSET
