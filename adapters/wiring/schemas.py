"""The JSON Schemas of the Akeneo commands."""

from __future__ import annotations

from importbus.adapters.schema import Schema, command_schemas
from importbus.adapters.wiring.parts import open_codec
from importbus.handlers.akeneo.resources import resource_of


def akeneo_schemas() -> dict[str, Schema]:
    """Return the JSON Schema of each Akeneo command by its name, with what its fields name."""
    return command_schemas(open_codec(), lambda command_type: resource_of(command_type).points_to)
