"""The PIM client against what only a connection can do."""

from __future__ import annotations

import contextlib
import gzip
import socket
from typing import Any

import pytest

from importbus.adapters.pim import PimClient
from importbus.adapters.right_of_way import RightOfWay
from importbus.bus.errors import SinkRefused, SinkUnavailable
from socket_server import (
    TOKEN,
    SocketServer,
    Step,
    chunk,
    hangs_up,
    head,
    is_silent,
    resets,
    sends,
    then,
    whole,
)

pytestmark = pytest.mark.integration

PRODUCTS = "/api/rest/v1/products"
LOGIN = "POST /api/oauth/v1/token"
LINES = "application/vnd.akeneo.collection+json"
ONE, TWO = b'{"line":1,"status_code":201}\n', b'{"line":2,"status_code":201}\n'
SOON = 1.0
"""Seconds of silence, where it is waited for."""

CHUNKED = head(content_type=LINES, transfer_encoding="chunked")


def open_client(server: SocketServer, scheme: str = "http", **settings: Any) -> PimClient:
    """Return a client of *server*."""
    return PimClient(
        url=f"{scheme}://127.0.0.1:{server.port}",
        client_id="1_client",
        secret="s3cret",
        username="importer",
        password="p4ss",
        **settings,
    )


@pytest.fixture(autouse=True)
def _proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment, through which this machine itself is never reached."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "")


def patched(server: SocketServer, **settings: Any) -> Any:
    """Send a batch of three lines; return the answer."""
    with open_client(server, **settings) as client:
        return client.call("PATCH", PRODUCTS, b"{}\n{}\n{}", content_type=LINES)


@pytest.mark.parametrize(
    "step",
    [
        resets,
        hangs_up,
        then(sends(b"HTTP/1.1 200 OK\r\nContent-"), resets),
        then(sends(CHUNKED), resets),
        then(sends(b"SSH-2.0-OpenSSH_9.2\r\n"), hangs_up),
    ],
)
def test_without_a_line_of_the_answer_the_call_may_be_running(step: Step) -> None:
    """I3: it was sent whole, and nobody knows what became of it."""
    with (
        SocketServer(TOKEN, step) as server,
        pytest.raises(SinkUnavailable, match="the connection broke: ") as caught,
    ):
        patched(server)

    assert caught.value.maybe_running is True
    assert server.requests == [LOGIN, f"PATCH {PRODUCTS}"]


@pytest.mark.parametrize("step", [is_silent, then(sends(CHUNKED), is_silent)])
def test_silence_is_waited_for_and_then_the_call_may_be_running(step: Step) -> None:
    """I3: a PIM that is busy answers late, and carries out what it was sent."""
    with (
        SocketServer(TOKEN, step) as server,
        pytest.raises(SinkUnavailable, match="was not answered in time") as caught,
    ):
        patched(server, timeout=SOON)

    assert caught.value.maybe_running is True


class Noted(RightOfWay):
    """Notes what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[str] = []

    def take(self) -> None:
        self.log.append("take")

    def leave(self) -> None:
        self.log.append("leave")


def test_whoever_calls_has_no_right_of_way_while_it_waits_for_the_answer() -> None:
    """For the login and for the call: left when all is sent, taken when the answer begins."""
    way = Noted()
    with SocketServer(TOKEN, whole(ONE)) as server:
        patched(server, right_of_way=way)

    assert way.log == ["leave", "take"] * 2


def waits_then_resets(connection: socket.socket) -> None:
    """End with an error, when the other side has had a moment to read: it loses what it has not."""
    connection.settimeout(0.1)
    with contextlib.suppress(TimeoutError):
        connection.recv(1)
    resets(connection)


@pytest.mark.parametrize("end", [waits_then_resets, hangs_up, is_silent])
@pytest.mark.parametrize(
    "begin",
    [
        sends(CHUNKED + chunk(ONE), chunk(TWO)),
        sends(head(content_type=LINES, content_length="900") + ONE, TWO),
    ],
)
def test_a_stream_that_breaks_off_after_two_lines_keeps_them(begin: Step, end: Step) -> None:
    """The third item is unknown and sent again, the two others are settled."""
    with SocketServer(TOKEN, then(begin, end)) as server:
        answer = patched(server, timeout=SOON if end is is_silent else 30.0)

    assert (answer.status, answer.body, answer.complete) == (200, ONE + TWO, False)


def test_a_compressed_stream_that_breaks_off_keeps_what_came() -> None:
    """A front end may compress it."""
    packed = gzip.compress(ONE + TWO)
    beginning = head(content_encoding="gzip", content_length=str(len(packed) + 9)) + packed
    with SocketServer(TOKEN, then(sends(beginning), hangs_up)) as server:
        answer = patched(server)

    assert (answer.body, answer.complete) == (ONE + TWO, False)


def test_a_refusal_that_breaks_off_is_a_refusal() -> None:
    """A front end that finds a body too large may hang up in the middle of saying so."""
    beginning = sends(head("413 Too Large", content_length="99"))
    with SocketServer(TOKEN, then(beginning, hangs_up)) as server:
        answer = patched(server)

    assert (answer.status, answer.body, answer.complete) == (413, b"", False)


def test_a_connection_that_the_server_closed_between_calls_is_opened_again() -> None:
    """Servers close idle connections, which is no failure of a call."""
    with SocketServer(TOKEN, then(whole(b"{}"), hangs_up), whole(b"[]")) as server:
        client = open_client(server)
        first = client.call("GET", PRODUCTS).body
        second = client.call("GET", PRODUCTS).body
        client.close()

    assert (first, second) == (b"{}", b"[]")


def test_a_plain_server_is_refused_when_https_was_asked_for() -> None:
    """A slip in the address is said at once: waiting would not mend it."""
    with SocketServer(sends(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        client = open_client(server, "https")
        with pytest.raises(SinkRefused, match="There is no secure connection to https://127"):
            client.probe()
        client.close()

    assert server.requests == ["TLS handshake"]


def test_a_redirect_leads_nowhere() -> None:
    """No other server hears of the token."""
    with SocketServer(whole(b"[]")) as other:
        location = f"http://127.0.0.1:{other.port}{PRODUCTS}"
        redirect = whole(b"", "307 Temporary Redirect", location=location)
        with SocketServer(TOKEN, redirect) as server, pytest.raises(SinkRefused, match="HTTP 307"):
            patched(server)

    assert other.requests == []


def test_nobody_listens() -> None:
    """Then nothing has begun."""
    with SocketServer() as server:
        pass

    with pytest.raises(SinkUnavailable, match="is out of reach") as caught:
        patched(server)
    assert caught.value.maybe_running is False
