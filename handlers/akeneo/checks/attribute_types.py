"""Which properties an attribute of each type may and must have.

Source: akeneo/pim-community-dev, validation configuration of attributes (2018-2023), and the list
of types in akeneo/pim-api-docs, content/swagger/akeneo-web-api.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXT, TEXTAREA, IDENTIFIER = "pim_catalog_text", "pim_catalog_textarea", "pim_catalog_identifier"
NUMBER, METRIC, PRICE = "pim_catalog_number", "pim_catalog_metric", "pim_catalog_price_collection"
BOOLEAN, DATE, TABLE = "pim_catalog_boolean", "pim_catalog_date", "pim_catalog_table"
IMAGE, FILE = "pim_catalog_image", "pim_catalog_file"
SELECT, MULTISELECT = "pim_catalog_simpleselect", "pim_catalog_multiselect"
ASSETS, LINK = "pim_catalog_asset_collection", "pim_catalog_product_link"
REFERENCE, REFERENCES = "akeneo_reference_entity", "akeneo_reference_entity_collection"
REFERENCE_DATA: Final = (
    "pim_reference_data_simpleselect",
    "pim_catalog_reference_data_simpleselect",
)
REFERENCE_DATA_LISTS: Final = (
    "pim_reference_data_multiselect",
    "pim_catalog_reference_data_multiselect",
)
"""Types of reference data; versions spell them differently."""

REFERRING: Final = (*REFERENCE_DATA, *REFERENCE_DATA_LISTS, ASSETS, REFERENCE, REFERENCES)

TYPES: Final = frozenset(
    (
        *(TEXT, TEXTAREA, IDENTIFIER, NUMBER, METRIC, PRICE, BOOLEAN, DATE, TABLE),
        *(IMAGE, FILE, SELECT, MULTISELECT, LINK, *REFERRING),
    )
)

_AMOUNTS = frozenset((NUMBER, METRIC, PRICE))

BOUND: Final[Mapping[str, frozenset[str]]] = {
    "max_characters": frozenset((TEXT, TEXTAREA, IDENTIFIER)),
    "validation_rule": frozenset((TEXT, IDENTIFIER)),
    "validation_regexp": frozenset((TEXT, IDENTIFIER)),
    "wysiwyg_enabled": frozenset((TEXTAREA,)),
    "number_min": _AMOUNTS,
    "number_max": _AMOUNTS,
    "decimals_allowed": _AMOUNTS,
    "negative_allowed": frozenset((NUMBER, METRIC)),
    "metric_family": frozenset((METRIC,)),
    "default_metric_unit": frozenset((METRIC,)),
    "date_min": frozenset((DATE,)),
    "date_max": frozenset((DATE,)),
    "allowed_extensions": frozenset((IMAGE, FILE)),
    "max_file_size": frozenset((IMAGE, FILE)),
    "reference_data_name": frozenset(REFERRING),
    "default_value": frozenset((BOOLEAN,)),
    "table_configuration": frozenset((TABLE,)),
}
"""Property to the types that may have it; it must be null or absent for all others."""

REQUIRED: Final = (
    *("decimals_allowed", "negative_allowed", "metric_family", "default_metric_unit"),
    "reference_data_name",
)
"""Properties that their types must have."""

UNIQUE_TYPES: Final = frozenset((IDENTIFIER, TEXT, NUMBER, DATE))

LONGEST: Final[Mapping[str, int]] = {TEXT: 255, IDENTIFIER: 255, TEXTAREA: 65_535}
"""Most characters of a value; ``max_characters`` can only lower it."""

AXIS_TYPES: Final = frozenset((SELECT, METRIC, BOOLEAN, *REFERENCE_DATA, REFERENCE))
"""What variants can differ by."""

LABEL_TYPES, IMAGE_TYPES = (TEXT, IDENTIFIER), (IMAGE, ASSETS)
"""What can be a family's label and image."""

VALIDATION_RULES: Final = ("email", "url", "regexp")
