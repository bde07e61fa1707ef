"""Batches and events as AMQP messages."""

from __future__ import annotations

import orjson
import pytest
from attrs import evolve

from importbus.adapters.transports.contract import Put, batch, command_codec, with_file
from importbus.adapters.transports.rabbitmq.messages import (
    MESSAGE_HEADER,
    MOST_IN_HEADERS,
    BatchMessages,
    Message,
    event_message,
    json_of,
    returned_message,
    uncounted_in,
)
from importbus.bus.batches import Batch
from importbus.bus.errors import ConfigurationError, InvalidCommand, UndecodableMessage
from importbus.bus.messages import ImportStarted, Position

MESSAGES = BatchMessages(command_codec(), 2)


def test_the_properties_of_a_batch() -> None:
    """What a program of any language needs to know before it reads the body."""
    message = MESSAGES.encode(batch(7), at=1000.9).on_attempt(3)

    assert (message.id, message.correlation, message.kind) == ("spring/1/7", "spring", "batch")
    assert (message.content_type, message.timestamp) == ("application/json", 1000)
    assert message.headers == {"x-importbus-v": 1, "x-command": "Put", "x-attempt": 3}
    assert orjson.loads(message.body)["batch_id"] == "spring/1/7"


def test_a_batch_is_what_was_encoded() -> None:
    """The lane, the commands and where they were read included."""
    sent = evolve(batch(7, None), gated=True, reason="linger")

    assert MESSAGES.decode(MESSAGES.encode(sent, at=0)) == sent


def test_a_file_is_the_body_of_its_message() -> None:
    """Nothing is encoded a second time, and the JSON is where any client finds it."""
    sent = with_file(batch(7), b"\x89PNG")
    message = MESSAGES.encode(sent, at=0)

    assert (message.body, message.kind) == (b"\x89PNG", "media")
    assert message.content_type == "application/octet-stream"
    assert orjson.loads(message.headers[MESSAGE_HEADER])["kind"] == "media"
    assert MESSAGES.decode(message) == sent


def test_an_empty_file_is_a_file() -> None:
    """An empty body is not a missing one."""
    sent = with_file(batch(7), b"")

    assert MESSAGES.decode(MESSAGES.encode(sent, at=0)) == sent


def from_source(name: str) -> Batch[Put]:
    """Return a batch with a file whose JSON is as long as *name* makes it."""
    sent = with_file(batch(7), b"png")
    return evolve(sent, envelopes=(evolve(sent.envelopes[0], position=Position(name, 1)),))


def test_a_command_that_does_not_fit_beside_its_file_is_refused() -> None:
    """All headers share one frame, so the limit is told before the broker cuts the connection."""
    spare = MOST_IN_HEADERS - len(json_of(MESSAGES.encode(from_source(""), at=0)))
    fits = MESSAGES.encode(from_source("x" * spare), at=0)

    assert len(json_of(fits)) == MOST_IN_HEADERS
    with pytest.raises(InvalidCommand, match=r"spring/1/7 has 120,001 bytes beside its file"):
        MESSAGES.encode(from_source("x" * (spare + 1)), at=0)


def test_an_import_id_that_is_too_long_is_refused() -> None:
    """A broker takes 255 bytes, whatever the number of letters."""
    fits = evolve(batch(7), import_id="é" * 125 + "x")

    assert MESSAGES.encode(fits, at=0).id == fits.id
    with pytest.raises(ConfigurationError, match=r"has 256 bytes.*shorter import id"):
        MESSAGES.encode(evolve(batch(7), import_id="é" * 126), at=0)


@pytest.mark.parametrize("header", [{}, {MESSAGE_HEADER: 7}, {MESSAGE_HEADER: "{"}])
def test_a_file_without_its_json_is_no_message(header: dict[str, object]) -> None:
    """It is told, and crashes nobody."""
    with pytest.raises(UndecodableMessage):
        MESSAGES.decode(Message(b"png", "spring/1/7", kind="media", headers=header))


def test_json_of_a_header_may_have_come_as_bytes() -> None:
    """Clients of other languages write strings of either kind."""
    message = MESSAGES.encode(with_file(batch(7), b"png"), at=0)
    text = message.headers[MESSAGE_HEADER].encode()

    assert json_of(evolve(message, headers={MESSAGE_HEADER: text})) == text


def test_an_event_names_its_kind_and_its_import() -> None:
    """So that a listener can choose by the routing key."""
    message = event_message(ImportStarted("spring", "shop"), at=5.5)

    assert (message.kind, message.correlation, message.timestamp) == ("ImportStarted", "spring", 5)


@pytest.mark.parametrize(
    ("note", "uncounted"),
    [
        (returned_message("spring/1/7", 3), 3),
        (returned_message("spring/1/8", 3), 0),
        (None, 0),
        (Message(b"{", "spring/1/7"), 0),
        (Message(b'{"v": 2}', "spring/1/7"), 0),
    ],
)
def test_a_note_is_of_one_batch(note: Message | None, uncounted: int) -> None:
    """What cannot be read lets every delivery count, which is the safe side."""
    assert uncounted_in(note, "spring/1/7") == uncounted
