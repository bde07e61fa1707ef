"""Which properties an attribute of each type may, must or must not have.

Source: akeneo/pim-community-dev, validation configuration of attributes (2018-2023).
"""

from __future__ import annotations

from collections.abc import Iterable

TEXT, TEXTAREA, IDENTIFIER = "pim_catalog_text", "pim_catalog_textarea", "pim_catalog_identifier"
NUMBER, METRIC, PRICE = "pim_catalog_number", "pim_catalog_metric", "pim_catalog_price_collection"
BOOLEAN, DATE = "pim_catalog_boolean", "pim_catalog_date"
IMAGE, FILE = "pim_catalog_image", "pim_catalog_file"
SELECT, MULTISELECT = "pim_catalog_simpleselect", "pim_catalog_multiselect"
TABLE = "pim_catalog_table"
RECORD, RECORDS = "akeneo_reference_entity", "akeneo_reference_entity_collection"
ASSETS = "pim_catalog_asset_collection"
REFERENCES = (
    "pim_reference_data_simpleselect",
    "pim_reference_data_multiselect",
    *(ASSETS, RECORD, RECORDS),
)
TYPES = frozenset(
    (
        *(TEXT, TEXTAREA, IDENTIFIER, NUMBER, METRIC, PRICE, BOOLEAN, DATE),
        *(IMAGE, FILE, SELECT, MULTISELECT, TABLE, *REFERENCES),
    )
)

BOUND: dict[str, frozenset[str]] = {
    "max_characters": frozenset((TEXT, TEXTAREA, IDENTIFIER)),
    "validation_rule": frozenset((TEXT, IDENTIFIER)),
    "validation_regexp": frozenset((TEXT, IDENTIFIER)),
    "wysiwyg_enabled": frozenset((TEXTAREA,)),
    "number_min": frozenset((NUMBER, METRIC, PRICE)),
    "number_max": frozenset((NUMBER, METRIC, PRICE)),
    "decimals_allowed": frozenset((NUMBER, METRIC, PRICE)),
    "negative_allowed": frozenset((NUMBER, METRIC)),
    "metric_family": frozenset((METRIC,)),
    "default_metric_unit": frozenset((METRIC,)),
    "date_min": frozenset((DATE,)),
    "date_max": frozenset((DATE,)),
    "allowed_extensions": frozenset((IMAGE, FILE)),
    "max_file_size": frozenset((IMAGE, FILE)),
    "reference_data_name": frozenset(REFERENCES),
    "default_value": frozenset((BOOLEAN,)),
    "table_configuration": frozenset((TABLE,)),
}
"""Property to the types that may have it; it must be null for all others."""

REQUIRED = ("decimals_allowed", "negative_allowed", "metric_family", "default_metric_unit")
"""Properties that their types must have."""

UNIQUE_TYPES = frozenset((IDENTIFIER, TEXT, NUMBER, DATE))
LONGEST = {TEXT: 255, IDENTIFIER: 255, TEXTAREA: 65535}
"""Most characters of a value, by type; `max_characters` can only lower it."""

_RESERVED = frozenset(
    (
        "associationTypes",
        "associations",
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
        "attributes",
    )
)


def reserved(code: str) -> bool:
    """Tell whether the PIM keeps *code* for itself."""
    return (
        code.lower() in ("id", "family")
        or code in _RESERVED
        or code.endswith(("_products", "_groups"))
    )


def misplaced(kind: str, present: Iterable[str]) -> list[str]:
    """Return those of the *present* properties that type *kind* must not have."""
    return [name for name in present if name in BOUND and kind not in BOUND[name]]


def lacking(kind: str, present: Iterable[str]) -> list[str]:
    """Return the properties that type *kind* needs and that are not *present*."""
    have = set(present)
    return [name for name in REQUIRED if kind in BOUND[name] and name not in have]
