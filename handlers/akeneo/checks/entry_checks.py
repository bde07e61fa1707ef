"""Checks of records and assets, of their values, and of files for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from importbus.bus.attachments import Attachment
from importbus.bus.findings import Finding
from importbus.handlers.akeneo import commands as c
from importbus.handlers.akeneo.checks import attribute_types
from importbus.handlers.akeneo.checks import library_types as types
from importbus.handlers.akeneo.checks.amounts import number_of
from importbus.handlers.akeneo.checks.formats import LONGEST_ATTRIBUTE, check_code
from importbus.handlers.akeneo.checks.libraries import ASSETS, RECORDS, Kind, LibraryAttribute
from importbus.handlers.akeneo.checks.library_types import (
    check_family,
    missing_entries,
    missing_rule,
)
from importbus.handlers.akeneo.checks.media_checks import (
    check_found,
    check_limits,
    no_file,
    no_owner,
)
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Attribute, Structure
from importbus.handlers.akeneo.checks.value_checks import field_of, where_wrong
from importbus.handlers.akeneo.checks.value_types import Wrong, check_for
from importbus.handlers.akeneo.fold import clears

Entry = c.CreateOrUpdateReferenceEntityRecord | c.CreateOrUpdateAsset
EntryFile = c.CreateReferenceEntityMediaFile | c.CreateAssetMediaFile

LIKE: Final[Mapping[str, str]] = {
    "text": attribute_types.TEXTAREA,
    "number": attribute_types.NUMBER,
    "boolean": attribute_types.BOOLEAN,
    "date": attribute_types.DATE,
    "image": attribute_types.IMAGE,
    "media_file": attribute_types.IMAGE,
    "media_link": attribute_types.IMAGE,
    "single_option": attribute_types.IMAGE,
    "multiple_options": attribute_types.REFERENCE_DATA_LISTS[0],
    "reference_entity_single_link": attribute_types.IMAGE,
    "reference_entity_multiple_links": attribute_types.REFERENCE_DATA_LISTS[0],
    "record": attribute_types.IMAGE,
    "asset_collection": attribute_types.REFERENCE_DATA_LISTS[0],
}
"""The type of a product's attribute that takes the same data: a text, or a list of texts."""


def kind_of(command: Entry | EntryFile) -> tuple[Kind, str]:
    """Return the kind and the code of the family that *command* names."""
    if isinstance(command, c.CreateOrUpdateAsset | c.CreateAssetMediaFile):
        return ASSETS, command.asset_family
    return RECORDS, command.reference_entity


def links_of(structure: Structure, command: Entry) -> Iterator[tuple[Kind, str, Any]]:
    """Yield what the values of *command* link to: the kind, the family, and the data."""
    kind, family = kind_of(command)
    attributes = structure.libraries[kind].attributes_of(family)
    for code, entries in (command.values or {}).items():
        attribute = attributes.get(code)
        if attribute and (target := attribute.target):
            yield from ((*target, entry["data"]) for entry in entries)


def check_entry(structure: Structure, command: Entry) -> Iterator[Finding]:
    """Yield what is wrong with a record or an asset."""
    kind, family = kind_of(command)
    yield from check_code(command.code, longest=LONGEST_ATTRIBUTE)
    yield from check_family(structure, kind, kind.field, family)
    for code, entries in (command.values or {}).items():
        yield from _check_values(structure, kind, family, code, entries)


def _check_values(
    structure: Structure, kind: Kind, family: str, code: str, entries: Sequence[Mapping[str, Any]]
) -> Iterator[Finding]:
    seen: set[tuple[Any, Any]] = set()
    for entry in entries:
        at = (entry["locale"], entry["channel"])
        wrong = place_of(structure, kind, family, (code, *at))
        attribute = structure.libraries[kind].attributes_of(family).get(code)
        if attribute and not wrong and not clears(entry["data"]):
            wrong = list(_check_data(structure, (kind, family), attribute, entry))
        wrong += [("value-twice", "stands in the command twice.")] if at in seen else []
        seen.add(at)
        for rule, message in wrong:
            yield error(rule, field_of((code, *at)), message)


def place_of(
    structure: Structure, kind: Kind, family: str, where: tuple[str, str | None, str | None]
) -> list[Wrong]:
    """Return what is wrong with the place of a value of a record or an asset."""
    code, locale, channel = where
    attributes = structure.libraries[kind].attributes_of(family)
    attribute = attributes.get(code)
    if attributes.lacks(code):
        return [("unknown-attribute", attributes.absent(code))]
    if attribute is None:
        return []
    wrong = [
        (rule, f"{attribute.code} {f'needs a {name}' if flag else f'has no {name}s'}.")
        for rule, name, said in (
            ("value-localizable", "locale", locale),
            ("value-scopable", "channel", channel),
        )
        for flag in [attribute.flag(f"value_per_{name}")]
        if flag is not None and flag != (said is not None)
    ]
    return wrong or where_wrong(structure, locale, channel)


def _check_data(
    structure: Structure,
    owner: tuple[Kind, str],
    attribute: LibraryAttribute,
    entry: Mapping[str, Any],
) -> Iterator[Wrong]:
    data = entry["data"]
    if attribute.type == "number" and not isinstance(data, str) and number_of(data) is not None:
        yield "value-type", f'expected a number as a text, "{data}".'
        return
    wrong = list(check_for(structure, _alike(attribute), entry["channel"])(data))
    yield from wrong
    if attribute.type in types.OPTION_TYPES and not wrong:
        kind, family = owner
        options = structure.libraries[kind].options_of(family, attribute.code)
        for code in data if isinstance(data, list) else [data]:
            if options.lacks(code):
                yield "unknown-option", options.absent(code)
    if (target := attribute.target) and not wrong:
        for reason in missing_entries(structure, target, data):
            yield missing_rule(target[0]), reason


def _alike(attribute: LibraryAttribute) -> Attribute:
    """Return the attribute of a product that takes the same data."""
    return Attribute(
        attribute.code,
        type=LIKE.get(attribute.type or ""),
        max_characters=attribute.max_characters,
        number_min=attribute.min_value,
        number_max=attribute.max_value,
        decimals_allowed=attribute.decimals_allowed,
    )


def check_entry_file(
    structure: Structure, command: EntryFile, file: Attachment | None
) -> Iterator[Finding]:
    """Yield what is wrong with an upload for a record, an asset, or a reference entity."""
    kind, family = kind_of(command)
    yield from check_found(file)
    yield from check_family(structure, kind, kind.field, family)
    if command.code is None or command.attribute is None:
        return
    if structure.entries.lacks(kind, family, command.code):
        yield no_owner("code", f"{kind.entry} of {family}", command.code)
    where = (command.attribute, command.locale, command.channel)
    for rule, message in place_of(structure, kind, family, where):
        yield error(rule, _FIELDS.get(rule, "locale"), message)
    attribute = structure.libraries[kind].attributes_of(family).get(command.attribute)
    if attribute and attribute.type not in (None, *types.FILE_TYPES):
        yield no_file(attribute.code, str(attribute.type))
    elif attribute:
        size = number_of(attribute.max_file_size)
        extensions = attribute.allowed_extensions
        yield from check_limits(attribute.code, extensions, float(size) if size else None, file)


_FIELDS: Final = {
    "unknown-attribute": "attribute",
    "unknown-channel": "channel",
    "value-scopable": "channel",
}
"""The field that a rule about the place of a value concerns; all others are about the locale."""
