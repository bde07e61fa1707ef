"""The wire protocol, version 1: batches and events as UTF-8 JSON, for any language.

Names on the wire are stable aliases from the codec and from `EVENTS`, never Python paths. What is
not understood raises `UndecodableMessage`: no message can crash a worker, and none is guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from attrs import evolve
from cattrs import BaseValidationError
from cattrs.preconf.orjson import make_converter

from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.errors import InvalidCommand, UndecodableMessage
from importbus.bus.messages import (
    BatchSettled,
    Event,
    ImportFinished,
    ImportProgress,
    ImportStalled,
    ImportStarted,
    PhaseSettled,
    PimPaused,
    Position,
)
from importbus.bus.ports import Codec

VERSION = 1

STRUCTURE = "structure"
"""How the structure lane is called on the wire, and what gated batches go after."""

EVENTS: Mapping[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        BatchSettled,
        ImportFinished,
        ImportProgress,
        ImportStalled,
        ImportStarted,
        PhaseSettled,
        PimPaused,
    )
}
"""The events that leave a process, by their names on the wire."""

IN_BATCH = frozenset(
    {
        *("v", "kind", "batch_id", "import_id", "lane", "lanes", "round", "after", "reason"),
        *("command", "items"),
    }
)
"""What a batch says."""

IN_ITEM = frozenset({"position", "number", "size", "data", "sends", "tree", "media"})
"""What an item may say."""

IN_POSITION = frozenset({"source", "line"})
"""What a position says."""

IN_MEDIA = frozenset({"name", "size", "sha256", "reference"})
"""What may be said of a file."""

MOST_WHOLE = 2**63 - 1
"""The largest whole number in a message beside the data of commands: SQLite keeps no larger one."""

_events = make_converter(forbid_extra_keys=True)


def encode_batch(batch: Batch[Any], codec: Codec, *, lanes: int) -> bytes:
    """Return the message of *batch*; *lanes* is the number of catalogue lanes of the fleet.

    The bytes of a file are no part of it: they travel beside it, see ``content_of``.
    """
    message = {
        "v": VERSION,
        "kind": "batch" if content_of(batch) is None else "media",
        "batch_id": batch.id,
        "import_id": batch.import_id,
        "lane": STRUCTURE if batch.lane is None else batch.lane,
        "lanes": lanes,
        "round": batch.round,
        "after": STRUCTURE if batch.gated else None,
        "reason": batch.reason,
        "command": codec.name_of(batch.command_type),
    }
    # What is long is not given to orjson, which would copy it several times as its text grows.
    return b'%b,"items":[%b]}' % (orjson.dumps(message)[:-1], b",".join(_items(batch, codec)))


def content_of(batch: Batch[Any]) -> bytes | None:
    """Return the bytes of the file that travel with *batch*, which then holds one command."""
    attachment = batch.envelopes[0].attachment
    return attachment.content if attachment else None


def decode_batch(
    body: bytes,
    codec: Codec,
    content: bytes | None = None,
    unpack: Callable[[Attachment], Attachment] = lambda attachment: attachment,
) -> Batch[Any]:
    """Return the batch that *body* says.

    Args:
        body: The message.
        codec: Knows the commands.
        content: The bytes of a file that came with it.
        unpack: Returns a file that has travelled as this process can read it.

    Raises:
        UndecodableMessage: It is no JSON, no batch of this version, or names a command or a field
            that is not known here; the message says which.
    """
    message = message_in(body)
    expected = "batch" if content is None else "media"
    found = message.get("kind")
    _expect(found == expected, f"its kind is {found!r}, not {expected!r}")
    return batch_in(message, codec, content, unpack)


def batch_in(
    message: Mapping[str, Any],
    codec: Codec,
    content: bytes | None = None,
    unpack: Callable[[Attachment], Attachment] = lambda attachment: attachment,
) -> Batch[Any]:
    """Return the batch that an object of JSON says, of either kind; else as ``decode_batch``."""
    try:
        return _unpacked(_batch(message, codec), content, unpack)
    except InvalidCommand as error:
        raise UndecodableMessage(f"{message.get('batch_id')}: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UndecodableMessage(f"it is no batch: {type(error).__name__} {error}") from error


def encode_event(event: Event) -> bytes:
    """Return the message of *event*."""
    body = {"v": VERSION, "kind": type(event).__name__, **_events.unstructure(event)}
    return orjson.dumps(body)


def decode_event(body: bytes) -> Event:
    """Return the event that *body* says; raises ``UndecodableMessage``."""
    message = message_in(body)
    kind = EVENTS.get(str(message.pop("kind", None)))
    _expect(kind is not None, "its kind is no event")
    del message["v"]
    try:
        event: Event = _events.structure(message, kind)  # type: ignore[arg-type]
    except (BaseValidationError, TypeError, ValueError) as error:
        raise UndecodableMessage(f"it is no {kind.__name__}") from error  # type: ignore[union-attr]
    return event


def _items(batch: Batch[Any], codec: Codec) -> list[bytes]:
    """Return the items of *batch*, put together from JSON that is there already."""
    items = []
    source, source_json = None, b""  # nearly always the same as that of the item before
    for envelope in batch.envelopes:
        position = envelope.position
        if position.source != source:
            source, source_json = position.source, orjson.dumps(position.source)
        special = envelope.sends or envelope.tree or envelope.attachment
        items.append(
            b'{"position":{"source":%b,"line":%d},"number":%d,"size":%d%b,"data":%b}'
            % (
                source_json,
                position.line,
                envelope.number,
                envelope.size,
                _special(envelope) if special else b"",
                envelope.data or codec.encode(envelope.command),
            )
        )
    return items


def _special(envelope: Envelope[Any]) -> bytes:
    """Return what few items have, to stand in the middle of one."""
    special = {"sends": envelope.sends, "tree": envelope.tree, "media": _media(envelope)}
    kept = {name: value for name, value in special.items() if value}
    return b",%b" % orjson.dumps(kept)[1:-1]


def _media(envelope: Envelope[Any]) -> dict[str, Any] | None:
    """Return what is said of the file that goes along; ``reference`` only where no bytes do."""
    file = envelope.attachment
    if file is None:
        return None
    said = {"name": file.name, "size": file.size, "sha256": file.sha256}
    return said | ({"reference": file.reference} if file.reference else {})


def _attachment(said: Mapping[str, Any]) -> Attachment:
    _expect_only(said, IN_MEDIA)
    reference = _text(said, "reference") if "reference" in said else None
    return Attachment(
        _text(said, "name"), _number(said, "size"), _text(said, "sha256"), reference=reference
    )


def _unpacked(
    batch: Batch[Any], content: bytes | None, unpack: Callable[[Attachment], Attachment]
) -> Batch[Any]:
    """Return *batch* with its files as this process can read them."""
    if not any(envelope.attachment for envelope in batch.envelopes):
        _expect(content is None, "there are bytes, and none of its commands names a file")
        return batch
    _expect(content is None or len(batch) == 1, "there are bytes of one file for several commands")
    envelopes = (
        evolve(one, attachment=unpack(evolve(one.attachment, content=content)))
        if one.attachment
        else one
        for one in batch.envelopes
    )
    return evolve(batch, envelopes=tuple(envelopes))


def message_in(body: bytes) -> dict[str, Any]:
    """Return the object of JSON in *body*; raises ``UndecodableMessage``, also by its version."""
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UndecodableMessage(f"it is no JSON: {error.msg}") from error
    _expect(isinstance(message, dict), "it is no object")
    version = message.get("v")
    fits = version == VERSION and version is not True  # which equals 1
    _expect(fits, f"its version is {version!r}, not {VERSION}")
    found: dict[str, Any] = message
    return found


def _batch(message: Mapping[str, Any], codec: Codec) -> Batch[Any]:
    _expect_only(message, IN_BATCH)
    import_id, producer, seq = _parts(message["batch_id"])
    _expect(import_id == message["import_id"], "its batch id and its import id do not fit")
    name, items = message["command"], message["items"]
    envelopes = tuple(_envelopes(name, items, codec))
    _expect(bool(envelopes), "it has no items")
    return Batch(
        import_id,
        producer,
        seq,
        _lane(message),
        type(envelopes[0].command),
        envelopes,
        _number(message, "round"),
        gated=_is_gated(message["after"]),
        reason=_text(message, "reason"),
    )


def _envelopes(
    name: str, items: Sequence[Mapping[str, Any]], codec: Codec
) -> Iterator[Envelope[Any]]:
    decode = codec.decode
    for item in items:
        at, number = item["position"], item["number"]
        source, line = at["source"], at["line"]
        size: Any = item.get("size")
        if (  # written out: a call for each number would take as long as the rest
            len(item) == _USUAL
            and len(at) == _IN_POSITION
            and type(source) is str
            and type(line) is type(number) is type(size) is int
            and 0 <= line <= MOST_WHOLE
            and 0 <= number <= MOST_WHOLE
            and 0 <= size <= MOST_WHOLE
        ):
            yield Envelope(decode(name, item["data"]), Position(source, line), number, size)
        else:
            yield _unusual_envelope(name, item, codec)


_USUAL = 4
"""Parts of an item that was not sent before and belongs to no tree."""

_IN_POSITION = len(IN_POSITION)


def _unusual_envelope(name: str, item: Mapping[str, Any], codec: Codec) -> Envelope[Any]:
    """Look at each part of an item that has more than the usual ones, fewer, or wrong ones."""
    data, at = item["data"], item["position"]
    _expect_only(item, IN_ITEM)
    _expect_only(at, IN_POSITION)
    return Envelope(
        codec.decode(name, data),
        Position(_text(at, "source"), _number(at, "line")),
        _number(item, "number"),
        _number(item, "size") if "size" in item else len(orjson.dumps(data)),
        _number(item, "sends") if "sends" in item else 0,
        _text(item, "tree") if "tree" in item else None,
        _attachment(item["media"]) if "media" in item else None,
    )


def _parts(batch_id: str) -> tuple[str, str, int]:
    import_id, producer, seq = batch_id.split("/")
    return import_id, producer, int(seq)


def _lane(message: Mapping[str, Any]) -> int | None:
    lanes = _number(message, "lanes")
    _expect(lanes > 0, "there are no lanes")
    if message["lane"] == STRUCTURE:
        return None
    lane = _number(message, "lane")
    _expect(lane < lanes, f"its lane is {lane} of {lanes}")
    return lane


def _is_gated(after: object) -> bool:
    _expect(after in (STRUCTURE, None), f"it is to go after {after!r}")
    return after == STRUCTURE


def _text(part: Mapping[str, Any], name: str) -> str:
    found = part[name]
    if isinstance(found, str):
        return found
    raise UndecodableMessage(f"its {name} is {found!r}, not a text")


def _number(part: Mapping[str, Any], name: str) -> int:
    found = part[name]
    if type(found) is int and 0 <= found <= MOST_WHOLE:  # true and false have a type of their own
        return found
    raise UndecodableMessage(f"its {name} is {found!r}, not a number")


def _expect_only(part: Mapping[str, Any], known: frozenset[str]) -> None:
    """Make sure that *part* says only what is *known*; nobody guesses what the rest would mean."""
    if not part.keys() <= known:
        unknown = ", ".join(sorted(part.keys() - known))
        raise UndecodableMessage(f"{unknown} is not known here")


def _expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise UndecodableMessage(otherwise)
