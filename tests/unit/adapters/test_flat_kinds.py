"""Which kind of table a header or the name of a file shows."""

from __future__ import annotations

import pytest

from importbus.adapters.flat import KINDS, recognised
from importbus.adapters.generator.files import SLUGS
from importbus.handlers.akeneo import COMMANDS

LABELS_ALONE = "code;label-en_US"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("sku;name-en_US", "products"),
        ("uuid;family", "products"),
        ("ean;enabled;name", "products"),
        ("ean;X_SELL-products", "products"),
        ("code;family_variant;parent;name", "product-models"),
        ("code;categories;name", "product-models"),
        ("code;parent;X_SELL-product_models", "product-models"),
        ("code;parent;label-en_US", "categories"),
        ("code;type;group;label-en_US", "attributes"),
        ("code;type;localizable", "attributes"),
        ("code;attribute;sort_order;label-en_US", "attribute-options"),
        ("code;sort_order;attributes;label-en_US", "attribute-groups"),
        ("code;attributes;attribute_as_label;requirements-print", "families"),
        ("code;requirements-print", "families"),
        ("code;family;variant-axes_1;variant-attributes_1", "family-variants"),
        ("code;tree;locales;currencies", "channels"),
        ("code;is_two_way;is_quantified", "association-types"),
        (" code ; family_variant ", "product-models"),
    ],
)
def test_the_header_shows_the_kind(header: str, kind: str) -> None:
    """Each kind has columns that no other one has."""
    assert recognised(header.split(";"), "customers.csv") == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("categories.csv", "categories"),
        ("01-categories.csv.gz", "categories"),
        ("export/csv_family_export.csv", "families"),
        ("Association types.xlsx", "association-types"),
        ("attribute_groups_2026.csv", "attribute-groups"),
        ("attributes.csv", "attributes"),
        ("color-options.csv", "attribute-options"),
        ("book.xlsx#Families", "families"),
        ("1_family_variant_export.csv", "family-variants"),
        ("customers.csv", None),
        ("products.csv", None),  # it has a code, and products have none
        ("", None),
    ],
)
def test_where_the_header_cannot_tell_the_name_does(name: str, kind: str | None) -> None:
    """Several kinds have nothing but codes and labels."""
    assert recognised(LABELS_ALONE.split(";"), name) == kind


def test_the_name_of_a_file_helps_with_products_of_other_identifiers() -> None:
    """Only the PIM knows that ``ean`` identifies products."""
    assert recognised(["ean", "name"], "products.csv") == "products"
    assert recognised(["ean", "name"], "prices.csv") is None


def test_a_header_stands_above_the_name() -> None:
    """Files are called after their shop more often than after what is in them."""
    assert recognised(["code", "family_variant"], "families.csv") == "product-models"


def test_every_kind_is_of_a_command_and_called_as_the_generator_calls_it() -> None:
    """One word for a thing, in file names, options and commands."""
    commands = {command.__name__ for command in COMMANDS}

    assert {kind.command for kind in KINDS.values()} <= commands
    assert {kind.command: name for name, kind in KINDS.items()}.items() <= SLUGS.items()
