"""Laws of the schemas: what a schema takes is what the code takes, and what it sends."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.property.akeneo_strategies import KINDS, Kind

from importbus.adapters.codec import READ_ONLY
from importbus.adapters.protocol import (
    EVENTS,
    decode_batch,
    decode_event,
    encode_batch,
    encode_event,
)
from importbus.adapters.wiring import open_codec
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.errors import InvalidCommand, UndecodableMessage
from importbus.bus.messages import Event, LaneCommand, PimPaused, Position
from importbus.bus.unset import UNSET, Unset
from importbus.handlers.akeneo import COMMANDS
from schema_validation import data_validator, payload_validator

CODEC = open_codec()

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
PARTS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda one: not one.is_integer())
"""Numbers that are not whole: 1.0 is one to JSON Schema, and none to importbus."""

SCALARS = st.none() | st.booleans() | INTEGERS | PARTS | TEXTS
NOISE = SCALARS | st.lists(TEXTS, max_size=2) | st.dictionaries(TEXTS, SCALARS, max_size=2)
"""What may stand in a wrong place; no list of others than texts, into which the codec looks less
deep than a schema where it stands in an object."""

JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
FAULTS: Mapping[str, st.SearchStrategy[Any]] = {
    "locale": INTEGERS,
    "scope": INTEGERS,
    "channel": INTEGERS,
    "linked_data": JSON,
    "more": JSON,
}
"""What does not belong into a value, or not there, or is passed over."""


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a value, its channel called either way, mostly without a fault."""
    place = draw(st.sampled_from(["scope", "channel"]))
    value = {"locale": draw(st.none() | TEXTS), place: draw(st.none() | TEXTS), "data": draw(JSON)}
    match draw(st.sampled_from(["fine", "fine", "too few", "wrong"])):
        case "too few":
            del value[draw(st.sampled_from(sorted(value)))]
        case "wrong":
            name = draw(st.sampled_from(sorted(FAULTS)))
            value[name] = draw(FAULTS[name])
    return value


PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    Any: JSON,
    bool: st.booleans(),
    float: PARTS,
    int: INTEGERS,
    str: TEXTS | st.uuids(version=4).map(str),
    type(None): st.none(),
    Unset: st.just(UNSET),
    Mapping[str, Any]: values() | st.dictionaries(TEXTS, JSON, max_size=2),
}

EVERY_COMMAND = st.sampled_from(COMMANDS)
every_command = pytest.mark.parametrize("command_type", COMMANDS, ids=lambda each: each.__name__)


def of(kind: Any, noise: int = 0) -> st.SearchStrategy[Any]:
    """Draw what the type *kind* says, and down to the depth of *noise* also what it does not."""
    typed = PLAIN[kind] if kind in PLAIN else _of_parts(kind, noise - 1)
    return typed | NOISE if noise > 0 else typed


def _of_parts(kind: Any, noise: int) -> st.SearchStrategy[Any]:
    parts = get_args(kind)
    if get_origin(kind) in (Union, UnionType):
        return st.one_of([of(part, noise + 1 if part not in PLAIN else 0) for part in parts])
    if get_origin(kind) is Mapping:
        return st.dictionaries(TEXTS, of(parts[1], noise), max_size=2)
    assert get_origin(kind) is Sequence
    return st.lists(of(parts[0], noise), max_size=2)


def data_of(command_type: Any, noise: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Draw data for *command_type*: no noise means that every field has its type."""
    hints = get_type_hints(command_type)
    each = {name: of(hints[name], noise) for name in fields_of(command_type)}
    must = {name: each.pop(name) for name in required_of(command_type)}
    drawn = st.fixed_dictionaries(must, optional=each)
    return drawn.map(lambda all_of: {name: one for name, one in all_of.items() if one is not UNSET})


def accepted(command_type: type[LaneCommand], data: object) -> LaneCommand | None:
    """Return the command that *data* say; None when the codec refuses them."""
    try:
        return CODEC.decode(command_type.__name__, data)
    except InvalidCommand:
        return None


def commands(command_type: type[LaneCommand]) -> st.SearchStrategy[Any]:
    """Draw commands of *command_type*, whatever rules there are between its fields."""
    drawn = data_of(command_type).map(lambda data: accepted(command_type, data))
    return drawn.filter(lambda command: command is not None)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.command_type.__name__)
@given(data=st.data())
def test_every_command_that_a_pim_takes_is_valid(kind: Kind, data: st.DataObject) -> None:
    """As it is written into files, messages and the journal."""
    command = data.draw(kind.commands(data.draw(st.sampled_from(kind.codes))))
    written = json.loads(CODEC.encode(command))

    data_validator(CODEC.name_of(kind.command_type)).validate(written)


@every_command
@given(data=st.data())
def test_a_schema_takes_what_the_codec_takes(
    command_type: type[LaneCommand], data: st.DataObject
) -> None:
    """Of data of the right types and of wrong ones, with rules between fields and without."""
    drawn = data.draw(data_of(command_type, noise=data.draw(st.sampled_from([0, 0, 1, 2]))))
    valid = data_validator(command_type.__name__).is_valid(drawn)

    assert valid == (accepted(command_type, drawn) is not None)


@given(EVERY_COMMAND, st.data())
def test_a_field_too_many_or_too_few_is_refused_by_both(
    command_type: type[LaneCommand], data: st.DataObject
) -> None:
    """A name that is not known, one that is read-only, and one that must be there."""
    drawn = json.loads(CODEC.encode(data.draw(commands(command_type))))
    unknown = st.sampled_from(sorted(READ_ONLY)) | TEXTS
    name = data.draw(unknown.filter(lambda one: one not in fields_of(command_type)))
    missing = data.draw(st.sampled_from(required_of(command_type)))

    for wrong in (
        {**drawn, name: 1},
        {n: one for n, one in drawn.items() if n != missing},
        [drawn],
    ):
        assert accepted(command_type, wrong) is None
        assert not data_validator(command_type.__name__).is_valid(wrong)


def fields_of(command_type: Any) -> list[str]:
    """Return the names of the fields of *command_type*."""
    return [field.name for field in attrs.fields(command_type)]


def required_of(command_type: Any) -> list[str]:
    """Return the names of those that must be there."""
    return [f.name for f in attrs.fields(command_type) if f.default is attrs.NOTHING]


COUNTS = st.integers(0, 2**63 - 1)
SHA256 = st.text("0123456789abcdef", min_size=64, max_size=64)
IMPORT_IDS = st.from_regex(r"[A-Za-z0-9._-]{1,100}", fullmatch=True)
PRODUCERS = st.sampled_from(["1", "2", "1.1", "r3"])
POSITIONS = st.builds(Position, TEXTS, COUNTS)
CONTENTS = st.none() | st.binary(max_size=9)
REFERENCES = st.none() | TEXTS.filter(bool)


@st.composite
def files(draw: st.DrawFn) -> Attachment:
    """Draw a file that travels: with its bytes, or as a reference."""
    content, reference = draw(CONTENTS), draw(REFERENCES)
    name, size, digest = draw(TEXTS), draw(COUNTS), draw(SHA256)
    return Attachment(name, size, digest, content=content, reference=reference)


@st.composite
def batches(draw: st.DrawFn, command_type: type[LaneCommand]) -> Batch[Any]:
    """Draw a batch of *command_type* as it is published: with a file it is alone."""
    attaches = command_type.attaches is not None
    drawn = st.builds(
        Envelope,
        commands(command_type),
        POSITIONS,
        COUNTS,
        st.just(1),
        st.integers(0, 9),
        REFERENCES,
        files() if attaches else st.none(),
    )
    envelopes = draw(st.lists(drawn, min_size=1, max_size=1 if attaches else 3))
    return Batch(
        draw(IMPORT_IDS),
        draw(PRODUCERS),
        draw(COUNTS),
        draw(st.sampled_from([None, 0, 3])),
        command_type,
        tuple(envelopes),
        draw(st.integers(0, 9)),
        gated=draw(st.booleans()),
        reason=draw(st.sampled_from(["full", "round"])),
    )


@given(EVERY_COMMAND.flatmap(batches))
def test_every_batch_that_is_sent_is_valid(batch: Batch[Any]) -> None:
    """As the message that its kind says, and as no other."""
    body = json.loads(encode_batch(batch, CODEC, lanes=4))
    other = {"batch": "media", "media": "batch"}[body["kind"]]

    payload_validator(body["kind"]).validate(body)
    assert not payload_validator(other).is_valid(body)


@st.composite
def events(draw: st.DrawFn, kind: type[Event]) -> Event:
    """Draw an event of *kind*."""
    special: Mapping[str, st.SearchStrategy[Any]] = {
        "import_id": IMPORT_IDS,
        "batch_id": st.builds("{}/{}/{}".format, IMPORT_IDS, PRODUCERS, COUNTS),
        "outcomes": st.dictionaries(TEXTS, COUNTS, max_size=3),
        "missing": st.lists(TEXTS, max_size=2).map(tuple),
        "milliseconds": st.floats(0, 1e12),
        "until": st.floats(0, 1e12),
    }
    hints = get_type_hints(kind)
    return kind(
        **{name: draw(special[name] if name in special else of(hints[name])) for name in hints}
    )


@pytest.mark.parametrize("name", EVENTS)
@given(data=st.data())
def test_every_event_that_is_told_is_valid(name: str, data: st.DataObject) -> None:
    """As the message of its name, and as no other event."""
    body = json.loads(encode_event(data.draw(events(EVENTS[name]))))

    payload_validator(name).validate(body)
    assert [other for other in EVENTS if payload_validator(other).is_valid(body)] == [name]


FORGIVEN = ("import_id", "batch_id", "sha256")
"""What has a form in the schema, and to importbus only has to be the same in two places."""


@given(EVERY_COMMAND.flatmap(batches), st.data())
def test_a_payload_takes_what_is_understood(batch: Batch[Any], data: st.DataObject) -> None:
    """With anything in place of any part, with a part too few, and with one too many."""
    message: Any = json.loads(encode_batch(batch, CODEC, lanes=4))
    kind, content = message["kind"], b"bytes" if message["kind"] == "media" else None
    item = message["items"][0]
    places = [message, item, item["position"], item["data"], item.get("media", item)]
    _spoil(data, data.draw(st.sampled_from(places)))
    lane, lanes = message.get("lane"), message.get("lanes")
    assume(not (isinstance(lane, int) and isinstance(lanes, int) and lane >= lanes))

    valid = payload_validator(kind).is_valid(message)
    assert valid == understood(json.dumps(message).encode(), content)


def _spoil(data: st.DataObject, place: dict[str, Any]) -> None:
    names = st.sampled_from([name for name in place if name not in FORGIVEN]) | TEXTS
    name = data.draw(names)
    if name in place and data.draw(st.booleans()):
        del place[name]
    else:
        place[name] = data.draw(NOISE)


def understood(body: bytes, content: bytes | None) -> bool:
    """Return whether a worker takes the message *body*."""
    try:
        decode_batch(body, CODEC, content)
    except UndecodableMessage:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "data", "valid"),
    [
        ("CreateOrUpdateAttribute", '{"code": "a", "sort_order": 1.0}', True),
        ("CreateOrUpdateAttribute", f'{{"code": "a", "sort_order": {2**64}}}', True),
        ("CreateOrUpdateAttribute", f'{{"code": "a", "sort_order": {-(2**63) - 1}}}', True),
        ("CreateOrUpdateAttribute", r'{"code": "\ud800"}', True),
        ("CreateOrUpdateFamily", '{"code": "a", "attribute_requirements": {"shop": [1]}}', False),
    ],
)
def test_where_a_schema_and_the_codec_differ(name: str, data: str, valid: bool) -> None:
    """As `docs/protocol.md` lists it: a schema knows nothing of widths, and looks deeper."""
    assert data_validator(name).is_valid(json.loads(data)) == valid
    assert readable(name, data) != valid


def readable(name: str, data: str) -> bool:
    """Return whether a line of a file with *data* is a command."""
    try:
        return accepted(CODEC.type_of(name), orjson.loads(data)) is not None
    except orjson.JSONDecodeError:
        return False


@pytest.mark.parametrize(
    ("changed", "valid"),
    [
        ({"batch_id": "autumn/1/1"}, True),
        ({"lane": 4}, True),
        ({"batch_id": "a b/1/1", "import_id": "a b"}, False),
    ],
)
def test_where_a_payload_and_a_worker_differ(changed: dict[str, object], valid: bool) -> None:
    """As `docs/protocol.md` lists it: a schema compares no two parts of a message."""
    envelope = Envelope(
        CODEC.decode("DeleteProduct", {"identifier": "mug"}), Position("a", 1), 1, 1
    )
    batch: Any = Batch("spring", "1", 1, 0, type(envelope.command), (envelope,))
    message = json.loads(encode_batch(batch, CODEC, lanes=4)) | changed

    assert payload_validator("batch").is_valid(message) == valid
    assert understood(json.dumps(message).encode(), None) != valid


def test_numbers_of_events_may_come_as_text() -> None:
    """No schema takes them, and nobody sends them."""
    message = {"v": 1, "kind": "PimPaused", "until": "1.5"}

    assert decode_event(json.dumps(message).encode()) == PimPaused(1.5)
    assert not payload_validator("PimPaused").is_valid(message)
