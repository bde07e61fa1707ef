"""Toy resources with references and trees, for tests of what carries commands.

A name with dots stands below another: the thing ``m.s.a`` below the model ``m.s``, and that below
the model ``m``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from attrs import field, frozen

from importbus.adapters.codec import JsonCodec
from importbus.bus.messages import LaneCommand, LaneKind, Upsertable, identity


@frozen
class Put(Upsertable):
    """Set fields of a thing; it ``needs`` other things or kinds, given by their identity."""

    sku: str
    fields: Mapping[str, int] = field(factory=dict, hash=False)
    needs: tuple[str, ...] = ()
    resource: ClassVar[str] = "thing"
    rank: ClassVar[int] = 2

    @property
    def key(self) -> str:
        return self.sku

    @property
    def follows(self) -> str | None:
        return parent_of(self.sku)

    def fold(self, newer: Self) -> Self | None:
        fields = {**self.fields, **newer.fields}
        return type(self)(self.sku, fields, (*self.needs, *newer.needs))


@frozen
class Drop(LaneCommand):
    """Delete a thing."""

    sku: str
    resource: ClassVar[str] = "thing"

    @property
    def key(self) -> str:
        return self.sku


@frozen
class Picture(LaneCommand):
    """Give a thing a picture, which is a file."""

    sku: str
    file: str
    resource: ClassVar[str] = "thing"
    attaches: ClassVar[str | None] = "file"

    @property
    def key(self) -> str:
        return self.sku


@frozen
class PutKind(Upsertable):
    """Create or update a kind of things: structure."""

    code: str
    needs: tuple[str, ...] = ()
    resource: ClassVar[str] = "kind"
    rank: ClassVar[int] = 1
    lane_kind: ClassVar[LaneKind] = "structure"

    @property
    def key(self) -> str:
        return self.code


@frozen
class PutModel(Upsertable):
    """Create or update a model, perhaps below another."""

    code: str
    needs: tuple[str, ...] = ()
    resource: ClassVar[str] = "model"
    rank: ClassVar[int] = 1
    tree_head: ClassVar[bool] = True

    @property
    def key(self) -> str:
        return self.code

    @property
    def follows(self) -> str | None:
        return parent_of(self.code)


@frozen
class DropModel(LaneCommand):
    """Delete a model and all below it."""

    code: str
    resource: ClassVar[str] = "model"
    tree_head: ClassVar[bool] = True

    @property
    def key(self) -> str:
        return self.code


def parent_of(name: str) -> str | None:
    """Return the model that *name* stands below."""
    above, _, _ = name.rpartition(".")
    return identity("model", above) if above else None


def toy_codec() -> JsonCodec:
    """Return a codec that knows the toy commands."""
    codec = JsonCodec()
    for command in (Put, Drop, Picture, PutKind, PutModel, DropModel):
        codec.register(command)
    return codec
