"""Attributes of reference entities and of asset families, and the options of these attributes.

Source: akeneo/pim-api-docs, content/concepts/reference-entities.md and asset-manager.md, and the
attributes of both in the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from importbus.adapters.simulated_pim.catalog.scalars import number
from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Draft,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.library import Library
from importbus.adapters.simulated_pim.model.refusals import documented, expects, not_found
from importbus.adapters.simulated_pim.model.shapes import (
    boolean,
    integer_or_null,
    strings,
    text,
)
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import Table
from importbus.adapters.simulated_pim.model.words import lacks

Of = Callable[[Store], Library]
"""Finds the reference entities, or the asset families."""

MOST = 100
"""Most attributes of a family, and most options of an attribute."""

MEDIA_TYPES = ("image", "pdf", "youtube", "vimeo", "other")
RULES = ("none", "email", "url", "regexp")
OPTION_TYPES = ("single_option", "multiple_options")


def _amount(name: str, data: Any) -> str | None:
    if data is None:
        return None
    if not isinstance(data, str) or number(data) is None:
        raise expects(name, "a numeric string", data)
    return data


def _rule(name: str, data: Any) -> str:
    return text(name, data) or RULES[0]


_COMMON = {
    "type": Field(text, immutable=True),
    "labels": LABELS,
    "value_per_locale": Field(boolean, False, immutable=True),
    "value_per_channel": Field(boolean, False, immutable=True),
    "is_required_for_completeness": Field(boolean, False),
}
_TEXT = {
    "max_characters": Field(integer_or_null),
    "is_textarea": Field(boolean, False),
    "is_rich_text_editor": Field(boolean, False),
    "validation_rule": Field(_rule, RULES[0]),
    "validation_regexp": Field(text),
}
_NUMBER = {
    "decimals_allowed": Field(boolean, False),
    "min_value": Field(_amount),
    "max_value": Field(_amount),
}
_FILE = {"allowed_extensions": Field(strings, []), "max_file_size": Field(_amount)}
_LINK = {"reference_entity_code": Field(text, immutable=True)}
_OPTIONS: Mapping[str, Mapping[str, Field]] = {kind: {} for kind in OPTION_TYPES}
_MEDIA_TYPE = {"media_type": Field(text)}

ENTITY_TYPES: Mapping[str, Mapping[str, Field]] = {
    "text": _TEXT,
    "image": _FILE,
    "number": _NUMBER,
    **_OPTIONS,
    "reference_entity_single_link": _LINK,
    "reference_entity_multiple_links": _LINK,
    "asset_collection": {"asset_family_identifier": Field(text, immutable=True)},
}
ASSET_TYPES: Mapping[str, Mapping[str, Field]] = {
    "text": _TEXT,
    "media_file": {**_FILE, **_MEDIA_TYPE},
    "media_link": {**_MEDIA_TYPE, "prefix": Field(text), "suffix": Field(text)},
    "number": _NUMBER,
    **_OPTIONS,
    "boolean": {},
    "date": {},
    "record": {"reference_entity": Field(text, immutable=True)},
}
_NEEDED = ("reference_entity_code", "asset_family_identifier", "reference_entity", "media_type")


def family_of(library: Library, code: str) -> Body:
    """Return the family called *code*; raises a 404 if there is none."""
    found = library.families.get(code)
    if found is None:
        raise not_found(library.noun, code)
    return found


def table(of: Of, store: Store, parents: tuple[str, ...]) -> Table[Body]:
    """Return the attributes of the family in the path; raises a 404 if there is none."""
    library = of(store)
    return library.attributes_of(family_of(library, parents[0])["code"])


def write(of: Of, store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one attribute; returns whether it is new, and its code."""
    attributes = table(of, store, parents)
    old = attributes.get(key)
    draft = merge(_fields(of(store), old, body), old, key, body)
    draft.item["_family"] = family_of(of(store), parents[0])["code"]
    if draft.created and len(attributes) >= MOST:
        draft.blame("", f"There are {MOST} attributes already, which is the most.")
    check_code(draft, "Attribute", 255)
    check_labels(store, draft)
    _check_kind(store, draft)
    draft.settle()
    attributes.put(key, draft.item)
    return draft.created, draft.item["code"]


def _fields(library: Library, old: Body | None, body: Body) -> Mapping[str, Field]:
    kind = old["type"] if old else body.get("type")
    types = ASSET_TYPES if library.cased else ENTITY_TYPES
    if kind is None:
        raise lacks("type")
    if not isinstance(kind, str) or kind not in types:
        raise documented(f'The attribute type "{kind}" does not exist.', "type")
    own = types[kind]
    for name in _NEEDED if old is None else ():
        if name in own and body.get(name) is None:
            raise lacks(name)
    read_only = {"is_read_only": Field(boolean, False)} if library.cased else {}
    return {**_COMMON, **read_only, **own}


def _check_kind(store: Store, draft: Draft) -> None:
    item = draft.item
    for name, library in (
        ("reference_entity_code", store.reference_entities),
        ("reference_entity", store.reference_entities),
        ("asset_family_identifier", store.asset_families),
    ):
        if name in item and item[name] not in library.families:
            draft.blame(name, f'The {library.noun.lower()} "{item[name]}" does not exist.')
    if "media_type" in item and item["media_type"] not in MEDIA_TYPES:
        draft.blame("media_type", f"The media type must be one of {', '.join(MEDIA_TYPES)}.")
    if "max_characters" in item:  # it has what texts have, whatever type it would like to be
        _check_text(draft)
    size = item.get("max_file_size")
    if size is not None and not 0.01 <= float(size) <= 9999.99:
        draft.blame("max_file_size", "This value should be between 0.01 and 9999.99.")
    low, high = item.get("min_value"), item.get("max_value")
    if low is not None and high is not None and float(low) > float(high):
        draft.blame("max_value", "The maximum must be greater than the minimum.")


def _check_text(draft: Draft) -> None:
    item = draft.item
    longest = item["max_characters"]
    if longest is not None and not 1 <= longest <= 65_535:
        draft.blame("max_characters", "This value should be between 1 and 65535.")
    if item["is_rich_text_editor"] and not item["is_textarea"]:
        draft.blame("is_rich_text_editor", "Only a text area can have a rich text editor.")
    if item["validation_rule"] not in RULES:
        draft.blame("validation_rule", f"The rule must be one of {', '.join(RULES)}.")
    if item["validation_rule"] == "regexp" and not item["validation_regexp"]:
        draft.blame("validation_regexp", "This value should not be blank.")


def show(store: Store, item: Body) -> Body:
    """Return an attribute, or an option, as the API shows it."""
    return {name: data for name, data in item.items() if not name.startswith("_")}


def option_table(of: Of, store: Store, parents: tuple[str, ...]) -> Table[Body]:
    """Return the options of the attribute in the path; raises a 404 if there is none."""
    library = of(store)
    family = family_of(library, parents[0])["code"]
    attribute = library.attributes_of(family).get(parents[1])
    if attribute is None:
        raise not_found("Attribute", parents[1])
    return library.options_of(family, attribute["code"])


def write_option(
    of: Of, store: Store, parents: tuple[str, ...], key: str, body: Body
) -> tuple[bool, str]:
    """Create or update one option; returns whether it is new, and its code."""
    options = option_table(of, store, parents)
    attribute = of(store).attributes_of(parents[0])[parents[1]]
    draft = merge({"labels": LABELS}, options.get(key), key, body)
    draft.item["_attribute"] = f"{attribute['_family']}/{attribute['code']}"
    if attribute["type"] not in OPTION_TYPES:
        draft.blame("attribute", f'The attribute "{attribute["code"]}" does not support options.')
    if draft.created and len(options) >= MOST:
        draft.blame("", f"There are {MOST} options already, which is the most.")
    check_code(draft, "Option")
    check_labels(store, draft)
    draft.settle()
    options.put(key, draft.item)
    return draft.created, draft.item["code"]
