"""Commands that upload a file and make it a value: of products, models, records and assets.

Each names what the file belongs to, so that it shares identity and lane with it and keeps its order
with whatever else is said of it. Source of the fields: akeneo/pim-api-docs, media files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import frozen

from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand, LaneKind, identity


class MediaFile(LaneCommand):
    """What all uploads share: the rank, and the field that names the file."""

    __slots__ = ()

    rank: ClassVar[int] = 170
    attaches: ClassVar[str | None] = "file"


@frozen(kw_only=True)
class CreateProductMediaFile(MediaFile):
    """Upload a file as the value of an image or file attribute of a product."""

    resource: ClassVar[str] = "product"
    spoils: ClassVar[tuple[str, ...]] = ("product_uuid",)

    identifier: str
    attribute: str
    scope: str | None = None
    locale: str | None = None
    file: str

    @property
    def key(self) -> str:
        """The identifier of the product."""
        return self.identifier


@frozen(kw_only=True)
class CreateProductModelMediaFile(MediaFile):
    """Upload a file as the value of an image or file attribute of a product model."""

    resource: ClassVar[str] = "product_model"

    code: str
    attribute: str
    scope: str | None = None
    locale: str | None = None
    file: str

    @property
    def key(self) -> str:
        """The code of the model."""
        return self.code


@frozen(kw_only=True)
class CreateReferenceEntityMediaFile(MediaFile):
    """Upload a file as the image of a reference entity, or with a code as a value of its record."""

    resource: ClassVar[str] = "reference_entity_record"
    json_schema: ClassVar[Mapping[str, Any]] = {
        "if": {"required": ["code"], "properties": {"code": {"type": "string"}}},
        "then": {"required": ["attribute"], "properties": {"attribute": {"type": "string"}}},
        "else": {
            "properties": {name: {"type": "null"} for name in ("attribute", "channel", "locale")}
        },
    }

    reference_entity: str
    code: str | None = None
    attribute: str | None = None
    channel: str | None = None
    locale: str | None = None
    file: str

    def __attrs_post_init__(self) -> None:
        """Raise ``InvalidCommand`` for a record without an attribute, and the other way round."""
        if self.code is not None and self.attribute is None:
            raise InvalidCommand("is missing: a record has values by attribute", field="attribute")
        if self.code is None:
            for name in ("attribute", "channel", "locale"):
                if getattr(self, name) is not None:
                    raise InvalidCommand("belongs to a record: give its code, too", field=name)

    @property
    def key(self) -> str:
        """The reference entity, or it and the record: ``brand.acme``; codes have no dot."""
        return (
            self.reference_entity if self.code is None else f"{self.reference_entity}.{self.code}"
        )

    @property
    def identity(self) -> str:
        """The identity of the reference entity, or of the record."""
        return identity("reference_entity" if self.code is None else type(self).resource, self.key)

    @property
    def lane_kind(self) -> LaneKind:  # type: ignore[override]
        """The lane of what it belongs to: a reference entity is structure, a record is not."""
        return "structure" if self.code is None else "catalogue"


@frozen(kw_only=True)
class CreateAssetMediaFile(MediaFile):
    """Upload a file as the value of a media file attribute of an asset."""

    resource: ClassVar[str] = "asset"

    asset_family: str
    code: str
    attribute: str
    channel: str | None = None
    locale: str | None = None
    file: str

    @property
    def key(self) -> str:
        """The asset family and the asset: ``packshots.mug``; codes have no dot."""
        return f"{self.asset_family}.{self.code}"
