"""Wrong data in commands: where it is, what was expected, and what was probably meant."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen

from importbus.adapters.codec import LONGEST_NAME, JsonCodec
from importbus.adapters.wiring import open_codec
from importbus.bus.errors import InvalidCommand, WiringError
from importbus.bus.messages import LaneCommand

CODEC = open_codec()

PRODUCT = "CreateOrUpdateProduct"


def refusal(name: str, data: object) -> InvalidCommand:
    """Return why *data* is no command of the class called *name*."""
    with pytest.raises(InvalidCommand) as caught:
        CODEC.decode(name, data)
    return caught.value


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("CreateOrUpdateProdukt", "Did you mean CreateOrUpdateProduct?"),
        ("createorupdateproduct", "Did you mean CreateOrUpdateProduct?"),
        ("Product", "Did you mean CreateOrUpdateProduct or DeleteProduct?"),
        ("Spaceship", "Known: CreateAssetMediaFile, CreateOrUpdateAss"),
        ("", "Known: CreateAssetMediaFile, CreateOrUpdateAss"),
    ],
)
def test_an_unknown_command_is_told_with_what_was_meant(name: str, says: str) -> None:
    """A delete is never the only suggestion for the mere name of a resource."""
    error = refusal(name, {})

    assert error.field == "command"
    assert error.reason.startswith(f"{name!r} is unknown. {says}")


def test_nothing_like_an_endless_name_is_looked_for() -> None:
    """Comparing takes time with the square of the length."""
    assert "Known:" in refusal(PRODUCT * LONGEST_NAME, {}).reason


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        ({}, "identifier", "is missing"),
        ({"identifier": "a", "famly": "b"}, "famly", "is unknown. Did you mean family?"),
        ({"identifier": "a", "Family": "b"}, "Family", "is unknown. Did you mean family?"),
        ({"identifier": "a", "xyz": 1, "zyx": 2}, "xyz", "is unknown. Known: add_categories, asso"),
        ({"identifier": "a", "updated": "x"}, "updated", "is read-only in the API: remove it"),
        ({"identifier": "a", "x": 1, "_links": {}}, "x", "is unknown. "),
    ],
)
def test_a_wrong_set_of_fields_is_told_by_its_first_fault(
    data: dict[str, Any], field: str, says: str
) -> None:
    """In the order of the line: unknown and read-only fields before missing ones."""
    error = refusal(PRODUCT, data)

    assert error.field == field
    assert error.reason.startswith(says)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (5, "a whole number"),
        (None, "null"),
        ([], "a list"),
        ("x", "a text"),
        (True, "true or false"),
    ],
)
def test_data_must_be_an_object(data: object, said: str) -> None:
    """The error says what it is instead, in words of JSON."""
    assert str(refusal(PRODUCT, data)) == f"data: expected an object, not {said}"


WRONG: list[tuple[str, object, str]] = [
    ("identifier", 5, "identifier: expected a text, not a whole number"),
    ("identifier", None, "identifier: expected a text, not null"),
    ("enabled", 1, "enabled: expected true or false, not a whole number"),
    ("enabled", "true", "enabled: expected true or false, not a text"),
    ("family", True, "family: expected a text, not true or false"),
    ("categories", "a", "categories: expected a list, not a text"),
    ("categories", ["a", 1.5], "categories[1]: expected a text, not a number"),
    ("values", [], "values: expected an object, not a list"),
    ("values", None, "values: expected a value, not null"),
    ("values", {"name": "Mug"}, "values.name: expected a list, not a text"),
    ("values", {"name": ["Mug"]}, "values.name[0]: expected an object {locale, scope, data}, not"),
    ("values", {"name": [{"data": 1}]}, "values.name[0]: locale and scope missing; give null if"),
    ("associations", {"X": []}, "associations.X: expected an object, not a list"),
    ("associations", {"X": {"products": "b"}}, "associations.X.products: expected a list, not a"),
]


@pytest.mark.parametrize(("name", "value", "says"), WRONG)
def test_a_value_of_a_wrong_type_is_told_with_its_path(name: str, value: object, says: str) -> None:
    """As deep as it stands, and in words of JSON: 5 is no text, and true is no number."""
    error = refusal(PRODUCT, {"identifier": "a", name: value})

    assert str(error).startswith(says)
    assert (error.field or "").startswith(name)


@pytest.mark.parametrize(
    ("command", "name", "value", "says"),
    [
        ("Attribute", "sort_order", "1", "sort_order: expected a whole number, not a text"),
        ("Attribute", "sort_order", 1.5, "sort_order: expected a whole number, not a number"),
        ("Attribute", "table_configuration", [1], "table_configuration[0]: expected an object"),
        ("Category", "labels", {"en_US": 5}, "labels.en_US: expected a text or null, not a whole"),
        ("Family", "attribute_requirements", {"e": "x"}, "attribute_requirements.e: expected a li"),
        ("Channel", "conversion_units", {"w": []}, "conversion_units.w: expected a text or null"),
        ("Category", "validations", 5, "validations: expected an object, not a whole number"),
    ],
)
def test_structure_is_checked_as_strictly(
    command: str, name: str, value: object, says: str
) -> None:
    """Mappings of texts, lists of objects, whole numbers."""
    error = refusal(f"CreateOrUpdate{command}", {"code": "a", name: value})

    assert str(error).startswith(says)


@pytest.mark.parametrize(
    "data",
    [
        {"family": None, "categories": None, "enabled": None},
        {"categories": [], "values": {}, "associations": {}},
        {"values": {"name": [{"locale": None, "scope": None, "data": {"any": ["thing", 1]}}]}},
    ],
)
def test_what_the_api_takes_is_taken(data: dict[str, Any]) -> None:
    """Null clears, empty lists empty, and the data of a value is the PIM's affair."""
    command = CODEC.decode(PRODUCT, {"identifier": "a", **data})

    assert CODEC.decode(PRODUCT, {"identifier": "a", **data}) == command
    assert command.key == "a"


def test_two_classes_of_one_name_cannot_both_be_registered() -> None:
    """A line could mean either."""

    @frozen
    class Put(LaneCommand):
        """The first one."""

    first = Put

    @frozen
    class Put(LaneCommand):  # type: ignore[no-redef]
        """The second one."""

    codec = JsonCodec()
    codec.register(first)
    codec.register(first)

    with pytest.raises(WiringError, match="Two command classes are called Put"):
        codec.register(Put)


def test_a_class_that_is_not_registered_has_no_name() -> None:
    """The program is at fault, not the input."""
    with pytest.raises(WiringError, match="LaneCommand is not registered"):
        JsonCodec().name_of(LaneCommand)
