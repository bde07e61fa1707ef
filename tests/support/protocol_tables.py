"""The tables of `docs/protocol.md`, made from the schemas of the messages and from the limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from importbus.adapters.config_checks import MOST_IN_A_MESSAGE
from importbus.adapters.media import MAX_MESSAGE
from importbus.adapters.opening import NUMBERS_EACH
from importbus.adapters.schema import (
    Schema,
    answer,
    events,
    finish,
    lane_messages,
    stream_parts,
    to_recorder,
)
from importbus.adapters.schema.messages import PARTS
from importbus.adapters.schema.words import Field, fields_of
from importbus.adapters.transports.sqlite import LEASE_SECONDS, SIGNS
from importbus.adapters.transports.sqlite_events import KEPT
from importbus.adapters.wiring import akeneo_schemas
from importbus.bus.batching import Limits


def parts() -> dict[str, str]:
    """Return the parts of the page by name."""
    commands = akeneo_schemas()
    batch, media = lane_messages(commands)
    stream = [*to_recorder(commands), answer(), finish()]
    tables = {name: table(schema) for name, schema in {**PARTS, **stream_parts(commands)}.items()}
    tables |= {one.name: table(one.payload) for one in stream}
    return {
        **tables,
        "batch": table(batch.payload),
        "media": table(_differing(media.payload, batch.payload)),
        "beside": table(media.headers),
        "settling": table(to_recorder(commands)[0].headers),
        "asking": table(to_recorder(commands)[1].headers),
        "events": "\n".join(_events()),
        "told": table(events()[0].headers),
        "limits": _rows(("what", "at most"), _limits()),
    }


def table(schema: Schema) -> str:
    """Return the fields of *schema* as a table."""
    return _rows(("field", "type", "required", "meaning"), map(_row, fields_of(schema)))


def _row(one: Field) -> Sequence[str]:
    kind = next((name for begin, name in LONG.items() if one.type.startswith(begin)), one.type)
    return (f"`{one.name}`", kind, "yes" if one.required else "", one.meaning)


LONG = {'"Create': "the name of a class", '"created"': "an outcome"}
"""How a list begins that the page says elsewhere, and what stands for it."""


def _differing(schema: Schema, other: Schema) -> dict[str, Any]:
    """Return *schema* with those properties only that *other* has not in the same way."""
    properties: Mapping[str, Schema] = schema["properties"]
    known = other["properties"]
    differing = {name: one for name, one in properties.items() if one != known.get(name)}
    return {**schema, "properties": differing}


def _events() -> Iterator[str]:
    for event in events():
        fields = {**event.payload["properties"]}
        del fields["v"], fields["kind"]
        yield f"\n### {event.name}\n\n{event.summary}\n"
        yield table({**event.payload, "properties": fields}).strip("\n")
    yield ""


def _limits() -> Iterator[Sequence[str]]:
    limits = Limits()
    yield "keys in a batch", f"{limits.lines:,}"
    yield "commands in a batch", f"{limits.commands:,}"
    yield "bytes of the data of a batch", f"{limits.bytes:,}"
    yield "bytes of the data of the commands of one key in a batch", f"{limits.line_bytes:,}"
    bytes_of_file = f"`media.max_message`: {MAX_MESSAGE:,} by itself, never over"
    yield "bytes of a file beside a message", f"{bytes_of_file} {MOST_IN_A_MESSAGE:,}"
    yield "commands of one producer in an import", f"{NUMBERS_EACH:,}"
    yield "seconds that an event is kept", f"{KEPT:,.0f}"
    signs = f"a sign of life is given {SIGNS} times in that time"
    lease = f"`transport.lease_seconds`: {LEASE_SECONDS:.0f} by itself; {signs}"
    yield "seconds that a lane is held without a sign of life", lease


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (f"| {' | '.join(row)} |" for row in (head, *rows))
    first, *others = lines
    return "\n".join(["", first, "|---" * len(head) + "|", *others, "", ""])
