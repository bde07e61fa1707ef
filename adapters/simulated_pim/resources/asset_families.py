"""Asset families: kinds of assets, with attributes, rules to link them, and transformations.

Source: akeneo/pim-api-docs, content/concepts/asset-manager.md.
"""

from __future__ import annotations

from typing import Any

from importbus.adapters.simulated_pim.model.fields import (
    LABELS,
    Draft,
    Field,
    check_code,
    check_labels,
    merge,
)
from importbus.adapters.simulated_pim.model.library import Library
from importbus.adapters.simulated_pim.model.refusals import documented, expects
from importbus.adapters.simulated_pim.model.shapes import mapping, text
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.words import lacks
from importbus.adapters.simulated_pim.resources import library_attributes

MOST_RULES, MOST_TRANSFORMATIONS = 2, 10
IMPLICIT: dict[str, Body] = {
    "label": {"type": "text", "value_per_locale": True},
    "media": {"type": "media_file", "media_type": "image"},
}
"""The attributes that a new asset family has at once."""

MAIN_TYPES = ("media_file", "media_link")


def _naming(name: str, data: Any) -> Body:
    said = mapping(name, data)
    if said:
        _complete(name, said, "source", "pattern", "abort_asset_creation_on_error")
        _complete(name, mapping(name, said["source"]), "property", "locale", "channel")
    return said


def _rules(name: str, data: Any) -> list[Body]:
    return [
        _complete(name, each, "product_selections", "assign_assets_to")
        for each in _objects(name, data)
    ]


def _transformations(name: str, data: Any) -> list[Body]:
    found = _objects(name, data)
    for each in found:
        _complete(name, each, "label", "source", "target", "operations")
        for end in ("source", "target"):
            _complete(name, mapping(name, each[end]), "attribute", "channel", "locale")
        if not _objects(name, each["operations"]):
            raise documented("A transformation has one operation or more", name)
    return found


def _objects(name: str, data: Any) -> list[Body]:
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise expects(name, "an array of objects", data)
    return data


def _complete(about: str, said: Body, *names: str) -> Body:
    for name in names:
        if name not in said:
            raise lacks(name, about)
    return said


FIELDS = {
    "labels": LABELS,
    "attribute_as_main_media": Field(text),
    "naming_convention": Field(_naming, {}),
    "product_link_rules": Field(_rules, []),
    "transformations": Field(_transformations, []),
}


def of(store: Store) -> Library:
    """Return the asset families of *store*."""
    return store.asset_families


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one asset family; returns whether it is new, and its code."""
    families = store.asset_families.families
    draft = merge(FIELDS, families.get(key), key, body)
    check_code(draft, "Asset family")
    check_labels(store, draft)
    _check_main(store, draft)
    for name, most in (
        ("product_link_rules", MOST_RULES),
        ("transformations", MOST_TRANSFORMATIONS),
    ):
        if len(draft.item[name]) > most:
            draft.blame(name, f"An asset family has {most} of them at most.")
    draft.settle()
    families.put(key, draft.item)
    for code, said in IMPLICIT.items() if draft.created else ():
        library_attributes.write(of, store, (key,), code, dict(said))
    return draft.created, draft.item["code"]


def _check_main(store: Store, draft: Draft) -> None:
    code = draft.item["attribute_as_main_media"]
    if code is None:
        draft.item["attribute_as_main_media"] = "media"
        return
    implicit = IMPLICIT.get(code) if draft.created else None
    attribute = implicit or store.asset_families.attributes_of(draft.item["code"]).get(code)
    if attribute is None:
        draft.blame("attribute_as_main_media", f'The attribute "{code}" does not exist.')
    elif attribute["type"] not in MAIN_TYPES:
        draft.blame("attribute_as_main_media", f'The attribute "{code}" holds no media.')


def show(store: Store, item: Body) -> Body:
    """Return an asset family as the API shows it."""
    return item
