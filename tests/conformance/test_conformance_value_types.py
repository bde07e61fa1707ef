"""Data of values by attribute type.

Source: akeneo/pim-api-docs, content/concepts/products.md (the data format);
akeneo/pim-community-dev, validators.en_US.yml, PriceNormalizer.php,
PartialUpdateListProductModelEndToEnd.php.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_http import RawClient, value

READS = [
    ("note", "short", "short"),
    ("active", True, True),
    ("active", False, False),
    ("color", "red", "red"),
    ("color", "RED", "red"),
    ("tags", ["sale", "hot", "new", "hot"], ["hot", "new", "sale"]),
    ("count", 0, 0),
    ("count", 3, 3),
    ("count", "3", 3),
    ("count", "3.0", 3),
    ("count", "1e30", 2**63 - 1),
    ("ratio", "12.5", "12.5000"),
    ("ratio", 12, "12.0000"),
    ("ratio", "13.111111111111", "13.111111111111"),
    ("ratio", "0.100000", "0.1000"),
    ("ratio", "1e3", "1000.0000"),
    ("ratio", 1e-07, "0.0000001"),
    ("ratio", -1.25, "-1.2500"),
    ("weight", {"amount": "12.5", "unit": "GRAM"}, {"amount": "12.5000", "unit": "GRAM"}),
    ("weight", {"amount": 2, "unit": "KILOGRAM"}, {"amount": "2.0000", "unit": "KILOGRAM"}),
    (
        "price",
        [{"amount": "45", "currency": "USD"}, {"amount": 9.505, "currency": "EUR"}],
        [{"amount": "9.51", "currency": "EUR"}, {"amount": "45.00", "currency": "USD"}],
    ),
    (
        "price",
        [{"amount": "1e30", "currency": "EUR"}],
        [{"amount": f"1{'0' * 30}.00", "currency": "EUR"}],
    ),
    ("released", "2021-03-30", "2021-03-30T00:00:00+00:00"),
    ("released", "2021-03-30T14:15:16+01:00", "2021-03-30T00:00:00+00:00"),
]


@pytest.mark.parametrize(("attribute", "sent", "shown"), READS)
def test_data_reads_back_in_one_form(
    shop: RawClient, attribute: str, sent: Any, shown: Any
) -> None:
    """Numbers get decimals, dates a time, lists an order."""
    shop.put("/products", {"identifier": "p", "values": {attribute: value(sent)}})

    assert shop.item("/products/p")["values"] == {attribute: value(shown)}


SHAPES = [
    ("note", 1, "The note attribute requires a string, a integer was detected."),
    ("note", ["x"], "The note attribute requires a string, a array was detected."),
    ("note", True, "The note attribute requires a string, a boolean was detected."),
    ("active", "yes", "The active attribute requires a boolean, a string was detected."),
    ("active", 1, "The active attribute requires a boolean, a integer was detected."),
    ("color", ["red"], "The color attribute requires a string, a array was detected."),
    ("tags", "new", "The tags attribute requires an array, a string was detected."),
    ("tags", [1], 'Property "tags" expects an array with valid data'),
    ("count", [1], "The count attribute requires a number, a array was detected."),
    ("count", True, "The count attribute requires a number, a boolean was detected."),
    ("picture", 5, "The picture attribute requires a string, a integer was detected."),
    ("price", 45, "The price attribute requires an array, a integer was detected."),
    ("price", {"EUR": 45}, "The price attribute requires an array, a array was detected."),
    ("price", ["45 EUR"], "The price attribute requires an array, a string was detected."),
    ("weight", "12 GRAM", "The weight attribute requires an array, a string was detected."),
    ("weight", {"amount": 1}, 'Property "weight" expects an array with the key "unit".'),
    ("weight", {"unit": "GRAM"}, 'Property "weight" expects an array with the key "amount".'),
    ("weight", {"amount": None, "unit": "GRAM"}, 'Property "weight" expects an array with valid'),
    ("weight", {"amount": 1, "unit": ["GRAM"]}, 'Property "weight" expects an array with valid'),
    ("price", {"amount": 1, "currency": "EUR"}, "The price attribute requires an array"),
    ("price", [{"amount": 1}], 'Property "price" expects an array with the key "currency".'),
    ("price", [{"amount": None, "currency": "EUR"}], 'Property "price" expects an array with val'),
    ("price", ["9 EUR"], "The price attribute requires an array, a string was detected."),
    ("released", "30.03.2021", "The released attribute expects a string with the format yyyy-mm"),
    ("released", "2021-02-30", "The released attribute expects a string with the format yyyy-mm"),
    ("released", 20210330, "The released attribute expects a string with the format yyyy-mm-dd"),
    ("picture", ["x"], "The picture attribute requires a string, a array was detected."),
    ("picture", "no/such_file.png", 'Property "picture" expects a valid pathname'),
]


@pytest.mark.parametrize(("attribute", "data", "start"), SHAPES)
def test_data_of_the_wrong_shape_is_a_documented_422(
    shop: RawClient, attribute: str, data: Any, start: str
) -> None:
    """The body carries a link and stores nothing."""
    reply = shop.patch("/products/p", values={attribute: value(data)})

    assert reply.status == 422
    assert reply.message.startswith(start)
    assert "_links" in reply.json
    assert shop.get("/products/p").status == 404


RULES = [
    ("note", "x" * 11, "The note attribute must not contain more than 10 characters."),
    ("color", "green", "The green value is not in the color attribute option list."),
    ("tags", ["new", "old"], "The old value is not in the tags attribute option list."),
    ("count", "abc", "The count attribute requires a number, and the submitted abc value is not."),
    ("count", "1.5", "The count attribute requires a non-decimal value"),
    ("count", -1, "The count attribute requires an equal or greater than 0 value."),
    ("weight", {"amount": "x", "unit": "GRAM"}, "The weight attribute requires a number"),
    ("weight", {"amount": -1, "unit": "GRAM"}, "The weight attribute requires an equal or greater"),
    ("weight", {"amount": 1, "unit": "METER"}, "Please specify a valid metric unit"),
    ("price", [{"amount": 1, "currency": "AUD"}], "The price attribute requires an activated cu"),
    ("price", [{"amount": 1, "currency": "XXX"}], "The price attribute requires an activated cu"),
]


@pytest.mark.parametrize(("attribute", "data", "start"), RULES)
def test_data_that_breaks_a_rule_is_a_violation(
    shop: RawClient, attribute: str, data: Any, start: str
) -> None:
    """The violation names the place of the value."""
    reply = shop.patch("/products/p", values={attribute: value(data)})

    assert reply.status == 422
    error = reply.json["errors"][0]
    place = {"property": "values", "attribute": attribute, "locale": None, "scope": None}
    assert error["message"].startswith(start)
    assert place.items() <= error.items()


@pytest.mark.parametrize(
    ("amount", "currency"), [("x", "EUR"), (-1, "EUR"), (1, "AUD"), (1, "XXX"), ("x", "USD")]
)
def test_a_violation_of_a_price_names_the_currency(
    shop: RawClient, amount: object, currency: str
) -> None:
    """Other violations do not."""
    shop.patch("/attributes/price", number_min="0")
    prices = [{"amount": amount, "currency": currency}]
    reply = shop.patch("/products/p", values={"price": value(prices)})
    other = shop.patch("/products/p", values={"note": value("x" * 11)})

    assert reply.json["errors"][0]["currency"] == currency
    assert "currency" not in other.json["errors"][0]


@pytest.mark.parametrize(
    ("kind", "more", "fine", "wrong"),
    [
        ("number", {"number_min": "1", "number_max": "5"}, [1, 5], [0, 6]),
        (
            "date",
            {"date_min": "2020-01-01", "date_max": "2020-12-31"},
            ["2020-01-01", "2020-12-31"],
            ["2019-12-31", "2021-01-01"],
        ),
        ("text", {"validation_rule": "email"}, ["a@b.de"], ["a.b.de"]),
        ("text", {"validation_rule": "url"}, ["https://a.de/b"], ["a.de"]),
        (
            "text",
            {"validation_rule": "regexp", "validation_regexp": "/^[A-Z]+$/"},
            ["ABC"],
            ["abc"],
        ),
        ("text", {}, ["x" * 255], ["x" * 256]),
        ("textarea", {}, ["x" * 65535], ["x" * 65536]),
    ],
)
def test_an_attribute_may_narrow_its_values(
    shop: RawClient, kind: str, more: dict[str, str], fine: list[Any], wrong: list[Any]
) -> None:
    """Ranges include their ends; text has a length and perhaps a rule."""
    numeric = {"decimals_allowed": False, "negative_allowed": False} if kind == "number" else {}
    attribute = {"code": "narrow", "type": f"pim_catalog_{kind}", "group": "other"}
    shop.put("/attributes", {**attribute, **numeric, **more})

    assert all(
        shop.patch("/products/p", values={"narrow": value(each)}).status < 300 for each in fine
    )
    assert all(
        shop.patch("/products/p", values={"narrow": value(each)}).blamed == ["values"]
        for each in wrong
    )


def test_a_price_of_a_channel_needs_a_currency_of_that_channel(shop: RawClient) -> None:
    """Elsewhere any active currency will do."""
    shop.put(
        "/attributes",
        {
            "code": "offer",
            "type": "pim_catalog_price_collection",
            "group": "other",
            "scopable": True,
            "decimals_allowed": False,
        },
    )
    dollars = [{"amount": 5, "currency": "USD"}]

    assert (
        shop.patch("/products/p", values={"offer": value(dollars, None, "ecommerce")}).status == 201
    )
    assert shop.patch("/products/p", values={"offer": value(dollars, None, "print")}).status == 422
    assert shop.item("/products/p")["values"]["offer"][0]["data"] == dollars


def test_a_unique_value_stands_on_one_product_only(shop: RawClient) -> None:
    """A product may repeat its own; a value that was given up is free."""
    shop.put("/products", {"identifier": "a", "values": {"ean": value("1")}})
    taken = shop.patch("/products/b", values={"ean": value("1")})
    own = shop.patch("/products/a", values={"ean": value("1")})
    shop.put("/products", {"identifier": "a", "values": {"ean": value("2")}})
    free = shop.patch("/products/b", values={"ean": value("1")})

    assert taken.json["errors"][0]["attribute"] == "ean"
    assert (taken.status, own.status, free.status) == (422, 204, 201)


def test_a_boolean_with_a_default_is_filled_on_creation(shop: RawClient) -> None:
    """Only where the family has it, and only when nothing was said."""
    shop.patch("/attributes/active", default_value=True)
    shop.put(
        "/products",
        {"identifier": "a", "family": "shirts"},
        {"identifier": "b", "family": "shirts", "values": {"active": value(False)}},
        {"identifier": "c"},
    )

    assert shop.item("/products/a")["values"] == {"active": value(True)}
    assert shop.item("/products/b")["values"] == {"active": value(False)}
    assert shop.item("/products/c")["values"] == {}


def test_a_default_is_filled_in_every_place(shop: RawClient) -> None:
    """Each channel, each of its locales; only where the attribute is available."""
    flag = {"type": "pim_catalog_boolean", "group": "other", "default_value": False}
    shop.put(
        "/attributes",
        {**flag, "code": "by_locale", "localizable": True},
        {**flag, "code": "some", "localizable": True, "available_locales": ["fr_FR"]},
        {**flag, "code": "by_channel", "scopable": True},
        {**flag, "code": "by_both", "localizable": True, "scopable": True},
    )
    codes = ["by_locale", "some", "by_channel", "by_both"]
    shop.put("/families", {"code": "f", "attributes": codes})
    shop.put("/products", {"identifier": "p", "family": "f"})
    values = shop.item("/products/p")["values"]
    places = {code: [(e["scope"], e["locale"]) for e in values[code]] for code in codes}

    assert places == {
        "by_locale": [(None, "de_DE"), (None, "en_US"), (None, "fr_FR")],
        "some": [(None, "fr_FR")],
        "by_channel": [("ecommerce", None), ("print", None)],
        "by_both": [("ecommerce", "en_US"), ("print", "de_DE"), ("print", "fr_FR")],
    }
    assert all(each["data"] is False for entries in values.values() for each in entries)


def test_an_option_added_later_counts_at_once(shop: RawClient) -> None:
    """What was refused before is fine after its option came."""
    before = shop.patch("/products/p", values={"color": value("green")})
    shop.put("/attributes/color/options", {"code": "green"})
    after = shop.patch("/products/p", values={"color": value("green")})

    assert (before.status, after.status) == (422, 201)


def test_a_locale_activated_later_counts_at_once(shop: RawClient) -> None:
    """A channel activates the locales it has."""
    before = shop.patch("/products/p", values={"name": value("Skjorta", "sv_SE")})
    shop.patch("/channels/print", locales=["sv_SE"])
    after = shop.patch("/products/p", values={"name": value("Skjorta", "sv_SE")})

    assert (before.status, after.status) == (422, 201)
    assert shop.item("/locales/sv_SE") == {"code": "sv_SE", "enabled": True}
    assert shop.item("/locales/de_DE") == {"code": "de_DE", "enabled": False}


def test_a_rule_that_changes_counts_at_once(shop: RawClient) -> None:
    """An attribute that was used before is checked by its new rule."""
    before = shop.patch("/products/p", values={"note": value("12345")})
    shop.patch("/attributes/note", max_characters=3)
    after = shop.patch("/products/p", values={"note": value("12345")})

    assert (before.status, after.status) == (201, 422)


def test_a_locale_that_a_channel_gave_up_can_hold_no_values(shop: RawClient) -> None:
    """Also when it could before."""
    before = shop.patch("/products/p", values={"name": value("Hemd", "de_DE")})
    shop.patch("/channels/print", locales=["fr_FR"])
    after = shop.patch("/products/p", values={"name": value("Hemd", "de_DE")})

    assert (before.status, after.status) == (201, 422)


def test_a_price_without_decimals_reads_back_as_a_number(raw: RawClient) -> None:
    """`decimals_allowed` decides between number and text."""
    raw.put(
        "/attributes",
        {
            "code": "a",
            "type": "pim_catalog_price_collection",
            "group": "other",
            "decimals_allowed": False,
        },
    )
    raw.put(
        "/products",
        {"identifier": "p", "values": {"a": value([{"amount": "5", "currency": "EUR"}])}},
    )

    assert raw.item("/products/p")["values"]["a"][0]["data"] == [{"amount": 5, "currency": "EUR"}]
