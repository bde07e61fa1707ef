"""Commands and messages as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from importbus.adapters.schema import (
    Schema,
    answer,
    events,
    finish,
    lane_messages,
    to_recorder,
)
from importbus.adapters.schema.commands import ATTACHES, KEY, RANK, REFUSED, RESOURCE
from importbus.adapters.schema.words import fields_of, lane_of

COLUMNS = ("command", "resource", "lane", "rank", "key")


def overview(schemas: Mapping[str, Schema]) -> Iterator[RenderableType]:
    """Yield a table of the commands of *schemas* and one of the messages."""
    yield _commands(schemas)
    yield _messages(schemas)
    yield Text("The fields of a command: importbus schema CLASS")


def command_table(schema: Schema) -> Iterator[RenderableType]:
    """Yield what the command of *schema* is, and a table of its fields."""
    yield Text(f"{schema['title']}: {schema['description']}", style="bold")
    yield Text(_place(schema))
    table = Table()
    for name in ("field", "type", "required", "meaning"):
        table.add_column(name, overflow="fold")
    for one in fields_of(schema):
        row = (one.name, one.type, "yes" if one.required else "", one.meaning.replace("`", ""))
        table.add_row(*map(escape, row))
    yield table
    yield Text(f"Read-only in the API, and refused: {', '.join(schema[REFUSED])}.")


def _place(schema: Schema) -> str:
    lane = f"Lane: {lane_of(schema)}; resource: {schema[RESOURCE]}"
    rank = f"; rank: {schema[RANK]}" if RANK in schema else ""
    file = f"; sends a file along: {schema[ATTACHES]}" if ATTACHES in schema else ""
    return f"{lane}{rank}; key: {_key(schema)}{file}."


def _commands(schemas: Mapping[str, Schema]) -> RenderableType:
    table = Table(title="Commands", title_justify="left")
    for name in COLUMNS:
        table.add_column(name, overflow="fold", justify="right" if name == "rank" else "left")
    for name, schema in schemas.items():
        rank = str(schema.get(RANK, ""))
        row = (name, schema[RESOURCE], lane_of(schema), rank, _key(schema))
        table.add_row(*map(escape, row))
    return table


def _messages(schemas: Mapping[str, Schema]) -> RenderableType:
    table = Table(title="Messages", title_justify="left")
    table.add_column("message")
    table.add_column("travels in")
    table.add_column("what it is", overflow="fold")
    for channel, messages in (
        ("lanes", lane_messages(schemas)),
        ("lanes of RabbitMQ", [finish()]),
        ("outcomes", to_recorder(schemas)),
        ("answers", [answer()]),
        ("events", events()),
    ):
        for one in messages:
            table.add_row(one.name, channel, escape(one.summary.replace("`", "")))
    return table


def _key(schema: Schema) -> str:
    return ".".join(schema[KEY])
