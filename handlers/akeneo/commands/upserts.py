"""What all create-or-update commands share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from importbus.bus.messages import LaneKind, Upsertable, identity
from importbus.handlers.akeneo.commands.fields import Links, Text, Values
from importbus.handlers.akeneo.fold import fold
from importbus.handlers.akeneo.shape_schemas import ENTRY_SHAPES, SHAPES
from importbus.handlers.akeneo.shapes import check_entry_values, check_shapes


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
    associations: Links
    quantified_associations: Links

    def __attrs_post_init__(self) -> None:
        """Raise ``InvalidCommand`` for a field whose shape the API never accepts."""
        check_shapes(self)

    @property
    def follows(self) -> str | None:
        """The parent model, whose lane it shares."""
        return identity("product_model", self.parent) if self.parent else None

    @property
    def linked(self) -> bool:
        """Whether it has associations: the PIM forgets those with a product that is deleted."""
        return bool(self.associations or self.quantified_associations)


class EntryUpsert(AkeneoUpsert):
    """A create-or-update command of a record or an asset, whose values have a channel."""

    __slots__ = ()

    json_schema: ClassVar[Mapping[str, Any]] = ENTRY_SHAPES

    values: Values

    def __attrs_post_init__(self) -> None:
        """Raise ``InvalidCommand`` for a value whose shape the API never accepts."""
        check_entry_values(self.values)
