"""Checks of commands for products and product models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks.catalogue import Catalogue, ProductCommand, Standing, name_of
from importbus.handlers.akeneo.checks.formats import check_free_code, check_uuid
from importbus.handlers.akeneo.checks.rules import error, warning
from importbus.handlers.akeneo.checks.sightings import Sightings, digest
from importbus.handlers.akeneo.checks.structure import Level, Model, Structure
from importbus.handlers.akeneo.checks.value_checks import ValueChecks, field_of
from importbus.handlers.akeneo.commands import (
    CreateOrUpdateProduct,
    CreateOrUpdateProductByUuid,
    CreateOrUpdateProductModel,
)
from importbus.handlers.akeneo.fold import clears

Data = Mapping[str, Any]
CatalogueCommand = ProductCommand | CreateOrUpdateProductModel

CATEGORIES = ("categories", "add_categories", "remove_categories")

LEVELS = ("to the root models", "to level 1", "to level 2")
"""Where an attribute of a family variant stands, in words."""


class CatalogueChecks:
    """Checks products and models, apart from their associations.

    It belongs to one reading of the source: it remembers which axis values have been seen, and the
    levels of family variants.
    """

    def __init__(self, structure: Structure, catalogue: Catalogue) -> None:
        self._structure = structure
        self._catalogue = catalogue
        self._values = ValueChecks(structure)
        self._combinations = Sightings()
        self._levels: dict[str, tuple[Level, ...] | None] = {}
        self._identifiers = structure.identifiers

    def check_product(self, command: ProductCommand, data: Data) -> Iterator[Finding]:
        """Yield what is wrong with a product."""
        if isinstance(command, CreateOrUpdateProduct):
            yield from check_free_code("identifier", command.identifier)
        if "uuid" in data:
            yield from check_uuid(data["uuid"])
        yield from self._check_common(command, data)
        parent = self._parent_code(command, data)
        above = self._catalogue.model(parent) if parent else None
        if command.parent and self._catalogue.lacks_model(command.parent):
            yield _no_model(command.parent)
        if above is None:
            return
        standing = self._catalogue.standing_of(above)
        yield from self._check_variant_family(data, standing)
        if wrong := list(self._check_leaf(above.code, standing)):
            yield from wrong if command.parent else ()
        else:
            below = Standing(standing.family_variant, standing.depth + 1)
            yield from self._check_level(command, below)

    def _parent_code(self, command: ProductCommand, data: Data) -> str | None:
        if "parent" in data:
            return command.parent or None
        return self._catalogue.parent_of(name_of(command))

    def check_model(self, command: CreateOrUpdateProductModel, data: Data) -> Iterator[Finding]:
        """Yield what is wrong with a product model."""
        yield from check_free_code("code", command.code)
        yield from self._check_common(command, data)
        model = self._catalogue.own_model(command.code)
        yield from self._check_variant(model, data)
        wrong = list(self._check_parent(command, data))
        yield from wrong
        standing = self._catalogue.standing_of(model)
        yield from self._check_variant_family(data, standing)
        if not wrong:
            yield from self._check_level(command, standing)

    def _check_parent(self, command: CreateOrUpdateProductModel, data: Data) -> Iterator[Finding]:
        """Check what stands above a model, for which only sub-models have something."""
        model = self._catalogue.own_model(command.code)
        if command.parent and self._catalogue.lacks_model(command.parent):
            yield _no_model(command.parent)
        elif command.parent and model.stored and model.parent is None:
            reason = f"is null already and cannot be changed to {command.parent}."
            yield error("fixed-at-creation", "parent", reason)
        elif command.parent:
            yield from self._check_sub_model(command.parent)
        elif model.parent and "parent" in data:
            reason = f"is {model.parent} already and cannot be changed to null."
            yield error("fixed-at-creation", "parent", reason)

    def _check_common(self, command: CatalogueCommand, data: Data) -> Iterator[Finding]:
        if command.family and self._structure.families.lacks(command.family):
            absent = self._structure.families.absent(command.family)
            yield error("unknown-family", "family", absent)
        for name in CATEGORIES:
            for code in data.get(name) or ():
                if self._structure.categories.lacks(code):
                    yield error("unknown-category", name, self._structure.categories.absent(code))
        if "categories" in data and any(name in data for name in CATEGORIES[1:]):
            reason = "cannot stand together with add_categories or remove_categories."
            yield error("categories-twice", "categories", reason)
        yield from self._values.check(data.get("values") or {})

    def _check_variant(self, model: Model, data: Data) -> Iterator[Finding]:
        said, first = data.get("family_variant"), model.family_variant
        variants = self._structure.family_variants
        if said and variants.lacks(said):
            yield error("unknown-family-variant", "family_variant", variants.absent(said))
        elif said and first and said.casefold() != first.casefold():
            reason = f"is {first} already and cannot be changed to {said}."
            yield error("fixed-at-creation", "family_variant", reason)
        elif not (first or model.parent or self._catalogue.open):
            yield error("missing", "family_variant", "a new root model needs it.")

    def _check_sub_model(self, parent: str) -> Iterator[Finding]:
        above = self._catalogue.model(parent)
        if above is None:
            return
        standing = self._catalogue.standing_of(above)
        levels = self._levels_of(standing.family_variant)
        if standing.depth > 0:
            reason = f"{parent} stands under a model itself; expected a root model."
            yield error("parent-level", "parent", reason)
        elif levels and len(levels) < 3:
            reason = f"{standing.family_variant} has one level: its models have no models below."
            yield error("parent-level", "parent", reason)

    def _check_leaf(self, parent: str, standing: Standing) -> Iterator[Finding]:
        """Check that products may stand under *parent*, whose *standing* it is."""
        levels = self._levels_of(standing.family_variant)
        if levels and standing.depth + 2 != len(levels):
            reason = f"{parent} can have models below it only; expected one of them."
            yield error("parent-level", "parent", reason)

    def _check_variant_family(self, data: Data, standing: Standing) -> Iterator[Finding]:
        variant = self._structure.family_variants.get(standing.family_variant)
        if "family" not in data or variant is None or variant.family is None:
            return
        if data["family"] and data["family"] not in self._structure.families:
            return  # which has been told, or cannot be
        if (data["family"] or "").casefold() != variant.family.casefold():
            reason = f"expected {variant.family}, the family of its family variant."
            yield error("parent-family", "family", reason)

    def _check_level(self, command: CatalogueCommand, standing: Standing) -> Iterator[Finding]:
        levels = self._levels_of(standing.family_variant)
        if levels is None or standing.depth >= len(levels):
            return
        level = levels[standing.depth]
        yield from self._check_dropped(command, levels, standing.depth)
        yield from self._check_axes(command, level)

    def _levels_of(self, code: str | None) -> tuple[Level, ...] | None:
        if code is None:
            return None
        if code not in self._levels:
            variant = self._structure.family_variants.get(code)
            self._levels[code] = self._structure.levels_of(variant) if variant else None
        return self._levels[code]

    def level_of(self, code: str, standing: Standing) -> int | None:
        """Return the level of an attribute in a family variant; -1 for none, None if unknown."""
        levels = self._levels_of(standing.family_variant)
        if levels is None or standing.depth >= len(levels):
            return None
        own = [n for n, level in enumerate(levels) if code.casefold() in level.attributes]
        return own[0] if own else -1

    def _check_dropped(
        self, command: CatalogueCommand, levels: tuple[Level, ...], depth: int
    ) -> Iterator[Finding]:
        """Yield the values that the PIM takes and does not store."""
        is_product = isinstance(command, ProductCommand)
        for code in command.values or ():
            folded = code.casefold()
            if folded in levels[depth].attributes or code not in self._structure.attributes:
                continue
            if is_product and folded in self._identifiers:
                continue
            own = [n for n, level in enumerate(levels) if folded in level.attributes]
            where = LEVELS[own[0]] if own else "to no level: it is not in the family"
            reason = f"the PIM drops it without a word: {code} belongs {where}."
            yield warning("value-dropped", f"values.{code}", reason)

    def _check_axes(self, command: CatalogueCommand, level: Level) -> Iterator[Finding]:
        given = {axis: self._axis_value(command, axis) for axis in level.axes}
        for axis, data in given.items():
            cleared = data is not _ABSENT and clears(data)
            if cleared or (data is _ABSENT and self._is_new(command)):
                reason = f"{axis} is an axis of the family variant and needs a value."
                yield error("axis-missing", field_of((axis, None, None)), reason)

    def _axis_value(self, command: CatalogueCommand, axis: str) -> Any:
        values = command.values or {}
        entries = values.get(axis) or next(
            (each for code, each in values.items() if code.casefold() == axis.casefold()), ()
        )
        plain = [e["data"] for e in entries if e["locale"] is None and e["scope"] is None]
        return plain[0] if plain else _ABSENT

    def _is_new(self, command: CatalogueCommand) -> bool:
        """Whether only this command can have said what the key has."""
        if isinstance(command, ProductCommand):
            stored = self._catalogue.is_stored(name_of(command))
            return stored is False and not self._catalogue.is_repeated(name_of(command))
        model = self._catalogue.own_model(command.code)
        return not (model.stored or model.commands > 1 or self._catalogue.open)

    def check_combination(self, command: CatalogueCommand) -> Iterator[Finding]:
        """Yield that the axis values of *command*, which is fine otherwise, were seen before."""
        parent = command.parent or self._known_parent(command)
        above = self._catalogue.model(parent) if parent else None
        if parent is None or above is None:
            return
        given = {axis: self._axis_value(command, axis) for axis in self._axes_below(above)}
        if not given or any(data is _ABSENT for data in given.values()):
            return
        taken = orjson.dumps([parent.casefold(), *map(_comparable, given.values())]).decode()
        holder, own = self._combinations.get(taken), _holder(command)
        if holder is not None and holder != own and holder % 2 == own % 2:
            shown = ", ".join(f"{axis} {_shown(data)}" for axis, data in given.items())
            reason = f"another one below {parent} has {shown} already."
            yield error("axis-repeated", "values", reason)
        else:
            self._combinations.put(taken, own)

    def _known_parent(self, command: CatalogueCommand) -> str | None:
        if isinstance(command, ProductCommand):
            return self._catalogue.parent_of(name_of(command))
        return self._catalogue.own_model(command.code).parent

    def needs_lookup(self, command: ProductCommand) -> bool:
        """Whether it matters if the PIM has the key: an axis of it is not in the command."""
        above = self._catalogue.model(command.parent) if command.parent else None
        axes = self._axes_below(above) if above else ()
        return any(self._axis_value(command, axis) is _ABSENT for axis in axes)

    def _axes_below(self, model: Model) -> tuple[str, ...]:
        """Return the axes of what stands directly under *model*."""
        standing = self._catalogue.standing_of(model)
        levels = self._levels_of(standing.family_variant) or ()
        return levels[standing.depth + 1].axes if standing.depth + 1 < len(levels) else ()

    def identifiers_in(self, command: ProductCommand) -> Iterator[str]:
        """Yield the identifiers that the values of *command* give to its product."""
        for code, entries in (command.values or {}).items():
            if code.casefold() in self._identifiers:
                yield from (each["data"] for each in entries if isinstance(each["data"], str))

    def check_identifier_value(self, command: CreateOrUpdateProduct) -> Iterator[Finding]:
        """Yield that a value of the identifier attribute gives way to the identifier."""
        if len(self._identifiers) != 1:
            return  # which of several is the main one, nobody knows here
        for code, entries in (command.values or {}).items():
            other = any(entry["data"] != command.identifier for entry in entries)
            if other and code.casefold() in self._identifiers:
                reason = f"the PIM overwrites it with the identifier {command.identifier}."
                yield warning("identifier-value", f"values.{code}", reason)


_ABSENT: Any = object()
"""The value of an axis that a command does not name."""


def _holder(command: CatalogueCommand) -> int:
    """Return a number for what *command* writes, odd for a product that is named by its uuid.

    What has an identifier may be the same as what has a uuid: nobody here can tell.
    """
    return 2 * digest(command.identity) + isinstance(command, CreateOrUpdateProductByUuid)


def _no_model(code: str) -> Finding:
    reason = f"there is no product model {code!r}, neither in the PIM nor in the source."
    return error("unknown-parent", "parent", reason)


def _comparable(data: Any) -> Any:
    return data.casefold() if isinstance(data, str) else data


def _shown(data: Any) -> str:
    if isinstance(data, dict):
        return f"{data.get('amount')} {data.get('unit')}"
    return (
        {True: "true", False: "false"}.get(data, str(data)) if isinstance(data, bool) else str(data)
    )
