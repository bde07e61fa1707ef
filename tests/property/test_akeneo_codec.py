"""Commands to JSON data and back: nothing is lost, nothing is added, three states stay three."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_type_hints

import attrs
import orjson
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.codec import JsonCodec
from importbus.bus.batches import Envelope
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.unset import UNSET
from importbus.handlers.akeneo import COMMANDS, CreateReferenceEntityMediaFile
from importbus.handlers.akeneo import commands as c
from importbus.handlers.akeneo.commands import fields as f
from importbus.handlers.akeneo.requests import line_of, shared_path
from importbus.handlers.akeneo.resources import body_of, data_of, path_of, resource_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
CODES = st.lists(TEXTS, max_size=3)
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=2)
VALUE = st.fixed_dictionaries(
    {"locale": st.none() | TEXTS, "scope": st.none() | TEXTS, "data": JSON}
)
UNSETS = st.just(UNSET)

STRATEGIES: Mapping[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    str | None: st.none() | TEXTS,
    f.Text: UNSETS | st.none() | TEXTS,
    f.Flag: UNSETS | st.none() | st.booleans(),
    f.Number: UNSETS | st.none() | INTEGERS,
    f.Codes: UNSETS | st.none() | CODES,
    f.Objects: UNSETS | st.none() | st.lists(OBJECTS, max_size=2),
    f.Labels: UNSETS | st.dictionaries(TEXTS, st.none() | TEXTS, max_size=3),
    f.Lists: UNSETS | st.dictionaries(TEXTS, CODES, max_size=2),
    f.Values: UNSETS | st.dictionaries(TEXTS, st.lists(VALUE, max_size=2), max_size=2),
    f.Units: UNSETS | st.dictionaries(TEXTS, OBJECTS, max_size=2),
    f.Links: UNSETS
    | st.dictionaries(TEXTS, st.dictionaries(TEXTS, st.lists(JSON, max_size=2), max_size=2)),
    f.Settings: UNSETS | OBJECTS,
}
"""The types of fields, and what they hold."""

ENTRIES = st.fixed_dictionaries(
    {"locale": st.none() | TEXTS, "channel": st.none() | TEXTS, "data": JSON}
)
SPECIAL: Mapping[tuple[type[LaneCommand], str], st.SearchStrategy[Any]] = {
    (c.CreateOrUpdateProductByUuid, "uuid"): st.uuids(version=4).map(str),
    (c.CreateOrUpdateProductByUuid, "identifier"): UNSETS,
    (c.DeleteProductByUuid, "uuid"): st.uuids(version=4).map(str),
    **{
        (kind, "values"): UNSETS | st.dictionaries(TEXTS, st.lists(ENTRIES, max_size=2), max_size=2)
        for kind in (c.CreateOrUpdateReferenceEntityRecord, c.CreateOrUpdateAsset)
    },
}
"""Fields that hold less than their type says."""


def drawn_of(command_type: Any) -> st.SearchStrategy[Any]:
    """Draw commands of *command_type*."""
    hints = get_type_hints(command_type)
    names = [field.name for field in attrs.fields(command_type)]
    drawn = st.fixed_dictionaries(
        {name: SPECIAL.get((command_type, name), STRATEGIES[hints[name]]) for name in names}
    )
    return drawn.map(lambda data: command_type(**_fitting(command_type, data)))


def _fitting(command_type: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Return *data* without what excludes each other: an image of an entity is no value."""
    if command_type is not CreateReferenceEntityMediaFile:
        return data
    if data["code"] is None:
        return {**data, "attribute": None, "channel": None, "locale": None}
    return {**data, "attribute": data["attribute"] or ""}


def codec() -> JsonCodec:
    """Return a codec that knows all commands."""
    codec = JsonCodec()
    for command_type in COMMANDS:
        codec.register(command_type)
    return codec


CODEC = codec()

every_command = pytest.mark.parametrize("command_type", COMMANDS, ids=lambda each: each.__name__)


@every_command
@given(data=st.data())
def test_what_is_decoded_is_what_was_encoded(
    command_type: type[LaneCommand], data: st.DataObject
) -> None:
    """Of every class, with any data that JSON can hold."""
    command = data.draw(drawn_of(command_type))
    name = CODEC.name_of(command_type)

    assert CODEC.decode(name, orjson.loads(CODEC.encode(command))) == command


@every_command
@given(data=st.data())
def test_sound_data_needs_no_second_look(
    command_type: type[LaneCommand], data: st.DataObject
) -> None:
    """What `decode` takes, `build` makes the same command of."""
    name = CODEC.name_of(command_type)
    said = orjson.loads(CODEC.encode(data.draw(drawn_of(command_type))))

    assert CODEC.build(name, said) == CODEC.decode(name, said)


@pytest.mark.parametrize(
    ("name", "data"),
    [("CreateOrUpdateProductByUuid", {"uuid": "mug"}), ("CreateOrUpdateMug", {"code": "mug"})],
)
def test_rules_that_are_more_than_shapes_are_kept(name: str, data: dict[str, Any]) -> None:
    """Those of fields stand also where shapes are known to be right."""
    with pytest.raises(InvalidCommand):
        CODEC.build(name, data)


@every_command
@given(data=st.data())
def test_what_is_left_out_is_what_was_unset(
    command_type: type[LaneCommand], data: st.DataObject
) -> None:
    """Null is written down; absence is not."""
    command = data.draw(drawn_of(command_type))
    fields = {field.name: getattr(command, field.name) for field in attrs.fields(command_type)}  # type: ignore[arg-type]
    unset = {name for name, value in fields.items() if value is UNSET}

    assert orjson.loads(CODEC.encode(command)).keys() == fields.keys() - unset


@every_command
@given(data=st.data())
def test_what_is_kept_is_what_the_pim_gets(
    command_type: type[LaneCommand], data: st.DataObject
) -> None:
    """The journal and the body of a request say the same; the body lacks what is in the path."""
    command = data.draw(drawn_of(command_type))
    kept = orjson.loads(CODEC.encode(command))

    assert kept == data_of(command)
    assert kept.keys() - body_of(command).keys() == set(resource_of(command_type).path_only)


@every_command
@given(data=st.data())
def test_what_was_encoded_before_is_sent_as_it_is(
    command_type: type[LaneCommand], data: st.DataObject
) -> None:
    """A line that is made of it has the same bytes as one that is made of the command."""
    command = data.draw(drawn_of(command_type))
    envelope: Envelope[Any] = Envelope(command, Position("a", 1), 1, 9)
    kept = evolve(envelope, data=CODEC.encode(command))

    assert line_of(kept).body == line_of(envelope).body


@every_command
@given(data=st.data())
def test_a_path_that_a_class_shares_is_that_of_each_command(
    command_type: type[LaneCommand], data: st.DataObject
) -> None:
    """Where the path names a parent or the item, there is none to share."""
    shared = shared_path(command_type)
    command = data.draw(drawn_of(command_type))

    assert shared is None or shared == path_of(command)


@pytest.mark.parametrize("data", [2**70, "\ud800", object()])
def test_what_json_cannot_say_is_an_invalid_command(data: Any) -> None:
    """Whoever dispatches it gets an error of this library."""
    command = c.CreateOrUpdateProduct(
        identifier="mug", values={"name": [{"locale": None, "scope": None, "data": data}]}
    )

    with pytest.raises(InvalidCommand, match="cannot be written as JSON"):
        CODEC.encode(command)


@pytest.mark.parametrize("name", ["updated", "position", "created"])
def test_what_the_api_only_gives_is_named_as_such(name: str) -> None:
    """It stands in exported data, and whoever imports that is told to remove it."""
    with pytest.raises(InvalidCommand, match="read-only in the API: remove it"):
        CODEC.decode("CreateOrUpdateCategory", {"code": "a", name: 1})


def test_an_identifier_in_a_product_by_uuid_is_refused_with_its_place() -> None:
    """The line is rejected, and says where an identifier goes."""
    data = {"uuid": "5e4f1f5c-6d3b-4d0e-8a57-0d6bd63f2a11", "identifier": "mug"}

    with pytest.raises(InvalidCommand, match=r"values\.<identifier attribute>") as caught:
        CODEC.decode("CreateOrUpdateProductByUuid", data)
    assert caught.value.field == "identifier"
