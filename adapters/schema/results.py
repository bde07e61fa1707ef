"""What became of a command, as consumers tell the recorder, in JSON Schema."""

from __future__ import annotations

from importbus.adapters.schema.messages import ref, strict
from importbus.adapters.schema.types import Schema
from importbus.bus.outcomes import OutcomeKind

RESULT, REASON, REMAINDER, HOLD = "result", "reason", "remainder", "hold"
"""The names of their parts."""

KINDS = [kind.value for kind in OutcomeKind if kind is not OutcomeKind.UNKNOWN]
"""What can become of a command; one whose answer was lost is sent again until that is known."""

TEXT: Schema = {"type": "string"}

SECONDS: Schema = {"type": "number", "minimum": 0}

IDENTITY = "The kind and the key, as in `product:mug`; keys are case-folded."

REQUEST_ID: Schema = {
    "type": ["string", "null"],
    "description": "What the sink calls the request in which it was refused.",
}


def result() -> Schema:
    """Return the fields of a result."""
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
