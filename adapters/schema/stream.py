"""The messages between producers, consumers and the recorder over RabbitMQ, as JSON Schema.

With a queue file there are none of them: every process has the journal there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from importbus.adapters.protocol import STRUCTURE, VERSION
from importbus.adapters.schema.commands import ATTACHES
from importbus.adapters.schema.messages import (
    BATCH,
    COUNT,
    HEAD,
    LANES,
    MEDIA,
    Message,
    ref,
    strict,
)
from importbus.adapters.schema.results import HOLD, IDENTITY, RESULT, TEXT
from importbus.adapters.schema.types import Schema

OUTCOMES, QUESTION, ANSWER, MOMENT, FINISH = "outcomes", "question", "answer", "moment", "finish"
"""The names of the payloads; the ``kind`` of a question and of its answer is ``state``."""

SECONDS: Schema = {"type": "number", "minimum": 0}

LANE: Schema = {
    "anyOf": [{"const": STRUCTURE}, COUNT],
    "description": "The lane: `structure`, or a number.",
}

FROM_CONSUMER: Mapping[str, Schema] = {
    "type": {**TEXT, "description": "The property of that name: the kind."},
    "correlation_id": {**TEXT, "description": "The import id."},
    "x-importbus-v": {"const": VERSION, "description": "A header: the version of the protocol."},
}
"""Properties and headers of every message to the recorder."""

ASKED: Mapping[str, Schema] = {
    **FROM_CONSUMER,
    "message_id": {**TEXT, "description": "Another one for each question."},
    "reply_to": {
        "type": "string",
        "pattern": "^amq[.]rabbitmq[.]reply-to",
        "description": (
            "`amq.rabbitmq.reply-to`, which the broker makes the address of the one who asks: "
            "consume it on the same channel first, without acknowledgements."
        ),
    },
    "expiration": {
        **TEXT,
        "description": "Milliseconds after which nobody waits for the answer; 10 s are usual.",
    },
}
"""Properties and headers of a question."""


def to_recorder(commands: Mapping[str, Schema]) -> list[Message]:
    """Return what consumers send to the recorder, for the *commands* that travel."""
    carried = [BATCH, MEDIA] if any(ATTACHES in one for one in commands.values()) else [BATCH]
    settled = {
        "message_id": {**TEXT, "description": "The batch id."},
        "content_type": {
            **TEXT,
            "description": (
                "`application/json`; or `application/octet-stream`, when the body is the file of "
                "a command that is parked."
            ),
        },
        "x-importbus-message": {
            **TEXT,
            "description": "A header: the JSON, where the body is a file.",
        },
    }
    return [
        Message(
            OUTCOMES,
            "What became of every command of a batch; it is acknowledged behind this message.",
            _outcomes(carried),
            _headers({**FROM_CONSUMER, **settled}, "x-importbus-message"),
        ),
        Message(
            QUESTION, "Asks what is known of an import and a batch.", _question(), _headers(ASKED)
        ),
        Message(
            MOMENT,
            "Something on the way that people want to read about.",
            _moment(),
            _headers(FROM_CONSUMER),
        ),
    ]


def answer() -> Message:
    """Return the message with which the recorder answers a question."""
    answered = {**FROM_CONSUMER, "correlation_id": {**TEXT, "description": "The question's id."}}
    del answered["x-importbus-v"]
    return Message(ANSWER, "What is known of an import and a batch.", _answer(), _headers(answered))


def finish() -> Message:
    """Return the message that a producer sends behind its last batch, into every lane."""
    return Message(
        FINISH,
        "Nothing more comes of this producer in this lane.",
        strict(
            {
                **_head(FINISH),
                "producer": {**TEXT, "description": "The producer, as in its batch ids."},
                "lane": LANE,
                "lanes": LANES["lanes"],
                "last_seq": {
                    **COUNT,
                    "description": "The number of its last batch, in whatever lane; 0 for none.",
                },
            }
        ),
        _headers(FROM_CONSUMER),
    )


def _head(kind: str) -> dict[str, Schema]:
    return {
        "v": HEAD["v"],
        "kind": {"const": kind, "description": "What the message is."},
        "import_id": HEAD["import_id"],
    }


def _outcomes(carried: list[str]) -> Schema:
    head = _head(OUTCOMES)
    del head["import_id"]
    return strict(
        {
            **head,
            "batch": {
                "anyOf": [ref(name) for name in carried],
                "description": "The batch as it was received.",
            },
            "results": {
                "type": "array",
                "minItems": 1,
                "items": ref(RESULT),
                "description": "One an item, in the order of the items.",
            },
            "requests": {**COUNT, "description": "How many calls it took."},
            "milliseconds": {**SECONDS, "description": "How long its calls took together."},
            "at": {**SECONDS, "description": "When it was carried out, in seconds since 1970."},
        }
    )


def _question() -> Schema:
    return strict(
        {
            **_head("state"),
            "batch_id": {
                "anyOf": [
                    {name: HEAD["batch_id"][name] for name in ("type", "pattern")},
                    {"type": "null"},
                ],
                "description": "The batch at hand; null to ask about the import alone.",
            },
            "tokens": {
                "type": "array",
                "items": TEXT,
                "description": (
                    f"What the order of its commands depends on: identities. {IDENTITY} "
                    "Those of parents, too, and `tree:` with the `tree` of an item."
                ),
            },
        },
        *("batch_id", "tokens"),
    )


def _answer() -> Schema:
    said: dict[str, Any] = {
        **_head("state"),
        "state": {**TEXT, "description": "The state of the import."},
        "wanted": {
            "type": "boolean",
            "description": (
                "False: the batch was settled or withdrawn, or its import was cancelled; "
                "acknowledge it without carrying it out."
            ),
        },
        "gate_open": {
            "type": "boolean",
            "description": "Whether batches may go that are to go after the structure.",
        },
        "structure_settled_at": {
            **SECONDS,
            "description": (
                "When the structure lane settled something last, in seconds since 1970; 0: never."
            ),
        },
        "quiet": {
            "type": ["number", "null"],
            "minimum": 0,
            "description": (
                "Seconds to wait before a batch is carried out that was delivered before: a call "
                "of whoever had it may still run. Null: 5."
            ),
        },
        "parked": {**COUNT, "description": "How many commands of the import are parked."},
        "held": {
            "type": "array",
            "items": ref(HOLD),
            "description": "Which of the tokens parked commands hold.",
        },
    }
    return strict(said)


def _moment() -> Schema:
    return strict(
        {
            **_head(MOMENT),
            "at": {**SECONDS, "description": "When it was, in seconds since 1970."},
            "moment": {
                **TEXT,
                "description": "Its kind: `brake`, `pause`, `retry` or `gate`; others may come.",
            },
            "detail": {**TEXT, "description": "A sentence for people."},
            "lane": {
                "anyOf": [{"const": STRUCTURE}, COUNT, {"type": "null"}],
                "description": "The lane in which it was, if any.",
            },
        },
        "lane",
    )


def _headers(properties: Mapping[str, Schema], *optional: str) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required}
