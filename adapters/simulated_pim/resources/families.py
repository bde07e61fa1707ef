"""Families: which attributes a product has, and which a channel requires."""

from __future__ import annotations

from typing import Any

from ..model.fields import LABELS, Draft, Field, check_code, check_labels, merge
from ..model.refusals import unknown_reference
from ..model.shapes import in_order, mapping, strings, text
from ..model.store import Body, Store


def _requirements(name: str, data: Any) -> dict[str, list[str]]:
    return {
        channel: sorted(set(in_order(name, codes))) for channel, codes in mapping(name, data).items()
    }


FIELDS = {
    "attributes": Field(strings, []),
    "attribute_as_label": Field(text),
    "attribute_as_image": Field(text),
    "attribute_requirements": Field(_requirements, {}, merged=True),
    "labels": LABELS,
}
LABEL_TYPES = ("pim_catalog_identifier", "pim_catalog_text")
IMAGE_TYPES = ("pim_catalog_image", "pim_catalog_asset_collection")


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one family; returns whether it is new, and its code."""
    draft = merge(FIELDS, store.families.get(key), key, body)
    identifier = store.identifier
    _resolve_attributes(store, draft, identifier)
    _resolve_requirements(store, draft, body)
    _check_label(store, draft, identifier)
    _check_image(store, draft)
    check_code(draft, "Family")
    check_labels(store, draft)
    draft.settle()
    store.families.put(key, draft.item)
    return draft.created, draft.item["code"]


def _resolve_attributes(store: Store, draft: Draft, identifier: str) -> None:
    found = {identifier}
    for code in draft.item["attributes"]:
        attribute = store.attributes.get(code)
        if attribute is None:
            raise unknown_reference("attributes", "attribute code", "attribute", code)
        found.add(attribute["code"])
    draft.item["attributes"] = sorted(found)


def _resolve_requirements(store: Store, draft: Draft, body: Body) -> None:
    name, result = "attribute_requirements", {}
    said = body.get(name) or {}
    for channel, codes in draft.item[name].items():
        stored = store.channels.get(channel)
        if stored is None:
            raise unknown_reference(name, "code", "channel", channel)
        result[stored["code"]] = _required(store, draft, channel, codes, channel in said)
    draft.item[name] = result


def _required(
    store: Store, draft: Draft, channel: str, codes: list[str], just_said: bool
) -> list[str]:
    name, kept = "attribute_requirements", set()
    for code in codes:
        attribute = store.attributes.get(code)
        if attribute is None:
            raise unknown_reference(name, "code", "attribute", code)
        if attribute["code"] in draft.item["attributes"]:
            kept.add(attribute["code"])
        elif just_said:
            draft.blame(
                "attributeRequirements",
                f'The attribute "{code}" cannot be an attribute required for the channel '
                f'"{channel}" as it does not belong to this family',
            )
    return sorted(kept)


def _check_label(store: Store, draft: Draft, identifier: str) -> None:
    code = draft.item["attribute_as_label"]
    if code is None and draft.created:
        draft.item["attribute_as_label"] = identifier
        return
    attribute = store.attributes.get(code)
    if code is not None and attribute is None:
        raise unknown_reference("attribute_as_label", "attribute code", "attribute", code)
    _check_special(draft, "label", attribute, LABEL_TYPES, "must be a text or an identifier")


def _check_image(store: Store, draft: Draft) -> None:
    code = draft.item["attribute_as_image"]
    attribute = store.attributes.get(code)
    if code is None:
        return
    if attribute is None:
        raise unknown_reference("attribute_as_image", "attribute code", "attribute", code)
    _check_special(draft, "image", attribute, IMAGE_TYPES, "must be an image")


def _check_special(
    draft: Draft, use: str, attribute: Body | None, types: tuple[str, ...], rule: str
) -> None:
    name, blamed = f"attribute_as_{use}", f"attributeAs{use.title()}"
    code = attribute["code"] if attribute else None
    if code not in draft.item["attributes"]:
        draft.blame(blamed, f'Property "{name}" must belong to the family')
    elif attribute is not None and attribute["type"] not in types:
        draft.blame(blamed, f'Property "{name}" {rule} attribute')
    draft.item[name] = code


def show(store: Store, item: Body) -> Body:
    """Return a family as the API shows it: every channel requires the identifier."""
    required = item["attribute_requirements"]
    identifier = store.identifier
    every = {
        channel["code"]: sorted({identifier, *required.get(channel["code"], ())})
        for channel in store.channels.values()
    }
    return {**item, "attribute_requirements": every}
