"""Nested fields of a wrong shape are refused with their path, before anything is sent."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from akeneo_batches import value
from importbus.bus.errors import InvalidCommand
from importbus.handlers.akeneo import CreateOrUpdateProduct, CreateOrUpdateReferenceEntityRecord
from importbus.handlers.akeneo.shapes import describe


def refusal(**fields: Any) -> InvalidCommand:
    """Return the error that a product with *fields* is refused with."""
    with pytest.raises(InvalidCommand) as caught:
        CreateOrUpdateProduct(identifier="mug", **fields)
    return caught.value


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        (["a"], "values", "expected an object of attribute codes, not a list"),
        ({"name": "Mug"}, "values.name", "expected a list of {locale, scope, data}, not a text"),
        ({"name": {"data": 1}}, "values.name", "expected a list of {locale, scope, data}, not"),
        ({"name": None}, "values.name", "expected a list of {locale, scope, data}, not null"),
        ({"name": ["Mug"]}, "values.name[0]", "expected an object {locale, scope, data}, not a"),
        (
            {"name": [*value("a", "en_US"), {"data": "b"}]},
            "values.name[1]",
            "locale and scope missing; give null if it has none",
        ),
        ({"name": [{"locale": None, "scope": None}]}, "values.name[0]", "data missing; give null"),
        (
            {"name": [{**value("a")[0], "channel": None}]},
            "values.name[0].channel",
            "unknown; allowed: locale, scope, data",
        ),
        (
            {"name": [{**value("a")[0], "locale": 5}]},
            "values.name[0].locale",
            "expected a code or null, not a number",
        ),
        (
            {"name": [{**value("a")[0], "scope": 5}]},
            "values.name[0].scope",
            "expected a code or null, not a number",
        ),
        (
            {"name": [{**value("a")[0], "scope": ["shop"], "linked_data": {}}]},
            "values.name[0].scope",
            "expected a code or null, not a list",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_path(values: Any, field: str, reason: str) -> None:
    """The first one; its attribute and its place in the list are in the path."""
    error = refusal(values=values)

    assert error.field == field
    assert error.reason.startswith(reason)


@pytest.mark.parametrize("name", ["associations", "quantified_associations"])
@pytest.mark.parametrize(
    ("links", "path", "reason"),
    [
        (["PACK"], "", "expected an object of association types, not a list"),
        ({"PACK": ["a"]}, ".PACK", "expected an object of lists, not a list"),
        ({"PACK": {"products": "a"}}, ".PACK.products", "expected a list, not a text"),
        ({"PACK": {"products": None}}, ".PACK.products", "expected a list, not null"),
    ],
)
def test_a_wrong_association_is_named_with_its_path(
    name: str, links: Any, path: str, reason: str
) -> None:
    """Type and list are in the path."""
    error = refusal(**{name: links})

    assert (error.field, error.reason) == (f"{name}{path}", reason)


@pytest.mark.parametrize(
    "fields",
    [
        {"values": {}},
        {"values": {"name": []}},
        {"values": {"name": value(None), "price": value([{"amount": 1}], "en_US", "shop")}},
        {"values": {"name": tuple(value("a"))}},
        {"values": MappingProxyType({"name": value("a")})},
        {"values": {"name": [{**value("a")[0], "linked_data": {}, "attribute_type": "x"}]}},
        {"associations": {"PACK": {}}},
        {"associations": {"PACK": {"products": ("a",), "groups": []}}},
        {"quantified_associations": {"KIT": {"products": [{"identifier": "a", "quantity": 1}]}}},
    ],
)
def test_what_the_api_takes_is_taken(fields: Any) -> None:
    """Data of a value may be anything, and what exports add to values is passed over."""
    command = CreateOrUpdateProduct(identifier="mug", **fields)

    assert {name: getattr(command, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "an object"),
        ([], "a list"),
        ("a", "a text"),
        (True, "true or false"),
        (5, "a number"),
        (1.5, "a number"),
        (None, "null"),
        (object(), "something else"),
    ],
)
def test_types_are_named_as_people_name_them(given: object, words: str) -> None:
    """In the words of JSON, not of Python."""
    assert describe(given) == words


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"label": "Acme"}, "values.label", "expected a list of {locale, channel, data}, not a"),
        ({"label": [5]}, "values.label[0]", "expected an object {locale, channel, data}, not a"),
        ({"label": [{"data": 1}]}, "values.label[0]", "channel and locale missing; give null"),
        (
            {"label": [{"locale": None, "channel": None, "scope": None, "data": 1}]},
            "values.label[0].scope",
            "unknown; allowed: locale, channel, data",
        ),
        (
            {"label": [{"locale": None, "channel": 5, "data": 1}]},
            "values.label[0].channel",
            "expected a code or null, not a number",
        ),
    ],
)
def test_a_wrong_value_of_a_record_is_named_with_its_path(
    values: Any, field: str, reason: str
) -> None:
    """Records and assets have a channel where products have a scope."""
    with pytest.raises(InvalidCommand) as caught:
        CreateOrUpdateReferenceEntityRecord(reference_entity="brand", code="acme", values=values)

    assert caught.value.field == field
    assert caught.value.reason.startswith(reason)


@pytest.mark.parametrize("values", [{}, {"label": [{"locale": None, "channel": "s", "data": {}}]}])
def test_right_values_of_a_record_are_taken(values: Any) -> None:
    """Data may be anything, as in products."""
    record = CreateOrUpdateReferenceEntityRecord(
        reference_entity="brand", code="acme", values=values
    )

    assert record.values == values
