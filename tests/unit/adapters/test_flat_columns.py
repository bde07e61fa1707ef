"""What the headers of a table of products mean, and what is said of those that mean nothing.

The sources of the rules are named in `docs/sources.md`, section "Rules and their sources".
"""

from __future__ import annotations

import pytest

from flat_shop import data_of, every, problems_of, reader
from importbus.adapters.flat import FlatStructure, read_flat
from importbus.adapters.sources.ports import SourceOptions
from importbus.bus.errors import ConfigurationError


@pytest.mark.parametrize(
    ("header", "attribute", "locale", "scope"),
    [
        ("note", "note", None, None),
        ("name-fr_FR", "name", "fr_FR", None),
        ("claim-print", "claim", None, "print"),
        ("description-en_US-ecommerce", "description", "en_US", "ecommerce"),
        ("NAME-fr_FR", "name", "fr_FR", None),
    ],
)
def test_the_header_tells_locale_and_scope(
    header: str, attribute: str, locale: str | None, scope: str | None
) -> None:
    """The locale stands before the scope; codes are the same in any case."""
    data = data_of(f"sku;{header}", "mug", "x")

    assert data["values"] == {attribute: [{"locale": locale, "scope": scope, "data": "x"}]}


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (
            "nmae-en_US",
            "there is no attribute 'nmae' and no property of that name. Did you mean name-en_US?",
        ),
        ("famly", "there is no property of that name. Did you mean family?"),
        ("name", "the attribute name has a locale and no channel: write name-<locale>."),
        ("note-en_US", "the attribute note has no locale and no channel: write note."),
        (
            "description-en_US",
            "the attribute description has a locale and a channel: "
            "write description-<locale>-<channel>.",
        ),
        ("name-es_ES", "no channel has the locale es_ES; active: de_DE, en_US, fr_FR."),
        ("size_chart-en_US", "the attribute size_chart has no values in en_US, only in fr_FR."),
        ("claim-shop", "there is no channel shop, only ecommerce, print."),
        (
            "description-fr_FR-print",
            "the channel print has not the locale fr_FR; it has: de_DE, en_US.",
        ),
        ("price-GBP", "no channel has the currency GBP; active: EUR, USD."),
        (
            "weight-KILOGRAM",
            "the attribute weight has no locale and no channel: write weight or weight-unit.",
        ),
        ("weight-unit", "has no column beside it with the amounts of weight."),
        ("half", "nobody says which type the attribute half has."),
        ("X_SEL-products", "there is no association type 'X_SEL'. Did you mean X_SELL-products?"),
        ("X_SELL-products-quantity", "the association type X_SELL has no quantities."),
        ("PACK-groups", "the association type PACK has quantities, and no groups."),
        ("PACK-products", "there is no column PACK-products-quantity beside it."),
        (
            "PACK-products-quantity",
            "there is no column beside it that names what the quantities are of.",
        ),
        ("X_SELL-product_uuids", "there is no column uuid: write -products, with identifiers."),
    ],
)
def test_a_column_that_is_wrong_is_left_out(column: str, reason: str) -> None:
    """It is told once, and the rows go on without it."""
    header = f"sku;note;{column}"

    assert problems_of(header) == (f"Column {column!r} is left out: {reason}",)
    assert data_of(header, "mug", "x", "y") == data_of("sku;note", "mug", "x")


def test_doubled_columns_are_left_out() -> None:
    """Nobody knows which of the two was meant; also when the case differs."""
    header = "sku;note;color;note;name-en_US;NAME-en_US;"

    assert problems_of(header) == (
        "Column 'note' is left out: it is there 2 times, so that nobody knows which one counts.",
        "Column 7 has no name and is left out.",
        "Column 'name-en_US' is left out: is there twice: name-en_US and NAME-en_US.",
        "Column 'NAME-en_US' is left out: is there twice: name-en_US and NAME-en_US.",
    )
    assert data_of(header, "mug", "x", "red", "y", "a", "b", "")["values"].keys() == {"color"}


def test_scores_of_exports_are_passed_over() -> None:
    """Akeneo's imports do so, too."""
    assert problems_of("sku;quality_score-en_US-ecommerce") == ()


@pytest.mark.parametrize(
    ("header", "kind", "said"),
    [
        ("note;family", "products", "There is no column called sku, as the identifier is,"),
        ("sku;sku", "products", "There is no column called sku"),
        ("sku;SKU", "products", "There is no column called sku"),
        ("name", "product-models", "There is no column code: product-models need it."),
        ("label-en_US", "attribute-options", "There is no column code and none called attribute"),
    ],
)
def test_a_table_without_its_key_is_no_use(header: str, kind: str, said: str) -> None:
    """It says what is missing and gives nothing."""
    found = reader(header, kind)

    assert not found.usable
    assert found.problems[-1].startswith(said)
    assert list(found.read(header.split(";"), every)) == []


def test_products_are_identified_by_sku_when_nobody_says_otherwise() -> None:
    """It is what Akeneo is installed with; what else there is has to be said."""
    found = read_flat(["sku", "name"], "products", SourceOptions(), FlatStructure())

    assert list(found.read(["mug", "Mug"], every)) == [
        ("", "CreateOrUpdateProduct", {"identifier": "mug"})
    ]
    assert found.problems == (
        "Column 'name' is left out: there is no attribute 'name' and no property of that name.",
    )


def test_a_wrong_date_format_is_the_callers_fault() -> None:
    """It is told once, not for each row."""
    with pytest.raises(ConfigurationError):
        reader("sku;released", date_format="soon")


def test_structure_is_asked_for_by_columns_that_need_it() -> None:
    """A table of uuids and categories needs none, and so no PIM."""
    found = read_flat(["uuid", "categories"], "products", SourceOptions(), FlatStructure())

    assert found.usable
