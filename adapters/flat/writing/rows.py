"""Rows by their class: which property stands in which column, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from importbus.adapters.flat.writing.cells import (
    CODES,
    FLAG,
    LABELS,
    NUMBER,
    TEXT,
    Cells,
    Property,
    Unsayable,
    by_code,
    codes,
)
from importbus.adapters.flat.writing.values import (
    put_json,
    put_links,
    put_quantified,
    put_sets,
    put_units,
    put_values,
)

Columns = Mapping[str, tuple[str, Property]]
"""The properties of a class in the order of the columns, with the column and how it is written."""


def _same(**properties: Property) -> dict[str, tuple[str, Property]]:
    return {name: (name, write) for name, write in properties.items()}


_GOODS = {
    "categories": ("categories", CODES),
    "enabled": ("enabled", FLAG),
    "groups": ("groups", CODES),
    "values": ("", put_values),
    "associations": ("", put_links),
    "quantified_associations": ("", put_quantified),
}

_LABELS = {"labels": ("label", LABELS)}

IDENTIFIER = "sku"
"""The column of the identifier, called as the identifier attribute that Akeneo brings."""

COLUMNS: Mapping[str, Columns] = {
    "CreateOrUpdateCategory": {**_same(code=TEXT, parent=TEXT), **_LABELS},
    "CreateOrUpdateAttributeGroup": {
        **_same(code=TEXT, sort_order=NUMBER, attributes=CODES),
        **_LABELS,
    },
    "CreateOrUpdateChannel": {
        "code": ("code", TEXT),
        "category_tree": ("tree", TEXT),
        **_same(locales=CODES, currencies=CODES, conversion_units=put_units),
        **_LABELS,
    },
    "CreateOrUpdateAttribute": {
        **_same(code=TEXT, type=TEXT, group=TEXT),
        **_same(localizable=FLAG, scopable=FLAG, unique=FLAG, sort_order=NUMBER),
        **_same(useable_as_grid_filter=FLAG, available_locales=CODES, max_characters=NUMBER),
        **_same(validation_rule=TEXT, validation_regexp=TEXT, wysiwyg_enabled=FLAG),
        **_same(number_min=NUMBER, number_max=NUMBER, decimals_allowed=FLAG),
        **_same(negative_allowed=FLAG, date_min=TEXT, date_max=TEXT, metric_family=TEXT),
        **_same(default_metric_unit=TEXT, allowed_extensions=CODES, max_file_size=NUMBER),
        **_same(reference_data_name=TEXT, default_value=FLAG, decimal_places=NUMBER),
        **_same(decimal_places_strategy=TEXT, is_main_identifier=FLAG, is_mandatory=FLAG),
        **_same(table_configuration=put_json),
        **_LABELS,
    },
    "CreateOrUpdateAttributeOption": {
        **_same(code=TEXT, attribute=TEXT, sort_order=NUMBER),
        **_LABELS,
    },
    "CreateOrUpdateFamily": {
        **_same(code=TEXT, attributes=CODES, attribute_as_label=TEXT, attribute_as_image=TEXT),
        "attribute_requirements": ("requirements", by_code("requirements", codes)),
        **_LABELS,
    },
    "CreateOrUpdateFamilyVariant": {
        **_same(code=TEXT, family=TEXT),
        "variant_attribute_sets": ("", put_sets),
        **_LABELS,
    },
    "CreateOrUpdateAssociationType": {
        **_same(code=TEXT, is_quantified=FLAG, is_two_way=FLAG),
        **_LABELS,
    },
    "CreateOrUpdateProductModel": {
        **_same(code=TEXT, family=TEXT, family_variant=TEXT, parent=TEXT),
        **{name: _GOODS[name] for name in _GOODS if name not in ("enabled", "groups")},
    },
    "CreateOrUpdateProduct": {
        "identifier": (IDENTIFIER, TEXT),
        **_same(uuid=TEXT, family=TEXT, parent=TEXT),
        **_GOODS,
    },
}
"""The classes that have a flat format, with their properties."""

FLAT_CLASSES = frozenset(COLUMNS)
"""The names of these classes."""


def flat_cells(name: str, data: Mapping[str, Any], identifier: str = IDENTIFIER) -> Cells | None:
    """Return the cells, by column, of a row that says *data* of the class called *name*.

    None when no row can say it: something is null, empty, or not in the format. *identifier* is the
    code of the attribute that identifies products: its value says what their key says already.
    """
    columns, cells = COLUMNS[name], Cells()
    try:
        for prop, value in _without_identifier(data, identifier).items():
            column, write = columns[prop]
            write(cells, column, value)
    except (Unsayable, KeyError, TypeError, ValueError, AttributeError):
        return None
    return cells


def _without_identifier(data: Mapping[str, Any], identifier: str) -> Mapping[str, Any]:
    """Return *data* without a value of *identifier*; any other than the key cannot be said."""
    values = data.get("values")
    if not isinstance(values, dict) or identifier not in values:
        return data
    ((value,), others) = values[identifier], {**values}
    del others[identifier]
    if value.get("data") != data.get("identifier"):
        raise Unsayable
    rest = {prop: each for prop, each in data.items() if prop != "values"}
    return {**rest, "values": others} if others else rest


def identifier_in(data: Mapping[str, Any]) -> str | None:
    """Return the code of an attribute that identifies products, None for any other one."""
    return data["code"] if data.get("type") == "pim_catalog_identifier" else None


def in_order(name: str, columns: Iterable[str]) -> list[str]:
    """Return *columns* of the class called *name* as Akeneo's exports have them.

    Properties come first, then attributes and at last associations, sorted by name.
    """
    return sorted(columns, key=_rank_of(name))


def _rank_of(name: str) -> Callable[[str], tuple[int, str]]:
    first = [column for column, _ in COLUMNS[name].values()]
    known = {column: place for place, column in enumerate(first) if column}
    goods = "values" in COLUMNS[name]

    def rank(column: str) -> tuple[int, str]:
        if column in known:
            return known[column], ""
        if goods:
            return len(first) + _is_link(column), column
        return known.get(column.partition("-")[0], len(first)), column

    return rank


LINKS = ("-products", "-product_models", "-groups", "-quantity")


def _is_link(column: str) -> bool:
    return column.endswith(LINKS)
