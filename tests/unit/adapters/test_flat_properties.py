"""The rules of the flat format for what is no product: attributes, families, channels and so on.

The sources are named in `docs/sources.md`, section "Rules and their sources".
"""

from __future__ import annotations

from typing import Any

import pytest

from flat_shop import data_of, fault_of, problems_of, reader

EMPTY = ""


@pytest.mark.parametrize(
    ("kind", "header", "row", "data"),
    [
        (
            "categories",
            "code;parent;label-en_US;label-fr_FR",
            "mugs;master;Mugs;Tasses",
            {"code": "mugs", "parent": "master", "labels": {"en_US": "Mugs", "fr_FR": "Tasses"}},
        ),
        (
            "attribute-groups",
            "code;sort_order;attributes;label-en_US",
            "sizes;1;size,color;Sizes",
            {
                "code": "sizes",
                "sort_order": 1,
                "attributes": ["size", "color"],
                "labels": {"en_US": "Sizes"},
            },
        ),
        (
            "attribute-options",
            "attribute;code;sort_order;label-de_DE",
            "color;red;2;Rot",
            {"attribute": "color", "code": "red", "sort_order": 2, "labels": {"de_DE": "Rot"}},
        ),
        (
            "association-types",
            "code;is_two_way;is_quantified;label-en_US",
            "PACK;0;1;Pack",
            {
                "code": "PACK",
                "is_two_way": False,
                "is_quantified": True,
                "labels": {"en_US": "Pack"},
            },
        ),
        (
            "families",
            "code;attributes;attribute_as_label;attribute_as_image;requirements-print;label-en_US",
            "mugs;sku,name;name;picture;sku;Mugs",
            {
                "code": "mugs",
                "attributes": ["sku", "name"],
                "attribute_as_label": "name",
                "attribute_as_image": "picture",
                "attribute_requirements": {"print": ["sku"]},
                "labels": {"en_US": "Mugs"},
            },
        ),
        (
            "family-variants",
            "code;family;label-en_US;variant-axes_1;variant-axes_2;variant-attributes_1;variant-attributes_2",
            "tee;tees;Tee;color;size,fit;name;sku,ean",
            {
                "code": "tee",
                "family": "tees",
                "labels": {"en_US": "Tee"},
                "variant_attribute_sets": [
                    {"level": 1, "axes": ["color"], "attributes": ["name"]},
                    {"level": 2, "axes": ["size", "fit"], "attributes": ["sku", "ean"]},
                ],
            },
        ),
        (
            "family-variants",
            "code;family;variant-axes_1",
            "tee;tees;color",
            {
                "code": "tee",
                "family": "tees",
                "variant_attribute_sets": [{"level": 1, "axes": ["color"]}],
            },
        ),
        (
            "channels",
            "code;label-en_US;locales;currencies;tree;conversion_units",
            "print;Print;en_US,de_DE;EUR;master;weight: GRAM,length:METER",
            {
                "code": "print",
                "labels": {"en_US": "Print"},
                "locales": ["en_US", "de_DE"],
                "currencies": ["EUR"],
                "category_tree": "master",
                "conversion_units": {"weight": "GRAM", "length": "METER"},
            },
        ),
        (
            "attributes",
            "code;type;group;localizable;unique;sort_order;allowed_extensions;available_locales",
            "picture;pim_catalog_image;media;1;0;3;png,jpg;en_US",
            {
                "code": "picture",
                "type": "pim_catalog_image",
                "group": "media",
                "localizable": True,
                "unique": False,
                "sort_order": 3,
                "allowed_extensions": ["png", "jpg"],
                "available_locales": ["en_US"],
            },
        ),
        (
            "attributes",
            "code;number_min;number_max;max_file_size;max_characters;decimals_allowed",
            "stock;0.5;100;2.5;255;true",
            {
                "code": "stock",
                "number_min": "0.5",
                "number_max": "100",
                "max_file_size": "2.5",
                "max_characters": 255,
                "decimals_allowed": True,
            },
        ),
        (
            "attributes",
            "code;metric_family;default_metric_unit;validation_rule;validation_regexp;date_min",
            "weight;Weight;GRAM;regexp;/a;b/;2026-01-31",
            None,
        ),
    ],
)
def test_properties(kind: str, header: str, row: str, data: dict[str, Any] | None) -> None:
    """The API's own names, and the types that it takes."""
    cells = row.split(";")
    if data is None:  # the regular expression has a semicolon itself
        cells = ["weight", "Weight", "GRAM", "regexp", "/a;b/", "2026-01-31"]
        data = dict(zip(header.split(";"), cells, strict=True))

    assert data_of(header, *cells, kind=kind) == data


def test_options_decide_how_limits_are_written() -> None:
    """One file has one way to write numbers and dates."""
    data = data_of(
        "code;number_min;date_max",
        "x",
        "0,5",
        "31.01.2026",
        kind="attributes",
        decimal=",",
        date_format="dd.mm.yyyy",
    )

    assert data == {"code": "x", "number_min": "0.5", "date_max": "2026-01-31"}


def test_the_columns_of_a_table_attribute() -> None:
    """They stand as JSON in one cell."""
    configuration = [{"code": "part", "data_type": "select"}]
    cell = '[{"code": "part", "data_type": "select"}]'

    data = data_of("code;table_configuration", "nutrition", cell, kind="attributes")

    assert data["table_configuration"] == configuration


@pytest.mark.parametrize(
    ("kind", "header", "cleared"),
    [
        ("categories", "parent;label-en_US", {"parent": None, "labels": {"en_US": None}}),
        ("families", "attributes;attribute_as_label", {}),
        (
            "families",
            "attribute_as_image;requirements-print",
            {"attribute_as_image": None, "attribute_requirements": {"print": []}},
        ),
        ("attributes", "type;group;localizable;metric_family;reference_data_name", {}),
        (
            "attributes",
            "max_characters;allowed_extensions;number_min;date_max",
            {
                "max_characters": None,
                "allowed_extensions": [],
                "number_min": None,
                "date_max": None,
            },
        ),
        ("channels", "tree;locales;currencies;conversion_units", {}),
        ("association-types", "is_two_way;is_quantified", {}),
    ],
)
def test_empty_cells(kind: str, header: str, cleared: dict[str, Any]) -> None:
    """They are left alone, or cleared; what a thing must have is never cleared."""
    cells = ["x", *("" for _ in header.split(";"))]

    assert data_of(f"code;{header}", *cells, kind=kind) == {"code": "x"}
    assert data_of(f"code;{header}", *cells, kind=kind, empty_clears=True) == {
        "code": "x",
        **cleared,
    }


def test_a_level_without_attributes_is_cleared_beside_its_axes() -> None:
    """A level cannot be said to be empty as a whole."""
    header = "code;family;variant-axes_1;variant-attributes_1"
    cells = ["tee", "tees", "color", ""]

    data = data_of(header, *cells, kind="family-variants", empty_clears=True)

    assert data["variant_attribute_sets"] == [{"level": 1, "axes": ["color"], "attributes": []}]


@pytest.mark.parametrize(
    ("kind", "header", "cell", "said"),
    [
        ("attributes", "sort_order", "first", "sort_order: expected a number, not 'first'"),
        ("attributes", "localizable", "x", "localizable: expected 1, 0, true or false, not 'x'"),
        ("attributes", "date_min", "x", "date_min: expected a date written yyyy-mm-dd, not 'x'"),
        ("channels", "conversion_units", "GRAM", "conversion_units: expected attributes with"),
    ],
)
def test_a_wrong_cell_has_its_row_refused(kind: str, header: str, cell: str, said: str) -> None:
    """With the column."""
    assert fault_of(f"code;{header}", "x", cell, kind=kind).startswith(said)


@pytest.mark.parametrize("missing", ["code", "attribute"])
def test_both_parts_of_a_key_are_needed(missing: str) -> None:
    """An option is one of an attribute."""
    cells = ["" if column == missing else "x" for column in ("code", "attribute")]

    fault = fault_of("code;attribute", *cells, kind="attribute-options")

    assert fault == f"{missing}: is empty, and tells what the row is about"


@pytest.mark.parametrize(
    ("kind", "column", "reason"),
    [
        ("categories", "parnet", "categories have no such property. Did you mean parent?"),
        (
            "categories",
            "xyz",
            "categories have no such property. Known: code, parent, label-en_US.",
        ),
        ("attributes", "guidelines-en_US", "the API has no such property of attributes."),
        ("attributes", "minimum_input_length", "the API has no such property of attributes."),
    ],
)
def test_a_column_that_is_unknown_is_left_out(kind: str, column: str, reason: str) -> None:
    """It is told once, and the rows go on without it."""
    header = f"code;{column}"

    assert problems_of(header, kind) == (f"Column {column!r} is left out: {reason}",)
    assert data_of(header, "x", "y", kind=kind) == {"code": "x"}


def test_thousands_of_unknown_columns_are_told_quickly() -> None:
    """A sheet can have 16,384 columns; near names are looked for some of them."""
    table = reader(["sku", *(f"unknown_{n}" for n in range(16_383))])

    assert len(table.problems) == 16_383
