"""What each answer to an upload means, and what becomes of files that cannot be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from importbus.bus.attachments import Attachment
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable
from importbus.handlers.akeneo.sink import AkeneoSink
from media_pim import (
    MUG,
    Answer,
    batch_with,
    file_of,
    kinds,
    picture,
    pictures,
    pim_of,
    products,
    refusal,
)


def test_a_product_that_does_not_exist_is_waited_for() -> None:
    """It may still come; the next one goes on, with an upload of its own."""
    pim = pim_of("b")
    written = AkeneoSink(pim).write(batch_with(*pictures("ab")))

    assert kinds(written) == ["parked", "uploaded"]
    assert written[0].wants == ("product:a",)
    assert (written[0].status, pim.posts()) == (422, 2)


def test_an_attribute_that_does_not_exist_is_waited_for() -> None:
    """Structure may come late, too."""
    pim = pim_of("a")
    pim.next = [None, refusal(422, "The picture attribute does not exist in your PIM.")]
    written = AkeneoSink(pim).write(batch_with((picture("a", scope="shop"), MUG)))

    assert kinds(written) == ["parked"]
    assert written[0].wants == ("attribute:picture", "channel:shop")


def test_a_refused_file_fails_with_its_place() -> None:
    """In the PIM's own words."""
    violation = {"property": "values", "message": "The gif file extension is not allowed."}
    at = {"attribute": "picture", "locale": "en_US", "scope": "shop"}
    pim = pim_of("a")
    pim.next = [None, refusal(422, "Validation failed.", errors=[{**violation, **at}])]
    written = AkeneoSink(pim).write(batch_with((picture("a"), MUG)))

    (error,) = written[0].errors
    assert kinds(written) == ["failed"]
    assert (error.attribute, error.locale, error.scope) == ("picture", "en_US", "shop")


@pytest.mark.parametrize(
    "reply",
    [Answer(413, b"<h1>Too large</h1>"), Answer(403, b"<h1>Forbidden</h1>")],
    ids=["413", "403"],
)
def test_a_file_that_is_too_large_for_a_front_end_fails_alone(reply: Answer) -> None:
    """A 403 of somebody who may upload is about the size."""
    pim = pim_of("abc")
    pim.next = [None, None, reply]
    files = [file_of(content) for content in "abc"]
    written = AkeneoSink(pim).write(
        batch_with(*((picture(c), f) for c, f in zip("abc", files, strict=True)))
    )

    assert kinds(written) == ["uploaded", "failed", "uploaded"]
    assert "1 bytes" in written[1].errors[0].message
    assert pim.posts() == 3


def test_a_user_without_the_right_stops_the_import() -> None:
    """A form without a file is refused, too."""
    pim = pim_of("a")
    pim.next = [None, refusal(403, "Access forbidden."), refusal(403, "Access forbidden.")]

    with pytest.raises(SinkRefused, match="grant the right"):
        AkeneoSink(pim).write(batch_with(*pictures("a")))


def test_a_403_to_the_first_file_may_be_about_its_size() -> None:
    """A form without a file is refused for that, and not for lack of rights."""
    pim = pim_of("a")
    pim.next = [None, Answer(403), refusal(422, 'Property "file" is required.')]
    written = AkeneoSink(pim).write(batch_with(*pictures("a")))

    assert kinds(written) == ["failed"]


@pytest.mark.parametrize("status", [404, 405, 415])
def test_a_pim_without_uploads_stops_the_import(status: int) -> None:
    """No file is to blame."""
    pim = pim_of("a")
    pim.next = [None, refusal(status, "No route found")]

    with pytest.raises(SinkRefused, match="has no POST /api/rest/v1/media-files"):
        AkeneoSink(pim).write(batch_with(*pictures("a")))


def test_a_page_in_place_of_an_answer_says_nothing() -> None:
    """A login page with 200: the file may have arrived or not."""
    pim = pim_of("a")
    pim.next = [None, Answer(200, b"<h1>Login</h1>")]

    with pytest.raises(SinkUnavailable) as caught:
        AkeneoSink(pim).write(batch_with(*pictures("a")))
    assert caught.value.maybe_running


def test_only_the_file_whose_answer_was_lost_is_unknown() -> None:
    """The one before it is uploaded, those behind it were not sent."""
    pim = pim_of("abc")
    pim.next = [None, None, SinkUnavailable("reset", maybe_running=True)]
    files = [file_of(content) for content in "abc"]
    written = AkeneoSink(pim).write(
        batch_with(*((picture(c), f) for c, f in zip("abc", files, strict=True)))
    )

    assert kinds(written) == ["uploaded", "unknown", "unknown"]
    assert [outcome.sent for outcome in written] == [True, True, False]


def test_values_that_were_written_before_a_pause_are_uploaded() -> None:
    """The outcomes of the first files stand when the shared call is put off."""
    pim = pim_of("abc")
    sink = AkeneoSink(pim)
    sink.write(products("abc"))
    pim.next = [None, None, SinkPaused("wait")]
    written = sink.write(batch_with(*pictures("abc")))

    assert kinds(written) == ["uploaded", "unknown", "unknown"]
    assert [outcome.sent for outcome in written] == [True, False, False]


def test_a_file_that_cannot_be_read_any_more_fails(tmp_path: Path) -> None:
    """It was there when its batch was made."""
    gone = Attachment("mug.png", 5, "ab", path=str(tmp_path / "mug.png"))
    pim = pim_of("ab")
    written = AkeneoSink(pim).write(batch_with((picture("a"), gone), (picture("b"), MUG)))

    assert kinds(written) == ["failed", "uploaded"]
    assert written[0].errors[0].message == "mug.png cannot be sent: No such file or directory."


@pytest.mark.parametrize(
    ("file", "reason"),
    [(Attachment("mug.png", problem="mug.png is none."), "mug.png is none."), (None, "No file")],
    ids=["problem", "none"],
)
def test_a_command_whose_file_cannot_be_had_is_not_sent(
    file: Attachment | None, reason: str
) -> None:
    """Its reason is told."""
    pim = pim_of("a")
    written = AkeneoSink(pim).write(batch_with((picture("a"), file)))

    assert written[0].errors[0].message.startswith(reason)
    assert pim.calls == []
