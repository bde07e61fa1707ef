"""Failures as people and programs read them."""

from __future__ import annotations

from io import StringIO

import orjson
import pytest
from attrs import evolve
from rich.console import Console, Group

from importbus.adapters.cli.failed.exporting import line_of as exported
from importbus.adapters.cli.failed.rendering import (
    account,
    failed_document,
    full_document,
    grouped,
    line_of,
)
from importbus.adapters.report_json import failure_document
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure, FailureGroup

FAILURE = Failure(
    Position("catalog.jsonl", 17),
    "CreateOrUpdateProduct",
    "mug[red]",
    422,
    (ServerError("No family [x].", "family", locale="en_US"),),
    2,
    data={"identifier": "mug[red]"},
    import_id="spring",
    number=3,
    batch_id="spring/1/9",
    request_id="abc-1",
    since=0.0,
    at=60.0,
    retried_by="again",
)
REJECTED = Failure(
    Position("catalog.jsonl", 18), None, None, None, (ServerError("is not JSON"),), 0, "rejected",
    raw=b"{\x1b[31m", import_id="spring", since=60.0, at=60.0,
)  # fmt: skip


def rendered(*parts: object) -> str:
    """Return what a wide terminal without colours shows."""
    screen = StringIO()
    Console(file=screen, width=160, highlight=False).print(Group(*parts))  # type: ignore[arg-type]
    return screen.getvalue()


@pytest.mark.parametrize(
    "told",
    [
        "number         3", "state          open, sent again by again",
        "position       catalog.jsonl:17",
        "key            mug[red]", "outcome        failed after 2 attempts", "HTTP status    422",
        "batch          spring/1/9", "request id     abc-1",
        "first refused  1970-01-01 00:00:00 UTC", "last refused   1970-01-01 00:01:00 UTC",
        "No family [x]. (property family, locale en_US)", '"identifier": "mug[red]"',
    ],
)  # fmt: skip
def test_all_is_told_of_a_failure(told: str) -> None:
    """Whatever a person may look up elsewhere, and the command as it can be sent."""
    assert told in rendered(*account(FAILURE))


def test_a_command_turns_nothing_around() -> None:
    """JSON escapes controls, but neither marks of direction nor what terminals obey beside them."""
    hostile = evolve(FAILURE, data={"identifier": "mug\u202e\x9b2J"})

    assert '"identifier": "mug\\u202e\\u009b2J"' in rendered(*account(hostile))


def test_a_rejected_line_is_told_as_it_was_read() -> None:
    """Without what it would do to a terminal; it has no number and no attempts."""
    shown = rendered(*account(REJECTED))

    assert "rejected  1970-01-01 00:01:00 UTC" in shown
    assert "{\\u001b[31m" in shown
    assert "attempt" not in shown


def test_it_is_told_how_it_failed_again() -> None:
    """With the retry and its answer."""
    again = evolve(FAILURE, import_id="again", errors=(ServerError("Worse."),), at=120.0)
    shown = rendered(*account(FAILURE, [again]))

    assert "Failed again in again, 1970-01-01 00:02:00 UTC:\n  Worse." in shown


def test_a_line_has_what_identifies_a_failure() -> None:
    """And neither breaks nor colours, whatever the PIM said."""
    hostile = evolve(FAILURE, key="a\nb", errors=(ServerError("no\x1b[0m"), ServerError("two")))

    assert line_of(hostile) == (
        "3  spring  catalog.jsonl:17  CreateOrUpdateProduct  a\\nb  422  no\\u001b[0m; two"
    )
    assert line_of(REJECTED) == "-  spring  catalog.jsonl:18  ?  -  rejected  is not JSON"


def test_reasons_have_an_example_that_can_be_shown() -> None:
    """One of several is told by its group, a single one by its own words."""
    groups = [FailureGroup(422, "No family *.", count, FAILURE) for count in (1_200, 1)]
    shown = rendered(grouped(groups, "Open"))

    assert "│ 1,200 │  422 │ No family *. " in shown
    assert "│     1 │  422 │ No family [x]." in shown
    assert "│ spring catalog.jsonl:17 mug[red] │      3 │" in shown


def test_documents_have_everything() -> None:
    """What ``report --json`` has, in its shape, and more."""
    document = full_document(REJECTED, [FAILURE])

    assert orjson.loads(orjson.dumps(document)) == document
    assert (document["raw"], document["data"]) == ("{\x1b[31m", None)
    assert document["repeats"] == [failed_document(FAILURE)]
    assert failed_document(FAILURE).items() >= failure_document(FAILURE).items()


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (FAILURE, b'{"command":"CreateOrUpdateProduct","data":{"identifier":"mug[red]"}}'),
        (REJECTED, b"{\x1b[31m"),
        (evolve(REJECTED, raw=b""), None),
        (evolve(REJECTED, raw=b"x" * 2_000), None),
        (evolve(FAILURE, data=None), None),
    ],
)
def test_what_is_exported_is_whole(failure: Failure, line: bytes | None) -> None:
    """A part of a line would be imported as something else."""
    assert exported(failure) == line
