"""The Akeneo commands. Fields are the API's own properties: absent, null (clear) or a value.

Source of names and types: akeneo/pim-api-docs, content/swagger/akeneo-web-api.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from attrs import frozen

from importbus.bus.messages import LaneCommand, LaneKind, Upsertable, identity
from importbus.bus.unset import UNSET, Unset
from importbus.handlers.akeneo.fold import fold
from importbus.handlers.akeneo.shapes import SHAPES, check_shapes

Text = str | None | Unset
Flag = bool | None | Unset
Number = int | None | Unset
Codes = Sequence[str] | None | Unset
Objects = Sequence[Mapping[str, Any]] | None | Unset
Labels = Mapping[str, str | None] | Unset
Lists = Mapping[str, Sequence[str]] | Unset
Values = Mapping[str, Sequence[Mapping[str, Any]]] | Unset
Links = Mapping[str, Mapping[str, Any]] | Unset


class AkeneoUpsert(Upsertable):
    """What all create-or-update commands share: a code or identifier, and that they fold."""

    __slots__ = ()

    key_field: ClassVar[str] = "code"

    @property
    def key(self) -> str:
        """The code or identifier."""
        key: str = getattr(self, self.key_field)
        return key

    def fold(self, newer: Self) -> Self | None:
        """Return one PATCH that does what this one and then *newer* do, or None."""
        return fold(self, newer)


class StructureUpsert(AkeneoUpsert):
    """A create-or-update command of the structure lane."""

    __slots__ = ()

    lane_kind: ClassVar[LaneKind] = "structure"


class CatalogueUpsert(AkeneoUpsert):
    """A create-or-update command of what has values and may stand under a product model."""

    __slots__ = ()

    json_schema: ClassVar[Mapping[str, Any]] = SHAPES

    parent: Text

    def __attrs_post_init__(self) -> None:
        """Raise ``InvalidCommand`` for a field whose shape the API never accepts."""
        check_shapes(self)

    @property
    def follows(self) -> str | None:
        """The parent model, whose lane it shares."""
        return identity("product_model", self.parent) if self.parent else None


@frozen(kw_only=True)
class CreateOrUpdateCategory(StructureUpsert):
    """Create or update a category; a parent must exist.

    ``values``, ``validations`` and ``channel_requirements`` are known to SaaS versions only.
    """

    resource: ClassVar[str] = "category"
    rank: ClassVar[int] = 1

    code: str
    parent: Text = UNSET
    labels: Labels = UNSET
    values: Objects = UNSET
    validations: Mapping[str, Any] | Unset = UNSET
    channel_requirements: Codes = UNSET


@frozen(kw_only=True)
class CreateOrUpdateAttributeGroup(StructureUpsert):
    """Create or update an attribute group."""

    resource: ClassVar[str] = "attribute_group"
    rank: ClassVar[int] = 2

    code: str
    sort_order: Number = UNSET
    attributes: Codes = UNSET
    labels: Labels = UNSET


@frozen(kw_only=True)
class CreateOrUpdateChannel(StructureUpsert):
    """Create or update a channel."""

    resource: ClassVar[str] = "channel"
    rank: ClassVar[int] = 4

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
    rank: ClassVar[int] = 7

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
    rank: ClassVar[int] = 8

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
    rank: ClassVar[int] = 10

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
    rank: ClassVar[int] = 11

    code: str
    family: str
    variant_attribute_sets: Objects = UNSET
    labels: Labels = UNSET


@frozen(kw_only=True)
class CreateOrUpdateAssociationType(StructureUpsert):
    """Create or update an association type."""

    resource: ClassVar[str] = "association_type"
    rank: ClassVar[int] = 12

    code: str
    labels: Labels = UNSET
    is_quantified: Flag = UNSET
    is_two_way: Flag = UNSET


@frozen(kw_only=True)
class CreateOrUpdateProductModel(CatalogueUpsert):
    """Create or update a product model; with a parent it is a sub-model."""

    resource: ClassVar[str] = "product_model"
    rank: ClassVar[int] = 14
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
    rank: ClassVar[int] = 15
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
