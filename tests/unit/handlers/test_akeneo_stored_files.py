"""Files of records, assets and reference entities: stored first, then written as a value."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from attrs import evolve

from importbus.bus.errors import SinkRefused, SinkUnavailable
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.media_codes import InMemoryMediaCodes
from importbus.handlers.akeneo.sink import AkeneoSink
from media_pim import (
    ASSET,
    LOGO,
    MUG,
    OWNERS,
    RECORD,
    Answer,
    MediaPim,
    batch_with,
    kinds,
    refusal,
)


@pytest.mark.parametrize(("path", "command"), OWNERS.items(), ids=["record", "entity", "asset"])
def test_a_file_is_stored_and_then_written_as_a_value(path: str, command: LaneCommand) -> None:
    """The first call gives it a code and nothing else."""
    pim = MediaPim().add(path)
    written = AkeneoSink(pim).write(batch_with((command, MUG)))

    assert kinds(written) == ["uploaded"]
    assert list(pim.owners[path].values()) == [("mug.png", b"a mug")]
    assert pim.forms == [{}]


@pytest.mark.parametrize(
    ("command", "body"),
    [
        (
            RECORD,
            {
                "code": "acme",
                "values": {"logo": [{"locale": "en_US", "channel": None, "data": "CODE"}]},
            },
        ),
        (LOGO, {"code": "brand", "image": "CODE"}),
        (
            ASSET,
            {
                "code": "mug",
                "values": {"media": [{"locale": None, "channel": "shop", "data": "CODE"}]},
            },
        ),
    ],
    ids=["record", "entity", "asset"],
)
def test_a_value_of_a_record_has_a_channel(command: LaneCommand, body: dict[str, Any]) -> None:
    """And no scope; the image of an entity is a property of its own."""
    pim = MediaPim().add(*OWNERS)
    AkeneoSink(pim).write(batch_with((command, MUG)))

    (code,) = pim.files
    assert orjson.dumps(pim.bodies[0]).replace(code.encode(), b"CODE") == orjson.dumps(body)


@pytest.mark.parametrize(("path", "command"), OWNERS.items(), ids=["record", "entity", "asset"])
def test_nothing_is_uploaded_for_what_does_not_exist(path: str, command: LaneCommand) -> None:
    """The value would create it; it is waited for."""
    pim = MediaPim()
    written = AkeneoSink(pim).write(batch_with((command, MUG)))

    assert kinds(written) == ["parked"]
    assert command.identity in written[0].wants
    assert pim.posts() == 0


def test_several_records_share_the_call_that_writes_their_values() -> None:
    """As an array, by reference entity."""
    codes = ["a", "b", "c"]
    pim = MediaPim().add(*(f"reference-entities/brand/records/{code}" for code in codes))
    items = [(evolve(RECORD, code=code), MUG) for code in codes]
    written = AkeneoSink(pim).write(batch_with(*items))

    assert kinds(written) == ["uploaded"] * 3
    assert pim.posts() == 1
    assert pim.calls[-1] == "PATCH reference-entities/brand/records 3"


def test_a_refused_value_of_a_record_keeps_the_code_of_its_file() -> None:
    """When it goes again, the file need not."""
    pim = MediaPim().add(*OWNERS)
    sink = AkeneoSink(pim)
    pim.next = [None, None, None, SinkUnavailable("answered 503", status=503)]
    with pytest.raises(SinkUnavailable):
        sink.write(batch_with((RECORD, MUG)))
    written = sink.write(batch_with((RECORD, MUG), sends=1))

    assert kinds(written) == ["uploaded"]
    assert pim.posts() == 1


def test_the_image_of_an_entity_that_is_refused_fails() -> None:
    """With what the PIM says."""
    pim = MediaPim().add(*OWNERS)
    pim.next = [None, None, refusal(422, "No.")]
    written = AkeneoSink(pim).write(batch_with((LOGO, MUG)))

    assert written[0].errors[0].message == "No."


def test_a_stored_file_whose_code_nobody_tells_cannot_be_written() -> None:
    """It has failed, and is told."""
    pim = MediaPim().add(*OWNERS)
    pim.next = [None, None, Answer(201)]
    written = AkeneoSink(pim).write(batch_with((RECORD, MUG)))

    assert kinds(written) == ["failed"]
    assert "did not say which code" in written[0].errors[0].message


def test_files_of_records_and_of_assets_are_stored_apart() -> None:
    """A code of the one is none of the other."""
    pim = MediaPim().add(*OWNERS)
    sink = AkeneoSink(pim)
    for command in OWNERS.values():
        sink.write(batch_with((command, MUG)))

    assert pim.posts() == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"asset-media-file-code": "4/d/mug.png"},
        {"asset-media-file-code": "4/d/mug.png", "location": "https://cdn.example/elsewhere"},
        {"location": "https://pim.example/api/rest/v1/asset-media-files/4/d/mug.png"},
    ],
    ids=["header", "both", "location"],
)
def test_a_code_is_told_by_a_header_or_else_by_the_location(headers: dict[str, str]) -> None:
    """The header has a name for each kind of files."""
    pim = MediaPim(files={"4/d/mug.png": ("mug.png", b"a mug")}).add(*OWNERS)
    pim.next = [None, None, Answer(201, headers=headers)]

    assert kinds(AkeneoSink(pim).write(batch_with((ASSET, MUG)))) == ["uploaded"]


@pytest.mark.parametrize("status", [405, 415])
def test_a_pim_without_images_of_entities_stops_the_import(status: int) -> None:
    """No file is to blame."""
    pim = MediaPim().add(*OWNERS)
    pim.next = [None, None, refusal(status, "No route found")]

    with pytest.raises(SinkRefused, match="has no PATCH /api/rest/v1/reference-entities/brand"):
        AkeneoSink(pim).write(batch_with((LOGO, MUG)))


def test_a_purged_file_of_an_asset_is_stored_anew() -> None:
    """The asset itself is not asked for a second time."""
    codes = InMemoryMediaCodes()
    codes.put("import", "asset", MUG.sha256, MUG.name, "purged")
    pim = MediaPim().add(*OWNERS)
    written = AkeneoSink(pim, codes).write(batch_with((ASSET, MUG)))

    assert kinds(written) == ["uploaded"]
    assert [call.partition(" ")[0] for call in pim.calls] == [
        "GET",
        "GET",
        "PATCH",
        "POST",
        "PATCH",
    ]
