"""Commands as rows of Akeneo's flat format: what each property becomes, and what no row can say."""

from __future__ import annotations

import io
from typing import Any

import orjson
import pytest

from importbus.adapters.flat import KINDS
from importbus.adapters.flat.writing import FLAT_CLASSES, CsvWriter, flat_cells
from importbus.adapters.generator import generate

PRODUCT = "CreateOrUpdateProduct"
MODEL = "CreateOrUpdateProductModel"


def values(**attributes: Any) -> dict[str, Any]:
    """Return the data of a product with values that have neither locale nor scope."""
    found = {code: [{"locale": None, "scope": None, "data": v}] for code, v in attributes.items()}
    return {"identifier": "mug", "values": found}


@pytest.mark.parametrize(
    ("name", "data", "cells"),
    [
        (PRODUCT, {"identifier": "mug", "enabled": False}, {"sku": "mug", "enabled": "0"}),
        (PRODUCT, {"identifier": "a", "categories": ["b", "c"]}, {"sku": "a", "categories": "b,c"}),
        (PRODUCT, values(name="Mug; red"), {"sku": "mug", "name": "Mug; red"}),
        (PRODUCT, values(stock=12), {"sku": "mug", "stock": "12"}),
        (PRODUCT, values(recyclable=True), {"sku": "mug", "recyclable": "1"}),
        (PRODUCT, values(materials=["oak", "tin"]), {"sku": "mug", "materials": "oak,tin"}),
        (
            PRODUCT,
            values(weight={"amount": "1.5", "unit": "KILOGRAM"}),
            {"sku": "mug", "weight": "1.5", "weight-unit": "KILOGRAM"},
        ),
        (
            PRODUCT,
            values(
                price=[{"amount": "9.90", "currency": "EUR"}, {"amount": 12, "currency": "USD"}]
            ),
            {"sku": "mug", "price-EUR": "9.90", "price-USD": "12"},
        ),
        (
            PRODUCT,
            {
                "identifier": "mug",
                "values": {
                    "name": [{"locale": "en_US", "scope": None, "data": "Mug"}],
                    "text": [{"locale": "en_US", "scope": "print", "data": "A mug"}],
                    "size": [{"locale": None, "scope": "print", "data": "xl"}],
                },
            },
            {"sku": "mug", "name-en_US": "Mug", "text-en_US-print": "A mug", "size-print": "xl"},
        ),
        (
            MODEL,
            {"code": "m", "associations": {"X_SELL": {"products": ["a"], "groups": ["g", "h"]}}},
            {"code": "m", "X_SELL-products": "a", "X_SELL-groups": "g,h"},
        ),
        (
            PRODUCT,
            {
                "identifier": "set",
                "quantified_associations": {
                    "PACK": {
                        "products": [
                            {"identifier": "a", "quantity": 1},
                            {"identifier": "b", "quantity": 20},
                        ]
                    }
                },
            },
            {"sku": "set", "PACK-products": "a,b", "PACK-products-quantity": "1|20"},
        ),
        (
            "CreateOrUpdateCategory",
            {"code": "mugs", "parent": "master", "labels": {"fr_FR": "Tasses"}},
            {"code": "mugs", "parent": "master", "label-fr_FR": "Tasses"},
        ),
        (
            "CreateOrUpdateFamily",
            {"code": "mugs", "attributes": ["sku"], "attribute_requirements": {"print": ["sku"]}},
            {"code": "mugs", "attributes": "sku", "requirements-print": "sku"},
        ),
        (
            "CreateOrUpdateFamilyVariant",
            {
                "code": "v",
                "family": "mugs",
                "variant_attribute_sets": [
                    {"level": 1, "axes": ["color"], "attributes": ["color", "released"]}
                ],
            },
            {
                "code": "v",
                "family": "mugs",
                "variant-axes_1": "color",
                "variant-attributes_1": "color,released",
            },
        ),
        (
            "CreateOrUpdateChannel",
            {"code": "print", "category_tree": "master", "locales": ["en_US", "de_DE"]},
            {"code": "print", "tree": "master", "locales": "en_US,de_DE"},
        ),
        (
            "CreateOrUpdateChannel",
            {"code": "print", "conversion_units": {"weight": "GRAM", "size": "METER"}},
            {"code": "print", "conversion_units": "weight: GRAM, size: METER"},
        ),
        (PRODUCT, values(rows=[{"size": "xl"}]), {"sku": "mug", "rows": '[{"size":"xl"}]'}),
    ],
)
def test_a_row_says_what_the_command_says(
    name: str, data: dict[str, Any], cells: dict[str, str]
) -> None:
    """Source: akeneo/pim-community-dev, the array converters between flat and standard format."""
    assert flat_cells(name, data) == cells


LINKS = {"SET": {"products": ["cup"]}}
COUNTED = {"SET": {"products": [{"identifier": "plate", "quantity": 2}]}}
"""Two things that would stand in one column."""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (PRODUCT, {"identifier": "mug", "family": None}),
        (PRODUCT, {"identifier": "mug", "categories": []}),
        (PRODUCT, {"identifier": "mug", "categories": ["a,b"]}),
        (PRODUCT, {"identifier": "mug", "add_categories": ["a"]}),
        (PRODUCT, {"identifier": "mug", "values": {}}),
        (PRODUCT, {"identifier": "mug", "values": {"name": []}}),
        (PRODUCT, {"identifier": "mug", "associations": {"X_SELL": {"products": []}}}),
        (PRODUCT, {"identifier": "mug", "associations": {"X_SELL": {"product_uuids": ["a"]}}}),
        (PRODUCT, {"identifier": "mug", "associations": LINKS, "quantified_associations": COUNTED}),
        (PRODUCT, {"identifier": " mug"}),
        (PRODUCT, values(name=None)),
        (PRODUCT, values(name="")),
        (PRODUCT, values(name="two\r\nlines")),
        (PRODUCT, values(name=" Mug")),
        (PRODUCT, values(family="an attribute that is called as a property")),
        (PRODUCT, values(released="2026-01-31T00:00:00+00:00")),
        (PRODUCT, values(picture="a/b/c/d/0123456789012345678901234567890123456789_mug.jpg")),
        (PRODUCT, values(weight={"amount": "1", "unit": None})),
        (PRODUCT, values(price=[{"amount": "1", "currency": "EUR"}] * 2)),
        ("CreateOrUpdateCategory", {"code": "mugs", "labels": {"fr_FR": None}}),
        ("CreateOrUpdateCategory", {"code": "mugs", "labels": {}}),
        ("CreateOrUpdateCategory", {"code": "mugs", "values": [{}]}),
        ("CreateOrUpdateChannel", {"code": "print", "conversion_units": {"weight": None}}),
    ],
)
def test_what_a_row_cannot_say_is_no_row(name: str, data: dict[str, Any]) -> None:
    """An empty cell is untouched, so nothing that is null or empty is said; it would be lost."""
    assert flat_cells(name, data) is None


def test_a_value_of_the_identifier_says_what_the_key_says() -> None:
    """As exported products have it; one that renames the product is no row."""
    named = values(sku="mug", stock=1)

    assert flat_cells(PRODUCT, named) == {"sku": "mug", "stock": "1"}
    assert flat_cells(PRODUCT, values(sku="mug")) == {"sku": "mug"}
    assert flat_cells(PRODUCT, values(ean="mug"), "ean") == {"sku": "mug"}
    assert flat_cells(PRODUCT, values(sku="cup")) is None
    assert flat_cells(PRODUCT, values(sku="text"), "ean") is None


def test_the_classes_are_those_that_can_be_read() -> None:
    """What is written can be read back."""
    assert {kind.command for kind in KINDS.values()} == FLAT_CLASSES


def test_the_generated_catalogue_fits() -> None:
    """Its every command of a class with a flat format is a row."""
    records = list(generate(40, 10, 1))

    assert [r for r in records if flat_cells(r["command"], r["data"]) is None] == []


def test_columns_stand_as_in_the_exports_of_akeneo() -> None:
    """Properties, then attributes by name, then associations; a cell that is missing is empty."""
    rows = [
        {"name": 'A "red"\nmug', "sku": "a", "X_SELL-products": "b", "enabled": "1"},
        {"sku": "b", "family": "mugs", "color": "red;blue"},
    ]
    columns = {column for row in rows for column in row}
    stream = io.BytesIO()
    count = CsvWriter(PRODUCT, columns).write(stream, map(orjson.dumps, rows))

    assert count == 2
    assert stream.getvalue().decode() == (
        "sku;family;enabled;color;name;X_SELL-products\n"
        'a;;1;;"A ""red""\nmug";b\n'
        'b;mugs;;"red;blue";;\n'
    )
