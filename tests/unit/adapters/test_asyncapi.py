"""The AsyncAPI document: valid by the official schema, complete, and the same every time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import orjson
import pytest
from attrs import frozen

from importbus.adapters.protocol import EVENTS
from importbus.adapters.schema import (
    answer,
    asyncapi_document,
    command_schema,
    events,
    finish,
    lane_messages,
    stream_parts,
    to_recorder,
)
from importbus.adapters.wiring import akeneo_schemas
from importbus.bus.errors import ConfigurationError, WiringError
from importbus.bus.importing import checked_import_id
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo import COMMANDS
from schema_validation import DOCUMENT, asyncapi_faults, payload_validator
from source_tree import ROOT


@frozen
class Put(LaneCommand):
    """Put a thing."""

    name: str

    @property
    def key(self) -> str:
        """The name."""
        return self.name


def parts(of: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in *of*."""
    if isinstance(of, dict):
        yield of
    for part in of.values() if isinstance(of, dict) else of if isinstance(of, list) else ():
        yield from parts(part)


def test_the_document_is_valid() -> None:
    """By the JSON Schema of AsyncAPI 3.0.0 that the initiative publishes."""
    assert asyncapi_faults(DOCUMENT) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("info"),
        lambda document: document.update(asyncapi="2.0.0"),
        lambda document: document["channels"]["lane"].update(address=5),
        lambda document: document["operations"]["consumeLane"].update(action="take"),
        lambda document: document["components"]["messages"]["batch"].update(headers=[]),
        lambda document: document["components"]["schemas"]["item"].update(type="thing"),
        lambda document: document.update(more=1),
    ],
)
def test_the_official_schema_finds_faults(spoil: Callable[[Any], object]) -> None:
    """Else the test above would prove nothing."""
    document = deepcopy(DOCUMENT)
    spoil(document)

    assert asyncapi_faults(document)


def test_every_reference_leads_somewhere() -> None:
    """The official schema does not follow them."""
    for part in parts(DOCUMENT):
        if "$ref" in part:
            target: Any = DOCUMENT
            for name in part["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            assert isinstance(target, dict)


def test_every_message_travels_in_a_channel() -> None:
    """Batches, media and finishes in both kinds of lanes, each event among the events."""
    channels = {name: sorted(one["messages"]) for name, one in DOCUMENT["channels"].items()}

    assert channels == {
        "structure": ["batch", "finish", "media"],
        "lane": ["batch", "finish", "media"],
        "events": sorted(EVENTS),
        "outcomes": ["moment", "outcomes", "question"],
        "answers": ["answer"],
    }
    operations = DOCUMENT["operations"].values()
    used = [one["channel"]["$ref"] for one in operations]
    used += [one["reply"]["channel"]["$ref"] for one in operations if "reply" in one]
    assert set(used) == {f"#/channels/{name}" for name in channels}


def test_every_command_has_its_data_in_a_batch() -> None:
    """A command that names a file may be in either kind of message."""
    said = json.dumps(DOCUMENT["components"]["schemas"]["batch"])
    names = re.findall(r"#/components/schemas/([A-Z]\w+)", said)

    assert sorted(names) == sorted(command.__name__ for command in COMMANDS)
    media = DOCUMENT["components"]["schemas"]["media"]["properties"]["command"]["enum"]
    assert media == sorted(command.__name__ for command in COMMANDS if command.attaches)


def test_every_field_of_a_message_has_its_meaning() -> None:
    """In a sentence, or in the schema that it leads to."""
    commands = akeneo_schemas()
    messages = [*lane_messages(commands), *events(), *to_recorder(commands), answer(), finish()]
    schemas = [one.payload for one in messages] + [one.headers for one in messages]
    names = ("item", "position", "file", *stream_parts(commands))
    schemas += [DOCUMENT["components"]["schemas"][name] for name in names]

    silent = [
        name
        for schema in schemas
        for name, one in schema["properties"].items()
        if "$ref" not in one and not one.get("description", "").endswith(".")
    ]
    assert silent == []


def test_the_same_commands_give_the_same_bytes() -> None:
    """So that a difference between two versions is one of the protocol."""
    once, again = (
        orjson.dumps(asyncapi_document(akeneo_schemas()), option=orjson.OPT_SORT_KEYS)
        for _ in range(2)
    )

    assert once == again


def test_without_a_command_that_names_a_file_there_is_no_media() -> None:
    """An application's own commands have a document, too."""
    document = asyncapi_document({"Put": command_schema(Put)})

    assert asyncapi_faults(document) == []
    assert list(document["channels"]["lane"]["messages"]) == ["batch", "finish"]
    settled = document["components"]["schemas"]["outcomes"]["properties"]["batch"]["anyOf"]
    assert settled == [{"$ref": "#/components/schemas/batch"}]


def test_a_command_cannot_be_called_like_a_message() -> None:
    """One of the two schemas would be lost."""
    with pytest.raises(WiringError, match="ImportStarted is the name of a message"):
        asyncapi_document({"ImportStarted": command_schema(Put)})


@pytest.mark.parametrize("import_id", ["spring", "a.b-c_D9", "x" * 100, "", "x" * 101, "a/b", "ä"])
def test_an_import_id_is_one_by_the_schema_when_it_is_one(import_id: str) -> None:
    """As the command line and the bus take it."""
    try:
        known = checked_import_id(import_id) == import_id
    except ConfigurationError:
        known = False
    message = {"v": 1, "kind": "PhaseSettled", "import_id": import_id}

    assert payload_validator("PhaseSettled").is_valid(message) == known


def shown_messages() -> list[Any]:
    """Return the messages that the page on transports shows."""
    text = (ROOT / "docs" / "transports.md").read_text(encoding="utf-8")
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda items: items.append(items[0]),
        lambda items: items.clear(),
        lambda items: items[0].pop("media"),
        lambda items: items[0]["media"].pop("sha256"),
        lambda items: items[0]["media"].update(sha256="no digest"),
        lambda items: items[0]["data"].pop("file"),
    ],
)
def test_media_are_one_command_with_its_file(spoil: Callable[[Any], object]) -> None:
    """Whose bytes would it be otherwise, and would they be those that were sent?"""
    _, message = shown_messages()
    spoil(message["items"])

    assert not payload_validator("media").is_valid(message)


@pytest.mark.parametrize(
    ("command", "data", "valid"),
    [
        ("DeleteProduct", {"identifier": "mug"}, True),
        ("DeleteProductModel", {"identifier": "mug"}, False),
        ("DeleteProductModel", {"code": "mug"}, True),
        ("DeleteProduct", {"identifier": "mug", "enabled": True}, False),
        ("DeleteEverything", {"identifier": "mug"}, False),
    ],
)
def test_the_command_of_a_batch_decides_what_its_data_are(
    command: str, data: dict[str, object], valid: bool
) -> None:
    """Of every item."""
    message, _ = shown_messages()
    item = message["items"][0] | {"data": data}
    message |= {"command": command, "items": [item, item]}

    assert payload_validator("batch").is_valid(message) == valid


def test_the_messages_that_a_page_shows_are_valid() -> None:
    """Readers copy them."""
    shown = shown_messages()

    assert [message["kind"] for message in shown] == ["batch", "media"]
    for message in shown:
        payload_validator(message["kind"]).validate(message)


OUTCOMES = {"v": 1, "kind": "outcomes", "requests": 1, "milliseconds": 12.5, "at": 1764290000.5}


@pytest.mark.parametrize(
    ("result", "valid"),
    [
        ({"outcome": "created"}, True),
        (
            {"outcome": "failed", "status": 422, "errors": [{"message": "No.", "locale": None}]},
            True,
        ),
        ({"outcome": "parked", "wants": ["family:mugs"], "sends": 1}, True),
        ({"outcome": "unknown"}, False),
        ({"status": 201}, False),
        ({"outcome": "failed", "errors": [{"property": "family"}]}, False),
        ({"outcome": "parked", "remainder": {"command": "DeleteProduct", "data": {}}}, False),
        ({"outcome": "created", "note": "fine"}, False),
    ],
)
def test_a_result_says_how_a_command_ended(result: dict[str, object], valid: bool) -> None:
    """And nothing that nobody would understand."""
    batch, _ = shown_messages()
    message = {**OUTCOMES, "batch": batch, "results": [result]}

    assert payload_validator("outcomes").is_valid(message) == valid


def test_a_question_may_be_about_an_import_alone() -> None:
    """Who waits for the gate has no batch at hand."""
    alone = {"v": 1, "kind": "state", "import_id": "night", "batch_id": None, "tokens": []}

    assert payload_validator("question").is_valid(alone)
    assert not payload_validator("question").is_valid({**alone, "batch_id": "night"})
