"""Faults.

Source: akeneo/pim-api-docs, content/rest-api/good-practices.md (429, retries, 403 for large
bodies); akeneo/pim-community-dev, ApiBundle/Stream/StreamResourceResponse.php (answers that end
early).
"""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from importbus.adapters.simulated_pim import BadPlan, SimulatedPim
from raw_http import COLLECTION, RawClient, Reply

BATCH = [{"identifier": code} for code in "abcd"]


def plan(
    pim: SimulatedPim, kind: str, match: Any = None, times: int | None = None, **more: Any
) -> None:
    """Let requests that match fail in one way."""
    rule: dict[str, Any] = {"match": match or {"method": "PATCH"}, "fault": {"kind": kind, **more}}
    pim.set_faults([{**rule, "times": times} if times else rule])


def stored(pim: SimulatedPim) -> list[str]:
    """Return the identifiers of what was stored."""
    return sorted(pim.state()["products"])


def send(raw: RawClient) -> Reply:
    """Send a batch of four products."""
    return raw.lines("/products", *BATCH)


def test_a_429_may_name_seconds(pim: SimulatedPim, raw: RawClient) -> None:
    """The common form."""
    plan(pim, "429", retry_after=7)
    reply = send(raw)

    assert (reply.status, reply.headers["Retry-After"], reply.json["code"]) == (429, "7", 429)
    assert stored(pim) == []


def test_a_429_may_name_a_date(pim: SimulatedPim, raw: RawClient) -> None:
    """The form that HTTP allows as well."""
    plan(pim, "429", retry_after=60, retry_after_as="date")
    until = parsedate_to_datetime(send(raw).headers["Retry-After"])

    assert 50 < until.timestamp() - time.time() <= 60


def test_a_429_may_name_nothing_and_be_plain_text(pim: SimulatedPim, raw: RawClient) -> None:
    """A gateway in front of the PIM answers as it likes."""
    plan(pim, "429", body="slow down")
    reply = send(raw)

    assert "Retry-After" not in reply.headers
    assert (reply.headers["Content-Type"], reply.text) == ("text/plain", "slow down")


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_error_page_is_html(pim: SimulatedPim, raw: RawClient, status: int) -> None:
    """Whoever expects JSON is surprised."""
    plan(pim, "html", status=status)
    reply = send(raw)

    assert reply.status == status
    assert reply.headers["Content-Type"].startswith("text/html")
    assert reply.text.startswith("<html>")


def test_a_status_comes_with_a_json_body_or_a_given_one(pim: SimulatedPim, raw: RawClient) -> None:
    """Both without carrying anything out."""
    plan(pim, "status", status=503, message="Maintenance", retry_after=3)
    first = send(raw)
    plan(pim, "status", status=403, body="<html>", type="text/html")
    second = send(raw)

    assert (first.json, first.headers["Retry-After"]) == (
        {"code": 503, "message": "Maintenance"},
        "3",
    )
    assert (second.status, second.text) == (403, "<html>")
    assert stored(pim) == []


def test_a_failed_answer_may_hide_a_success(pim: SimulatedPim, raw: RawClient) -> None:
    """With `commit` the request is carried out and the answer lost."""
    plan(pim, "html", status=502, commit=True)

    assert send(raw).status == 502
    assert stored(pim) == ["a", "b", "c", "d"]


def test_a_proxy_may_answer_html_with_200(pim: SimulatedPim, raw: RawClient) -> None:
    """A login page in place of lines."""
    plan(pim, "html_200")
    reply = send(raw)

    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("text/html")
    assert stored(pim) == []


def test_a_proxy_may_redirect(pim: SimulatedPim, raw: RawClient) -> None:
    """To somewhere else."""
    plan(pim, "redirect", location="https://login.example.com/")
    reply = send(raw)

    assert (reply.status, reply.headers["Location"]) == (302, "https://login.example.com/")


@pytest.mark.parametrize(("commit", "there"), [(False, ["a", "b"]), (True, ["a", "b", "c", "d"])])
def test_a_stream_may_end_early(
    pim: SimulatedPim, raw: RawClient, commit: bool, there: list[str]
) -> None:
    """What was not answered may have been carried out, or not."""
    plan(pim, "truncate", lines=2, commit=commit)
    reply = send(raw)

    assert [line["line"] for line in reply.lines] == [1, 2]
    assert stored(pim) == there


def test_a_stream_may_break_off(pim: SimulatedPim, raw: RawClient) -> None:
    """The connection ends before the body does."""
    plan(pim, "truncate", lines=2, abrupt=True)

    with pytest.raises((HTTPException, ConnectionError)):
        send(raw)
    assert stored(pim) == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "there"), [("reset_before", []), ("reset_after", ["a", "b", "c", "d"])]
)
def test_a_connection_may_be_reset(
    pim: SimulatedPim, raw: RawClient, kind: str, there: list[str]
) -> None:
    """Before the request was carried out, or after."""
    plan(pim, kind)

    with pytest.raises(ConnectionError):
        send(raw)
    assert stored(pim) == there


def test_an_answer_may_be_slow(raw: RawClient) -> None:
    """By seconds on top of the latency."""
    naps: list[float] = []
    slow = [{"match": {"method": "PATCH"}, "fault": {"kind": "slow", "seconds": 30}}]
    with SimulatedPim(faults=slow, sleep=naps.append, monotonic=lambda: 0.0) as pim:
        client = RawClient(pim.port)
        status = client.lines("/products", *BATCH).status
        client.close()

    assert (status, naps) == (200, [30.0])


def test_tokens_may_expire_at_any_request(pim: SimulatedPim) -> None:
    """That request and all later ones need a new token."""
    plan(pim, "expire_tokens", times=1)
    client, second = RawClient(pim.port), RawClient(pim.port)
    form = {"grant_type": "refresh_token", "refresh_token": ""}
    form["refresh_token"] = second.token_request().json["refresh_token"]
    reply = client.lines("/products", *BATCH)
    refreshed = second.token_request(form)
    client.close()
    second.close()

    assert (reply.status, reply.message) == (401, "The access token provided has expired.")
    assert refreshed.status == 200
    assert stored(pim) == []


@pytest.mark.parametrize(
    ("more", "hit", "there"),
    [
        ({"contains": '"b"'}, [2], ["a", "c", "d"]),
        ({"lines": [1, 4]}, [1, 4], ["b", "c"]),
        ({"pattern": '[cd]"'}, [3, 4], ["a", "b"]),
        ({"contains": '"b"', "commit": True}, [2], ["a", "b", "c", "d"]),
    ],
)
def test_lines_may_fail_by_themselves(
    pim: SimulatedPim, raw: RawClient, more: Any, hit: list[int], there: list[str]
) -> None:
    """A 500 in a line, chosen by number or content."""
    plan(pim, "line_status", status=500, **more)
    reply = send(raw)

    assert [line["line"] for line in reply.lines if line["status_code"] == 500] == hit
    assert stored(pim) == there


def test_a_line_may_name_its_status_otherwise(pim: SimulatedPim, raw: RawClient) -> None:
    """Early builds of the uuid resource answered `code` instead of `status_code`."""
    plan(pim, "line_status", status=422, lines=[1], field="code", message="odd")

    assert send(raw).lines[0] == {"line": 1, "identifier": "a", "code": 422, "message": "odd"}


def test_the_answer_of_a_line_may_be_missing(pim: SimulatedPim, raw: RawClient) -> None:
    """The others stay where they are."""
    plan(pim, "line_status", lines=[2], missing=True)

    assert [line["line"] for line in send(raw).lines] == [1, 3, 4]


def statuses(raw: RawClient, count: int = 6) -> list[int]:
    """Send a batch several times."""
    return [send(raw).status for _ in range(count)]


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"nth": 2}, [200, 500, 200, 200, 200, 200]),
        ({"nth": [1, 3]}, [500, 200, 500, 200, 200, 200]),
        ({"every": 2}, [200, 500, 200, 500, 200, 500]),
        ({"after": 4}, [200, 200, 200, 200, 500, 500]),
        ({"after": 1, "every": 2}, [200, 200, 500, 200, 500, 200]),
        ({"path": "/families"}, [200] * 6),
        ({"path": "/products$"}, [500] * 6),
        ({"method": "GET"}, [200] * 6),
        ({"body_contains": '"d"'}, [500] * 6),
        ({"body_contains": '"z"'}, [200] * 6),
        ({"bytes_over": 70}, [500] * 6),
        ({"bytes_over": 80}, [200] * 6),
    ],
)
def test_a_rule_says_which_requests_fail(
    pim: SimulatedPim, raw: RawClient, match: Any, expected: list[int]
) -> None:
    """By method, path, number, content and size; the batch has 79 bytes."""
    plan(pim, "status", match)

    assert statuses(raw) == expected


def test_a_rule_may_fire_a_number_of_times(pim: SimulatedPim, raw: RawClient) -> None:
    """Then it is over."""
    plan(pim, "status", times=2)

    assert statuses(raw) == [500, 500, 200, 200, 200, 200]


def test_the_first_rule_that_is_due_decides(pim: SimulatedPim, raw: RawClient) -> None:
    """A later one keeps its turns."""
    rules = [
        {"match": {"nth": 1}, "fault": {"kind": "status", "status": 500}},
        {"match": {}, "times": 2, "fault": {"kind": "status", "status": 503}},
    ]
    pim.set_faults(rules)

    assert statuses(raw, 4) == [500, 503, 503, 200]


def test_a_plan_comes_from_a_file_too(raw: RawClient, tmp_path: Path) -> None:
    """As a list, or under `rules`."""
    rules = [{"match": {"path": "/channels"}, "fault": {"kind": "status", "status": 418}}]
    file = tmp_path / "faults.json"
    file.write_text(json.dumps({"rules": rules}))
    with SimulatedPim(faults=file) as pim:
        client = RawClient(pim.port)
        status = client.get("/channels").status
        client.close()

    assert status == 418


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([{}], 'rule 1: an object with "fault" is needed'),
        ([{"fault": {"kind": "odd"}}], "rule 1: kind is odd, allowed are 429,"),
        (
            [{"fault": {"kind": "429"}}, {"fault": {"kind": "429"}, "odd": 1}],
            "rule 2: unknown: odd",
        ),
        ([{"fault": {"kind": "429"}, "match": {"pth": "x"}}], "rule 1: unknown: pth"),
        (
            [{"fault": {"kind": "429"}, "match": {"every": 0}}],
            "rule 1: every must be a whole number",
        ),
        ([{"fault": {"kind": "429"}, "match": {"path": "("}}], "rule 1: "),
        ([{"fault": {"kind": "slow", "seonds": 1}}], "rule 1: slow does not know seonds"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_rule(rules: Any, message: str) -> None:
    """Before anything listens."""
    with pytest.raises(BadPlan) as error:
        SimulatedPim(faults=rules)

    assert str(error.value).startswith(message)


def test_a_plan_that_is_no_json_names_its_file(tmp_path: Path) -> None:
    """And what is wrong with it."""
    file = tmp_path / "faults.json"
    file.write_text("{")

    with pytest.raises(BadPlan, match=r"faults\.json: not JSON"):
        SimulatedPim(faults=file)


def test_a_large_body_may_be_refused_with_403(pim: SimulatedPim, raw: RawClient) -> None:
    """As the platform in front of the PIM does; smaller ones pass."""
    plan(pim, "status", {"bytes_over": 50}, status=403, body="Forbidden")
    large = raw.call("PATCH", "/products", '{"identifier":"a"}\n' * 4, COLLECTION)
    small = raw.call("PATCH", "/products", '{"identifier":"a"}\n' * 2, COLLECTION)

    assert (large.status, small.status) == (403, 200)
