"""What carries requests to the PIM and answers back. The one user of httpx."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import httpx
from attrs import frozen
from loguru import logger

from importbus.adapters.pim.answer import JSON, Answer
from importbus.adapters.pim.secrets import Secrets
from importbus.bus.errors import (
    BusError,
    ConfigurationError,
    SinkRefused,
    SinkUnavailable,
    Unrecoverable,
)
from importbus.bus.ports import Clock

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

Carrier = httpx.BaseTransport
"""What carries requests instead of sockets, for tests."""

CUT = (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError)
"""How the body of an answer can break off."""


@frozen
class Request:
    """One call as it was asked for; the path is percent-encoded and holds the query."""

    method: str
    path: str
    body: bytes | None = None
    content_type: str = JSON

    def __str__(self) -> str:
        """Read as ``GET /api/rest/v1/channels``."""
        return f"{self.method} {self.path}"


class Wire:
    """Sends requests to the server at *url*; thread-safe.

    Redirects are not followed. The environment names proxies and certificates (``HTTPS_PROXY``,
    ``NO_PROXY``, ``SSL_CERT_FILE``); this machine is never reached through a proxy.

    Args:
        timeout: Seconds of silence after which a call is given up.
        connect_timeout: Seconds for a connection to be made.
        secrets: What must not be in an error.
        transport: What carries requests instead of sockets, for tests.

    Raises:
        ConfigurationError: *url* is no address of a server.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        secrets: Secrets,
        *,
        timeout: float,
        connect_timeout: float,
        transport: Carrier | None = None,
    ) -> None:
        self.url = _address(url)
        self._clock = clock
        self._secrets = secrets
        self._http = _open_http(httpx.Timeout(timeout, connect=connect_timeout), transport)

    def send(self, request: Request, authorization: str, *, known: bool) -> Answer:
        """Return the answer to *request*; a body that breaks off is returned as far as it came.

        What goes wrong is raised outside of the handler: httpx's errors and their tracebacks hold
        the request, and with it the token.

        Args:
            request: What to send.
            authorization: The header that says who calls.
            known: Whether the server at this address has answered before: then its name and its
                certificate are right, and what fails now may be mended by waiting.

        Raises:
            SinkUnavailable: No connection, or no answer; try again later.
            SinkRefused: No server of that name, or no secure connection to it.
            Unrecoverable: The call cannot be sent at all.
        """
        started = self._clock.monotonic()
        try:
            response = self._http.send(self._built(request, authorization), stream=True)
            with closing(response):
                body, complete = _read(response)
        except httpx.HTTPError as error:
            failure = self._failure(error, str(request), known=known)
        except RuntimeError:
            if not self._http.is_closed:
                raise
            failure = SinkUnavailable(f"{request}: the client was closed.")
        else:
            took = (self._clock.monotonic() - started) * 1000
            return Answer(response.status_code, _lower(response.headers), body, took, complete)
        logger.warning("{} failed: {}", request, failure)
        raise failure

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def _built(self, request: Request, authorization: str) -> httpx.Request:
        headers = {"Authorization": authorization}
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        try:
            return self._http.build_request(
                request.method, self.url + request.path, content=request.body, headers=headers
            )
        except httpx.InvalidURL as error:
            reason = f"{request.method} {request.path[:100]} cannot be sent: {error}."
        raise Unrecoverable(reason)

    def _failure(self, error: httpx.HTTPError, call: str, *, known: bool) -> BusError:
        reason = self._secrets.hide(str(error) or type(error).__name__)
        if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
            return Unrecoverable(f"{call} cannot be sent as HTTP.")
        if isinstance(error, httpx.NetworkError | httpx.TimeoutException | httpx.ProxyError):
            if _is_refused_tls(error, connecting=not known):
                return SinkRefused(
                    f"There is no secure connection to {self.url}: {reason}. Check that pim.url "
                    "begins with https:// or http:// rightly; SSL_CERT_FILE may name the "
                    "certificate of an authority of your own."
                )
            if _is_unknown_host(error) and not known:
                return SinkRefused(f"There is no server of the name in {self.url}: {reason}.")
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            return SinkUnavailable(f"{self.url} is out of reach: {reason}.")
        if isinstance(error, httpx.PoolTimeout):
            return SinkUnavailable(f"{call} found no free connection in time.")
        if isinstance(error, httpx.TimeoutException):
            return SinkUnavailable(f"{call} was not answered in time.", maybe_running=True)
        return SinkUnavailable(f"{call}: the connection broke: {reason}.", maybe_running=True)


@cache
def _user_agent() -> str:
    try:
        return f"importbus/{version('importbus')}"
    except PackageNotFoundError:
        return "importbus/0"


def _open_http(timeout: httpx.Timeout, transport: Carrier | None) -> httpx.Client:
    return httpx.Client(
        timeout=timeout,
        headers={"User-Agent": _user_agent(), "Accept": JSON},
        follow_redirects=False,
        trust_env=transport is None,
        transport=transport,
        mounts={} if transport else {f"all://{host}": None for host in LOOPBACK},
    )


def _address(url: str) -> str:
    """Return *url* without a slash at its end; user names in it would show in logs."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL("")
    if parts.userinfo or parts.query or parts.fragment:
        raise ConfigurationError(
            "pim.url has more than an address: name user and password in settings of their own, "
            "and leave out what follows ? or #."
        )
    if parts.scheme not in ("http", "https") or not parts.host:
        raise ConfigurationError(
            f"pim.url is {url!r}; allowed: an address such as https://pim.example."
        )
    return url.rstrip("/")


def _read(response: httpx.Response) -> tuple[bytes, bool]:
    """Return the body and whether it is whole; of one that breaks off what came.

    The lines of a stream are answers, and the status of a refusal says enough.
    """
    parts: list[bytes] = []
    try:
        parts.extend(response.iter_bytes())
    except CUT:
        if response.status_code < 300 and not parts:
            raise
        return b"".join(parts), False
    return b"".join(parts), True


def _lower(headers: httpx.Headers) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _is_refused_tls(error: BaseException, *, connecting: bool) -> bool:
    if not connecting and not isinstance(error, httpx.ConnectError):
        return False
    cut_off = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    return any(
        isinstance(cause, ssl.SSLError) and not isinstance(cause, cut_off)
        for cause in _causes(error)
    )


def _is_unknown_host(error: BaseException) -> bool:
    return any(
        isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME
        for cause in _causes(error)
    )
