"""What has to be done to the cells of a column, for them to be what its place takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from importbus.adapters.flat import cells
from importbus.adapters.flat.links import link_of
from importbus.adapters.flat.properties import property_of
from importbus.adapters.flat.structure import Attribute, FlatStructure
from importbus.adapters.flat.values import (
    BOOLEAN,
    FILES,
    METRIC,
    NUMBER,
    PRICE,
    Read,
    amount_reader,
    value_reader,
)
from importbus.adapters.mapping.model import ColumnUse
from importbus.adapters.mapping.naming import UNITS, words
from importbus.adapters.mapping.placing import Place
from importbus.adapters.mapping.samples import Sample
from importbus.adapters.mapping.treatments import treatments
from importbus.adapters.sources.ports import SourceOptions
from importbus.bus.errors import InvalidCommand

ONE_CODE = frozenset(
    {
        "pim_catalog_simpleselect",
        "pim_reference_data_simpleselect",
        "akeneo_reference_entity",
    }
)
MANY_CODES = frozenset(
    {
        "pim_catalog_multiselect",
        "pim_reference_data_multiselect",
        "akeneo_reference_entity_collection",
        "pim_catalog_asset_collection",
    }
)
"""Types whose cells are codes."""

LISTS = frozenset({"categories", "groups", "attributes", "locales", "currencies"})
CODES = frozenset({"family", "parent", "attribute", "group"})
"""Properties whose cells are codes."""

MADE = "codes are made of the texts: do they exist?"


@frozen
class Fitted:
    """A use of a column, and what a person has to look at.

    Attributes:
        fault: Why the cells are not what the place takes; None when all of them are.
    """

    use: ColumnUse
    doubts: tuple[str, ...] = ()
    fault: str | None = None

    def but(self, *doubts: str, **settings: Any) -> Fitted:
        """Return it with other settings, and more doubts."""
        return evolve(self, use=evolve(self.use, **settings), doubts=(*self.doubts, *doubts))


def fitted(
    place: Place, sample: Sample, options: SourceOptions, structure: FlatStructure, kind: str
) -> Fitted:
    """Return how *sample* becomes what *place* takes."""
    plain = Fitted(ColumnUse((place.to,)), place.doubts)
    if place.slot is None:
        found = _of_property(plain, sample, kind, options)
        known = property_of(kind, place.to, options)
        return _tried(found, sample, known.read if known else None)
    attribute = place.slot.attribute
    if attribute.type in (NUMBER, METRIC, PRICE):
        found = _of_number(plain, place, sample, options, structure)
        return _tried(found, sample, amount_reader(attribute, options))
    found = _of_value(plain, attribute, sample)
    return _tried(found, sample, value_reader(attribute, options))


def _of_property(plain: Fitted, sample: Sample, kind: str, options: SourceOptions) -> Fitted:
    name = plain.use.to[0]
    if link_of(name) or name in LISTS:
        return _list(plain, sample, coded=name in LISTS)
    if name in CODES and not sample.are_codes:
        return plain.but(MADE, code=True)
    known = property_of(kind, name, options)
    return _flag(plain, sample) if known and known.read is cells.flag else plain


def _of_value(plain: Fitted, attribute: Attribute, sample: Sample) -> Fitted:
    if attribute.type == BOOLEAN:
        return _flag(plain, sample)
    if attribute.type in MANY_CODES:
        return _list(plain, sample, coded=True)
    if attribute.type in ONE_CODE and not sample.are_codes:
        return plain.but(MADE, code=True)
    if attribute.type in FILES and sample.are_addresses:
        return evolve(plain, fault="holds addresses in the net, and files have to be at hand")
    return plain


def _list(plain: Fitted, sample: Sample, *, coded: bool) -> Fitted:
    separator = sample.separator()
    members = [
        each.strip() for text in sample.texts for each in text.split(separator or ",") if each
    ]
    found = plain.but(separator=separator.strip(" ") or separator) if separator else plain
    if not coded or all(each.replace("_", "").isascii() and " " not in each for each in members):
        return found
    return found.but(MADE, separator=found.use.separator or ",", code=True)


def _flag(plain: Fitted, sample: Sample) -> Fitted:
    if all(each.lower() in cells.FLAGS for each in sample.texts):
        return plain
    truth = sample.truth()
    if truth is None:
        return evolve(plain, fault=f"says neither yes nor no: {sample.examples}")
    return plain.but(values=truth)


def _of_number(
    plain: Fitted, place: Place, sample: Sample, options: SourceOptions, structure: FlatStructure
) -> Fitted:
    """Return how amounts become such: without what stands around them, with currency or unit."""
    around = sample.around() or ()
    thousands = "." if options.decimal == "," else ","
    remove = [*around, *([thousands] if any(thousands in text for text in sample.texts) else [])]
    found = plain.but(remove=tuple(remove)) if remove else plain
    slot = place.slot
    if slot is None or slot.part is not None:
        return found
    if slot.attribute.type == METRIC:
        return _unit(found, place, slot.attribute, around)
    return _currency(found, place, structure, around) if slot.attribute.type == PRICE else found


def _unit(found: Fitted, place: Place, attribute: Attribute, around: tuple[str, ...]) -> Fitted:
    said = {UNITS[word] for each in around for word in words(each) if word in UNITS}
    if len(said) > 1:
        return evolve(found, fault=f"has several units: {', '.join(sorted(said))}")
    unit = next(iter(said), None) or place.hints.unit
    if unit:
        return found.but(unit=unit)
    if attribute.default_metric_unit is None:
        return evolve(found, fault='says no unit: write unit = "..."')
    return found.but(f"in {attribute.default_metric_unit}, as nothing says another unit")


def _currency(
    found: Fitted, place: Place, structure: FlatStructure, around: tuple[str, ...]
) -> Fitted:
    known = {each.lower(): each for each in sorted(structure.currencies or ())}
    said = [known[word] for each in around for word in words(each) if word in known]
    currency = place.hints.currency or next(iter(said), None)
    doubts: tuple[str, ...] = ()
    if len(set(said)) > 1:
        return evolve(found, fault=f"has several currencies: {', '.join(sorted(set(said)))}")
    if currency is None:
        currency = next(iter(known.values()), "EUR")
        doubts = (f"which currency? One of {', '.join(known.values())}",) if len(known) > 1 else ()
    return found.but(*doubts, to=(f"{place.to}-{currency}",))


def _tried(found: Fitted, sample: Sample, read: Read | None) -> Fitted:
    """Return *found* with the first cell that cannot be read so, if there is one."""
    if found.fault or read is None:
        return found
    treat = treatments(found.use)[0]
    for cell in sample.cells:
        try:
            if not cells.is_empty(treated := treat(cell)):
                read(treated)
        except InvalidCommand as error:
            return evolve(found, fault=error.reason)
    return found


def settings_of(use: ColumnUse) -> Mapping[str, Any]:
    """Return what a mapping file has to say of *use*."""
    plain = ColumnUse(use.to)
    names = ("remove", "separator", "values", "code", "unit")
    return {
        each: getattr(use, each) for each in names if getattr(use, each) != getattr(plain, each)
    }
