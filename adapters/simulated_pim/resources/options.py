"""Options of simple and multi select attributes."""

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
from importbus.adapters.simulated_pim.model.refusals import Refusal, not_found
from importbus.adapters.simulated_pim.model.shapes import integer_or_null, text
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import Table, fold

FIELDS = {"attribute": Field(text), "sort_order": Field(integer_or_null), "labels": LABELS}
SELECTS = ("pim_catalog_simpleselect", "pim_catalog_multiselect")


def table(store: Store, parents: tuple[str, ...]) -> Table[Body]:
    """Return the options of the attribute in the path; raises a 404 if there is none."""
    return store.options_of(_attribute(store, parents)["code"])


def write(store: Store, parents: tuple[str, ...], key: str, body: Body) -> tuple[bool, str]:
    """Create or update one option; returns whether it is new, and its code."""
    attribute = _attribute(store, parents)
    _same_attribute(parents[0], body)
    options = store.options_of(attribute["code"])
    sent = {name: data for name, data in body.items() if (name, data) != ("sort_order", None)}
    draft = merge(FIELDS, options.get(key), key, sent)
    draft.item["attribute"] = attribute["code"]
    _number(options, draft, body.get("sort_order"))
    if attribute["type"] not in SELECTS:
        shown = '", "'.join(SELECTS)
        draft.blame(
            "attribute",
            f'Attribute "{attribute["code"]}" does not support options. Only attributes of type '
            f'"{shown}" support options',
        )
    check_code(draft, "Option")
    check_labels(store, draft, 255)
    draft.settle()
    options.put(key, draft.item)
    return draft.created, draft.item["code"]


def _attribute(store: Store, parents: tuple[str, ...]) -> Body:
    found = store.attributes.get(parents[0])
    if found is None:
        raise not_found("Attribute", parents[0])
    return found


def _same_attribute(path: str, body: Body) -> None:
    said: Any = body.get("attribute", path)
    if not isinstance(said, str) or fold(said) != fold(path):
        raise Refusal(
            422,
            f'The attribute code "{said}" provided in the request body must match the attribute '
            f'code "{path}" provided in the url.',
        )


def _number(options: Table[Body], draft: Draft, said: object) -> None:
    if said is not None:
        draft.item["_numbered"] = False
    elif draft.created:
        last = max((each["sort_order"] for each in options), default=0)
        draft.item |= {"sort_order": last + 1, "_numbered": True}


def show(store: Store, item: Body) -> Body:
    """Return an option as the API shows it."""
    return {name: data for name, data in item.items() if name != "_numbered"}


def settled(store: Store, item: Body) -> Body:
    """Return what of an option does not depend on the order of arrival."""
    drop = {"_numbered", "sort_order"} if item["_numbered"] else {"_numbered"}
    return {name: data for name, data in item.items() if name not in drop}
