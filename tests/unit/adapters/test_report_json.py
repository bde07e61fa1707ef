"""The account as JSON: the shape that programs rely on."""

from __future__ import annotations

import json
from io import BytesIO

import orjson
import pytest
from attrs import evolve

from importbus.adapters.report_json import report_document, write_report_document
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure, Report

REPORT = Report(
    import_id="night",
    label="Spring",
    state="finished_with_failures",
    read=7,
    rejected=1,
    open=2,
    outcomes={"failed": 1, "created": 3},
    by_class={"Put": {"failed": 1, "created": 3}},
    parked=2,
    requests=5,
    seconds=1.23456,
)

FAILED = Failure(
    Position("a.jsonl", 17),
    "CreateOrUpdateProduct",
    "mug",
    422,
    (ServerError("Too long.", "values", "name", "en_US", "ecommerce"), ServerError("No family.")),
    2,
    data={"identifier": "mug"},
    number=3,
    batch_id="night/1/9",
    request_id="abc-1",
    since=0.0,
    at=60.0,
    closed="cured",
)
REJECTED = Failure(
    Position("a.jsonl", 3), None, None, None, (ServerError("is not JSON"),), 0, "rejected"
)


def test_the_document_has_the_agreed_keys() -> None:
    """DESIGN section 12, in this order."""
    document = report_document(REPORT, ())

    assert document == {
        "import_id": "night",
        "state": "finished_with_failures",
        "read": 7,
        "rejected": 1,
        "open": 2,
        "outcomes": {"created": 3, "failed": 1},
        "failures": [],
        "requests": 5,
        "seconds": 1.235,
    }


def test_the_document_proves_that_nothing_was_lost() -> None:
    """I1: read is the sum of outcomes, rejected and open."""
    document = report_document(REPORT, ())

    assert document["read"] == (
        sum(document["outcomes"].values()) + document["rejected"] + document["open"]
    )


def test_a_failure_says_where_what_and_why() -> None:
    """What the PIM did not say is left out of an error; the data of the command is not told."""
    (failure,) = report_document(REPORT, [FAILED])["failures"]

    assert failure == {
        "position": {"source": "a.jsonl", "line": 17},
        "command": "CreateOrUpdateProduct",
        "key": "mug",
        "status": 422,
        "errors": [
            {
                "message": "Too long.",
                "property": "values",
                "attribute": "name",
                "locale": "en_US",
                "scope": "ecommerce",
            },
            {"message": "No family."},
        ],
        "attempts": 2,
        "number": 3,
        "closed": "cured",
        "batch_id": "night/1/9",
        "request_id": "abc-1",
        "at": 60.0,
    }


def test_a_rejected_line_is_a_failure_without_status() -> None:
    """It never reached the PIM: null and no attempts."""
    (failure,) = report_document(REPORT, [REJECTED])["failures"]

    assert (failure["status"], failure["attempts"], failure["key"]) == (None, 0, None)
    assert failure["position"] == {"source": "a.jsonl", "line": 3}
    assert failure["errors"] == [{"message": "is not JSON"}]


def test_equal_accounts_are_equal_bytes() -> None:
    """The order of outcomes does not depend on what came first."""
    other = report_document(REPORT, [FAILED])
    text = orjson.dumps(other)

    assert list(other["outcomes"]) == ["created", "failed"]
    assert json.loads(text) == other


@pytest.mark.parametrize("failures", [[], [FAILED], [FAILED, REJECTED, FAILED]])
def test_a_document_that_is_written_piece_by_piece_is_the_same(failures: list[Failure]) -> None:
    """Byte for byte, and a line; a name that looks like its seam is no seam."""
    report = evolve(REPORT, import_id='"failures":[]')
    stream = BytesIO()
    write_report_document(stream, report, iter(failures))

    assert stream.getvalue() == orjson.dumps(report_document(report, failures)) + b"\n"
