"""Where a column may go: the likeliest column of the flat format, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from attrs import define, field, frozen

from importbus.adapters.flat.kinds import KINDS
from importbus.adapters.flat.links import link_of
from importbus.adapters.flat.properties import BY_KIND, property_of
from importbus.adapters.flat.slots import Slot, slot_of
from importbus.adapters.flat.structure import Attribute, FlatStructure
from importbus.adapters.flat.table import WITH_VALUES
from importbus.adapters.mapping.naming import (
    EXACT,
    LANGUAGES,
    NEAR,
    UNITS,
    Hints,
    hints_of,
    likeness,
    names_of,
    words,
)
from importbus.adapters.mapping.synonyms import KEY_NAMES, LABEL_NAMES, PROPERTY_NAMES, same
from importbus.adapters.sources.ports import SourceOptions

MOST_COMPARED = 2_000
"""Names of attributes that a header is compared with, letter by letter."""


NO_HINTS = Hints()


@frozen
class Place:
    """Where a column may go.

    Attributes:
        to: A column of the flat format; for prices and measurements without currency and unit.
        likeness: How alike the names are, from 0 to 1.
        slot: What it is, if it is a value.
        hints: What the header says of it.
        doubts: What a person has to look at, a phrase each.
    """

    to: str
    likeness: float
    slot: Slot | None = None
    hints: Hints = NO_HINTS
    doubts: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether the names are the same."""
        return self.likeness >= EXACT


@define(slots=False)  # for cached_property
class Places:
    """What there is to choose from, for the columns of one table."""

    kind: str
    structure: FlatStructure
    options: SourceOptions
    _attributes: list[tuple[Attribute, list[tuple[str, ...]]]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        """Read the names of all attributes."""
        if self.kind in WITH_VALUES:
            found = (each for each in self.structure.attributes() if each.type)
            self._attributes = [(each, names_of(each)) for each in found]

    def of(self, column: str) -> Place | None:
        """Return where *column* goes most likely; None when nothing is like it."""
        if found := self._as_written(column):
            return found
        candidates = [*self._properties(column), *self._values(column)]
        return max(candidates, key=lambda place: place.likeness, default=None)

    def key_among(self, columns: Sequence[str]) -> str | None:
        """Return which of *columns* is called as what identifies things; None if none is."""
        identifier = self.structure.identifier if self.kind == "products" else None
        own = [] if identifier is None else ["".join(each) for each in names_of(identifier)]
        by_name = {"".join(words(each)): each for each in reversed(columns)}
        return next((by_name[name] for name in (*own, *KEY_NAMES) if name in by_name), None)

    def _as_written(self, column: str) -> Place | None:
        """Return the place of a column that is called as in the flat format already."""
        if property_of(self.kind, column, self.options):
            return Place(column, 1.0)
        if self.kind not in WITH_VALUES:
            return None
        if (link := link_of(column)) and self.structure.association_type(link.type):
            return None if link.quantity else Place(column, 1.0)
        slot = slot_of(column, self.structure)
        if not isinstance(slot, Slot):
            return None
        parts = (slot.attribute.code, slot.locale, slot.scope, slot.part)
        return Place("-".join(part for part in parts if part), 1.0, slot)

    def _properties(self, column: str) -> Iterator[Place]:
        name, bare = "".join(words(column)), "".join(self._bare(column))
        for each, names in PROPERTY_NAMES.items():
            if each in BY_KIND[self.kind] and name in names:
                yield Place(each, 1.0)
        if self.kind not in WITH_VALUES and {name, bare} & LABEL_NAMES:
            label = Attribute("label", localizable=True)
            hints = hints_of(column, label, self.structure)
            locale, doubts = self._locale(label, column, hints)
            yield Place(f"label-{locale}", 1.0, doubts=doubts)

    def _values(self, column: str) -> Iterator[Place]:
        header, bare = words(column), self._bare(column)
        left = MOST_COMPARED
        for attribute, names in self._attributes:
            alike = 0.0
            for name in names:
                exact = name in (header, bare) or same(name, header) or same(name, bare)
                left -= not exact
                if exact or left > 0:
                    alike = max(alike, 1.0 if exact else likeness(name, bare or header))
            if alike >= NEAR:
                yield self._value(column, attribute, alike)

    def _value(self, column: str, attribute: Attribute, alike: float) -> Place:
        hints = hints_of(column, attribute, self.structure)
        locale, doubts = self._locale(attribute, column, hints)
        scope, more = self._scope(attribute, hints, locale)
        parts = [attribute.code, locale, scope]
        slot = Slot(attribute, locale, scope)
        to = "-".join(part for part in parts if part)
        if isinstance(found := slot_of(to, self.structure), str):
            return Place(to, NEAR, slot, hints, (found,))
        return Place(to, alike, slot, hints, (*doubts, *more))

    def _locale(
        self, attribute: Attribute, column: str, hints: Hints
    ) -> tuple[str | None, tuple[str, ...]]:
        """Return the locale of values, and what is in doubt about it.

        A header that says none is in the language of the label that it is like.
        """
        if not attribute.localizable:
            return None, ()
        known = sorted(attribute.available_locales or self.structure.locales or ("en_US",))
        if hints.locale:
            return hints.locale, ()
        said = {words(str(label)): locale for locale, label in attribute.labels}
        spoken = said.get(words(column))
        if spoken in known and len({label for _, label in attribute.labels}) > 1:
            return spoken, (f"{spoken}, as the header is that label",)
        return known[0], (f"which locale? One of {', '.join(known)}",) if len(known) > 1 else ()

    def _scope(
        self, attribute: Attribute, hints: Hints, locale: str | None
    ) -> tuple[str | None, tuple[str, ...]]:
        if not attribute.scopable:
            return None, ()
        if hints.scope:
            return hints.scope, ()
        fit = [
            each.code
            for each in self.structure.channels()
            if locale is None or each.locales is None or locale in each.locales
        ]
        doubt = (f"which channel? One of {', '.join(fit)}",) if len(fit) > 1 else ()
        return (fit[0] if fit else "ecommerce"), doubt

    def _bare(self, column: str) -> tuple[str, ...]:
        """Return the words of *column* that say no locale, channel, currency or unit."""
        return tuple(word for word in words(column) if word not in self._hinting)

    @cached_property
    def _hinting(self) -> frozenset[str]:
        locales = self.structure.locales or ()
        channels = (word for each in self.structure.channels() for word in words(each.code))
        parts = (part.lower() for each in locales for part in each.split("_"))
        currencies = (each.lower() for each in self.structure.currencies or ())
        return frozenset((*LANGUAGES, *UNITS, *channels, *parts, *currencies))


def lacking(kind: str, targets: Sequence[str]) -> list[str]:
    """Return what things of *kind* cannot be without and no column of *targets* gives."""
    return [key for key in KINDS[kind].keys if key != "code" and key not in targets]
