"""I9: whatever goes wrong, no secret, token or base64 of one is shown."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from traceback import TracebackException
from typing import Any

import httpx
import pytest
from attrs import field, frozen
from loguru import logger

from fake_clock import FakeClock
from importbus.bus.errors import BusError
from scripted_pim import (
    CLIENT_ID,
    PASSWORD,
    SECRET,
    Reply,
    ScriptedPim,
    grants,
    lines_until,
    says,
)

PRODUCTS = "/api/rest/v1/products"


def b64(text: str) -> str:
    """Return the base64 of *text*, without the padding."""
    return base64.b64encode(text.encode()).decode().rstrip("=")


WORDS = ("s3cret", "p4ss w", "acc3ss", "r3fres")
"""How secrets and tokens begin, so that a part of one is found, and one among escapes, too.

The length of each is a multiple of three: then its base64 is how the base64 of the whole begins.
"""

HIDDEN = [*WORDS, *(b64(word) for word in (*WORDS, f"{CLIENT_ID}:s3cr"))]

KNOWN = (SECRET, PASSWORD, f"{CLIENT_ID}:{SECRET}")


def repeated(request: httpx.Request) -> str:
    """Return what a talkative server says: all that it was sent or knows, in clear and coded."""
    token = request.headers["Authorization"].rpartition(" ")[2]
    said = [shown for word in (*KNOWN, token) for shown in (word, b64(word))]
    return " ".join([*said, request.content.decode()])


def echo(status: int) -> Reply:
    """Answer with everything that must not be shown, in body and headers."""

    def reply(request: httpx.Request) -> httpx.Response:
        token = request.headers["Authorization"].rpartition(" ")[2]
        headers = {"X-Request-Id": token, "Location": f"https://e.example/{token}"}
        return httpx.Response(status, text=repeated(request), headers=headers)

    return reply


def echoing(kind: Callable[[str], Exception]) -> Reply:
    """Break off with an error that says everything."""

    def reply(request: httpx.Request) -> httpx.Response:
        raise kind(repeated(request))

    return reply


def cut(request: httpx.Request) -> httpx.Response:
    """Break off in the body of the answer, with an error that says everything."""
    return lines_until(httpx.ReadError(repeated(request)))(request)


@frozen
class Case:
    """A way to fail: what the PIM does, and what is done with the client."""

    calls: list[Reply] = field(factory=list, repr=False)
    logins: list[Reply] = field(factory=list, repr=False)
    act: Callable[[Any], object] = lambda client: client.call("PATCH", PRODUCTS, b"{}")


EXPIRED = says(401)
TOKEN = grants("acc3ss-1", "r3fresh-1")
NEXT = says(200, json={"_links": {"next": {"href": ".e.example"}}, "_embedded": {"items": []}})
KINDS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadTimeout,
    httpx.ReadError,
    httpx.RemoteProtocolError,
    httpx.LocalProtocolError,
    httpx.ProxyError,
)
STATUSES = (302, 401, 408, 429, 500, 503)
CASES = {
    **{f"call {status}": Case([echo(status)] * 2) for status in STATUSES},
    **{f"login {status}": Case(logins=[echo(status)]) for status in (*STATUSES, 404, 413, 422)},
    **{f"refresh {s}": Case([EXPIRED], [TOKEN, echo(s), echo(s)]) for s in (*STATUSES, 200, 422)},
    **{f"call {kind.__name__}": Case([echoing(kind)]) for kind in KINDS},
    **{f"login {kind.__name__}": Case(logins=[echoing(kind)]) for kind in KINDS},
    **{f"refresh {kind.__name__}": Case([EXPIRED], [TOKEN, echoing(kind)]) for kind in KINDS},
    "login without a token": Case(logins=[echo(200)]),
    "token that cannot be sent": Case(logins=[grants("acc3ss\n", "r3fresh")]),
    "cut": Case([cut]),
    "bad path": Case(act=lambda client: client.call("GET", "/\x00")),
    "other host": Case(act=lambda client: client.call("GET", ".e.example")),
    "probe": Case([echo(404)], act=lambda client: client.probe()),
    "probe of a page": Case([echo(200)], act=lambda client: client.probe()),
    "no object": Case([echo(200)], act=lambda client: client.get_json(PRODUCTS)),
    "no right": Case([echo(403)], act=lambda client: client.get_json(PRODUCTS)),
    "no list": Case([says(200, json={})], act=lambda client: list(client.items(PRODUCTS))),
    "no next page": Case([NEXT], act=lambda client: list(client.items(PRODUCTS))),
    "closed": Case(act=lambda client: (client.close(), client.call("GET", PRODUCTS))),
}


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """The texts of all log records, tracebacks with values included."""
    found: list[str] = []
    sink = logger.add(found.append, level=0, diagnose=True, backtrace=False)
    yield found
    logger.remove(sink)


def shown_by(case: Case) -> str:
    """Let *case* fail; return all that the error shows, the values of variables included."""
    client = ScriptedPim(calls=[*case.calls], logins=[*case.logins]).client(FakeClock())
    with pytest.raises(BusError) as caught:
        case.act(client)
    logger.opt(exception=caught.value).error("{!r}: {}", client, caught.value)
    trace = TracebackException.from_exception(caught.value, capture_locals=True)
    return "".join([str(caught.value), repr(caught.value), *trace.format()])


def leaks(text: str) -> list[str]:
    """Return the secrets that stand in *text*."""
    return [word for word in HIDDEN if word in text]


@pytest.mark.parametrize("name", CASES)
def test_no_failure_shows_a_secret(name: str, logged: list[str]) -> None:
    """Neither the error nor its traceback nor the log, also when the server repeats them all."""
    shown = shown_by(CASES[name])

    assert leaks(shown) == []
    assert leaks("".join(logged)) == []
    assert "Traceback" in shown
    assert logged


def test_a_part_of_a_secret_is_not_shown_either(logged: list[str]) -> None:
    """A long answer is cut after the secrets were taken out of it, not before."""
    for blanks in range(1990, 2001):
        shown_by(Case([says(500, text="." * blanks + "acc3ss-1")]))

    assert leaks("".join(logged)) == []


def test_an_answer_stands_in_the_log_without_its_secrets(logged: list[str]) -> None:
    """The rest helps whoever looks for the reason, in 2,000 characters at most."""
    shown_by(Case([says(500, text=f"Token acc3ss-1 met a bug. {'x' * 9000}")]))
    record = next(line for line in logged if "answered 500" in line)

    assert "Token *** met a bug." in record
    assert record.count("x") < 2000


@pytest.mark.parametrize("settings", [{"url": "pim.example"}, {"url": "https://a:b@pim.example"}])
def test_a_client_that_cannot_be_made_shows_nothing(settings: dict[str, Any]) -> None:
    """Its arguments are variables of the traceback."""
    with pytest.raises(BusError) as caught:
        ScriptedPim().client(FakeClock(), **settings)
    trace = TracebackException.from_exception(caught.value, capture_locals=True)

    assert leaks("".join(trace.format())) == []


def test_a_secret_that_is_no_text_is_not_shown() -> None:
    """The error of Python would hold the whole of it."""
    with pytest.raises(BusError) as caught:
        ScriptedPim().client(secret="acc3ss\udcff")
    trace = TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in trace.stack if "scripted_pim" not in frame.filename]

    assert leaks(str([frame.locals for frame in frames])) == []


def test_what_a_request_is_called_holds_no_secret() -> None:
    """It is logged and kept with what failed, and a front end may make it of anything."""
    named = {"X-Request-Id": f"abc-acc3ss-1-{'9' * 300}"}
    client = ScriptedPim([says(422, headers=named), says(422)]).client()
    first, second = (client.call("GET", PRODUCTS).request_id for _ in range(2))

    assert first is not None
    assert first.startswith("abc-***-9")
    assert (len(first), second) == (200, None)
