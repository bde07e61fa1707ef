"""``importbus schema``: commands and messages, for people and for programs in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import click

from importbus.adapters.cli.schema_rendering import command_table, overview
from importbus.adapters.cli.streams import show, show_document
from importbus.adapters.schema import Schema, asyncapi_document, line_document, schema_document
from importbus.adapters.wiring import akeneo_schemas
from importbus.bus.errors import ConfigurationError

EXAMPLES = """\b
Examples:
  importbus schema
  importbus schema CreateOrUpdateProduct
  importbus schema --json-schema > line.schema.json
  importbus schema --json-schema CreateOrUpdateProduct
  importbus schema --asyncapi > importbus.asyncapi.json
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", metavar="[CLASS]", required=False)
@click.option("--asyncapi", is_flag=True, help="Print all messages as an AsyncAPI 3.0 document.")
@click.option(
    "--json-schema",
    is_flag=True,
    help="Print the JSON Schema of CLASS, or of a line of a source with all classes.",
)
def command(name: str | None, asyncapi: bool, json_schema: bool) -> None:
    """List commands and messages, or show the fields of CLASS.

    Documents are JSON, which is YAML, too; the same version prints the same bytes.
    Needs no configuration.
    """
    if asyncapi and json_schema:
        raise click.UsageError("--asyncapi and --json-schema are two documents: ask for one.")
    if asyncapi and name:
        raise click.UsageError("--asyncapi describes all commands: leave CLASS out.")
    schemas = akeneo_schemas()
    chosen = None if name is None else _chosen(schemas, name)
    if asyncapi or json_schema:
        show_document(_document(schemas, chosen, asyncapi=asyncapi), readable=True)
    else:
        show(*(overview(schemas) if chosen is None else command_table(chosen)))


def _document(schemas: Mapping[str, Schema], chosen: Schema | None, *, asyncapi: bool) -> Any:
    if asyncapi:
        return asyncapi_document(schemas)
    return line_document(schemas) if chosen is None else schema_document(chosen)


def _chosen(schemas: Mapping[str, Schema], name: str) -> Schema:
    if name not in schemas:
        close = get_close_matches(name, schemas, 1)
        likely = f"Did you mean {close[0]}?" if close else "See importbus schema."
        raise ConfigurationError(f"{name}: there is no such command. {likely}")
    return schemas[name]
