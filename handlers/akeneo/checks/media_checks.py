"""Checks of commands that upload a file: the file, the attribute, and what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from importbus.bus.attachments import Attachment
from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks import attribute_types as types
from importbus.handlers.akeneo.checks.amounts import number_of
from importbus.handlers.akeneo.checks.catalogue import Catalogue, Standing
from importbus.handlers.akeneo.checks.catalogue_checks import LEVELS, CatalogueChecks
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Structure
from importbus.handlers.akeneo.checks.value_checks import place_of
from importbus.handlers.akeneo.commands import (
    CreateProductMediaFile,
    CreateProductModelMediaFile,
)
from importbus.handlers.akeneo.media_limits import Limits

GoodsFile = CreateProductMediaFile | CreateProductModelMediaFile

FILE_TYPES: Final = (types.IMAGE, types.FILE)

FIELDS: Final = {
    "unknown-attribute": "attribute",
    "unknown-channel": "scope",
    "value-scopable": "scope",
}
"""The field that a rule about the place of a value concerns; all others are about the locale."""


class MediaChecks:
    """Checks files of products and product models."""

    def __init__(self, structure: Structure, catalogue: Catalogue, goods: CatalogueChecks) -> None:
        self._structure = structure
        self._catalogue = catalogue
        self._goods = goods

    def check(self, command: GoodsFile, file: Attachment | None) -> Iterator[Finding]:
        """Yield what is wrong with *command*, and with its *file* as far as that was looked at."""
        yield from check_found(file)
        yield from self._check_owner(command)
        wrong = place_of(self._structure, (command.attribute, command.locale, command.scope))
        for rule, message in wrong:
            yield error(rule, FIELDS.get(rule, "locale"), message)
        attribute = self._structure.attributes.get(command.attribute)
        if attribute is None or attribute.type is None:
            return
        if attribute.type not in FILE_TYPES:
            yield no_file(attribute.code, attribute.type)
            return
        size = number_of(attribute.max_file_size)
        extensions = attribute.allowed_extensions or ()
        yield from check_limits(attribute.code, extensions, float(size) if size else None, file)
        yield from self._check_level(command)

    def _check_owner(self, command: GoodsFile) -> Iterator[Finding]:
        if isinstance(command, CreateProductMediaFile):
            if self._catalogue.lacks_product(command.identifier):
                yield no_owner("identifier", "product", command.identifier)
        elif self._catalogue.lacks_model(command.code):
            yield no_owner("code", "product model", command.code)

    def _check_level(self, command: GoodsFile) -> Iterator[Finding]:
        """Check that the attribute belongs to the level of the owner, as far as that is known."""
        standing = self._standing(command)
        level = self._goods.level_of(command.attribute, standing) if standing else None
        if standing is None or level is None or level == standing.depth:
            return
        where = LEVELS[level] if level >= 0 else "to no level: it is not in the family"
        yield error("media-level", "attribute", f"{command.attribute} belongs {where}.")

    def _standing(self, command: GoodsFile) -> Standing | None:
        if isinstance(command, CreateProductModelMediaFile):
            model = self._catalogue.model(command.code)
            return self._catalogue.standing_of(model) if model else None
        parent = self._catalogue.parent_of(command.identifier)
        if parent is None or self._catalogue.is_repeated(command.identifier):
            return None  # a later command may have taken the parent away
        above = self._catalogue.model(parent)
        standing = self._catalogue.standing_of(above) if above else None
        return Standing(standing.family_variant, standing.depth + 1) if standing else None


def check_found(file: Attachment | None) -> Iterator[Finding]:
    """Yield why *file* cannot be had."""
    if file and file.problem:
        yield error("media-file", "file", file.problem)


def no_owner(field: str, noun: str, key: str) -> Finding:
    """Return that what a file belongs to is missing."""
    reason = f"there is no {noun} {key!r}, neither in the PIM nor in the source."
    return error("media-owner", field, reason)


def no_file(code: str, kind: str) -> Finding:
    """Return that an attribute of this type holds no file."""
    return error(
        "media-attribute", "attribute", f"{code} has the type {kind}, which takes no file."
    )


def check_limits(
    code: str, extensions: object, megabytes: float | None, file: Attachment | None
) -> Iterator[Finding]:
    """Yield why an attribute with these limits does not take *file*."""
    if file is None or file.problem:
        return
    few = extensions if isinstance(extensions, list | tuple) else ()
    allowed = tuple(str(each).lower().lstrip(".") for each in few)
    if problem := Limits(None, allowed, megabytes).problem(file, ()):
        yield error("media-limits", "file", f"{code} {problem}.")
