"""Families: which attributes a product has, and which a channel requires."""

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
from importbus.adapters.simulated_pim.model.refusals import unknown_reference
from importbus.adapters.simulated_pim.model.shapes import in_order, mapping, strings, text
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.resources.family_variants import narrow, of_family


def _requirements(name: str, data: Any) -> dict[str, list[str]]:
    return {
        channel: sorted(set(in_order(name, codes)))
        for channel, codes in mapping(name, data).items()
    }


FIELDS = {
    "attributes": Field(strings, []),
    "attribute_as_label": Field(text),
    "attribute_as_image": Field(text),
    "attribute_requirements": Field(_requirements, {}, merged=True),
    "labels": LABELS,
}
_REQUIREMENTS = "attribute_requirements"
LABEL_TYPES = ("pim_catalog_text", "pim_catalog_identifier")
IMAGE_TYPES = ("pim_catalog_image", "pim_catalog_asset_collection")


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one family; returns whether it is new, and its code."""
    draft = merge(FIELDS, store.families.get(key), key, body)
    identifier = store.identifier
    _resolve_attributes(store, draft, identifier)
    _resolve_requirements(store, draft)
    _check_label(store, draft, identifier, said="attribute_as_label" in body)
    _check_image(store, draft)
    _check_axes(store, draft)
    check_code(draft, "Family")
    check_labels(store, draft)
    draft.settle()
    store.families.put(key, draft.item)
    narrow(store, draft.item)
    return draft.created, draft.item["code"]


def _resolve_attributes(store: Store, draft: Draft, identifier: str) -> None:
    found = {identifier}
    for code in draft.item["attributes"]:
        attribute = store.attributes.get(code)
        if attribute is None:
            raise unknown_reference("attributes", "code", "attribute", code)
        found.add(attribute["code"])
    draft.item["attributes"] = sorted(found)


def _resolve_requirements(store: Store, draft: Draft) -> None:
    result = {}
    for channel, codes in draft.item[_REQUIREMENTS].items():
        stored = store.channels.get(channel)
        if stored is None:
            raise unknown_reference(_REQUIREMENTS, "code", "channel", channel)
        result[stored["code"]] = _required(store, draft, stored["code"], codes)
    draft.item[_REQUIREMENTS] = result


def _required(store: Store, draft: Draft, channel: str, codes: list[str]) -> list[str]:
    kept = set()
    for code in codes:
        attribute = store.attributes.get(code)
        if attribute is None:
            raise unknown_reference(_REQUIREMENTS, "code", "attribute", code)
        kept.add(attribute["code"])
        if attribute["code"] not in draft.item["attributes"]:
            draft.blame(
                _REQUIREMENTS,
                f'The attribute "{code}" cannot be an attribute required for the channel '
                f'"{channel}" as it does not belong to this family',
            )
    return sorted(kept)


def _check_label(store: Store, draft: Draft, identifier: str, *, said: bool) -> None:
    code = draft.item["attribute_as_label"]
    if code is None and not said:
        draft.item["attribute_as_label"] = identifier
        return
    attribute = store.attributes.get(code)
    if attribute is None:
        raise unknown_reference("attribute_as_label", "code", "attribute", code or "")
    _check_special(draft, "attribute_as_label", attribute, LABEL_TYPES)


def _check_image(store: Store, draft: Draft) -> None:
    code = draft.item["attribute_as_image"]
    attribute = store.attributes.get(code)
    if code is None:
        return
    if attribute is None:
        raise unknown_reference("attribute_as_image", "code", "attribute", code)
    _check_special(draft, "attribute_as_image", attribute, IMAGE_TYPES)


def _check_special(draft: Draft, name: str, attribute: Body, types: tuple[str, ...]) -> None:
    draft.item[name] = attribute["code"]
    if attribute["code"] not in draft.item["attributes"]:
        draft.blame(name, f'Property "{name}" must belong to the family')
    if attribute["type"] not in types:
        shown = '" and "'.join(types)
        draft.blame(
            name, f'Property "{name}" only supports "{shown}" attribute types for the family'
        )


def _check_axes(store: Store, draft: Draft) -> None:
    for variant in of_family(store, draft.item["code"]).values():
        axes = {axis for level in variant["variant_attribute_sets"] for axis in level["axes"]}
        for axis in sorted(axes.difference(draft.item["attributes"])):
            draft.blame(
                "attributes",
                f'Attribute "{axis}" is an axis in "{variant["code"]}" family variant. It must '
                "belong to the family.",
            )


def show(store: Store, item: Body) -> Body:
    """Return a family as the API shows it: every channel requires the identifier."""
    required = item["attribute_requirements"]
    identifier = store.identifier
    every = {
        channel["code"]: sorted({identifier, *required.get(channel["code"], ())})
        for channel in store.channels.values()
    }
    return {**item, "attribute_requirements": every}
