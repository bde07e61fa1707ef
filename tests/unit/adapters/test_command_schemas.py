"""The JSON Schema of command classes: what it says besides the types of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from attrs import frozen
from jsonschema import Draft7Validator, Draft202012Validator

from importbus.adapters.codec import READ_ONLY, JsonCodec
from importbus.adapters.schema import (
    command_schema,
    command_schemas,
    line_document,
    schema_document,
)
from importbus.adapters.wiring import akeneo_schemas
from importbus.bus.errors import WiringError
from importbus.bus.messages import LaneCommand, Upsertable
from importbus.handlers.akeneo import COMMANDS
from schema_validation import validator

SCHEMAS = akeneo_schemas()

every_command = pytest.mark.parametrize("command_type", COMMANDS, ids=lambda each: each.__name__)


@frozen(kw_only=True)
class SetStock(Upsertable):
    """Set the stock of a ``product``. It counts pieces.

    Nothing else does.
    """

    rank: ClassVar[int] = 3
    attaches: ClassVar[str | None] = "sheet"
    json_schema: ClassVar[Mapping[str, Any]] = {
        "properties": {"pieces": {"minimum": 0}, "elsewhere": {"type": "null"}},
        "minProperties": 3,
    }

    product: str
    store: str
    pieces: int
    sheet: str = "none"
    position: int | None = None

    @property
    def key(self) -> str:
        """Store and product."""
        return f"{self.store}/{self.product}"


@frozen
class Numbered(LaneCommand):
    """A command with a key that is no text."""

    number: int

    @property
    def key(self) -> str:
        """Five digits."""
        return f"{self.number:05d}"


@frozen
class Priced(LaneCommand):
    """A command with a field of which nothing is known."""

    price: Decimal


@frozen
class PricedByText(LaneCommand):
    """The same, and it says what it is."""

    json_schema: ClassVar[Mapping[str, Any]] = {"properties": {"price": {"type": "string"}}}
    price: Decimal


def test_a_class_of_an_application_has_its_schema() -> None:
    """Fields, keyword by keyword, what the class says itself, and how it travels."""
    assert command_schema(SetStock, {"product": "product"}) == {
        "title": "SetStock",
        "description": "Set the stock of a `product`.",
        "type": "object",
        "properties": {
            "product": {"type": "string", "x-importbus-names": "product"},
            "store": {"type": "string"},
            "pieces": {"type": "integer", "minimum": 0},
            "sheet": {"type": "string", "default": "none"},
            "position": {"type": ["integer", "null"], "default": None},
        },
        "required": ["product", "store", "pieces"],
        "additionalProperties": False,
        "minProperties": 3,
        "x-importbus-key": ["store", "product"],
        "x-importbus-resource": "SetStock",
        "x-importbus-lane": "catalogue",
        "x-importbus-rank": 3,
        "x-importbus-attaches": "sheet",
        "x-importbus-read-only": sorted(READ_ONLY - {"position"}),
    }


def test_what_does_not_fold_has_no_rank() -> None:
    """A key that is made of no text is not told, rather than told wrongly."""
    schema = command_schema(Numbered)

    assert "x-importbus-rank" not in schema
    assert schema["x-importbus-key"] == []


def test_a_field_of_which_nothing_is_known_is_named_with_the_remedy() -> None:
    """A class can say it itself."""
    with pytest.raises(WiringError, match=r"Priced\.price: Decimal has no JSON Schema; say it in"):
        command_schema(Priced)
    assert command_schema(PricedByText)["properties"] == {"price": {"type": "string"}}


def test_a_codec_gives_the_schemas_of_what_it_knows() -> None:
    """Sorted by name, each with what its fields name."""
    codec = JsonCodec()
    codec.register(SetStock)
    codec.register(Numbered)
    schemas = command_schemas(codec, lambda kind: {"store": "shop"} if kind is SetStock else {})

    assert list(schemas) == ["Numbered", "SetStock"]
    assert schemas["SetStock"]["properties"]["store"]["x-importbus-names"] == "shop"


@every_command
def test_every_schema_is_one_by_both_drafts(command_type: type[LaneCommand]) -> None:
    """Draft-07 is what AsyncAPI has, 2020-12 what the documents say."""
    schema = SCHEMAS[command_type.__name__]

    Draft202012Validator.check_schema(schema_document(schema))
    Draft7Validator.check_schema(schema)


@every_command
def test_every_schema_says_what_the_class_is(command_type: type[LaneCommand]) -> None:
    """Its key is made of fields that must be there, or null would make another one."""
    schema = SCHEMAS[command_type.__name__]

    assert schema["description"].endswith(".")
    assert set(schema["required"]) & set(schema["x-importbus-key"])
    assert schema["additionalProperties"] is False
    assert not set(schema["x-importbus-read-only"]) & set(schema["properties"])


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [
        ("CreateOrUpdateAttributeOption", "x-importbus-key", ["attribute", "code"]),
        ("CreateOrUpdateProduct", "x-importbus-lane", "catalogue"),
        ("CreateOrUpdateFamily", "x-importbus-lane", "structure"),
        ("CreateReferenceEntityMediaFile", "x-importbus-lane", ["catalogue", "structure"]),
        ("CreateProductMediaFile", "x-importbus-attaches", "file"),
        ("DeleteProduct", "x-importbus-resource", "product"),
    ],
)
def test_annotations_say_what_json_schema_cannot(name: str, word: str, said: object) -> None:
    """How a command travels."""
    assert SCHEMAS[name][word] == said


PLAIN = {"locale": None, "scope": "shop", "data": 1}


@pytest.mark.parametrize(
    ("name", "field", "valid"),
    [
        ("values", {"note": [PLAIN]}, True),
        ("values", {"note": [{**PLAIN, "linked_data": {}}]}, True),
        ("values", {"note": []}, True),
        ("values", {"note": [{"locale": None, "scope": None}]}, False),
        ("values", {"note": [{"locale": None, "data": 1}]}, False),
        ("values", {"note": [{**PLAIN, "scope": 5}]}, False),
        ("values", {"note": [{**PLAIN, "chanel": None}]}, False),
        ("values", {"note": PLAIN}, False),
        ("associations", {"PACK": {"products": ["mug"]}}, True),
        ("associations", {"PACK": {"products": "mug"}}, False),
        ("associations", {"PACK": ["mug"]}, False),
        ("quantified_associations", {"KIT": {"products": [{"identifier": "mug"}]}}, True),
        ("quantified_associations", {"KIT": {"products": {"identifier": "mug"}}}, False),
    ],
)
def test_what_is_nested_has_its_shape(name: str, field: object, valid: bool) -> None:
    """As it is checked where a command is made."""
    check = validator(SCHEMAS["CreateOrUpdateProduct"])

    assert check.is_valid({"identifier": "mug", name: field}) == valid


OF_RECORD = {"code": "acme", "attribute": "logo"}


@pytest.mark.parametrize(
    ("said", "valid"),
    [
        ({}, True),
        ({"code": None, "attribute": None, "locale": None}, True),
        (OF_RECORD, True),
        ({**OF_RECORD, "channel": "shop", "locale": "en_US"}, True),
        ({"code": "acme"}, False),
        ({"code": "acme", "attribute": None}, False),
        ({"attribute": "logo"}, False),
        ({"code": None, "channel": "shop"}, False),
        ({"locale": "en_US"}, False),
    ],
)
def test_a_rule_between_fields_is_a_rule_of_the_schema(
    said: dict[str, object], valid: bool
) -> None:
    """The image of a reference entity has neither attribute nor place; a record needs the first."""
    check = validator(SCHEMAS["CreateReferenceEntityMediaFile"])

    assert check.is_valid({"reference_entity": "brand", "file": "a.png", **said}) == valid


@pytest.mark.parametrize(
    ("line", "valid"),
    [
        ({"command": "DeleteProduct", "data": {"identifier": "mug"}}, True),
        ({"command": "DeleteProduct", "data": {"code": "mug"}}, False),
        ({"command": "DeleteProductModel", "data": {"code": "mug"}}, True),
        ({"command": "Delete", "data": {"code": "mug"}}, False),
        ({"command": "DeleteProduct"}, False),
        ({"data": {"identifier": "mug"}}, False),
        ({"command": "DeleteProduct", "data": {"identifier": "mug"}, "more": 1}, False),
        ({"command": "DeleteProduct", "data": ["mug"]}, False),
    ],
)
def test_the_document_of_all_is_that_of_a_line(line: object, valid: bool) -> None:
    """The command decides what its data have to be."""
    document = line_document(SCHEMAS)

    assert list(document["$defs"]) == sorted(SCHEMAS)
    assert validator(document).is_valid(line) == valid
