"""What concerns the whole call: which error it is, and whether the call may still be running."""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from importbus.adapters.pim import PimClient
from importbus.bus.errors import (
    ConfigurationError,
    SinkRefused,
    SinkUnavailable,
    Unrecoverable,
)
from scripted_pim import Reply, ScriptedPim, breaks, grants, says

PRODUCTS = "/api/rest/v1/products"
PAGE = "<html><h1>Something went wrong</h1></html>"


def unavailable(*, calls: list[Reply], logins: list[Reply] | None = None) -> SinkUnavailable:
    """Make a call that fails, and return why."""
    client = ScriptedPim(calls=calls, logins=logins or []).client()
    with pytest.raises(SinkUnavailable) as caught:
        client.call("PATCH", PRODUCTS, b"{}")
    return caught.value


@pytest.mark.parametrize(
    ("status", "maybe_running"),
    [(408, False), (500, True), (502, True), (503, True), (504, True), (520, True)],
)
def test_a_server_in_trouble_is_asked_again_later(status: int, maybe_running: bool) -> None:
    """I3: only 408 says that the PIM never had the whole request; pages are no JSON."""
    error = unavailable(calls=[says(status, html=PAGE)])

    assert (error.status, error.maybe_running) == (status, maybe_running)
    assert str(error) == f"PATCH {PRODUCTS} answered {status}."


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0), ("soon", None), ("99999", 3600.0)],
)
def test_it_may_say_when(value: str, seconds: float | None) -> None:
    """Whoever calls again waits at least so long."""
    error = unavailable(calls=[says(503, headers={"Retry-After": value})])

    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("failure", "maybe_running", "words"),
    [
        (httpx.ConnectError("refused"), False, "https://pim.example is out of reach: refused."),
        (httpx.ConnectTimeout(""), False, "is out of reach: ConnectTimeout."),
        (httpx.ProxyError("407"), False, "is out of reach: 407."),
        (httpx.PoolTimeout(""), False, "found no free connection in time."),
        (httpx.ReadTimeout(""), True, f"PATCH {PRODUCTS} was not answered in time."),
        (httpx.WriteTimeout(""), True, "was not answered in time."),
        (httpx.ReadError("reset by peer"), True, "the connection broke: reset by peer."),
        (httpx.WriteError("broken pipe"), True, "the connection broke: broken pipe."),
        (httpx.RemoteProtocolError("no HTTP"), True, "the connection broke: no HTTP."),
        (httpx.DecodingError("no gzip"), True, "the connection broke: no gzip."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_a_call_without_an_answer_may_be_running(
    failure: Exception, maybe_running: bool, words: str
) -> None:
    """I3: unless there was no connection yet, nobody knows what became of it."""
    error = unavailable(calls=[breaks(failure)])

    assert (error.status, error.maybe_running) == (None, maybe_running)
    assert str(error).endswith(words)


@pytest.mark.parametrize(
    "failure", [httpx.LocalProtocolError("bad header"), httpx.UnsupportedProtocol("ftp")]
)
def test_what_cannot_be_sent_is_not_sent_again(failure: Exception) -> None:
    """The next attempt would be no other."""
    client = ScriptedPim(calls=[breaks(failure)]).client()

    with pytest.raises(Unrecoverable, match="cannot be sent as HTTP") as caught:
        client.call("PATCH", PRODUCTS, b"{}")
    assert not isinstance(caught.value, SinkRefused)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize(
    "location", ["https://evil.example/", "/login", "https://pim.example:port/", "\x7f"]
)
def test_a_redirect_is_never_followed(status: int, location: str) -> None:
    """The token would go wherever the answer says; also when it says nonsense."""
    pim = ScriptedPim(calls=[says(status, headers={"Location": location})])
    with pytest.raises(SinkRefused, match=r"is redirected .* set pim\.url to") as caught:
        pim.client().call("GET", PRODUCTS)

    assert caught.value.status == status
    assert pim.asked == [f"GET {PRODUCTS}"]


def caused_by(cause: Exception, error: Exception) -> Exception:
    """Return *error* as httpx raises it for *cause*."""
    error.__cause__ = OSError("in between")
    error.__cause__.__context__ = cause
    return error


NO_NAME = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
NO_ANSWER = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
BAD_CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
PLAIN = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
CUT_OFF = ssl.SSLEOFError(8, "EOF occurred in violation of protocol")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (NO_NAME, "There is no server of the name in https://pim.example"),
        (BAD_CERTIFICATE, "There is no secure connection to https://pim.example"),
        (PLAIN, "begins with https:// or http:// rightly"),
    ],
)
def test_a_server_that_was_never_there_is_a_wrong_address(cause: Exception, words: str) -> None:
    """A slip in pim.url, or a certificate that this machine does not trust."""
    error = caused_by(cause, httpx.ConnectError("failed"))
    client = ScriptedPim(logins=[breaks(error)]).client()

    with pytest.raises(SinkRefused, match=words):
        client.call("GET", PRODUCTS)


def test_a_certificate_that_the_server_asks_for_is_refused_while_reading() -> None:
    """With TLS 1.3 the handshake is over by then."""
    error = caused_by(ssl.SSLError(1, "alert certificate required"), httpx.ReadError("alert"))
    client = ScriptedPim(logins=[breaks(error)]).client()

    with pytest.raises(SinkRefused, match="no secure connection"):
        client.call("GET", PRODUCTS)


@pytest.mark.parametrize("cause", [NO_ANSWER, CUT_OFF, ConnectionRefusedError()])
def test_a_server_out_of_reach_is_waited_for(cause: Exception) -> None:
    """A network that is down comes up again."""
    error = unavailable(calls=[], logins=[breaks(caused_by(cause, httpx.ConnectError("failed")))])

    assert str(error) == "https://pim.example is out of reach: failed."


@pytest.mark.parametrize("cause", [NO_NAME, BAD_CERTIFICATE, PLAIN])
def test_a_server_that_was_there_is_waited_for(cause: Exception) -> None:
    """Its name and its certificate were right an hour ago: what fails now will be mended."""
    error = unavailable(
        calls=[breaks(caused_by(cause, httpx.ConnectError("failed")))], logins=[grants("t0")]
    )

    assert str(error) == "https://pim.example is out of reach: failed."


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pim.example",
        "ftp://pim.example",
        "https://",
        "https://pim.example:port",
        "https://pim.example:65536",
        "https://pim..example",
        f"https://{'x' * 64}.example",
        "https://pim.example/\x00",
    ],
)
def test_an_address_must_be_one(url: str) -> None:
    """Said at once, with an example, and not at the first call."""
    with pytest.raises(ConfigurationError, match=r"allowed: an address such as https://pim\."):
        ScriptedPim().client(url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://admin:geheim@pim.example",
        "https://admin:ge/heim@pim.example",
        "https://geheim@pim.example",
        "https://pim.example?password=geheim",
        "https://pim.example/#geheim",
    ],
)
def test_an_address_holds_no_password(url: str) -> None:
    """I9: it stands in every error text, so it is refused without repeating it."""
    with pytest.raises(ConfigurationError, match="more than an address") as caught:
        ScriptedPim().client(url=url)

    assert "heim" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://pim.example", "http://[::1]:8080", "https://bücher.de/"])
def test_good_addresses_are_taken(url: str) -> None:
    """Names in any script, addresses of both kinds, ports and a slash at the end."""
    pim = ScriptedPim()
    pim.client(url=url).call("GET", PRODUCTS)

    assert pim.asked == [f"GET {PRODUCTS}"]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SSL_CERT_FILE", "/no/such/file.pem", "SSL_CERT_FILE or SSL_CERT_DIR name no"),
        ("HTTPS_PROXY", "ftp://user:geheim@proxy.example", "name no proxy that can be used"),
        ("HTTPS_PROXY", "http://user:ge/heim@proxy.example", "name no proxy that can be used"),
    ],
)
def test_an_environment_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    """One clear sentence, and no password of a proxy in it."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=words) as caught:
        PimClient(url="https://pim.example", client_id="a", secret="b", username="c", password="d")

    assert "heim" not in str(caught.value)
