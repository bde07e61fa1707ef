"""Commands and messages as JSON Schema and AsyncAPI, made from the classes, for other languages."""

from importbus.adapters.schema.asyncapi import asyncapi_document
from importbus.adapters.schema.commands import (
    command_schema,
    command_schemas,
    line_document,
    schema_document,
)
from importbus.adapters.schema.messages import Message, events, lane_messages
from importbus.adapters.schema.results import stream_parts
from importbus.adapters.schema.stream import answer, finish, to_recorder
from importbus.adapters.schema.types import Schema

__all__ = [
    "Message",
    "Schema",
    "answer",
    "asyncapi_document",
    "command_schema",
    "command_schemas",
    "events",
    "finish",
    "lane_messages",
    "line_document",
    "schema_document",
    "stream_parts",
    "to_recorder",
]
