"""The rules of Akeneo's flat format for products and models, each with its source.

The sources are named in `docs/sources.md`, section "Rules and their sources".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from flat_shop import data_of, every, fault_of, made, reader, value_of
from importbus.adapters.sources.ports import Cell

UUID = "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11"
OTHER = "0fd1d0ec-9d44-4d3e-9a3a-3a3a1f2f5b6c"


@pytest.mark.parametrize(
    ("header", "cell", "data"),
    [
        ("note", "007", "007"),
        ("note", 7.0, "7"),
        ("note", " as it is ", " as it is "),
        ("stock", "12", 12),
        ("stock", 12.0, 12),
        ("stock", 0, 0),
        ("ratio", "12.50", "12.50"),
        ("ratio", 0.5, "0.5"),
        ("fresh", "1", True),
        ("fresh", "false", False),
        ("fresh", False, False),
        ("released", "2026-01-31", "2026-01-31"),
        ("released", datetime(2026, 1, 31), "2026-01-31"),  # noqa: DTZ001
        ("color", "red ", "red"),
        ("color", 42, "42"),
        ("tags", "hot, new", ["hot", "new"]),
        ("fabric", "silk", "silk"),
        ("fabrics", "silk,wool", ["silk", "wool"]),
        ("brand", "acme", "acme"),
        ("designers", "ann,bob", ["ann", "bob"]),
        ("shots", "front,back", ["front", "back"]),
        ("nutrition", '[{"part": "fat"}]', [{"part": "fat"}]),
        ("weight", "10 KILOGRAM", {"amount": "10", "unit": "KILOGRAM"}),
        ("weight", "10", {"amount": "10", "unit": "GRAM"}),
        ("weight", 10.5, {"amount": "10.5", "unit": "GRAM"}),
        ("length", "10 METER", {"amount": 10, "unit": "METER"}),
        ("price-EUR", "10.99", [{"amount": "10.99", "currency": "EUR"}]),
        (
            "price",
            "10 EUR, 12.50 USD",
            [{"amount": "10", "currency": "EUR"}, {"amount": "12.50", "currency": "USD"}],
        ),
        ("odd", "free", "free"),
        ("odd", '{"any": 1}', {"any": 1}),
    ],
)
def test_values_have_the_type_of_their_attribute(header: str, cell: Cell, data: object) -> None:
    """Texts stay texts, numbers are as the API wants them."""
    found = value_of(header, cell)

    assert (found, type(found)) == (data, type(data))


def test_the_places_of_an_attribute_are_one_list() -> None:
    """Each column adds its value, in the order of the columns."""
    data = data_of("sku;name-fr_FR;note;name-en_US", "mug", "Tasse", "x", "Mug")

    assert [each["data"] for each in data["values"]["name"]] == ["Tasse", "Mug"]


@pytest.mark.parametrize(
    ("amount", "unit", "data"),
    [
        ("10", "KILOGRAM", {"amount": "10", "unit": "KILOGRAM"}),
        ("10", "", {"amount": "10", "unit": "GRAM"}),
        ("10 KILOGRAM", "", {"amount": "10", "unit": "KILOGRAM"}),
        (10.5, "KILOGRAM", {"amount": "10.5", "unit": "KILOGRAM"}),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_unit_may_have_a_column(amount: Cell, unit: Cell, data: object, turned: bool) -> None:
    """Wherever it stands."""
    columns, cells = ["weight", "weight-unit"], [amount, unit]
    if turned:
        columns, cells = columns[::-1], cells[::-1]

    found = data_of(";".join(["sku", *columns]), "mug", *cells)

    assert found["values"]["weight"][0]["data"] == data


def test_a_unit_without_an_amount_says_nothing() -> None:
    """Exports write the unit only beside an amount, people copy it down a column."""
    assert data_of("sku;weight;weight-unit", "mug", "", "GRAM") == {"identifier": "mug"}


def test_prices_of_several_columns_are_one_value() -> None:
    """A column of a currency stands above a list that has it, too."""
    data = data_of("sku;price-EUR;price;price-USD", "mug", "1", "2 EUR,3 USD", "")

    assert data["values"]["price"][0]["data"] == [
        {"amount": "1", "currency": "EUR"},
        {"amount": "3", "currency": "USD"},
    ]


def test_properties_of_products() -> None:
    """They have no locale and no scope."""
    header = "enabled;sku;family;parent;categories;groups"

    assert data_of(header, "0", "mug", "mugs", "mug-model", "a, b", "g") == {
        "identifier": "mug",
        "enabled": False,
        "family": "mugs",
        "parent": "mug-model",
        "categories": ["a", "b"],
        "groups": ["g"],
    }


def test_the_key_stands_first() -> None:
    """Wherever its column is: people look for it when they see the command."""
    assert next(iter(data_of("enabled;note;sku", "1", "x", "mug"))) == "identifier"


def test_properties_of_models() -> None:
    """A model has a family variant, and no state."""
    header = "code;family_variant;parent;categories;name-en_US"

    assert data_of(header, "tee", "by_color", "root", "a", "Tee", kind="product-models") == {
        "code": "tee",
        "family_variant": "by_color",
        "parent": "root",
        "categories": ["a"],
        "values": {"name": [{"locale": "en_US", "scope": None, "data": "Tee"}]},
    }


def test_associations() -> None:
    """By type, and by what is associated."""
    header = "sku;X_SELL-products;X_SELL-product_models;X_SELL-groups"

    assert data_of(header, "mug", "a, b", "m", "g")["associations"] == {
        "X_SELL": {"products": ["a", "b"], "product_models": ["m"], "groups": ["g"]}
    }


def test_quantified_associations() -> None:
    """Commas between who, bars between how many."""
    header = (
        "sku;PACK-products;PACK-products-quantity;PACK-product_models-quantity;PACK-product_models"
    )

    assert data_of(header, "mug", "a,b", "2|3", "1", "m")["quantified_associations"] == {
        "PACK": {
            "products": [
                {"identifier": "a", "quantity": 2},
                {"identifier": "b", "quantity": 3},
            ],
            "product_models": [{"identifier": "m", "quantity": 1}],
        }
    }


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("a,b", "2"), "PACK-products-quantity: expected as many, not 1 quantities for the 2"),
        (("a", ""), "PACK-products-quantity: expected as many, not 0 quantities for the 1"),
        (("a", "x"), "PACK-products-quantity: expected a number, not 'x'"),
    ],
)
def test_each_has_its_quantity(cells: tuple[str, str], said: str) -> None:
    """The PIM has no quantity that it would assume."""
    assert fault_of("sku;PACK-products;PACK-products-quantity", "mug", *cells).startswith(said)


def test_an_empty_cell_leaves_its_value_alone() -> None:
    """Whoever exports some columns must not clear the rest by importing them."""
    header = "sku;family;categories;name-en_US;tags;weight;weight-unit;price-EUR;X_SELL-products"

    assert data_of(header, "mug", *[""] * 8) == {"identifier": "mug"}
    assert data_of(header, "mug", *[None] * 8) == {"identifier": "mug"}


def test_an_empty_cell_clears_when_it_is_told_to() -> None:
    """As Akeneo's own imports do."""
    header = (
        "sku;family;enabled;categories;name-en_US;name-fr_FR;tags;weight;weight-unit;X_SELL-groups"
    )
    cells = ["", "", "", "", "Tasse", "", "", "GRAM", ""]

    def cleared(locale: str | None = None) -> dict[str, Any]:
        return {"locale": locale, "scope": None, "data": None}

    assert data_of(header, "mug", *cells, empty_clears=True) == {
        "identifier": "mug",
        "family": None,
        "categories": [],
        "values": {
            "name": [cleared("en_US"), {**cleared("fr_FR"), "data": "Tasse"}],
            "tags": [cleared()],
            "weight": [cleared()],
        },
        "associations": {"X_SELL": {"groups": []}},
    }


def test_what_models_must_have_is_not_cleared() -> None:
    """A root model has no parent, and a sub-model exported without its variant keeps it."""
    cells = ("tee", "", "")

    assert data_of(
        "code;family_variant;parent", *cells, kind="product-models", empty_clears=True
    ) == {"code": "tee"}


def test_a_file_is_a_command_of_its_own() -> None:
    """It has a position of its own, by the column."""
    header = "sku;picture;manual-fr_FR;note"

    _, picture, manual = made(header, ["mug", "img/a.png", "doc/b.pdf", "x"])

    assert picture == (
        "picture",
        "CreateProductMediaFile",
        {
            "identifier": "mug",
            "attribute": "picture",
            "locale": None,
            "scope": None,
            "file": "img/a.png",
        },
    )
    assert manual[0] == "manual-fr_FR"
    assert manual[2]["locale"] == "fr_FR"  # type: ignore[index]


def test_a_file_of_a_model() -> None:
    """Its command names it by code."""
    _, (_, name, data) = made("code;picture", ["tee", "a.png"], "product-models")

    assert name == "CreateProductModelMediaFile"
    assert data["code"] == "tee"  # type: ignore[index]


def test_an_empty_cell_of_a_file_clears_the_value() -> None:
    """And one that names a file says nothing in the product itself."""
    said = dict.fromkeys(("locale", "scope", "data"))

    assert data_of("sku;picture", "mug", "", empty_clears=True) == {
        "identifier": "mug",
        "values": {"picture": [said]},
    }
    ((_, _, data), _) = made("sku;picture", ["mug", "a.png"], empty_clears=True)
    assert data == {"identifier": "mug"}


def test_a_file_that_the_pim_has_is_a_value() -> None:
    """An export without its files has their codes, and nothing could be uploaded."""
    code = f"f/2/e/6/{'f2e6' * 10}_mug.png"

    assert value_of("picture", code) == code
    assert value_of("picture", code, empty_clears=True) == code


def test_a_file_goes_on_when_the_rest_of_its_row_is_bad() -> None:
    """It is counted by itself, so it must be told by itself."""
    (_, _, product), (_, name, _) = made("sku;stock;picture", ["mug", "x", "a.png"])

    assert isinstance(product, Exception)
    assert name == "CreateProductMediaFile"


def test_commands_are_asked_for_once_each() -> None:
    """Whoever counts them needs each, and none twice; the rest is not looked at."""
    asked: list[str] = []

    def want(name: str) -> bool:
        asked.append(name)
        return name == "CreateProductMediaFile"

    found = list(reader("sku;stock;picture;manual-fr_FR").read(["mug", "x", "a.png", ""], want))

    assert asked == ["CreateOrUpdateProduct", "CreateProductMediaFile"]
    assert [name for _, name, _ in found] == ["CreateProductMediaFile"]


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        ("stock", "x", "stock: expected a number, not 'x'"),
        ("stock", "1.5", "stock: expected a whole number"),
        ("ratio", "1,5", "ratio: expected a number, not '1,5'"),
        ("fresh", "yes", "fresh: expected 1, 0, true or false, not 'yes'"),
        ("released", "31.1.2026", "released: expected a date written yyyy-mm-dd"),
        ("weight", "heavy", "weight: expected an amount and a unit, not 'heavy'"),
        ("weight", "10kg", "weight: expected a number, not '10kg'"),
        ("length", "10", "length: expected a unit beside the amount '10'"),
        ("price", "10", "price: expected amounts with their currencies, not '10'"),
        ("price", "x EUR", "price: expected a number, not 'x'"),
        ("price-USD", "x", "price-USD: expected a number, not 'x'"),
        ("nutrition", "fat", "nutrition: expected JSON, not 'fat'"),
        ("enabled", "on", "enabled: expected 1, 0, true or false, not 'on'"),
    ],
)
def test_a_cell_of_another_type_has_its_row_refused(header: str, cell: str, said: str) -> None:
    """With the column as people know it."""
    assert fault_of(f"sku;{header}", "mug", cell).startswith(said)


def test_the_column_of_a_currency_is_named_among_several() -> None:
    """It is the one to be mended."""
    assert fault_of("sku;price-EUR;price-USD", "mug", "1", "x").startswith("price-USD: ")


@pytest.mark.parametrize("cell", ["", None])
def test_a_row_without_its_key_is_refused(cell: Cell) -> None:
    """Nobody could tell what it is about."""
    assert fault_of("note;sku", "x", cell) == "sku: is empty, and tells what the row is about"


def test_products_by_uuid() -> None:
    """Without an identifier there is another API, whose associations name uuids."""
    header = "uuid;note;X_SELL-product_uuids;PACK-product_uuids;PACK-products-quantity"

    ((_, name, data),) = made(header, [UUID, "x", OTHER, OTHER, "2"])

    assert name == "CreateOrUpdateProductByUuid"
    assert data == {
        "uuid": UUID,
        "values": {"note": [{"locale": None, "scope": None, "data": "x"}]},
        "associations": {"X_SELL": {"products": [OTHER]}},
        "quantified_associations": {"PACK": {"products": [{"uuid": OTHER, "quantity": 2}]}},
    }


def test_a_row_without_identifier_goes_by_its_uuid() -> None:
    """Newer versions have products without an identifier, and export both columns."""
    names = [made("uuid;sku", row)[0][1] for row in ([UUID, "mug"], [UUID, ""])]

    assert names == ["CreateOrUpdateProduct", "CreateOrUpdateProductByUuid"]
    assert data_of("uuid;sku", UUID, "mug") == {"identifier": "mug", "uuid": UUID}


def test_associations_by_uuid_make_their_row_go_by_uuid() -> None:
    """The identifier is one of its values then."""
    ((_, name, data),) = made("uuid;sku;X_SELL-product_uuids", [UUID, "mug", OTHER])

    assert name == "CreateOrUpdateProductByUuid"
    assert data["values"]["sku"][0]["data"] == "mug"  # type: ignore[index]


def test_a_row_names_products_in_one_way() -> None:
    """The API has no way to say both."""
    assert fault_of("uuid;sku;X_SELL-products", UUID, "", "a").startswith(
        "X_SELL-products: names products by identifiers, and the row names its own by uuid"
    )
    assert fault_of("uuid;sku;X_SELL-product_uuids", "", "mug", OTHER).startswith(
        "X_SELL-product_uuids: names products by uuids, and the row names its own by identifier"
    )


def test_a_file_needs_an_identifier() -> None:
    """The API of files has no uuid."""
    _, (_, _, picture) = made("uuid;picture", [UUID, "a.png"])

    assert str(picture) == "picture: is given by identifier, and the row has no identifier"


def test_rows_share_what_repeats_itself() -> None:
    """A million products have a thousand colours; typed cells are never taken for one another."""
    table = reader("sku;tags;fresh")

    def values(*cells: Cell) -> Any:
        ((_, _, data),) = table.read(cells, every)
        return data["values"]  # type: ignore[index]

    assert values("a", "x", "1")["tags"] is values("b", "x", "1")["tags"]
    assert [values("a", cell, "0")["tags"][0]["data"] for cell in (1, True, 1.5, "1")] == [
        ["1"],
        ["true"],
        ["1.5"],
        ["1"],
    ]
