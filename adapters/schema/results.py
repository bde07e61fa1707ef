"""The parts of what consumers and the recorder tell each other: results, reasons, what is held."""

from __future__ import annotations

from collections.abc import Mapping

from importbus.adapters.schema.commands import by_command
from importbus.adapters.schema.messages import COUNT, ref, strict
from importbus.adapters.schema.types import Schema
from importbus.bus.outcomes import OutcomeKind

RESULT, REASON, REMAINDER, HOLD = "result", "reason", "remainder", "hold"
"""The names of their parts."""

KINDS = [kind.value for kind in OutcomeKind if kind is not OutcomeKind.UNKNOWN]
"""What can become of a command; one whose answer was lost is sent again until that is known."""

TEXT: Schema = {"type": "string"}

IDENTITY = "The kind and the key, as in `product:mug`; keys are case-folded."

PARTS: Mapping[str, Schema] = {
    REASON: {
        "description": "One reason of a refusal, as the PIM gave it.",
        **strict(
            {
                "message": {**TEXT, "description": "The sentence."},
                **{
                    name: {"type": ["string", "null"], "description": meaning}
                    for name, meaning in (
                        ("property", "The property that it is about."),
                        ("attribute", "The attribute whose value it is about."),
                        ("locale", "The locale of that value."),
                        ("scope", "The channel of that value."),
                    )
                },
            },
            *("property", "attribute", "locale", "scope"),
        ),
    },
    HOLD: {
        "description": "A token that a parked command holds.",
        **strict(
            {
                "token": {**TEXT, "description": "One of the tokens that were asked about."},
                "number": {**COUNT, "description": "The number of the parked command."},
                "own": {
                    "type": "boolean",
                    "description": "Whether it is the identity of that command itself.",
                },
                "upsert": {
                    "type": "boolean",
                    "description": "Whether that command creates or updates.",
                },
            }
        ),
    },
}
"""The parts that are the same whatever commands travel."""


REQUEST_ID: Schema = {
    "type": ["string", "null"],
    "description": "What the sink calls the request in which it was refused.",
}


def stream_parts(commands: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the parts of the messages by name, for the *commands* that travel."""
    data = {name: {"properties": {"data": ref(name)}} for name in sorted(commands)}
    remainder = strict(
        {
            "command": {"enum": sorted(commands), "description": "The class of the command."},
            "data": {"type": "object", "description": "Its fields."},
        }
    )
    return {
        **PARTS,
        REMAINDER: {
            "description": "What is still to be written of a command.",
            **remainder,
            "allOf": by_command(data),
        },
        RESULT: {"description": "What became of a command.", **_result()},
    }


def _result() -> Schema:
    fields: dict[str, Schema] = {
        "outcome": {
            "enum": KINDS,
            "description": (
                "`parked`: refused, since something that it names is not there yet; it is sent "
                "again in a round."
            ),
        },
        "status": {
            "type": ["integer", "null"],
            "description": "The HTTP status of the item, if it had one.",
        },
        "errors": {"type": "array", "items": ref(REASON), "description": "Why it was refused."},
        "wants": {
            "type": "array",
            "items": TEXT,
            "description": (
                f"Of a parked one: what it waits for. {IDENTITY} `behind:17`: the parked command "
                "with that number; `?suspect`: to be sent alone."
            ),
        },
        "sends": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "How often it was sent in all; absent: once more than the item says.",
        },
        "written": {
            "enum": [*KINDS, None],
            "description": "Of a parked one: how the part ended that was written.",
        },
        "remainder": {
            "anyOf": [ref(REMAINDER), {"type": "null"}],
            "description": "Of a parked one: what is still to be written; absent: all of it.",
        },
        "request_id": REQUEST_ID,
    }
    return strict(fields, *(name for name in fields if name != "outcome"))
