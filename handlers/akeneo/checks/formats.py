"""Forms of codes, labels and properties: what can be seen without knowing any structure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from importbus.bus.findings import Finding
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.checks.rules import error
from importbus.handlers.akeneo.checks.structure import Structure

CODE: Final = re.compile(r"[a-zA-Z0-9_]+")
FREE_CODE: Final = re.compile(r"(?!\s)[^,;\r\n]*(?<!\s)")

LONGEST_CODE, LONGEST_ATTRIBUTE, LONGEST_IDENTIFIER = 100, 255, 255
LONGEST_LABEL, LONGEST_OPTION_LABEL = 100, 255

RESERVED: Final = frozenset(
    (
        "associationTypes",
        "associations",
        "attributes",
        "categories",
        "category",
        "categoryId",
        "completeness",
        "enabled",
        "entity_type",
        "groups",
        "label",
        "parent",
        "products",
        "scope",
        "treeId",
        "values",
    )
)
RESERVED_IN_ANY_CASE: Final = ("id", "family")
RESERVED_ENDINGS: Final = ("_products", "_groups")
"""Attribute codes that the PIM keeps for itself."""

NEVER_NULL: Final[Mapping[str, str]] = {
    "enabled": "true or false",
    "localizable": "true or false",
    "scopable": "true or false",
    "useable_as_grid_filter": "true or false",
    "is_quantified": "true or false",
    "is_two_way": "true or false",
    "categories": "a list",
    "add_categories": "a list",
    "remove_categories": "a list",
    "groups": "a list",
    "attributes": "a list",
    "available_locales": "a list",
    "allowed_extensions": "a list",
    "locales": "a list",
    "currencies": "a list",
    "variant_attribute_sets": "a list",
    "type": "a type",
    "group": "an attribute group",
    "category_tree": "a category",
    "attribute_as_label": "an attribute",
}
"""Properties that the API does not take null for, and what it expects."""

NUMBERED_BY_NULL: Final = ("attribute_option",)
"""Resources whose ``sort_order`` may be null: the PIM gives the next number."""


def check_nulls(command: LaneCommand, data: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the properties that must not be null."""
    for name, value in data.items():
        if value is None and name in NEVER_NULL:
            yield error("not-null", name, f"expected {NEVER_NULL[name]}, not null.")
    if data.get("sort_order", 0) is None and type(command).resource not in NUMBERED_BY_NULL:
        yield error("not-null", "sort_order", "expected a whole number, not null.")


def check_code(code: str, *, longest: int = LONGEST_CODE) -> Iterator[Finding]:
    """Yield what is wrong with the code of a new item of structure."""
    if not CODE.fullmatch(code):
        expected = "expected letters without accents, digits and underscores, and at least one"
        yield error("code-format", "code", f"{expected}, not {code!r}.")
    if len(code) > longest:
        yield error("code-length", "code", f"has {len(code)} characters; at most {longest}.")


def check_reserved(code: str) -> Iterator[Finding]:
    """Yield that an attribute must not be called *code*."""
    if code.lower() in RESERVED_IN_ANY_CASE or code in RESERVED or code.endswith(RESERVED_ENDINGS):
        yield error("code-reserved", "code", f"{code!r} is kept by the PIM for itself.")


def check_free_code(name: str, code: str) -> Iterator[Finding]:
    """Yield what is wrong with an identifier or the code of a product model."""
    if not code.strip():
        yield error("identifier-format", name, "must not be blank.")
    elif not FREE_CODE.fullmatch(code):
        expected = "expected no comma, semicolon, line break, and no blank at its ends"
        yield error("identifier-format", name, f"{expected}: {code!r}.")
    if len(code) > LONGEST_IDENTIFIER:
        found = f"has {len(code)} characters; at most {LONGEST_IDENTIFIER}."
        yield error("identifier-format", name, found)


def check_uuid(text: object) -> Iterator[Finding]:
    """Yield that a uuid is none of version 4."""
    try:
        fine = isinstance(text, str) and uuid.UUID(text).version == 4
    except ValueError:
        fine = False
    if not fine:
        yield error("uuid-version", "uuid", f"expected a uuid of version 4, not {text!r}.")


def check_labels(
    structure: Structure, labels: Mapping[str, Any], *, longest: int = LONGEST_LABEL
) -> Iterator[Finding]:
    """Yield labels of unknown locales and those that are too long; null and "" remove one."""
    for locale, label in labels.items():
        if not label:
            continue
        field = f"labels.{locale}"
        if structure.locales.lacks(locale):
            yield error("label-locale", field, structure.locales.absent(locale))
        if len(label) > longest:
            found = f"has {len(label)} characters; at most {longest}."
            yield error("label-length", field, found)
