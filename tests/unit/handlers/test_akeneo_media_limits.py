"""What an attribute says of the files that it takes is asked before a file is sent."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from importbus.bus.attachments import Attachment
from importbus.bus.errors import SinkUnavailable
from importbus.handlers.akeneo.sink import AkeneoSink
from media_pim import (
    ASSET,
    IMAGE,
    MUG,
    OWNERS,
    RECORD,
    Answer,
    MediaPim,
    batch_with,
    file_of,
    kinds,
    picture,
    pictures,
    pim_of,
    refusal,
)

LIMITS = {"type": "pim_catalog_image", "allowed_extensions": ["jpg", "PNG"], "max_file_size": "1.5"}


@pytest.mark.parametrize(
    ("said", "file", "reason"),
    [
        (LIMITS, file_of("x", "mug.gif"), "with the extensions jpg, png only, not mug.gif"),
        (LIMITS, file_of("x", "mug"), "with the extensions jpg, png only, not mug"),
        (LIMITS, evolve(MUG, size=1_572_865), "of 1.5 MB at most, and mug.png has 1,572,865 bytes"),
        ({"type": "pim_catalog_text"}, MUG, "is of the type pim_catalog_text, which takes no file"),
    ],
    ids=["extension", "no extension", "size", "type"],
)
def test_what_an_attribute_does_not_take_is_not_sent(
    said: dict[str, Any], file: Attachment, reason: str
) -> None:
    """It fails with property, attribute, locale and scope, as if the PIM had refused it."""
    pim = pim_of("a")
    pim.attributes["attributes/picture"] = said
    written = AkeneoSink(pim).write(batch_with((picture("a", locale="en_US"), file)))

    (error,) = written[0].errors
    assert reason in error.message
    assert (error.property, error.attribute, error.locale) == ("values", "picture", "en_US")
    assert pim.posts() == 0


@pytest.mark.parametrize(
    "said",
    [
        LIMITS,
        {"type": "pim_catalog_file", "allowed_extensions": [], "max_file_size": None},
        {"type": "pim_catalog_image", "max_file_size": "nothing"},
        {},
    ],
    ids=["within", "none", "unreadable", "no attribute"],
)
def test_what_an_attribute_takes_or_does_not_speak_of_is_sent(said: dict[str, Any]) -> None:
    """Extensions in any case; what cannot be understood, the PIM decides."""
    pim = pim_of("a")
    pim.attributes["attributes/picture"] = said
    file = file_of("x", "MUG.PNG")
    written = AkeneoSink(pim).write(batch_with((picture("a", file="MUG.PNG"), file)))

    assert kinds(written) == ["uploaded"]


@pytest.mark.parametrize(
    "reply",
    [refusal(404, "no"), refusal(403, "no"), Answer(200, b"<h1>"), SinkUnavailable("down")],
    ids=["404", "403", "page", "down"],
)
def test_an_attribute_that_cannot_be_read_is_no_failure(reply: Any) -> None:
    """The PIM decides then, and the next command asks no more in the same batch."""
    pim = pim_of("ab")
    pim.next = [reply]
    written = AkeneoSink(pim).write(batch_with(*pictures("a"), *pictures("b", file_of("x"))))

    assert kinds(written) == ["uploaded", "uploaded"]
    assert pim.calls.count("GET attributes/picture") == 1


def test_an_attribute_is_read_once() -> None:
    """By all batches of the sink."""
    pim = pim_of("ab")
    sink = AkeneoSink(pim)
    for code in "ab":
        sink.write(batch_with(*pictures(code)))

    assert pim.calls.count("GET attributes/picture") == 1


def test_a_file_is_refused_by_what_was_read_earlier() -> None:
    """After another look."""
    pim = pim_of("a")
    pim.attributes["attributes/picture"] = LIMITS
    sink = AkeneoSink(pim)
    sink.write(batch_with(*pictures("a")))
    written = sink.write(batch_with((picture("a"), file_of("x", "mug.gif"))))

    assert kinds(written) == ["failed"]
    assert pim.calls.count("GET attributes/picture") == 2


def test_a_file_is_refused_on_a_fresh_look_only() -> None:
    """What an attribute takes may have been changed since it was read."""
    pim = pim_of("a")
    pim.attributes["attributes/picture"] = LIMITS
    sink = AkeneoSink(pim)
    sink.write(batch_with(*pictures("a")))
    pim.attributes["attributes/picture"] = IMAGE
    written = sink.write(batch_with((picture("a"), file_of("x", "mug.gif"))))

    assert kinds(written) == ["uploaded"]


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (RECORD, "reference-entities/brand/attributes/logo"),
        (ASSET, "asset-families/shots/attributes/media"),
    ],
    ids=["record", "asset"],
)
def test_attributes_of_records_and_assets_have_limits_too(command: Any, path: str) -> None:
    """They are read where they belong; the image of an entity has none."""
    pim = MediaPim(attributes={path: {"type": "text"}}).add(*OWNERS)
    written = AkeneoSink(pim).write(batch_with((command, MUG)))

    assert "takes no file" in written[0].errors[0].message
