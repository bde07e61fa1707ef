"""`importbus schema` from the outside: tables for people, documents for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Shop
from importbus.adapters.protocol import EVENTS
from importbus.handlers.akeneo import COMMANDS
from schema_validation import asyncapi_faults, validator

NAMES = sorted(command.__name__ for command in COMMANDS)


@pytest.fixture
def alone(tmp_path: Path) -> Shop:
    """A folder in which nothing is configured."""
    return Shop(tmp_path, "", {})


def cells(table: str) -> list[list[str]]:
    """Return the rows of all tables in *table*."""
    rows = [line for line in table.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row.strip("│").split("│")] for row in rows]


def test_the_overview_has_every_command_and_every_message(alone: Shop) -> None:
    """A command with its resource, lane, rank and key; a message with where it travels."""
    said = alone.run("schema")
    rows = cells(said.out)

    assert (said.code, said.err) == (0, "")
    told = ["batch", "media", "finish", "outcomes", "question", "moment", "answer"]
    assert [row[0] for row in rows] == [*NAMES, *told, *sorted(EVENTS)]
    assert ["DeleteProduct", "product", "catalogue", "", "identifier"] in rows
    assert ["attribute_option", "structure", "attribute.code"] in [
        [row[1], row[2], row[4]] for row in rows if row[0] == "CreateOrUpdateAttributeOption"
    ]
    assert ["PhaseSettled", "events"] in [row[:2] for row in rows]


def test_a_class_has_a_table_of_its_fields(alone: Shop) -> None:
    """What a field holds, whether it must be there, and what it means."""
    said = alone.run("schema", "CreateOrUpdateProduct")
    rows = cells(said.out)

    assert (said.code, said.err) == (0, "")
    assert ["identifier", "text", "yes", "The key."] in rows
    assert ["family", "text or null", "", "Names: family."] in rows
    assert "Read-only in the API, and refused: _links, " in said.out


def test_a_class_has_a_document_of_its_own(alone: Shop) -> None:
    """Which refers to nothing outside of it."""
    said = alone.run("schema", "--json-schema", "DeleteProduct")
    check = validator(said.document)

    assert (said.code, said.err) == (0, "")
    assert check.is_valid({"identifier": "mug"})
    assert not check.is_valid({"identifier": "mug", "enabled": True})


def test_the_json_schema_of_all_classes_is_that_of_a_line(alone: Shop) -> None:
    """Every line of a generated catalogue is valid; one with a wrong field is not."""
    document = alone.run("schema", "--json-schema").document
    lines = alone.run("generate", "-", "--products", "30", "--models", "10").out.splitlines()
    check = validator(document)

    assert list(document["$defs"]) == NAMES
    assert [line for line in lines if not check.is_valid(json.loads(line))] == []
    assert not check.is_valid({"command": "DeleteProduct", "data": {"identifer": "mug"}})


def test_the_asyncapi_document_is_valid(alone: Shop) -> None:
    """By the official schema."""
    said = alone.run("schema", "--asyncapi")

    assert (said.code, said.err) == (0, "")
    assert asyncapi_faults(said.document) == []
    assert said.document["asyncapi"] == "3.0.0"


@pytest.mark.parametrize("options", [("--asyncapi",), ("--json-schema",)])
def test_the_same_version_prints_the_same_bytes(alone: Shop, options: tuple[str, ...]) -> None:
    """Sorted, and whatever the order of a set is, so that two documents can be compared."""
    first, again = (alone.run("schema", *options, PYTHONHASHSEED=seed).out for seed in ("1", "2"))

    assert first == again
    assert (
        first == json.dumps(json.loads(first), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("CreateOrUpdateProdukt",), "Did you mean CreateOrUpdateProduct?"),
        (("--json-schema", "Nothing"), "Nothing: there is no such command."),
        (("--asyncapi", "--json-schema"), "are two documents: ask for one."),
        (("--asyncapi", "DeleteProduct"), "leave CLASS out."),
    ],
)
def test_what_cannot_be_described_is_said(
    alone: Shop, arguments: tuple[str, ...], says: str
) -> None:
    """Exit 2, in a sentence, and nothing on standard output."""
    said = alone.run("schema", *arguments)

    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("script", "code"),
    [("importbus schema --asyncapi >/dev/full", 2), ("importbus schema --asyncapi | true", 141)],
)
def test_a_document_that_cannot_be_written_is_no_fault(alone: Shop, script: str, code: int) -> None:
    """One sentence for a full disk, silence for a closed pipe."""
    said = alone.shell(script)

    assert said.code == code
    assert "Traceback" not in said.err
