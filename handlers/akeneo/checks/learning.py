"""What items of the PIM and commands of the source say about the structure.

Both have the API's own property names, so one function a kind does for both. What the PIM has comes
first. What can be given at creation only is kept as it was said first; all else is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from attrs import fields

from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.checks.libraries import ASSETS, RECORDS, Kind
from importbus.handlers.akeneo.checks.structure import Level, Structure
from importbus.handlers.akeneo.checks.tables import Coded
from importbus.handlers.akeneo.fold import AT_CREATION

Data = Mapping[str, Any]
C = TypeVar("C", bound=Coded)

BOOKKEEPING = frozenset(field.name for field in fields(Coded))
"""What is not the API's but ours."""


def learn_attribute(structure: Structure, data: Data) -> Coded:
    """Take in an attribute."""
    return _take(structure.attributes.of(data["code"]), data)


def learn_option(structure: Structure, data: Data) -> Coded:
    """Take in an option; ``attribute`` names whose."""
    return structure.options_of(data["attribute"]).of(data["code"])


def learn_family(structure: Structure, data: Data) -> Coded:
    """Take in a family; the identifier attribute belongs to every one."""
    family = _take(structure.families.of(data["code"]), data)
    if isinstance(data.get("attributes"), list):
        family.attributes = frozenset(map(str.casefold, data["attributes"]))
    return family


def learn_family_variant(structure: Structure, data: Data) -> Coded:
    """Take in a family variant; ``family`` is not in the body, and has to be added for the PIM's.

    The axes of a level are among its attributes, also when they are not named there.
    """
    variant = structure.family_variants.of(data["code"])
    variant.family = variant.family or data["family"]
    sets = [each for each in data.get("variant_attribute_sets") or () if is_level(each)]
    if variant.depth is None and sets:
        variant.depth = max(each["level"] for each in sets)
    for each in sets:
        if each["level"] <= (variant.depth or 0):
            old = variant.levels.get(each["level"], Level())
            variant.levels[each["level"]] = _level(old, each)
    return variant


def is_level(said: Any) -> bool:
    """Whether *said* has the shape of a variant attribute set."""
    lists = [said.get(name, []) for name in ("axes", "attributes")]
    number = said.get("level")
    return (
        isinstance(number, int)
        and number > 0
        and all(isinstance(each, list) for each in lists)
        and all(isinstance(code, str) for each in lists for code in each)
    )


def _level(old: Level, said: Data) -> Level:
    """Return a level with what is *said*; its axes stay as they were said first."""
    axes = old.axes or tuple(said.get("axes", ()))
    attributes = said.get("attributes", old.attributes)
    return Level(axes, frozenset(code.casefold() for code in (*axes, *attributes)))


def learn_channel(structure: Structure, data: Data) -> Coded:
    """Take in a channel."""
    return _take(structure.channels.of(data["code"]), data)


def learn_category(structure: Structure, data: Data) -> Coded:
    """Take in a category."""
    return _take(structure.categories.of(data["code"]), data)


def learn_attribute_group(structure: Structure, data: Data) -> Coded:
    """Take in an attribute group; which attributes it has stands with those."""
    return structure.attribute_groups.of(data["code"])


def learn_association_type(structure: Structure, data: Data) -> Coded:
    """Take in an association type."""
    return _take(structure.association_types.of(data["code"]), data)


def learn_locale(structure: Structure, data: Data) -> Coded:
    """Take in a locale."""
    return structure.locales.of(data["code"])


def learn_currency(structure: Structure, data: Data) -> Coded:
    """Take in a currency."""
    return _take(structure.currencies.of(data["code"]), data)


def learn_measurement_family(structure: Structure, data: Data) -> Coded:
    """Take in a measurement family."""
    family = structure.measurement_families.of(data["code"])
    family.units |= frozenset(data.get("units") or ())
    family.standard_unit_code = family.standard_unit_code or data.get("standard_unit_code")
    return family


def learn_library(kind: Kind, structure: Structure, data: Data) -> Coded:
    """Take in a reference entity or an asset family; a new one has attributes at once."""
    library = structure.libraries[kind]
    family = library.families.of(data["code"])
    if library.families.whole and not family.stored:
        for code, said in kind.implicit.items():
            _take(library.attributes_of(family.code).of(code), said)
    return family


def learn_library_attribute(kind: Kind, structure: Structure, data: Data) -> Coded:
    """Take in an attribute of a reference entity or an asset family."""
    attributes = structure.libraries[kind].attributes_of(data[kind.field])
    return _take(attributes.of(data["code"]), data)


def learn_library_option(kind: Kind, structure: Structure, data: Data) -> Coded:
    """Take in an option of such an attribute."""
    options = structure.libraries[kind].options_of(data[kind.field], data["attribute"])
    return options.of(data["code"])


LEARN: Mapping[str, Callable[[Structure, Data], Coded]] = {
    "attribute": learn_attribute,
    "attribute_option": learn_option,
    "family": learn_family,
    "family_variant": learn_family_variant,
    "channel": learn_channel,
    "category": learn_category,
    "attribute_group": learn_attribute_group,
    "association_type": learn_association_type,
    "locale": learn_locale,
    "currency": learn_currency,
    "measurement_family": learn_measurement_family,
    "reference_entity": partial(learn_library, RECORDS),
    "reference_entity_attribute": partial(learn_library_attribute, RECORDS),
    "reference_entity_attribute_option": partial(learn_library_option, RECORDS),
    "asset_family": partial(learn_library, ASSETS),
    "asset_family_attribute": partial(learn_library_attribute, ASSETS),
    "asset_family_attribute_option": partial(learn_library_option, ASSETS),
}
"""How to take in an item of each resource."""


def learn_stored(structure: Structure, resource: str, data: Data) -> None:
    """Take in an item that the PIM has."""
    LEARN[resource](structure, data).stored = True


def learn_command(structure: Structure, command: LaneCommand, data: Data) -> None:
    """Take in what *command* says with its *data*; what is no structure is passed over."""
    learn = LEARN.get(type(command).resource)
    if learn:
        learn(structure, data)


def _take(item: C, data: Data) -> C:
    """Set what *data* says."""
    for each in fields(type(item)):
        name = each.name
        if name in BOOKKEEPING or name not in data:
            continue
        fixed = name in AT_CREATION and getattr(item, name) is not None
        if not fixed:
            setattr(item, name, data[name])
    return item
