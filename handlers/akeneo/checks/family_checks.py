"""Checks of commands for families and family variants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks import attribute_types as types
from importbus.handlers.akeneo.checks.formats import check_code, check_labels
from importbus.handlers.akeneo.checks.learning import is_level
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Family, FamilyVariant, Structure

Data = Mapping[str, Any]

SETS: Final = "variant_attribute_sets"
MOST_LEVELS, MOST_AXES = 2, 5


def check_family(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with a family."""
    family = structure.families.of(data["code"])
    if not family.stored:
        yield from check_code(data["code"])
    yield from unknown_attributes(structure, "attributes", data.get("attributes") or ())
    yield from _check_special(structure, family, data, "attribute_as_label", types.LABEL_TYPES)
    yield from _check_special(structure, family, data, "attribute_as_image", types.IMAGE_TYPES)
    for channel, codes in data.get("attribute_requirements", {}).items():
        yield from _check_requirements(structure, family, channel, codes)
    if "attributes" in data:
        yield from _check_axes_kept(structure, family)
    yield from check_labels(structure, data.get("labels", {}))


def unknown_attributes(structure: Structure, field: str, codes: Iterable[str]) -> Iterator[Finding]:
    """Yield those of *codes* that are no attributes."""
    for code in codes:
        if structure.attributes.lacks(code):
            yield error("unknown-attribute", field, structure.attributes.absent(code))


def _belongs(structure: Structure, family: Family, code: str) -> bool:
    """Whether *code* belongs to *family*, or may."""
    if family.attributes is None or code not in structure.attributes:
        return True
    return code.casefold() in family.attributes | structure.identifiers


def _check_special(
    structure: Structure, family: Family, data: Data, name: str, allowed: tuple[str, ...]
) -> Iterator[Finding]:
    """Check the attribute that is the family's label or image; also when *data* drops it."""
    code = data.get(name) or ("attributes" in data and getattr(family, name))
    if not code:
        return
    yield from unknown_attributes(structure, name, [code])
    if not _belongs(structure, family, code):
        yield error("not-in-family", name, f"{code} is not among the attributes of the family.")
    attribute = structure.attributes.get(code)
    if attribute and attribute.type not in (None, *allowed):
        rule = "label-attribute" if name == "attribute_as_label" else "image-attribute"
        reason = f"{code} has the type {attribute.type}; expected {' or '.join(allowed)}."
        yield error(rule, name, reason)


def _check_requirements(
    structure: Structure, family: Family, channel: str, codes: Iterable[str]
) -> Iterator[Finding]:
    field = f"attribute_requirements.{channel}"
    if structure.channels.lacks(channel):
        yield error("unknown-channel", field, structure.channels.absent(channel))
    if not all(isinstance(code, str) for code in codes):
        yield error("code-type", field, "expected a list of codes, all of them texts.")
        return
    yield from unknown_attributes(structure, field, codes)
    for code in codes:
        if not _belongs(structure, family, code):
            yield error("not-in-family", field, f"{code} is not among the family's attributes.")


def _check_axes_kept(structure: Structure, family: Family) -> Iterator[Finding]:
    for variant in structure.family_variants:
        if variant.stored and (variant.family or "").casefold() == family.code.casefold():
            axes = [axis for level in variant.levels.values() for axis in level.axes]
            for axis in axes:
                if not _belongs(structure, family, axis):
                    reason = f"{axis} is an axis of the family variant {variant.code}: keep it."
                    yield error("not-in-family", "attributes", reason)


def check_family_variant(structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with a family variant."""
    variant = structure.family_variants.of(data["code"])
    if not variant.stored:
        yield from check_code(data["code"])
    if structure.families.lacks(data["family"]):
        yield error("unknown-family", "family", structure.families.absent(data["family"]))
    elif (variant.family or "").casefold() != data["family"].casefold():
        reason = f"is {variant.family} already and cannot be changed to {data['family']}."
        yield error("fixed-at-creation", "family", reason)
    if SETS in data:
        yield from _check_sets(structure, variant, data[SETS] or ())
    elif not variant.levels and structure.family_variants.whole:
        yield error("missing", SETS, "a new family variant needs at least one level.")
    yield from check_labels(structure, data.get("labels", {}))


def _check_sets(
    structure: Structure, variant: FamilyVariant, sets: Iterable[Data]
) -> Iterator[Finding]:
    sets = list(sets)
    for n, said in enumerate(sets):
        if not is_level(said):
            reason = "expected a level from 1 on, and lists of codes: axes and attributes."
            yield error("variant-levels", f"{SETS}[{n}]", reason)
    fine = [said for said in sets if is_level(said)]
    yield from _check_depth(variant, fine)
    for said in fine:
        yield from _check_level(structure, variant, said)
    yield from _check_once(variant)


def _check_depth(variant: FamilyVariant, sets: list[Data]) -> Iterator[Finding]:
    highest = max((said["level"] for said in sets), default=0)
    if highest != (variant.depth or 0):
        reason = f"has {variant.depth} levels already; the number cannot be changed to {highest}."
        yield error("fixed-at-creation", SETS, reason)
    elif highest > MOST_LEVELS:
        yield error("variant-levels", SETS, f"has {highest} levels; at most {MOST_LEVELS}.")
    elif not highest or highest > len(variant.levels):
        yield error("variant-levels", SETS, "expected each level from 1 on.")


def _check_level(structure: Structure, variant: FamilyVariant, said: Data) -> Iterator[Finding]:
    number = said["level"]
    field, kept = f"{SETS}[level {number}]", variant.levels.get(number)
    axes = said.get("axes", [])
    if kept and "axes" in said and _folded(axes) != _folded(kept.axes):
        reason = f"the axes are {', '.join(kept.axes)} already and cannot be changed."
        yield error("fixed-at-creation", field, reason)
    known = structure.family_variants.whole or variant.stored or "axes" in said
    if kept and not kept.axes and known:
        yield error("variant-axes", field, "needs at least one axis.")
    if len(axes) > MOST_AXES:
        yield error("variant-axes", field, f"has {len(axes)} axes; at most {MOST_AXES}.")
    codes = dict.fromkeys([*axes, *said.get("attributes", [])])
    yield from unknown_attributes(structure, field, codes)
    family = structure.families.get(variant.family)
    for code in codes:
        if family and not _belongs(structure, family, code):
            reason = f"{code} is not among the attributes of the family {family.code}."
            yield error("not-in-family", field, reason)
    for axis in axes:
        yield from _check_axis(structure, field, axis)


def _check_axis(structure: Structure, field: str, code: str) -> Iterator[Finding]:
    axis = structure.attributes.get(code)
    if axis is None:
        return
    if axis.type not in (None, *types.AXIS_TYPES):
        yield error("variant-axes", field, f"{code} has the type {axis.type}, which is no axis.")
    if axis.localizable or axis.scopable or axis.available_locales:
        reason = f"{code} is localizable, scopable or for some locales only, which no axis may be."
        yield error("variant-axes", field, reason)


def _check_once(variant: FamilyVariant) -> Iterator[Finding]:
    """Yield the attributes that stand on two levels."""
    counts = Counter(code for level in variant.levels.values() for code in level.attributes)
    for code in sorted(code for code, count in counts.items() if count > 1):
        yield error("variant-levels", SETS, f"{code} stands on more than one level.")


def _folded(codes: Iterable[str]) -> set[str]:
    return set(map(str.casefold, codes))
