"""The columns of each kind that are properties of their own: ``family``, ``label-en_US``.

Source: akeneo/pim-community-dev, ``ArrayConverter/FlatToStandard/{Attribute,AttributeGroup,
AttributeOption,AssociationType,Category,Channel,Family,FamilyVariant,FieldConverter}.php``; where
the API calls a property something else, its name stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, frozen

from importbus.adapters.flat import cells
from importbus.adapters.flat.plan import LEFT
from importbus.adapters.flat.values import Read
from importbus.adapters.sources.ports import Cell, SourceOptions
from importbus.bus.errors import InvalidCommand


@frozen
class Property:
    """What a column says that is a property.

    Attributes:
        path: Where its data goes in the command.
        read: Makes the data of a cell.
        clear: What an empty cell says when empty cells clear. What a thing must have, and what can
            be given at its creation only, is left alone.
        repeated: Whether many rows have the same.
    """

    path: tuple[str, ...]
    read: Read
    clear: Any = LEFT
    repeated: bool = False


def _text(name: str, clear: Any = None) -> Property:
    return Property((name,), cells.text, clear)


def _code(name: str, clear: Any = None) -> Property:
    return Property((name,), cells.code, clear, repeated=True)


def _codes(name: str, clear: Any = LEFT) -> Property:
    return Property((name,), cells.codes, clear, repeated=True)


def _flag(name: str) -> Property:
    return Property((name,), cells.flag, repeated=True)


def _whole(name: str, clear: Any = None) -> Property:
    return Property((name,), cells.whole, clear)


def units(cell: Cell) -> dict[str, str]:
    """Return the unit of each attribute in *cell*: ``weight: GRAM, length:METER``.

    Source: akeneo/pim-community-dev, ``Channel::convertUnits``.
    """
    found = {}
    for pair in cells.codes(cell):
        attribute, colon, unit = pair.partition(":")
        if not colon or not attribute.strip() or not unit.strip():
            raise InvalidCommand(f"expected attributes with units, not {cells.shown(cell)}")
        found[attribute.strip()] = unit.strip()
    return found


CODE = _text("code", LEFT)

ATTRIBUTES = {
    **{name: _code(name, LEFT) for name in ("type", "group", "metric_family")},
    "reference_data_name": _text("reference_data_name", LEFT),
    **{name: _code(name) for name in ("validation_rule", "decimal_places_strategy")},
    "validation_regexp": _text("validation_regexp"),
    "default_metric_unit": _code("default_metric_unit", LEFT),
    **{name: _whole(name) for name in ("sort_order", "max_characters", "decimal_places")},
    **{name: _codes(name, []) for name in ("available_locales", "allowed_extensions")},
    **{
        name: _flag(name)
        for name in (
            "localizable",
            "scopable",
            "unique",
            "useable_as_grid_filter",
            "wysiwyg_enabled",
            "decimals_allowed",
            "negative_allowed",
            "default_value",
            "is_main_identifier",
            "is_mandatory",
        )
    },
    "table_configuration": Property(("table_configuration",), cells.objects),
}
NUMBERS, DATES = ("number_min", "number_max", "max_file_size"), ("date_min", "date_max")
"""Properties of attributes that are written as the options say."""

PRODUCTS = {
    "enabled": _flag("enabled"),
    "family": _code("family"),
    "parent": _code("parent"),
    "categories": _codes("categories", []),
    "groups": _codes("groups", []),
}

BY_KIND: Mapping[str, Mapping[str, Property]] = {
    "categories": {"code": CODE, "parent": _code("parent")},
    "attribute-groups": {
        "code": CODE,
        "sort_order": _whole("sort_order"),
        "attributes": _codes("attributes", []),
    },
    "channels": {
        "code": CODE,
        "tree": _code("category_tree", LEFT),
        "locales": _codes("locales"),
        "currencies": _codes("currencies"),
        "conversion_units": Property(("conversion_units",), units),
    },
    "attributes": {"code": CODE, **ATTRIBUTES},
    "attribute-options": {
        "code": CODE,
        "attribute": _code("attribute", LEFT),
        "sort_order": _whole("sort_order"),
    },
    "families": {
        "code": CODE,
        "attributes": _codes("attributes"),
        "attribute_as_label": _code("attribute_as_label", LEFT),
        "attribute_as_image": _code("attribute_as_image"),
    },
    "family-variants": {"code": CODE, "family": _code("family", LEFT)},
    "association-types": {
        "code": CODE,
        "is_two_way": _flag("is_two_way"),
        "is_quantified": _flag("is_quantified"),
    },
    "product-models": {
        "code": CODE,
        "family": _code("family", LEFT),
        "family_variant": _code("family_variant", LEFT),
        "parent": _code("parent", LEFT),
        "categories": PRODUCTS["categories"],
    },
    "products": PRODUCTS,
}
"""Properties by kind and header."""

LABELS = re.compile(r"label-(.+)")
REQUIREMENTS = re.compile(r"requirements-(.+)")

WITHOUT_API = re.compile(r"guidelines-.+|options|minimum_input_length|auto_option_sorting")
"""Columns of attributes that Akeneo knows and no command has."""

SCORES = re.compile(r"quality_score-.+")
"""Columns of exports that Akeneo's own imports pass over.

Source: akeneo/pim-community-dev, ``Product::filterQualityScoreFields``.
"""


def property_of(kind: str, header: str, options: SourceOptions) -> Property | None:
    """Return the property that the column called *header* is; None if it is none.

    Raises:
        ConfigurationError: The date format of *options* is none.
    """
    if kind == "attributes" and header in (*NUMBERS, *DATES):
        return Property((header,), _as_written(header, options), None)
    if kind == "families" and (found := REQUIREMENTS.fullmatch(header)):
        return evolve(_codes("", []), path=("attribute_requirements", found[1]))
    if kind not in ("products", "product-models") and (found := LABELS.fullmatch(header)):
        return Property(("labels", found[1]), cells.text, None)
    return BY_KIND[kind].get(header)


def _as_written(header: str, options: SourceOptions) -> Callable[[Cell], Any]:
    if header in DATES:
        return cells.date_reader(options.date_format)
    return lambda cell: cells.decimal(cell, options.decimal)
