"""Attributes of every type, with what each type needs."""

from __future__ import annotations

from raw_http import Body

REFERENCES = (
    "pim_reference_data_simpleselect",
    "pim_reference_data_multiselect",
    "pim_catalog_asset_collection",
    "akeneo_reference_entity",
    "akeneo_reference_entity_collection",
)
_NUMERIC = {"decimals_allowed": True, "negative_allowed": True}
COLUMNS: list[Body] = [
    {"code": "part", "data_type": "select", "options": [{"code": "Lid"}, {"code": "body"}]},
    {"code": "share", "data_type": "number", "validations": {"min": 0, "max": 100}},
]
NEEDED: dict[str, Body] = {
    "pim_catalog_text": {},
    "pim_catalog_textarea": {},
    "pim_catalog_simpleselect": {},
    "pim_catalog_multiselect": {},
    "pim_catalog_boolean": {},
    "pim_catalog_date": {},
    "pim_catalog_number": _NUMERIC,
    "pim_catalog_metric": {
        **_NUMERIC,
        "metric_family": "Weight",
        "default_metric_unit": "GRAM",
    },
    "pim_catalog_price_collection": {"decimals_allowed": True},
    "pim_catalog_image": {},
    "pim_catalog_file": {},
    "pim_catalog_table": {"table_configuration": COLUMNS},
    **{kind: {"reference_data_name": "brand"} for kind in REFERENCES},
}
"""Every type but the identifier, to the flags that it must have."""


def attribute(kind: str, **more: object) -> Body:
    """Return an attribute of type *kind* with all that it needs."""
    return {"code": f"a_{kind}", "type": kind, "group": "other", **NEEDED[kind], **more}


def short(*kinds: str) -> set[str]:
    """Return the types that are called so after their prefix."""
    return {f"pim_catalog_{kind}" for kind in kinds}
