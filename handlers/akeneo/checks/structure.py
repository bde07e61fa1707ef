"""The structure of a PIM as far as checks need it: what there is, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import define, field

from importbus.handlers.akeneo.checks.entries import Entries
from importbus.handlers.akeneo.checks.libraries import ASSETS, RECORDS, Library
from importbus.handlers.akeneo.checks.tables import Coded, Table


@define
class Attribute(Coded):
    """An attribute; None is not known or not given.

    Texts of numbers and dates are kept as the API has them.
    """

    type: str | None = None
    group: str | None = None
    localizable: bool | None = None
    scopable: bool | None = None
    unique: bool | None = None
    available_locales: list[str] | None = None
    max_characters: int | None = None
    validation_rule: str | None = None
    validation_regexp: str | None = None
    wysiwyg_enabled: bool | None = None
    number_min: str | None = None
    number_max: str | None = None
    decimals_allowed: bool | None = None
    negative_allowed: bool | None = None
    metric_family: str | None = None
    default_metric_unit: str | None = None
    date_min: str | None = None
    date_max: str | None = None
    allowed_extensions: list[str] | None = None
    max_file_size: str | None = None
    reference_data_name: str | None = None
    default_value: bool | None = None
    table_configuration: list[Any] | None = None

    def flag(self, name: Literal["localizable", "scopable", "unique"]) -> bool | None:
        """Return a flag; false where the attribute was created without it, None if unknown."""
        value: bool | None = getattr(self, name)
        if value is None and self.type is not None:
            return name == "unique" and self.type == "pim_catalog_identifier"
        return value


@define
class Family(Coded):
    """A family; ``attributes`` are folded codes, None when nobody has told."""

    attributes: frozenset[str] | None = None
    attribute_as_label: str | None = None
    attribute_as_image: str | None = None


@define
class Level:
    """One level of a family variant: codes of its axes, folded codes of its attributes."""

    axes: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()


@define
class FamilyVariant(Coded):
    """A family variant and its levels, from 1 on; ``depth`` is how many it was created with."""

    family: str | None = None
    depth: int | None = None
    levels: dict[int, Level] = field(factory=dict)


@define
class Channel(Coded):
    """A channel; None when nobody has told."""

    category_tree: str | None = None
    locales: list[str] | None = None
    currencies: list[str] | None = None


@define
class Category(Coded):
    """A category and the code of the one above it."""

    parent: str | None = None


@define
class AssociationType(Coded):
    """An association type; None when nobody has told."""

    is_quantified: bool | None = None
    is_two_way: bool | None = None


@define
class Currency(Coded):
    """A currency."""

    enabled: bool = True


@define
class MeasurementFamily(Coded):
    """A measurement family, the codes of its units, and its standard unit; None if not told."""

    units: frozenset[str] = frozenset()
    standard_unit_code: str | None = None


@define
class Model(Coded):
    """A product model: a root names its family variant, a sub-model its parent.

    ``commands`` counts those of the source that create or update it.
    ``gone`` says that the only command that creates it will be refused, ``asked`` that the PIM was
    asked for it.
    """

    family: str | None = None
    family_variant: str | None = None
    parent: str | None = None
    commands: int = 0
    gone: bool = False
    asked: bool = False


class Structure:
    """The structure of a PIM, of the source, or of both together."""

    def __init__(self) -> None:
        self.attributes: Table[Attribute] = Table("attribute", Attribute)
        self.families: Table[Family] = Table("family", Family)
        self.family_variants: Table[FamilyVariant] = Table("family variant", FamilyVariant)
        self.channels: Table[Channel] = Table("channel", Channel)
        self.categories: Table[Category] = Table("category", Category)
        self.attribute_groups: Table[Coded] = Table("attribute group", Coded)
        self.association_types: Table[AssociationType] = Table("association type", AssociationType)
        self.locales: Table[Coded] = Table("locale", Coded)
        self.currencies: Table[Currency] = Table("currency", Currency)
        self.measurement_families: Table[MeasurementFamily] = Table(
            "measurement family", MeasurementFamily
        )
        self.libraries = {kind: Library(kind) for kind in (RECORDS, ASSETS)}
        self.entries = Entries()
        self._options: dict[str, Table[Coded]] = {}

    @property
    def tables(self) -> Mapping[str, Table[Any]]:
        """Every table by the name of its kind, options under that of their attribute."""
        own = {name: each for name, each in vars(self).items() if isinstance(each, Table)}
        for library in self.libraries.values():
            own |= library.tables
        return own | {f"options of {code}": each for code, each in self._options.items()}

    def copied(self) -> dict[str, dict[str, Any]]:
        """Return what is known, for ``restore``."""
        return {name: table.copied() for name, table in self.tables.items()}

    def restore(self, known: Mapping[str, dict[str, Any]]) -> None:
        """Know what was known when *known* was copied."""
        for name, table in self.tables.items():
            table.restore(known.get(name, {}))

    def options_of(self, attribute: str) -> Table[Coded]:
        """Return the options of *attribute*; an empty table if none is known."""
        return self._options.setdefault(
            attribute.casefold(), Table(f"option of {attribute}", Coded, kind="option")
        )

    def is_active(self, locale: str) -> bool:
        """Whether a channel uses *locale*, or one that nobody knows might."""
        channels = list(self.channels)
        if not self.channels.whole or any(each.locales is None for each in channels):
            return True
        return any(locale in (each.locales or ()) for each in channels)

    def levels_of(self, variant: FamilyVariant) -> tuple[Level, ...] | None:
        """Return the levels of *variant*, the common one first; None when too little is known.

        Unique attributes of the family stand on the last level, whatever was said.
        """
        family = self.families.get(variant.family)
        if family is None or family.attributes is None or not variant.levels:
            return None
        every = family.attributes | self.identifiers
        last = frozenset(code for code in every if self._is_unique(code))
        sets = [variant.levels[n] for n in sorted(variant.levels)]
        spread = [each.attributes - last for each in sets]
        spread[-1] |= last
        common = every.difference(*spread)
        axes = ((), *(each.axes for each in sets))
        return tuple(map(Level, axes, (common, *spread)))

    @property
    def identifiers(self) -> frozenset[str]:
        """The folded codes of the identifier attributes, which belong to every family."""
        found = (each.code for each in self.attributes if each.type == "pim_catalog_identifier")
        return frozenset(map(str.casefold, found))

    def _is_unique(self, code: str) -> bool:
        attribute = self.attributes.get(code)
        return attribute is not None and bool(attribute.flag("unique"))
