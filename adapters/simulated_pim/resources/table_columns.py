"""The columns of table attributes.

Source: akeneo/pim-api-docs, content/concepts/catalog-structure.md ("table attribute
configuration") and attributes in the reference.
"""

from __future__ import annotations

import re
from typing import Any

from importbus.adapters.simulated_pim.model.fields import Draft
from importbus.adapters.simulated_pim.model.refusals import documented, expects
from importbus.adapters.simulated_pim.model.shapes import boolean, labels, mapping
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import fold

LEAST, MOST, MOST_TABLES = 2, 10, 50
TYPES = (
    "select",
    "text",
    "number",
    "boolean",
    "reference_entity",
    "incremental_number",
    "product_link",
    "measurement",
    "date",
)
_NAME = "table_configuration"
_PHP = "tableConfiguration"
_KEYS = frozenset(
    (
        *("code", "data_type", "labels", "validations", "is_required_for_completeness"),
        *("options", "reference_entity_identifier"),
        *("measurement_family_code", "measurement_default_unit_code"),
    )
)
_CODE = re.compile(r"[a-zA-Z0-9_]{1,100}")


def columns(name: str, data: Any) -> list[Body] | None:
    """Accept a list of columns, or null; returns each with all that it may leave out."""
    if data is None:
        return None
    if not isinstance(data, list):
        raise expects(name, "an array", data)
    return [_column(name, entry) for entry in data]


def _column(name: str, entry: Any) -> Body:
    if not isinstance(entry, dict):
        raise expects(name, "an array of columns", entry)
    for key in entry:
        if key not in _KEYS:
            raise documented(f'The column property "{key}" does not exist.', name)
    for key in ("code", "data_type"):
        if not isinstance(entry.get(key), str):
            raise documented(f'A column needs a "{key}".', name)
    required = boolean(name, entry.get("is_required_for_completeness", False))
    column = {
        **entry,
        "labels": labels(name, entry.get("labels", {})),
        "validations": mapping(name, entry.get("validations", {})),
        "is_required_for_completeness": required,
    }
    if "options" in entry:
        column["options"] = [_option(name, each) for each in _list(name, entry["options"])]
    return column


def _list(name: str, data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise expects(name, "an array", data)
    return data


def _option(name: str, entry: Any) -> Body:
    if not isinstance(entry, dict) or not isinstance(entry.get("code"), str):
        raise documented('An option of a column needs a "code".', name)
    return {"code": entry["code"], "labels": labels(name, entry.get("labels", {}))}


def check(store: Store, draft: Draft, old: Body | None) -> None:
    """Blame the columns of a table attribute, and complete them by what is stored."""
    found = draft.item[_NAME]
    if not found:
        draft.blame(_PHP, "This value should not be blank.")
        return
    others = sum(each["type"] == draft.item["type"] for each in store.attributes)
    if draft.created and others >= MOST_TABLES:
        draft.blame("type", f"There are {MOST_TABLES} table attributes already.")
    if not LEAST <= len(found) <= MOST:
        draft.blame(_PHP, f"A table has {LEAST} to {MOST} columns.")
    if len({fold(each["code"]) for each in found}) < len(found):
        draft.blame(_PHP, "The codes of the columns must be unique.")
    if found[0]["data_type"] != "select":
        draft.blame(_PHP, 'The first column must be of type "select".')
    before = {fold(each["code"]): each for each in (old[_NAME] if old else ())}
    if old and fold(found[0]["code"]) != fold(old[_NAME][0]["code"]):
        draft.blame(_PHP, "The first column cannot be changed.")
    draft.item[_NAME] = [
        _checked(store, draft, column, before.get(fold(column["code"])), n)
        for n, column in enumerate(found)
    ]


def _checked(store: Store, draft: Draft, column: Body, old: Body | None, n: int) -> Body:
    place = f"{_PHP}[{n}]"
    if not _CODE.fullmatch(column["code"]):
        draft.blame(f"{place}.code", "A column code has 1 to 100 letters, numbers and underscores.")
    if column["data_type"] not in TYPES:
        draft.blame(f"{place}.data_type", f"The type must be one of {', '.join(TYPES)}.")
    if old is not None and column["data_type"] != old["data_type"]:
        draft.blame(f"{place}.data_type", "This property cannot be changed.")
    entity = column.get("reference_entity_identifier")
    if column["data_type"] == "reference_entity":
        if entity not in store.reference_entities.families:
            message = f'The reference entity "{entity}" does not exist.'
            draft.blame(f"{place}.reference_entity_identifier", message)
    elif entity is not None:
        draft.blame(f"{place}.reference_entity_identifier", "This value should be null.")
    if "options" in column and column["data_type"] != "select":
        draft.blame(f"{place}.options", 'Only columns of type "select" have options.')
    if n == 0:
        column["is_required_for_completeness"] = True
    if column["data_type"] == "select":
        column.setdefault("options", (old or {}).get("options", []))
    return column
