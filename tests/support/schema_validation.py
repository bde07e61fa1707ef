"""Validators: of the data of a command, of the payload of a message, of AsyncAPI documents."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator

from importbus.adapters.schema import Schema, asyncapi_document, schema_document
from importbus.adapters.wiring import akeneo_schemas
from source_tree import ROOT

OFFICIAL = ROOT / "tests" / "support" / "asyncapi" / "3.0.0.json"
"""The JSON Schema of AsyncAPI 3.0.0, as the initiative publishes it; see the README beside it."""

SCHEMAS = akeneo_schemas()
DOCUMENT = asyncapi_document(SCHEMAS)


def validator(schema: Schema) -> Draft202012Validator:
    """Return a validator of *schema*, which has to be a schema of draft 2020-12."""
    document = schema_document(schema)
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


@cache
def data_validator(name: str) -> Draft202012Validator:
    """Return a validator of the data of the Akeneo command called *name*."""
    return validator(SCHEMAS[name])


@cache
def payload_validator(name: str) -> Draft202012Validator:
    """Return a validator of the payload of the message called *name*."""
    components = {"components": DOCUMENT["components"]}
    return validator({"$ref": f"#/components/schemas/{name}", **components})


@cache
def headers_validator(name: str) -> Draft202012Validator:
    """Return a validator of what stands beside the payload of the message called *name*."""
    headers: Schema = DOCUMENT["components"]["messages"][name]["headers"]
    return validator(headers)


@cache
def _official() -> Draft7Validator:
    return Draft7Validator(json.loads(OFFICIAL.read_text(encoding="utf-8")))


def asyncapi_faults(document: Any) -> list[str]:
    """Return what the official schema finds wrong in *document*."""
    return [f"{error.json_path}: {error.message}" for error in _official().iter_errors(document)]
