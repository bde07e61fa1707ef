"""Laws of the wire protocol: what was said arrives, and what is no message crashes nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.protocol import (
    EVENTS,
    decode_batch,
    decode_event,
    encode_batch,
    encode_event,
)
from importbus.adapters.transports.contract import Put, batch, command_codec
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.errors import UndecodableMessage
from importbus.bus.messages import Event, Position

CODEC = command_codec()
TEXT = st.text(max_size=20)
COUNTS = st.integers(0, 2**53 - 1)

FILES = st.builds(
    lambda name, size, reference: Attachment(name, size, "0" * 64, reference=reference),
    TEXT,
    COUNTS,
    st.none() | TEXT.filter(bool),
)
ENVELOPES = st.builds(
    lambda name, source, line, number, sends, tree, file: Envelope(
        Put(name), Position(source, line), number, len(CODEC.encode(Put(name))), sends, tree, file
    ),
    TEXT.filter(lambda text: text.isprintable()),
    TEXT.filter(lambda text: text.isprintable()),
    COUNTS,
    COUNTS,
    st.integers(0, 9),
    st.none() | TEXT.filter(bool),
    st.none() | FILES,
)
BATCHES = st.builds(
    lambda seq, lane, envelopes, round_, gated: Batch(
        "spring", "1", seq, lane, Put, tuple(envelopes), round_, gated=gated, reason="full"
    ),
    COUNTS,
    st.sampled_from([None, 0, 3]),
    st.lists(ENVELOPES, min_size=1, max_size=4),
    st.integers(0, 9),
    st.booleans(),
)
WITH_FILE = evolve(
    batch(1), envelopes=(evolve(batch(1).envelopes[0], attachment=Attachment("a", 1, "0" * 64)),)
)
VALUES = {"str": TEXT, "int": COUNTS, "float": st.floats(0, 1e9), "str | None": st.none() | TEXT}
VALUES |= {"tuple[str, ...]": st.lists(TEXT, max_size=3).map(tuple)}
VALUES |= {"dict[str, int]": st.dictionaries(TEXT, COUNTS, max_size=3)}


def events() -> st.SearchStrategy[Event]:
    """Return a strategy for every event of the protocol, from the types of its fields."""
    each: list[st.SearchStrategy[Event]] = [
        st.builds(kind, **{name: VALUES[hint] for name, hint in kind.__annotations__.items()})
        for kind in EVENTS.values()
    ]
    return st.one_of(each)


@given(BATCHES)
def test_a_batch_arrives_as_it_left(sent: Batch[Put]) -> None:
    """Whatever its commands, positions and numbers are."""
    assert decode_batch(encode_batch(sent, CODEC, lanes=4), CODEC) == sent


@given(BATCHES, st.binary(max_size=40))
def test_the_bytes_of_a_file_travel_beside_the_message(sent: Batch[Put], content: bytes) -> None:
    """They are no part of it, and belong to the one command that it has."""
    file = Attachment("mug.png", len(content), "0" * 64, content=content)
    alone = evolve(sent, envelopes=(evolve(sent.envelopes[0], attachment=file),))
    body = encode_batch(alone, CODEC, lanes=4)

    assert json.loads(body)["kind"] == "media"
    assert decode_batch(body, CODEC, content) == alone
    with pytest.raises(UndecodableMessage):
        decode_batch(body, CODEC)


@given(BATCHES)
def test_bytes_without_a_command_for_them_are_no_message(sent: Batch[Put]) -> None:
    """Nobody guesses whose file it is."""
    body = encode_batch(sent, CODEC, lanes=4)

    with pytest.raises(UndecodableMessage):
        decode_batch(body, CODEC, b"bytes")
    with pytest.raises(UndecodableMessage):
        decode_batch(body.replace(b'"batch"', b'"media"', 1), CODEC)


@given(events())
def test_an_event_arrives_as_it_left(event: Event) -> None:
    """Its class is known by its name, on every side."""
    assert decode_event(encode_event(event)) == event


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_message_is_said_to_be_none(body: bytes) -> None:
    """No other error, and no guess."""
    for decode in (lambda: decode_batch(body, CODEC), lambda: decode_event(body)):
        assert not understood(decode)


@given(st.data())
def test_a_message_with_a_wrong_part_is_understood_or_refused(data: st.DataObject) -> None:
    """Whatever stands in place of any part, and whichever part is missing: no other error."""
    message: Any = json.loads(encode_batch(batch(7), CODEC, lanes=2))
    place, name = data.draw(st.sampled_from([(message, name) for name in message] + inner(message)))
    if data.draw(st.booleans()):
        del place[name]
    else:
        place[name] = data.draw(JSON)
    body = json.dumps(message).encode()

    if understood(lambda: decode_batch(body, CODEC)):
        again = encode_batch(decode_batch(body, CODEC), CODEC, lanes=2)
        assert decode_batch(again, CODEC) == decode_batch(body, CODEC)


@given(st.data())
def test_what_is_not_known_in_a_message_is_not_passed_over(data: st.DataObject) -> None:
    """A word of a newer version, in whatever part, might change what the others mean."""
    message: Any = json.loads(encode_batch(WITH_FILE, CODEC, lanes=2))
    item = message["items"][0]
    place = data.draw(st.sampled_from([message, item, item["position"], item["media"]]))
    place[data.draw(TEXT.filter(lambda name: name not in place))] = data.draw(JSON)

    with pytest.raises(UndecodableMessage):
        decode_batch(json.dumps(message).encode(), CODEC)


@pytest.mark.parametrize("version", [0, 2, True, "1", None])
def test_another_version_is_not_understood(version: Any) -> None:
    """Whoever sent it means more, or something else."""
    message = json.loads(encode_batch(batch(7), CODEC, lanes=2)) | {"v": version}

    with pytest.raises(UndecodableMessage, match="its version is"):
        decode_batch(json.dumps(message).encode(), CODEC)


@pytest.mark.parametrize("lanes", [0, -1, "4", None])
def test_a_fleet_without_lanes_is_not_understood(lanes: Any) -> None:
    """Also where the batch travels in the structure lane, for which the number does not matter."""
    message = json.loads(encode_batch(batch(7), CODEC, lanes=2))
    body = json.dumps({**message, "lane": "structure", "lanes": lanes}).encode()

    with pytest.raises(UndecodableMessage, match="lanes"):
        decode_batch(body, CODEC)


@pytest.mark.parametrize("after", ["phase 2", "", 0, ["structure"]])
def test_a_gate_that_is_not_known_is_not_passed_by(after: Any) -> None:
    """The batch would be sent before what it has to wait for."""
    message = json.loads(encode_batch(batch(7), CODEC, lanes=2)) | {"after": after}

    with pytest.raises(UndecodableMessage, match="it is to go after"):
        decode_batch(json.dumps(message).encode(), CODEC)


def inner(message: Any) -> list[tuple[Any, str]]:
    """Return the parts of the first item, and of its position and data."""
    item = message["items"][0]
    return [(d, n) for d in (item, item["position"], item["data"]) for n in d]


def understood(decode: Any) -> bool:
    """Return whether *decode* finds a message; another error than the one for this is raised."""
    try:
        decode()
    except UndecodableMessage:
        return False
    return True


def test_what_is_not_known_of_a_position_is_not_passed_over() -> None:
    """Also in an item that is otherwise as most are."""
    message: Any = json.loads(encode_batch(batch(7), CODEC, lanes=2))
    item = message["items"][0]
    del item["tree"]
    decode_batch(json.dumps(message).encode(), CODEC)
    item["position"]["column"] = 3

    with pytest.raises(UndecodableMessage, match="column is not known here"):
        decode_batch(json.dumps(message).encode(), CODEC)


@given(BATCHES)
def test_messages_without_sizes_stay_readable(sent: Batch[Put]) -> None:
    """Those of older versions, and of producers that do not count bytes: they are counted here."""
    message: Any = json.loads(encode_batch(sent, CODEC, lanes=4))
    for item in message["items"]:
        assert item.pop("size") == len(CODEC.encode(Put(item["data"]["name"])))

    assert decode_batch(json.dumps(message).encode(), CODEC) == sent


@pytest.mark.parametrize("name", ["line", "number", "size"])
@pytest.mark.parametrize("wrong", [-1, True, 1.0, "1", None])
def test_a_count_is_a_whole_number(name: str, wrong: object) -> None:
    """Of an item that is otherwise as it should be; the message says which one is not."""
    message: Any = json.loads(encode_batch(batch(7), CODEC, lanes=2))
    item = message["items"][0]
    del item["tree"]  # it has the usual parts then, and no others
    (item["position"] if name == "line" else item)[name] = wrong

    with pytest.raises(UndecodableMessage, match=f"its {name} is {wrong!r}, not a number"):
        decode_batch(json.dumps(message).encode(), CODEC)


@given(TEXT)
def test_data_that_was_kept_is_not_encoded_again(name: str) -> None:
    """The message is the same to the byte, whoever encoded it."""
    fresh = Envelope(Put(name), Position("a", 1), 1, len(CODEC.encode(Put(name))))
    kept = evolve(fresh, data=CODEC.encode(Put(name)))
    one, other = (
        encode_batch(Batch("spring", "1", 1, 0, Put, (envelope,)), CODEC, lanes=4)
        for envelope in (fresh, kept)
    )

    assert one == other
