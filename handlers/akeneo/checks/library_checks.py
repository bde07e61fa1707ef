"""Checks of commands for reference entities and asset families, their attributes and options."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from importbus.bus.findings import Finding
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import commands as c
from importbus.handlers.akeneo.checks import library_types as types
from importbus.handlers.akeneo.checks.amounts import number_of
from importbus.handlers.akeneo.checks.attribute_checks import (
    LARGEST_FILE,
    SMALLEST_FILE,
    check_fixed,
)
from importbus.handlers.akeneo.checks.formats import LONGEST_ATTRIBUTE, check_code, check_labels
from importbus.handlers.akeneo.checks.libraries import (
    ASSETS,
    RECORDS,
    Kind,
    Library,
    LibraryAttribute,
)
from importbus.handlers.akeneo.checks.library_types import check_family
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Structure

Data = Mapping[str, Any]
Check = Callable[[Structure, Data], Iterator[Finding]]

MOST_OF: Final = {"product_link_rules": 2, "transformations": 10}
"""Most rules and transformations of an asset family."""


def check_library(kind: Kind, structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with a reference entity or an asset family."""
    library = structure.libraries[kind]
    if not library.families.of(data["code"]).stored:
        yield from check_code(data["code"])
    yield from check_labels(structure, data.get("labels", {}))
    yield from _check_main_media(library, data)
    for name, most in MOST_OF.items():
        if len(data.get(name) or ()) > most:
            yield error("library-limits", name, f"has {len(data[name])} entries; at most {most}.")


def _check_main_media(library: Library, data: Data) -> Iterator[Finding]:
    name = "attribute_as_main_media"
    code = data.get(name)
    if code is None:
        return
    attributes = library.attributes_of(data["code"])
    found = attributes.get(code)
    if attributes.lacks(code):
        yield error("unknown-attribute", name, attributes.absent(code))
    elif found and found.type not in (None, *types.MAIN_TYPES):
        yield error("main-media", name, f"{code} has the type {found.type}, which is no media.")


def check_library_attribute(kind: Kind, structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with an attribute of a reference entity or an asset family."""
    attributes = structure.libraries[kind].attributes_of(data[kind.field])
    attribute = attributes.of(data["code"])
    yield from check_family(structure, kind, kind.field, data[kind.field])
    if not attribute.stored:
        yield from check_code(data["code"], longest=LONGEST_ATTRIBUTE)
    yield from check_fixed(attribute, data)
    yield from check_labels(structure, data.get("labels", {}))
    own = types.TYPES[kind].get(attribute.type or "")
    if attribute.type is None and attributes.whole:
        yield error("missing", "type", "a new attribute needs a type.")
    elif attribute.type is not None and own is None:
        reason = f"there is no attribute type {attribute.type!r} for a {kind.entry}."
        yield error("attribute-type", "type", reason)
    elif own is not None:
        yield from _check_properties(kind, attribute, own, attributes.whole, data)
        yield from _check_targets(kind, structure, data)
        yield from _check_text(attribute, data)
        yield from _check_bounds(attribute, data)


def _check_properties(
    kind: Kind, attribute: LibraryAttribute, own: frozenset[str], whole: bool, data: Data
) -> Iterator[Finding]:
    for name in sorted(types.BOUND - own - {kind.field}):
        if data.get(name) not in (None, []):
            yield error("attribute-property", name, f"the type {attribute.type} does not have it.")
    for name in types.REQUIRED:
        if whole and name in own and getattr(attribute, name) is None:
            yield error("missing", name, f"the type {attribute.type} needs it.")


def _check_targets(kind: Kind, structure: Structure, data: Data) -> Iterator[Finding]:
    if code := data.get("reference_entity_code"):
        yield from check_family(structure, RECORDS, "reference_entity_code", code)
    if kind is ASSETS and (code := data.get("reference_entity")):
        yield from check_family(structure, RECORDS, "reference_entity", code)
    if code := data.get("asset_family_identifier"):
        yield from check_family(structure, ASSETS, "asset_family_identifier", code)


def _check_text(attribute: LibraryAttribute, data: Data) -> Iterator[Finding]:
    longest, most = data.get("max_characters"), types.LONGEST_TEXT
    if longest is not None and not 1 <= longest <= most:
        yield _range("max_characters", f"expected 1 to {most:,}, not {longest:,}.")
    rule, media = data.get("validation_rule"), data.get("media_type")
    if rule is not None and rule not in types.VALIDATION_RULES:
        yield _range("validation_rule", f"expected none, email, url or regexp, not {rule!r}.")
    if rule == "regexp" and not attribute.validation_regexp:
        yield error("missing", "validation_regexp", "the validation rule regexp needs it.")
    if data.get("is_rich_text_editor") and attribute.is_textarea is False:
        yield _range("is_rich_text_editor", "only a text area can have a rich text editor.")
    if media is not None and media not in types.MEDIA_TYPES:
        yield _range("media_type", f"expected {', '.join(types.MEDIA_TYPES)}, not {media!r}.")


def _check_bounds(attribute: LibraryAttribute, data: Data) -> Iterator[Finding]:
    size = data.get("max_file_size")
    if size and not SMALLEST_FILE <= (number_of(size) or 0) <= LARGEST_FILE:
        yield _range("max_file_size", f"expected 0.01 to 9999.99 MB, not {size}.")
    ends = ("min_value", "max_value")
    for name in ends:
        if data.get(name) and number_of(data[name]) is None:
            yield _range(name, f"expected a number, not {data[name]!r}.")
    low, high = (number_of(getattr(attribute, name)) for name in ends)
    if any(name in data for name in ends) and low is not None and high is not None and low > high:
        yield _range("max_value", "must not be less than min_value.")


def _range(name: str, message: str) -> Finding:
    return error("attribute-range", name, message)


def check_library_option(kind: Kind, structure: Structure, data: Data) -> Iterator[Finding]:
    """Yield what is wrong with an option of such an attribute."""
    library = structure.libraries[kind]
    family, code = data[kind.field], data["attribute"]
    attributes = library.attributes_of(family)
    attribute = attributes.get(code)
    yield from check_family(structure, kind, kind.field, family)
    if attributes.lacks(code):
        yield error("unknown-attribute", "attribute", attributes.absent(code))
    if attribute and attribute.type not in (None, *types.OPTION_TYPES):
        reason = f"{attribute.code} has the type {attribute.type}, which has no options."
        yield error("option-of-no-select", "attribute", reason)
    if not library.options_of(family, code).of(data["code"]).stored:
        yield from check_code(data["code"])
    yield from check_labels(structure, data.get("labels", {}))


LIBRARY_CHECKS: Final[Mapping[type[LaneCommand], Check]] = {
    c.CreateOrUpdateReferenceEntity: partial(check_library, RECORDS),
    c.CreateOrUpdateReferenceEntityAttribute: partial(check_library_attribute, RECORDS),
    c.CreateOrUpdateReferenceEntityAttributeOption: partial(check_library_option, RECORDS),
    c.CreateOrUpdateAssetFamily: partial(check_library, ASSETS),
    c.CreateOrUpdateAssetFamilyAttribute: partial(check_library_attribute, ASSETS),
    c.CreateOrUpdateAssetFamilyAttributeOption: partial(check_library_option, ASSETS),
}
"""The check of each class."""
