"""Merging of properties and values.

Source: akeneo/pim-api-docs, content/rest-api/update.md (rules 1 to 4, values);
akeneo/pim-community-dev, PartialUpdateProductEndToEnd.php, and the exceptions of the value factory.
"""

from __future__ import annotations

import pytest

from raw_http import RawClient, value


def test_labels_are_merged_by_locale(raw: RawClient) -> None:
    """A locale that is not mentioned keeps its label."""
    raw.put("/categories", {"code": "a", "labels": {"en_US": "A", "fr_FR": "Ah"}})
    raw.put("/categories", {"code": "a", "labels": {"en_US": "B"}})

    assert raw.item("/categories/a")["labels"] == {"en_US": "B", "fr_FR": "Ah"}


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_label_is_removed_by_null_and_by_empty_text(raw: RawClient, nothing: str | None) -> None:
    """The other labels stay."""
    raw.put("/categories", {"code": "a", "labels": {"en_US": "A", "fr_FR": "Ah"}})
    raw.put("/categories", {"code": "a", "labels": {"en_US": nothing}})

    assert raw.item("/categories/a")["labels"] == {"fr_FR": "Ah"}


def test_labels_must_be_an_object(raw: RawClient) -> None:
    """Null is no object."""
    reply = raw.patch("/categories/master", labels=None)

    assert reply.status == 422
    assert reply.message.startswith('Property "labels" expects an array as data, "NULL" given.')


def test_a_label_must_be_text(raw: RawClient) -> None:
    """An object is no label."""
    reply = raw.patch("/categories/master", labels={"en_US": {"a": 1}})

    assert reply.status == 422
    assert "is not a scalar" in reply.message


def test_the_locale_of_a_label_must_be_known(raw: RawClient) -> None:
    """It need not be active."""
    known = raw.patch("/categories/master", labels={"sv_SE": "Katalog"})
    unknown = raw.patch("/categories/master", labels={"xx_XX": "?"})

    assert known.status == 204
    assert unknown.json["errors"] == [
        {"property": "labels", "message": 'The locale "xx_XX" does not exist.'}
    ]


@pytest.mark.parametrize(
    ("path", "longest"), [("/categories/master", 100), ("/attributes/color/options/red", 255)]
)
def test_labels_have_a_longest_length(shop: RawClient, path: str, longest: int) -> None:
    """Options may have longer labels than the rest."""
    assert shop.patch(path, labels={"en_US": "x" * longest}).status == 204
    assert shop.patch(path, labels={"en_US": "x" * (longest + 1)}).status == 422


def test_lists_are_replaced_sorted_and_each_entry_stands_once(raw: RawClient) -> None:
    """What is not listed is gone."""
    raw.put("/categories", {"code": "b"}, {"code": "a"}, {"code": "c"})
    raw.put("/products", {"identifier": "p", "categories": ["c"]})
    raw.put("/products", {"identifier": "p", "categories": ["b", "a", "b"]})

    assert raw.item("/products/p")["categories"] == ["a", "b"]


def test_an_empty_list_clears(raw: RawClient) -> None:
    """`[]` is an order, absence is not."""
    raw.put("/products", {"identifier": "p", "categories": ["master"]})
    raw.put("/products", {"identifier": "p", "enabled": False})
    kept = raw.item("/products/p")["categories"]
    raw.put("/products", {"identifier": "p", "categories": []})

    assert (kept, raw.item("/products/p")["categories"]) == (["master"], [])


@pytest.mark.parametrize(
    ("path", "body", "start"),
    [
        ("/products/p", {"enabled": None}, 'Property "enabled" expects a boolean as data, "NULL"'),
        ("/products/p", {"categories": "master"}, 'Property "categories" expects an array as data'),
        ("/products/p", {"values": "x"}, 'Property "values" expects an array as data'),
        ("/products/p", {"family": ["a"]}, 'Property "family" expects a string as data, "array"'),
        ("/categories/c", {"parent": {}}, 'Property "parent" expects a string as data, "array"'),
        ("/categories/c", {"code": 1}, 'Property "code" expects a scalar as data'),
        ("/families/f", {"attributes": [1]}, 'Property "attributes" expects an array with valid'),
        ("/attribute-groups/g", {"sort_order": "x"}, 'Property "sort_order" expects an integer'),
    ],
)
def test_a_property_of_the_wrong_type_is_a_422(
    raw: RawClient, path: str, body: dict[str, object], start: str
) -> None:
    """The message names property and type."""
    raw.patch("/categories/c")
    reply = raw.call("PATCH", path, body)

    assert reply.status == 422
    assert reply.message.startswith(start)


@pytest.mark.parametrize(
    "path",
    [
        "/products/p",
        "/product-models/m",
        "/categories/c",
        "/attributes/a",
        "/attributes/color/options/red",
        "/attribute-groups/g",
        "/families/f",
        "/families/shirts/variants/v",
        "/channels/c",
        "/association-types/t",
    ],
)
def test_an_unknown_property_is_a_422(shop: RawClient, path: str) -> None:
    """Nothing is passed over."""
    reply = shop.patch(path, nonsense=1)

    assert reply.status == 422
    assert reply.message.startswith('Property "nonsense" does not exist.')


@pytest.mark.parametrize("path", ["/products/tee_red_s", "/product-models/tee"])
def test_times_that_are_sent_back_are_passed_over(tree: RawClient, path: str) -> None:
    """`created` and `updated` belong to the PIM."""
    assert tree.patch(path, created="1999-01-01", updated=None).status == 204
    assert not tree.item(path)["created"].startswith("1999")


def test_values_are_merged_by_attribute_locale_and_scope(shop: RawClient) -> None:
    """A listed triple is replaced, every other one stays."""
    first = [*value("Boot", "en_US"), *value("Botte", "fr_FR")]
    shop.put("/products", {"identifier": "p", "values": {"name": first, "note": value("n")}})
    shop.put("/products", {"identifier": "p", "values": {"name": value("Shoe", "en_US")}})

    assert shop.item("/products/p")["values"] == {
        "name": [*value("Shoe", "en_US"), *value("Botte", "fr_FR")],
        "note": value("n"),
    }


@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}])
def test_a_value_is_removed_by_emptiness(shop: RawClient, nothing: object) -> None:
    """Null, empty text, blanks, the empty list, and the empty object, which is one to PHP."""
    shop.put("/products", {"identifier": "p", "values": {"note": value("n"), "ean": value("1")}})
    shop.put("/products", {"identifier": "p", "values": {"note": value(nothing)}})

    assert shop.item("/products/p")["values"] == {"ean": value("1")}


def test_inside_a_value_nothing_is_merged(shop: RawClient) -> None:
    """A list of prices is replaced as a whole."""
    prices = [{"amount": "1", "currency": "USD"}, {"amount": "2", "currency": "EUR"}]
    shop.put("/products", {"identifier": "p", "values": {"price": value(prices)}})
    shop.put("/products", {"identifier": "p", "values": {"price": value(prices[:1])}})

    assert shop.item("/products/p")["values"]["price"] == value(
        [{"amount": "1.00", "currency": "USD"}]
    )


@pytest.mark.parametrize("key", ["locale", "scope", "data"])
def test_a_value_needs_its_three_keys(shop: RawClient, key: str) -> None:
    """Null must be written down."""
    entry = {"locale": None, "scope": None, "data": "x"}
    del entry[key]
    reply = shop.patch("/products/p", values={"note": [entry]})

    assert reply.status == 422
    assert reply.message.startswith(f'Property "note" expects an array with the key "{key}"')


@pytest.mark.parametrize(
    ("entries", "end"),
    [
        ("x", "as data"),
        ({"data": 1}, "as data"),
        (["x"], "with valid data"),
        ([["x"]], "with valid data"),
        ([None], "with valid data"),
    ],
)
def test_the_values_of_an_attribute_are_a_list_of_objects(
    shop: RawClient, entries: object, end: str
) -> None:
    """Anything else is refused."""
    reply = shop.patch("/products/p", values={"note": entries})

    assert reply.status == 422
    assert reply.message.startswith(f'Property "note" expects an array {end}')


@pytest.mark.parametrize("said", [1, True, ["en_US"], {}])
@pytest.mark.parametrize(("attribute", "key"), [("name", "locale"), ("claim", "scope")])
def test_locale_and_scope_are_text(shop: RawClient, attribute: str, key: str, said: object) -> None:
    """Or null; anything else is of the wrong shape."""
    entry = {"locale": None, "scope": None, "data": "x", key: said}
    reply = shop.patch("/products/p", values={attribute: [entry]})

    assert reply.status == 422
    assert reply.message.startswith(f'Property "{attribute}" expects a string as ')


def test_one_place_cannot_be_written_twice_in_one_body(shop: RawClient) -> None:
    """Attribute, locale and scope make the place."""
    reply = shop.patch("/products/p", values={"note": [*value("a"), *value("b")]})

    assert reply.status == 422
    assert reply.message.startswith(
        'You cannot update the same product value on the "note" attribute twice, with the same '
        "scope and locale."
    )


def test_an_unknown_attribute_is_a_422(shop: RawClient) -> None:
    """Its name stands in the message."""
    reply = shop.patch("/products/p", values={"foo": value(1)})

    assert reply.status == 422
    assert reply.message.startswith("The foo attribute does not exist in your PIM.")
    assert "_links" in reply.json


@pytest.mark.parametrize(
    ("attribute", "locale", "scope"),
    [
        ("note", "en_US", None),
        ("note", None, "print"),
        ("name", None, None),
        ("name", "en_US", "ecommerce"),
        ("description", "en_US", None),
        ("description", None, "ecommerce"),
        ("claim", None, None),
        ("claim", "de_DE", "print"),
    ],
)
def test_locale_and_scope_must_be_those_the_attribute_has(
    shop: RawClient, attribute: str, locale: str | None, scope: str | None
) -> None:
    """An attribute that is not localizable has no locale, and so on."""
    reply = shop.patch("/products/p", values={attribute: value("x", locale, scope)})

    assert reply.status == 422
    assert reply.message.startswith(f"The {attribute} attribute ")


@pytest.mark.parametrize(
    ("attribute", "locale", "scope"),
    [
        ("name", "sv_SE", None),
        ("name", "xx_XX", None),
        ("description", "de_DE", "ecommerce"),
        ("description", "de_DE", "nowhere"),
        ("claim", None, "nowhere"),
    ],
)
def test_a_value_needs_an_active_locale_of_an_existing_channel(
    shop: RawClient, attribute: str, locale: str | None, scope: str | None
) -> None:
    """The violation names attribute, locale and scope."""
    reply = shop.patch("/products/p", values={attribute: value("x", locale, scope)})

    assert reply.status == 422
    error = reply.json["errors"][0]
    assert {key: error[key] for key in ("property", "attribute", "locale", "scope")} == {
        "property": "values",
        "attribute": attribute,
        "locale": locale,
        "scope": scope,
    }


def test_a_value_needs_a_locale_that_the_attribute_is_available_in(shop: RawClient) -> None:
    """`available_locales` narrows an attribute."""
    shop.patch("/attributes/name", available_locales=["fr_FR"])

    assert shop.patch("/products/p", values={"name": value("x", "fr_FR")}).status == 201
    assert shop.patch("/products/p", values={"name": value("x", "en_US")}).blamed == ["values"]


def test_shapes_are_checked_before_rules(shop: RawClient) -> None:
    """The first stage that fails is the one that is told."""
    reply = shop.patch("/products/p", values={"color": value("green"), "note": value(1)})

    assert reply.message.startswith("The note attribute requires a string")


def test_all_broken_rules_are_told_at_once(shop: RawClient) -> None:
    """Each with its place."""
    reply = shop.patch("/products/p", values={"color": value("green"), "count": value(-1)})

    assert [error["attribute"] for error in reply.json["errors"]] == ["color", "count"]


def test_a_simple_product_may_have_values_outside_its_family(shop: RawClient) -> None:
    """Only levels of a tree drop values."""
    shop.put("/families", {"code": "bare"})
    shop.put("/products", {"identifier": "p", "family": "bare", "values": {"note": value("n")}})

    assert shop.item("/products/p")["values"] == {"note": value("n")}


def test_the_value_of_the_identifier_attribute_is_passed_over(shop: RawClient) -> None:
    """The identifier counts, whatever `sku` says, and it stands beside the values."""
    shop.put("/products", {"identifier": "p", "values": {"sku": value("q")}})

    assert shop.item("/products/p")["identifier"] == "p"
    assert shop.item("/products/p")["values"] == {}


def test_extra_keys_of_a_value_are_passed_over(shop: RawClient) -> None:
    """What newer servers add to their answers can be sent back."""
    entry = {**value("n")[0], "attribute_type": "pim_catalog_text"}

    assert shop.patch("/products/p", values={"note": [entry]}).status == 201
