"""Reference entities and asset families as far as checks need them.

Each has attributes of its own, options of these, and many entries: records, or assets.
Source: akeneo/pim-api-docs, content/concepts/reference-entities.md and asset-manager.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
from attrs import define, frozen

from importbus.handlers.akeneo.checks.tables import Coded, Table


@frozen
class Kind:
    """What is different in reference entities and in asset families.

    Attributes:
        noun: What one family is called.
        entry: What one entry is called.
        path: Where families are listed.
        entries: Where entries are, below their family.
        field: The field of commands that names the family.
        cased: Whether ``A`` and ``a`` are two families.
        implicit: The attributes that the PIM gives to a new family.
    """

    noun: str
    entry: str
    path: str
    entries: str
    field: str
    cased: bool
    implicit: Mapping[str, Mapping[str, Any]] = attrs.field(eq=False)

    def form(self, family: str) -> str:
        """Return the form of the code of a family in which two spellings of it are equal."""
        return family if self.cased else family.casefold()


LABEL: Final = {"type": "text", "value_per_locale": True, "value_per_channel": False}
PLAIN: Final = {"value_per_locale": False, "value_per_channel": False}

RECORDS: Final = Kind(
    *("reference entity", "record", "reference-entities", "records", "reference_entity"),
    cased=False,
    implicit={"label": LABEL, "image": {"type": "image", **PLAIN}},
)
ASSETS: Final = Kind(
    *("asset family", "asset", "asset-families", "assets", "asset_family"),
    cased=True,
    implicit={"label": LABEL, "media": {"type": "media_file", "media_type": "image", **PLAIN}},
)


@define
class LibraryAttribute(Coded):
    """An attribute of a reference entity or an asset family; None is not known or not given."""

    type: str | None = None
    value_per_locale: bool | None = None
    value_per_channel: bool | None = None
    max_characters: int | None = None
    is_textarea: bool | None = None
    is_rich_text_editor: bool | None = None
    validation_rule: str | None = None
    validation_regexp: str | None = None
    allowed_extensions: list[str] | None = None
    max_file_size: str | None = None
    decimals_allowed: bool | None = None
    min_value: str | None = None
    max_value: str | None = None
    media_type: str | None = None
    reference_entity_code: str | None = None
    reference_entity: str | None = None
    asset_family_identifier: str | None = None

    def flag(self, name: str) -> bool | None:
        """Return a flag; false where the attribute was created without it, None if unknown."""
        value: bool | None = getattr(self, name)
        return False if value is None and self.type is not None else value

    @property
    def target(self) -> tuple[Kind, str] | None:
        """Whose entries the values name; None when they name none, or nobody has told."""
        if self.type == "asset_collection" and self.asset_family_identifier:
            return ASSETS, self.asset_family_identifier
        entity = self.reference_entity_code or self.reference_entity
        return (RECORDS, entity) if self.type in LINK_TYPES and entity else None


LINK_TYPES: Final = ("reference_entity_single_link", "reference_entity_multiple_links", "record")
"""Types of attributes that hold records."""


class Library:
    """All reference entities, or all asset families, with their attributes and options."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        fold = kind.form
        self.families: Table[Coded] = Table(kind.noun, Coded, fold=fold)
        self._attributes: dict[str, Table[LibraryAttribute]] = {}
        self._options: dict[tuple[str, str], Table[Coded]] = {}

    @property
    def tables(self) -> dict[str, Table[Any]]:
        """Every table by a name of its own."""
        noun = self.kind.noun
        own: dict[str, Table[Any]] = {noun: self.families}
        own |= {f"{noun} {family}": each for family, each in self._attributes.items()}
        return own | {f"{noun} {' '.join(key)}": each for key, each in self._options.items()}

    def attributes_of(self, family: str) -> Table[LibraryAttribute]:
        """Return the attributes of *family*; an empty table if none is known."""
        key = self.kind.form(family)
        if key not in self._attributes:
            noun, kind = f"attribute of {family}", f"{self.kind.noun} attribute"
            self._attributes[key] = Table(noun, LibraryAttribute, kind=kind)
        return self._attributes[key]

    def options_of(self, family: str, attribute: str) -> Table[Coded]:
        """Return the options of an attribute of *family*; an empty table if none is known."""
        key = self.kind.form(family), attribute.casefold()
        if key not in self._options:
            noun, kind = f"option of {family}.{attribute}", f"{self.kind.noun} option"
            self._options[key] = Table(noun, Coded, kind=kind)
        return self._options[key]

    def complete_new(self) -> None:
        """Know that what the PIM does not have, has nothing there but what comes by itself."""
        if not self.families.whole:
            return
        for family in self.families:
            if not family.stored:
                self.attributes_of(family.code).whole = True
            for attribute in self.attributes_of(family.code):
                if not attribute.stored and self.attributes_of(family.code).whole:
                    self.options_of(family.code, attribute.code).whole = True
