"""The protocol as an AsyncAPI 3.0 document.

Source of its form: https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from importbus.adapters.protocol import STRUCTURE, VERSION
from importbus.adapters.schema.messages import (
    PARTS,
    Message,
    events,
    lane_messages,
    ref,
)
from importbus.adapters.schema.results import stream_parts
from importbus.adapters.schema.stream import (
    ANSWER,
    MOMENT,
    OUTCOMES,
    QUESTION,
    answer,
    finish,
    to_recorder,
)
from importbus.adapters.schema.types import Schema
from importbus.bus.errors import WiringError

LANE_CHANNEL, STRUCTURE_CHANNEL, EVENT_CHANNEL = "lane", STRUCTURE, "events"

OUTCOMES_CHANNEL, ANSWERS_CHANNEL = "outcomes", "answers"
"""Those of RabbitMQ alone; answers go to whoever asked."""

INFO: Schema = {
    "title": "importbus",
    "version": str(VERSION),
    "description": (
        "What processes of importbus tell each other, as UTF-8 JSON. The place is `transport.url`; "
        "in a queue file a message is a row of the table `batches` or `events`, the JSON stands in "
        "its column `body`, and the headers are its other columns. In RabbitMQ the address of a "
        "queue has the name of the fleet and a point before it; outcomes, questions, answers, "
        "moments and finishes travel there only, and their headers are properties and headers of "
        "the message. docs/protocol.md says what a schema cannot."
    ),
    "license": {"name": "MIT"},
}

CORRELATION: Schema = {
    "description": "The import.",
    "location": "$message.payload#/import_id",
}

OTHER_CORRELATIONS: Mapping[str, Schema] = {
    OUTCOMES: {"description": "The import.", "location": "$message.payload#/batch/import_id"},
    ANSWER: {"description": "The question.", "location": "$message.header#/correlation_id"},
}
"""Those of messages that do not name their import in the usual place."""


def asyncapi_document(commands: Mapping[str, Schema]) -> Schema:
    """Return the AsyncAPI document of the protocol, with *commands* as payloads.

    Args:
        commands: The schemas of the command classes that travel, by name, as ``command_schemas``
            gives them.

    Raises:
        WiringError: A command class is called like a message.
    """
    carried, told = [*lane_messages(commands), finish()], events()
    recorded, answered = to_recorder(commands), [answer()]
    messages = [*carried, *told, *recorded, *answered]
    payloads = {**PARTS, **stream_parts(commands), **{one.name: one.payload for one in messages}}
    if taken := sorted(payloads.keys() & commands):
        raise WiringError(f"{taken[0]} is the name of a message; rename the command class.")
    return {
        "asyncapi": "3.0.0",
        "info": INFO,
        "defaultContentType": "application/json",
        "channels": {**_channels(carried, told), **_recorder_channels(recorded, answered)},
        "operations": {**_operations(), **_recorder_operations()},
        "components": {
            "messages": {one.name: _message(one) for one in messages},
            "schemas": {**commands, **payloads},
        },
    }


def _channels(carried: Iterable[Message], told: Iterable[Message]) -> Schema:
    lanes, events = _references(carried), _references(told)
    return {
        STRUCTURE_CHANNEL: {
            "address": STRUCTURE,
            "description": "Structure commands in the order of their ranks; first in, first out.",
            "messages": lanes,
        },
        LANE_CHANNEL: {
            "address": "lane.{lane}",
            "description": "Catalogue commands of some of the keys; first in, first out.",
            "parameters": {"lane": {"description": "A number from 0 to `lanes` less one."}},
            "messages": lanes,
        },
        EVENT_CHANNEL: {
            "address": EVENT_CHANNEL,
            "description": "What has happened, for whoever listens at that time.",
            "messages": events,
        },
    }


def _operations() -> Schema:
    return {
        f"{word}{channel.title()}": {
            "action": action,
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": summary,
        }
        for channel, action, word, summary in (
            (STRUCTURE_CHANNEL, "send", "publish", "A producer publishes structure."),
            (STRUCTURE_CHANNEL, "receive", "consume", "The holder of the lane carries it out."),
            (LANE_CHANNEL, "send", "publish", "A producer publishes commands of the catalogue."),
            (LANE_CHANNEL, "receive", "consume", "The holder of the lane carries them out."),
            (EVENT_CHANNEL, "send", "tell", "A process tells all others."),
            (EVENT_CHANNEL, "receive", "hear", "A process hears what others tell."),
        )
    }


def _recorder_channels(recorded: Iterable[Message], answered: Iterable[Message]) -> Schema:
    return {
        OUTCOMES_CHANNEL: {
            "address": OUTCOMES_CHANNEL,
            "description": "What consumers tell the recorder and ask it; first in, first out.",
            "messages": _references(recorded),
        },
        ANSWERS_CHANNEL: {
            "address": None,
            "description": "The answers of the recorder, for the one who asked.",
            "messages": _references(answered),
        },
    }


def _recorder_operations() -> Schema:
    """Return what is done with the channel of outcomes: consumers send, the recorder receives."""
    channel = {"$ref": f"#/channels/{OUTCOMES_CHANNEL}"}
    reply = {
        "address": {"location": "$message.header#/reply_to"},
        "channel": {"$ref": f"#/channels/{ANSWERS_CHANNEL}"},
    }
    told = [_in(OUTCOMES_CHANNEL, name) for name in (OUTCOMES, MOMENT)]
    asked = [_in(OUTCOMES_CHANNEL, QUESTION)]
    return {
        name: {"action": action, "channel": channel, "summary": summary, **more}
        for name, action, summary, more in (
            ("settle", "send", "A consumer tells outcomes, then acknowledges.", {"messages": told}),
            ("record", "receive", "The recorder makes outcomes durable.", {"messages": told}),
            ("ask", "send", "A consumer asks.", {"messages": asked, "reply": reply}),
            ("answer", "receive", "The recorder answers.", {"messages": asked, "reply": reply}),
        )
    }


def _in(channel: str, name: str) -> Schema:
    return {"$ref": f"#/channels/{channel}/messages/{name}"}


def _message(message: Message) -> Schema:
    of_import = "import_id" in message.payload["properties"]
    usual = CORRELATION if of_import else None
    correlation = OTHER_CORRELATIONS.get(message.name, usual)
    return {
        "name": message.name,
        "title": message.name,
        "summary": message.summary,
        "contentType": "application/json",
        "headers": message.headers,
        "payload": ref(message.name),
        **({"correlationId": correlation} if correlation else {}),
    }


def _references(messages: Iterable[Message]) -> dict[str, Any]:
    return {one.name: {"$ref": f"#/components/messages/{one.name}"} for one in messages}
