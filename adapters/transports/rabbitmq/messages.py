"""Batches and events as AMQP messages: body, properties, headers; see ``docs/transports.md``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from attrs import evolve, field, frozen

from importbus.adapters.media import MediaFiles
from importbus.adapters.protocol import (
    VERSION,
    content_of,
    decode_batch,
    encode_batch,
    encode_event,
)
from importbus.bus.batches import Batch
from importbus.bus.errors import ConfigurationError, InvalidCommand, UndecodableMessage
from importbus.bus.messages import Event
from importbus.bus.ports import Codec

APP = "importbus"

JSON = "application/json"

FILE = "application/octet-stream"
"""The content type of messages whose body is a file."""

MESSAGE_HEADER = "x-importbus-message"
"""Has the JSON of a message whose body is a file."""

MOST_IN_HEADERS = 120_000
"""Bytes of that JSON: all headers travel in one frame, of 131,072 bytes at the most.

Source: AMQP 0-9-1, section 4.2.3; ``frame_max`` of RabbitMQ and pika.
"""

MOST_WITH_OUTCOMES = 130_000
"""The same for outcomes, which say what their batch said and a little more."""

MOST_IN_A_NAME = 255
"""Bytes of a batch id or an import id. Source: AMQP 0-9-1, section 4.2.5.3, short strings."""


@frozen
class Message:
    """A message to be sent, or one that has arrived.

    Attributes:
        body: The bytes.
        id: The batch id; empty for what has none.
        correlation: The import id; empty for what has none.
        kind: As in the JSON.
        content_type: What the body is.
        headers: By their names; values as AMQP has them.
        timestamp: When it was made, in seconds since 1970.
        reply_to: The queue that an answer goes to; empty for what asks nothing.
        expires: Seconds after which the broker forgets it, if nobody has it by then; 0 for never.
    """

    body: bytes = field(repr=False)
    id: str = ""
    correlation: str = ""
    kind: str = ""
    content_type: str = JSON
    headers: Mapping[str, Any] = field(factory=dict, repr=False)
    timestamp: int = 0
    reply_to: str = ""
    expires: int = 0

    @property
    def size(self) -> int:
        """The bytes that are kept for it, about."""
        return len(self.body) + len(self.headers.get(MESSAGE_HEADER, ""))

    def on_attempt(self, number: int) -> Message:
        """Return the message as it is published for the *number*-th time."""
        return evolve(self, headers={**self.headers, "x-attempt": number})


@frozen
class BatchMessages:
    """Batches to messages and back, for a fleet with so many catalogue *lanes*."""

    codec: Codec
    lanes: int
    files: MediaFiles = MediaFiles()

    def encode(self, batch: Batch[Any], *, at: float) -> Message:
        """Return the message of *batch*, made *at* that time.

        Raises:
            ConfigurationError: The import id is too long for this transport.
            InvalidCommand: A command that goes with a file is too large for the headers.
        """
        text, content = encode_batch(batch, self.codec, lanes=self.lanes), content_of(batch)
        if len(batch.id.encode()) > MOST_IN_A_NAME:
            raise ConfigurationError(
                f"The batch id {batch.id[:60]}... has {len(batch.id.encode())} bytes, and RabbitMQ"
                f" takes {MOST_IN_A_NAME}: choose a shorter import id."
            )
        headers = {"x-importbus-v": VERSION, "x-command": self.codec.name_of(batch.command_type)}
        message = Message(text, batch.id, batch.import_id, "batch", JSON, headers, int(at))
        return message if content is None else _with_file(message, content)

    def decode(self, message: Message) -> Batch[Any]:
        """Return the batch of *message*.

        Raises:
            UndecodableMessage: It is none, or not of this version.
            ConfigurationError: Its file is in the folder that all share, and there is none here.
        """
        content = content_in(message)
        return decode_batch(json_of(message), self.codec, content, self.files.unpack)


def content_in(message: Message) -> bytes | None:
    """Return the bytes of the file that *message* brings; None when it brings none."""
    return message.body if _is_file(message) else None


def json_of(message: Message) -> bytes:
    """Return the JSON of *message*, wherever it is; raises ``UndecodableMessage``."""
    if not _is_file(message):
        return message.body
    text = message.headers.get(MESSAGE_HEADER)
    if not isinstance(text, str | bytes):
        raise UndecodableMessage(f"it is a file, and its header {MESSAGE_HEADER} is no text")
    return text.encode() if isinstance(text, str) else text


def event_message(event: Event, *, at: float) -> Message:
    """Return the message of *event*, told *at* that time."""
    kind = type(event).__name__
    correlation = str(getattr(event, "import_id", ""))
    return plain_message(kind, encode_event(event), correlation=correlation, at=at)


def plain_message(
    kind: str, body: bytes, *, id: str = "", correlation: str = "", at: float = 0.0
) -> Message:
    """Return the message of that *kind* whose JSON is *body*, made *at* that time."""
    headers = {"x-importbus-v": VERSION}
    return Message(body, id, correlation[:MOST_IN_A_NAME], kind, JSON, headers, int(at))


def outcomes_message(body: bytes, content: bytes | None, batch_id: str, *, at: float) -> Message:
    """Return the message of the outcomes of a batch, *content* being the file of a parked command.

    Raises:
        InvalidCommand: The JSON is too large for the headers, where it stands beside a file.
    """
    import_id = batch_id.partition("/")[0]
    message = plain_message("outcomes", body, id=batch_id, correlation=import_id, at=at)
    return message if content is None else _with_its_kind(message, content)


def returned_message(batch_id: str, uncounted: int) -> Message:
    """Return the note that so many deliveries of *batch_id* do not count."""
    body = orjson.dumps({"v": VERSION, "batch_id": batch_id, "uncounted": uncounted})
    return Message(body, batch_id, kind="returned", headers={"x-importbus-v": VERSION})


def uncounted_in(note: Message | None, batch_id: str) -> int:
    """Return how many deliveries of *batch_id* do not count by *note*; 0 if it is of another."""
    if note is None or note.id != batch_id:
        return 0
    try:
        return int(orjson.loads(note.body)["uncounted"])
    except (ValueError, KeyError, TypeError):  # a note of some other version: all of them count
        return 0


def _is_file(message: Message) -> bool:
    return message.kind == "media" or message.content_type == FILE


def _with_its_kind(message: Message, content: bytes) -> Message:
    return evolve(_with_file(message, content, MOST_WITH_OUTCOMES), kind=message.kind)


def _with_file(message: Message, content: bytes, most: int = MOST_IN_HEADERS) -> Message:
    """Return *message* with *content* as its body, and its JSON as a header."""
    text = message.body
    if len(text) > most:
        raise InvalidCommand(
            f"The command of batch {message.id} has {len(text):,} bytes beside its file, and"
            f" {most:,} travel with one through RabbitMQ."
        )
    headers = {**message.headers, MESSAGE_HEADER: text.decode()}
    return evolve(
        message,
        body=content,
        kind="media",
        content_type=FILE,
        headers=headers,
    )
