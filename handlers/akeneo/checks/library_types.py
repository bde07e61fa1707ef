"""Types of attributes of reference entities and asset families, and what values link to.

Source: akeneo/pim-api-docs, content/swagger/resources (reference_entity_attributes,
asset_family_attributes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks import attribute_types as types
from importbus.handlers.akeneo.checks.libraries import ASSETS, RECORDS, Kind
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Attribute, Structure

_TEXT = ("max_characters", "is_textarea", "is_rich_text_editor", "validation_rule")
_TEXTS = frozenset((*_TEXT, "validation_regexp"))
_NUMBERS = frozenset(("decimals_allowed", "min_value", "max_value"))
_FILES = frozenset(("allowed_extensions", "max_file_size"))
_NONE: frozenset[str] = frozenset()
_LINK = frozenset(("reference_entity_code",))

TYPES: Final[Mapping[Kind, Mapping[str, frozenset[str]]]] = {
    RECORDS: {
        "text": _TEXTS,
        "image": _FILES,
        "number": _NUMBERS,
        "single_option": _NONE,
        "multiple_options": _NONE,
        "reference_entity_single_link": _LINK,
        "reference_entity_multiple_links": _LINK,
        "asset_collection": frozenset(("asset_family_identifier",)),
    },
    ASSETS: {
        "text": _TEXTS,
        "media_file": _FILES | {"media_type"},
        "media_link": frozenset(("media_type", "prefix", "suffix")),
        "number": _NUMBERS,
        "single_option": _NONE,
        "multiple_options": _NONE,
        "boolean": _NONE,
        "date": _NONE,
        "record": frozenset(("reference_entity",)),
    },
}
"""Type to the properties that it has and others need not have."""

REQUIRED: Final = (
    *("reference_entity_code", "reference_entity", "asset_family_identifier", "media_type"),
)
"""Properties that their types must have."""

BOUND: Final = frozenset().union(*(names for own in TYPES.values() for names in own.values()))
"""All properties that are those of some types only."""

OPTION_TYPES: Final = ("single_option", "multiple_options")
FILE_TYPES: Final = ("image", "media_file")
MAIN_TYPES: Final = ("media_file", "media_link")
"""What can be the main media of an asset family."""

MEDIA_TYPES: Final = ("image", "pdf", "youtube", "vimeo", "other")
VALIDATION_RULES: Final = ("none", "email", "url", "regexp")

LONGEST_TEXT: Final = 65_535


def target_of(attribute: Attribute) -> tuple[Kind, str] | None:
    """Return whose entries the values of an attribute of products name; None if none."""
    name = attribute.reference_data_name or ""
    if attribute.type in (types.REFERENCE, types.REFERENCES):
        return RECORDS, name
    return (ASSETS, name) if attribute.type == types.ASSETS else None


def check_family(structure: Structure, kind: Kind, field: str, code: str) -> Iterator[Finding]:
    """Yield that there is no reference entity or asset family *code*."""
    families = structure.libraries[kind].families
    if families.lacks(code):
        rule = "unknown-reference-entity" if kind is RECORDS else "unknown-asset-family"
        yield error(rule, field, families.absent(code))


def missing_entries(structure: Structure, target: tuple[Kind, str], data: Any) -> Iterator[str]:
    """Yield the sentences that records or assets, which *data* names, do not exist."""
    kind, family = target
    for code in data if isinstance(data, list) else [data]:
        if isinstance(code, str) and structure.entries.lacks(kind, family, code):
            what = f"{kind.entry} {code!r} of {family}"
            yield f"there is no {what}, neither in the PIM nor in the source."


def missing_rule(kind: Kind) -> str:
    """Return the rule that entries exist."""
    return f"unknown-{kind.entry}"
