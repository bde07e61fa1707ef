"""Builders: what is said step by step becomes the commands that say it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from akeneo_batches import value
from importbus.bus.errors import InvalidCommand
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo import (
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
    CreateProductMediaFile,
    CreateProductModelMediaFile,
    ProductBuilder,
    ProductModelBuilder,
)

Command = CreateOrUpdateProduct


def built(builder: ProductBuilder | ProductModelBuilder) -> Any:
    """Return the one command of *builder*."""
    (command,) = builder.build()
    return command


def mug() -> ProductBuilder:
    """Return a builder that was told nothing."""
    return ProductBuilder("mug")


def test_what_is_not_said_is_not_touched() -> None:
    """A builder alone says nothing but the key, which creates the product."""
    assert mug().build() == [CreateOrUpdateProduct(identifier="mug")]
    assert ProductModelBuilder("mug").build() == [CreateOrUpdateProductModel(code="mug")]


def test_a_product_is_said_step_by_step() -> None:
    """Each setter returns the builder."""
    builder = (
        mug()
        .family("mugs")
        .parent("cups")
        .enabled()
        .category("kitchen", "gifts")
        .group("sale")
        .value("name", "Mug", locale="en_US", scope="shop")
        .association("X_SELL", products=["lid"], groups=[])
    )

    assert built(builder) == CreateOrUpdateProduct(
        identifier="mug",
        family="mugs",
        parent="cups",
        enabled=True,
        categories=["kitchen", "gifts"],
        groups=["sale"],
        values={"name": value("Mug", "en_US", "shop")},
        associations={"X_SELL": {"products": ["lid"], "groups": []}},
    )


def test_a_model_says_how_it_varies() -> None:
    """All else is as for products."""
    builder = ProductModelBuilder("cup").family_variant("by_color").parent("crockery")

    assert built(builder.value("note", "x")) == CreateOrUpdateProductModel(
        code="cup", family_variant="by_color", parent="crockery", values={"note": value("x")}
    )


def test_null_is_said_where_it_means_something() -> None:
    """No family, no parent, no value; and disabled is a word, too."""
    command = built(mug().family(None).parent(None).enabled(False).clear("name", locale="en_US"))

    assert (command.family, command.parent, command.enabled) == (None, None, False)
    assert command.values == {"name": value(None, "en_US")}
    assert command.categories is UNSET


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("name", "en_US", "shop"), ("name", "en_US", "shop")),
        (("name", None, None), ("NAME", None, None)),
    ],
)
def test_of_two_values_of_one_place_the_later_wins(first: Any, second: Any) -> None:
    """Codes are compared without regard to case, and keep the first spelling."""
    builder = mug()
    for data, (attribute, locale, scope) in enumerate([first, second]):
        builder.value(attribute, data, locale=locale, scope=scope)

    assert built(builder).values == {"name": value(1, *first[1:])}


def test_values_of_other_places_stay_beside_each_other() -> None:
    """Locale and scope tell them apart."""
    builder = mug().value("name", "a").value("name", "b", locale="en_US")
    builder.value("name", "c", scope="shop").clear("name")

    assert built(builder).values == {
        "name": [*value(None), *value("b", "en_US"), *value("c", None, "shop")]
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 11, 27), "2026-11-27"),
        (datetime(2026, 11, 27, 8, tzinfo=UTC), "2026-11-27T08:00:00+00:00"),
        (["a", "b"], ["a", "b"]),
        (True, True),
        (5, 5),
    ],
)
def test_data_becomes_what_the_api_takes(data: object, said: object) -> None:
    """Decimals and dates as text, all else as it is."""
    assert built(mug().value("x", data)).values == {"x": value(said)}


def test_prices_and_measures_have_setters_of_their_own() -> None:
    """Amounts are text, as the API gives them."""
    builder = mug().price("price", {"EUR": Decimal("9.90"), "USD": 11}, scope="shop")
    builder.metric("weight", "0.35", "KILOGRAM")

    assert built(builder).values == {
        "price": value(
            [{"amount": "9.90", "currency": "EUR"}, {"amount": "11", "currency": "USD"}],
            None,
            "shop",
        ),
        "weight": value({"amount": "0.35", "unit": "KILOGRAM"}),
    }


@pytest.mark.parametrize("amount", [0.1, True, None])
def test_an_amount_that_may_be_inexact_is_refused(amount: Any) -> None:
    """At once, with the place; what is no number at all is left to the PIM."""
    with pytest.raises(InvalidCommand, match="text, whole number or Decimal") as caught:
        mug().price("price", {"EUR": amount})

    assert caught.value.field == "values.price"


def test_categories_and_groups_pile_up() -> None:
    """Each once; none at all takes it out of all."""
    builder = mug().category("a").category("b", "a").group("x")

    assert built(builder).categories == ["a", "b"]
    assert built(builder.category().group()).categories == []
    assert built(builder).groups == []


def test_associations_are_merged_as_the_pim_merges_them() -> None:
    """A list that is given again replaces the first, others stay."""
    builder = mug().association("X", products=["a"], product_models=["m"])
    builder.association("X", products=["b"]).association("Y", groups=["g"])

    assert built(builder).associations == {
        "X": {"products": ["b"], "product_models": ["m"]},
        "Y": {"groups": ["g"]},
    }


def test_quantities_stand_beside_what_they_are_of() -> None:
    """Models are named by `identifier`, too, as the server wants it."""
    builder = mug().quantified("SET", products={"lid": 1, "cup": 6}, product_models={"m": 2})

    assert built(builder).quantified_associations == {
        "SET": {
            "products": [
                {"identifier": "lid", "quantity": 1},
                {"identifier": "cup", "quantity": 6},
            ],
            "product_models": [{"identifier": "m", "quantity": 2}],
        }
    }


def test_files_come_behind_the_product() -> None:
    """It must be there when they are uploaded."""
    builder = mug().image("front", "a.png", locale="en_US").file("manual", Path("b") / "c.pdf")

    assert builder.family("mugs").build() == [
        CreateOrUpdateProduct(identifier="mug", family="mugs"),
        CreateProductMediaFile(
            identifier="mug", attribute="front", locale="en_US", scope=None, file="a.png"
        ),
        CreateProductMediaFile(identifier="mug", attribute="manual", file="b/c.pdf"),
    ]


def test_files_of_a_model_are_uploaded_for_it() -> None:
    """By its code."""
    model, file = ProductModelBuilder("cup").image("front", "a.png", scope="shop").build()

    assert model == CreateOrUpdateProductModel(code="cup")
    assert file == CreateProductModelMediaFile(
        code="cup", attribute="front", scope="shop", file="a.png"
    )


def test_a_value_and_a_file_of_one_place_are_the_later_one() -> None:
    """The code of a file that the PIM has is a value; both at once would be decided by chance."""
    code = mug().image("front", "a.png").value("Front", "1/2/3_b.png")
    file = mug().value("front", "1/2/3_b.png").image("FRONT", "a.png")

    assert built(code).values == {"front": value("1/2/3_b.png")}
    assert [type(command) for command in file.build()] == [
        CreateOrUpdateProduct,
        CreateProductMediaFile,
    ]
    assert file.build()[0] == CreateOrUpdateProduct(identifier="mug")


def test_what_was_built_does_not_change() -> None:
    """A builder may be used on."""
    builder = mug().category("a").value("x", 1).association("X", products=["a"])
    before = built(builder)
    builder.category("b").value("x", 2).association("X", products=["b"])

    assert before == CreateOrUpdateProduct(
        identifier="mug",
        categories=["a"],
        values={"x": value(1)},
        associations={"X": {"products": ["a"]}},
    )
    assert built(builder) != before


def test_a_wrong_shape_is_refused_when_it_is_built() -> None:
    """As in the command itself."""
    with pytest.raises(InvalidCommand) as caught:
        mug().value("name", "x", locale=5).build()  # type: ignore[arg-type]

    assert caught.value.field == "values.name[0].locale"
