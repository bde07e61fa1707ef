"""The payloads of the messages as JSON Schema: batches, media, events. See ``adapters.protocol``.

``$ref`` leads to ``#/components/schemas/NAME``, where an AsyncAPI document has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from importbus.adapters.protocol import EVENTS, STRUCTURE, VERSION
from importbus.adapters.schema.commands import ATTACHES, by_command
from importbus.adapters.schema.types import Schema, attributes_of, object_schema
from importbus.bus.describe import first_sentence
from importbus.bus.messages import Event

BATCH, MEDIA, FILE, ITEM, POSITION = "batch", "media", "file", "item", "position"
"""The names of the payloads and of their parts."""


def ref(name: str) -> Schema:
    """Return a reference to the schema called *name*."""
    return {"$ref": f"#/components/schemas/{name}"}


def strict(properties: Mapping[str, Schema], *optional: str) -> Schema:
    """Return an object of *properties*, all there but those that are *optional*, and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


COUNT: Schema = {"type": "integer", "minimum": 0}

HEAD: Mapping[str, Schema] = {
    "v": {"const": VERSION, "description": "The version of the protocol."},
    "import_id": {
        "type": "string",
        "pattern": "^[A-Za-z0-9._-]{1,100}$",
        "description": "The import that it belongs to.",
    },
    "batch_id": {
        "type": "string",
        "pattern": "^[^/]+/[^/]+/[0-9]+$",
        "description": (
            "Import, producer and number, parted by slashes. Producers are `1`, `2` and so on, "
            "`1.1` after a resumption, `r1` for the first parking round; numbers begin with 1."
        ),
    },
}
"""What several messages say."""

LANES: Mapping[str, Schema] = {
    "lane": {
        "anyOf": [{"const": STRUCTURE}, COUNT],
        "description": "The lane: `structure`, or a number from 0 to `lanes` less one.",
    },
    "lanes": {
        "type": "integer",
        "minimum": 1,
        "description": "How many numbered lanes the fleet has; the same for everyone.",
    },
    "round": {
        **COUNT,
        "description": "0, or the number of the parking round that sends the commands again.",
    },
    "after": {
        "enum": [STRUCTURE, None],
        "description": "`structure`: to be held until the structure of the import is settled.",
    },
    "reason": {
        "type": "string",
        "description": (
            "Why it left its producer: `full`, `rank`, `key`, `linger`, `finish`, `bound` or "
            "`round`. For people; others may come."
        ),
    },
}

PARTS: Mapping[str, Schema] = {
    POSITION: {
        "description": "Where a command was read.",
        **strict(
            {
                "source": {"type": "string", "description": "The name of the source."},
                "line": {**COUNT, "description": "The line or row, from 1 on."},
            }
        ),
    },
    FILE: {
        "description": "A file that goes along with a command.",
        **strict(
            {
                "name": {"type": "string", "description": "Its name, without folders."},
                "size": {**COUNT, "description": "Its bytes."},
                "sha256": {
                    "type": "string",
                    "pattern": "^[0-9a-f]{64}$",
                    "description": "The digest of its content, in hexadecimal.",
                },
                "reference": {
                    "type": "string",
                    "description": (
                        "Where the bytes do not travel: its path below `media.root`, with slashes."
                    ),
                },
            },
            "reference",
        ),
    },
    ITEM: {
        "description": "A command on its way.",
        **strict(
            {
                "position": ref(POSITION),
                "number": {
                    **COUNT,
                    "description": (
                        "Its place in the order of dispatch within its import, from 1 on; "
                        "producer n begins behind (n - 1) * 2^40."
                    ),
                },
                "size": {
                    **COUNT,
                    "description": "The bytes of `data` as its producer wrote it.",
                },
                "data": {
                    "type": "object",
                    "description": "The fields of the command, as in a line of a JSONL file.",
                },
                "sends": {
                    **COUNT,
                    "description": "How often it was sent before and parked; absent: never.",
                },
                "tree": {
                    "type": "string",
                    "description": "The root model of the tree that it belongs to, if any.",
                },
                "media": {**ref(FILE)},
            },
            "size",
            "sends",
            "tree",
            "media",
        ),
    },
}
"""The parts of batches and media, by name."""

CONTENT: Schema = {
    "type": "string",
    "contentMediaType": "application/octet-stream",
    "description": "The bytes of the file as they are: a BLOB.",
}

BESIDE: Mapping[str, Schema] = {
    "batch_id": {"type": "string", "description": "As in the message."},
    "lane": {
        "type": "string",
        "pattern": "^(structure|lane[.][0-9]+)$",
        "description": "`structure`, or `lane.` and the number.",
    },
    "deliveries": {**COUNT, "description": "How often it was handed out, and not given back."},
}
"""What stands beside the JSON of a batch."""

TOLD: Mapping[str, Schema] = {
    "at": {"type": "number", "description": "When it was told, in seconds since 1970."}
}
"""What stands beside the JSON of an event."""

EVENT_FIELDS: Mapping[str, Schema] = {
    "import_id": HEAD["import_id"],
    "batch_id": HEAD["batch_id"],
    "label": {"description": "What people call the import."},
    "command": {"description": "The class of its commands."},
    "outcomes": {"description": "By the name of an outcome: how many commands ended so."},
    "milliseconds": {"description": "How long its calls took together."},
    "read": {"description": "Commands and rejected lines read so far."},
    "rejected": {"description": "Lines that were no command."},
    "open": {"description": "Commands without an outcome: waiting, in flight or parked."},
    "parked": {"description": "How many of these wait for a reference."},
    "requests": {"description": "Calls made to the PIM."},
    "seconds": {"description": "Since the import was opened."},
    "until": {"description": "When calls may go on, in seconds since 1970."},
    "missing": {"description": "The batches that are not settled, with their positions."},
    "event_id": {"description": "The name of this end; who has seen it drops the event."},
    "state": {"description": "`finished`, or `finished_with_failures`."},
}
"""What the fields of events mean."""


@frozen
class Message:
    """A kind of message.

    Attributes:
        name: Its name, which is also that of its payload; of an event its ``kind``.
        summary: What it is, in a sentence.
        payload: The schema of its JSON.
        headers: The schema of what stands beside the JSON; in a queue file columns of its row.
    """

    name: str
    summary: str
    payload: Schema
    headers: Schema


_COMMANDS: Schema = {"items": ref(ITEM), "description": "The commands, in their order."}

_ONE_FILE: Schema = {
    "maxItems": 1,
    "items": {"allOf": [ref(ITEM), {"required": ["media"]}]},
    "description": "The one command, with what is said of its file.",
}


def lane_messages(commands: Mapping[str, Schema]) -> list[Message]:
    """Return the messages of lanes, which carry the *commands*: batches, and media if any are."""
    attaching = sorted(name for name, schema in commands.items() if ATTACHES in schema)
    batch = Message(
        BATCH,
        "Commands of one class, import and lane, in the order of their dispatch.",
        _batch("batch", sorted(commands), _COMMANDS),
        _object(BESIDE),
    )
    media = Message(
        MEDIA,
        "A batch of one command that names a file, whose bytes stand beside the JSON.",
        _batch("media", attaching, _ONE_FILE),
        _object({**BESIDE, "content": CONTENT}),
    )
    return [batch, media] if attaching else [batch]


def events() -> list[Message]:
    """Return the messages that tell an event, sorted by name."""
    return [_event(name, EVENTS[name]) for name in sorted(EVENTS)]


def _batch(kind: str, commands: Sequence[str], items: Schema) -> Schema:
    """Return the payload of a batch that carries one of *commands*."""
    data = {
        name: {"properties": {"items": {"items": {"properties": {"data": ref(name)}}}}}
        for name in commands
    }
    properties = {
        "v": HEAD["v"],
        "kind": _kind(kind),
        "batch_id": HEAD["batch_id"],
        "import_id": HEAD["import_id"],
        **LANES,
        "command": {"enum": list(commands), "description": "The class of all its commands."},
        "items": {"type": "array", "minItems": 1, **items},
    }
    return {**strict(properties), "allOf": by_command(data)}


def _event(name: str, kind: type[Event]) -> Message:
    fields = object_schema(attributes_of(kind), EVENT_FIELDS)
    properties = {"v": HEAD["v"], "kind": _kind(name), **fields["properties"]}
    optional = fields["properties"].keys() - fields["required"]
    return Message(
        name,
        first_sentence(kind).replace("``", "`"),
        strict(properties, *optional),
        _object(TOLD),
    )


def _kind(kind: str) -> Schema:
    return {"const": kind, "description": "What the message is."}


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}
