"""Faults.

Source: akeneo/pim-api-docs, content/rest-api/good-practices.md (429, retries, 403 for large
bodies); akeneo/pim-community-dev, ApiBundle/Stream/StreamResourceResponse.php (answers that end
early).
"""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_faults import BATCH, plan, send, stored
from raw_http import COLLECTION, RawClient


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


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [
        ("429", 429, '{"code":429,"message":"You have exceeded the limit of API requests'),
        ("status", 500, '{"code":500,"message":"Internal Server Error"}'),
        ("html", 502, "<html><head><title>502 Bad Gateway</title>"),
        ("html_200", 200, "<html><head><title>Welcome</title>"),
        ("redirect", 302, ""),
        ("truncate", 200, ""),
        ("slow", 200, '{"line":1,'),
        ("expire_tokens", 401, '{"code":401,"message":"The access token provided has expired."}'),
        ("line_status", 200, '{"line":1,"identifier":"a","status_code":500,"message":"Internal'),
    ],
)
def test_a_fault_needs_no_settings(kind: str, status: int, start: str) -> None:
    """Each kind has defaults; but for `slow` nothing is carried out then."""
    naps: list[float] = []
    faults = [{"match": {"method": "PATCH"}, "fault": {"kind": kind}}]
    with SimulatedPim(faults=faults, sleep=naps.append, monotonic=lambda: 0.0) as pim:
        client = RawClient(pim.port)
        reply = send(client)
        client.close()

    assert (reply.status, reply.text[: len(start)]) == (status, start)
    assert "Retry-After" not in reply.headers
    assert naps == ([1.0] if kind == "slow" else [])
    assert stored(pim) == ([*"abcd"] if kind == "slow" else [])


@pytest.mark.parametrize("kind", ["status", "html"])
@pytest.mark.parametrize(("said", "form"), [(None, r"7"), ("date", r"\w{3}, .* GMT")])
def test_an_error_may_say_when_to_come_again(
    pim: SimulatedPim, raw: RawClient, kind: str, said: str | None, form: str
) -> None:
    """In the same forms as a 429."""
    more: dict[str, Any] = {"retry_after_as": said} if said else {}
    plan(pim, kind, status=503, retry_after=7, **more)
    reply = send(raw)

    assert reply.status == 503
    assert re.fullmatch(form, reply.headers["Retry-After"])


@pytest.mark.parametrize(
    ("kind", "status"), [("html", 502), ("status", 500), ("html_200", 200), ("truncate", 200)]
)
def test_a_failed_answer_may_hide_a_success(
    pim: SimulatedPim, raw: RawClient, kind: str, status: int
) -> None:
    """With `commit` the request is carried out and the answer lost."""
    plan(pim, kind, commit=True)

    assert send(raw).status == status
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


@pytest.mark.parametrize(("refresh", "answer"), [(False, 200), (True, 422)])
def test_tokens_may_expire_at_any_request(pim: SimulatedPim, refresh: bool, answer: int) -> None:
    """That request and all later ones need a new token, got with the refresh token or without."""
    plan(pim, "expire_tokens", times=1, refresh=refresh)
    client, second = RawClient(pim.port), RawClient(pim.port)
    form = {"grant_type": "refresh_token", "refresh_token": ""}
    form["refresh_token"] = second.token_request().json["refresh_token"]
    reply = client.lines("/products", *BATCH)
    later = client.lines("/products", *BATCH)
    refreshed = second.token_request(form)
    client.close()
    second.close()

    assert (reply.status, reply.message) == (401, "The access token provided has expired.")
    assert (later.status, refreshed.status) == (401, answer)
    assert stored(pim) == []


@pytest.mark.parametrize(
    ("more", "hit", "there"),
    [
        ({"contains": '"b"'}, [2], ["a", "c", "d"]),
        ({"lines": [1, 4]}, [1, 4], ["b", "c"]),
        ({"pattern": '[cd]"'}, [3, 4], ["a", "b"]),
        ({"contains": '"b"', "commit": True}, [2], ["a", "b", "c", "d"]),
        ({"contains": '"b"', "lines": [1, 2]}, [2], ["a", "c", "d"]),
        ({"pattern": "^.{17}b", "lines": [1]}, [], ["a", "b", "c", "d"]),
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


@pytest.mark.parametrize(("commit", "there"), [(False, [*"acd"]), (True, [*"abcd"])])
def test_the_answer_of_a_line_may_be_missing(
    pim: SimulatedPim, raw: RawClient, commit: bool, there: list[str]
) -> None:
    """The others stay where they are; the line was carried out, or not."""
    plan(pim, "line_status", lines=[2], missing=True, commit=commit)

    assert [line["line"] for line in send(raw).lines] == [1, 3, 4]
    assert stored(pim) == there


def test_a_line_may_succeed_in_vain(pim: SimulatedPim, raw: RawClient) -> None:
    """A status below 400 has no message."""
    plan(pim, "line_status", lines=[2], status=204)

    assert send(raw).lines[1] == {"line": 2, "identifier": "b", "status_code": 204}
    assert stored(pim) == [*"acd"]


def test_a_truncation_is_for_batches(pim: SimulatedPim, raw: RawClient) -> None:
    """A single write is answered as ever."""
    plan(pim, "truncate")

    assert raw.patch("/products/a", family="nope").message.startswith('Property "family" expects')


def test_a_large_body_may_be_refused_with_403(pim: SimulatedPim, raw: RawClient) -> None:
    """As the platform in front of the PIM does; smaller ones pass."""
    plan(pim, "status", {"bytes_over": 50}, status=403, body="Forbidden")
    large = raw.call("PATCH", "/products", '{"identifier":"a"}\n' * 4, COLLECTION)
    small = raw.call("PATCH", "/products", '{"identifier":"a"}\n' * 2, COLLECTION)

    assert (large.status, small.status) == (403, 200)
