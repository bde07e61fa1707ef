"""What carries requests to the PIM and answers back. The one user of httpx."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, BinaryIO

import httpx
from attrs import field, frozen
from loguru import logger

from importbus.adapters.pim.answer import JSON, REQUEST_ID, Answer
from importbus.adapters.pim.secrets import Authorization, Secrets
from importbus.adapters.pim.uploading import BYTES_PER_SECOND, FileForm
from importbus.adapters.right_of_way import RightOfWay
from importbus.bus.context import current_attempt
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

SENT, ANSWERED = "http11.send_request_body.complete", "http11.receive_response_headers.complete"
"""What httpx calls the moments at which waiting for an answer begins and ends.

Source: www.encode.io/httpcore/extensions, "trace".
"""

CUT = (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.DecodingError)
"""How the body of an answer can break off."""

UNKNOWN_HOST = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
"""Errors of a look-up that say that there is no such name; others may be mended by waiting."""


@frozen
class Request:
    """One call as it was asked for; the path is percent-encoded and holds the query.

    A ``form`` goes in place of a body, and is read while it is sent. The body of a 200
    goes ``into`` a file, if one is given, piece by piece.
    """

    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)
    content_type: str = JSON
    form: FileForm | None = field(default=None, repr=False)
    into: BinaryIO | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """Read as ``GET /api/rest/v1/channels``."""
        return f"{self.method} {self.path}"


class Wire:
    """Sends requests to the server at *url*; thread-safe.

    Redirects are not followed. The environment names proxies and certificates (``HTTPS_PROXY``,
    ``NO_PROXY``, ``SSL_CERT_FILE``); this machine is never reached through a proxy.

    Args:
        timeout: Seconds of silence after which a call is given up, and a second more for each
            500,000 bytes of a file.
        connect_timeout: Seconds for a connection to be made.
        secrets: What must not be in an error.
        right_of_way: What a lane has from the answer to one call until the next one is sent.
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
        right_of_way: RightOfWay,
        transport: Carrier | None = None,
    ) -> None:
        self.url = _address(url)
        self._right_of_way = right_of_way
        self._clock = clock
        self._secrets = secrets
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._http = _open_http(httpx.Timeout(timeout, connect=connect_timeout), transport)

    def send(self, request: Request, authorization: Authorization, *, known: bool) -> Answer:
        """Return the answer to *request*; a body that breaks off is returned as far as it came.

        What goes wrong is raised outside of the handler: httpx's errors and their tracebacks hold
        the request, and with it the token. For the same reason no variable here holds the header.

        Args:
            request: What to send.
            authorization: The header that says who calls.
            known: Whether the server at this address has answered before: then its name and its
                certificate are right, and what fails now may be mended by waiting.

        Raises:
            SinkUnavailable: No connection, or no answer; try again later.
            SinkRefused: No server of that name, or no secure connection to it.
            Unrecoverable: The call cannot be sent at all.
            OSError: The file of a form cannot be read, or that of an answer written.
        """
        failure: Exception
        started = self._clock.monotonic()
        try:
            response = self._http.send(self._built(request, authorization), stream=True)
            with closing(response):
                body, complete = _read(response, request.into)
        except httpx.HTTPError as error:
            failure = self._failure(error, str(request), known=known)
        except RuntimeError:
            if not self._http.is_closed:
                raise
            failure = SinkUnavailable(f"{request}: the client was closed.")
        except OSError as error:  # httpx has errors of its own for what the network does
            failure = OSError(error.errno, error.strerror)
        else:
            took = (self._clock.monotonic() - _asked_at(request, started)) * 1000
            headers = self._without_secrets(_lower(response.headers))
            return Answer(response.status_code, headers, body, took, complete)
        logger.warning(
            "{method} {path} failed after {milliseconds:.0f} ms, attempt {attempt}: {error}",
            method=request.method,
            path=request.path,
            milliseconds=round((self._clock.monotonic() - started) * 1000, 1),
            attempt=current_attempt.get(),
            error=str(failure),
        )
        raise failure

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def _without_secrets(self, headers: dict[str, str]) -> dict[str, str]:
        """Return *headers* with a name of the request that can be logged and kept (I9)."""
        named = headers.get(REQUEST_ID)
        return headers | {REQUEST_ID: self._secrets.hide(named)} if named else headers

    def _built(self, request: Request, authorization: Authorization) -> httpx.Request:
        """Return *request* for httpx; its path must not turn the address into another one."""
        reason = "a path begins with /"
        if request.path.startswith("/"):
            try:
                return self._http.build_request(
                    request.method,
                    self.url + request.path,
                    headers=_headers(request, authorization),
                    extensions={"trace": self._trace},
                    **self._content(request),
                )
            except httpx.InvalidURL as error:
                reason = str(error)
        raise Unrecoverable(f"{request.method} {request.path[:100]} cannot be sent: {reason}.")

    def _trace(self, event: str, _: Mapping[str, Any]) -> None:
        if event == SENT:
            self._right_of_way.leave()
        elif event == ANSWERED:
            self._right_of_way.take()

    def _content(self, request: Request) -> dict[str, Any]:
        """Return what is sent; httpx reads a file of a form piece by piece, from its beginning."""
        form = request.form
        if form is None:
            return {"content": request.body}
        silence = self._timeout + form.file.size / BYTES_PER_SECOND
        return {
            "data": form.fields,
            "files": {"file": (form.name, form.file)},
            "timeout": httpx.Timeout(silence, connect=self._connect_timeout),
        }

    def _failure(self, error: httpx.HTTPError, call: str, *, known: bool) -> BusError:
        reason = self._secrets.hide(str(error) or type(error).__name__)
        if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
            return Unrecoverable(f"{call} cannot be sent as HTTP.")
        if not known and _is_refused_tls(error):
            return SinkRefused(
                f"There is no secure connection to {self.url}: {reason}. Check that pim.url "
                "begins with https:// or http:// rightly; SSL_CERT_FILE may name the "
                "certificate of an authority of your own."
            )
        if not known and _is_unknown_host(error):
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


def _asked_at(request: Request, started: float) -> float:
    """Return when the PIM had all that it was asked: a large file takes its time on the way."""
    return (request.form and request.form.file.sent_at) or started


def _headers(request: Request, authorization: Authorization) -> dict[str, str]:
    typed = {} if request.body is None else {"Content-Type": request.content_type}
    # a file is of any type; source: akeneo/api-php-client, ResourceClient::getStreamedResource
    any_type = {} if request.into is None else {"Accept": "*/*"}
    return {"Authorization": authorization.header, **typed, **any_type}


def _open_http(timeout: httpx.Timeout, transport: Carrier | None) -> httpx.Client:
    """Return a client of httpx; raises ``ConfigurationError`` for a bad environment.

    What the environment says of a proxy is not repeated: there may be a password in it.
    """
    try:
        return httpx.Client(
            timeout=timeout,
            headers={"User-Agent": _user_agent(), "Accept": JSON},
            follow_redirects=False,
            event_hooks={"response": [_forget_location]},
            trust_env=transport is None,
            transport=transport,
            mounts={} if transport else {f"all://{host}": None for host in LOOPBACK},
        )
    except OSError as error:
        wrong = f"SSL_CERT_FILE or SSL_CERT_DIR name no certificates: {error.strerror}"
    except (ImportError, ValueError, httpx.InvalidURL):
        wrong = (
            "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY name no proxy that can be used; allowed: an "
            "address such as http://proxy.example:3128"
        )
    raise ConfigurationError(f"The environment is wrong: {wrong}.")


def _forget_location(response: httpx.Response) -> None:
    """Keep httpx from making a request of a redirect, which fails for some addresses."""
    if 300 <= response.status_code < 400:
        response.headers.pop("location", None)


def _address(url: str) -> str:
    """Return *url* without a slash at its end; user names in it would show in logs."""
    if any(sign in url for sign in "@?#"):
        raise ConfigurationError(
            "pim.url has more than an address: name user and password in settings of their own, "
            "and leave out what follows ? or #."
        )
    if not _names_a_server(url):
        raise ConfigurationError(
            f"pim.url is {url!r}; allowed: an address such as https://pim.example."
        )
    return url.rstrip("/")


def _names_a_server(url: str) -> bool:
    try:
        parts = httpx.URL(url)
        host = parts.raw_host.decode("ascii").encode("idna")  # as the look-up of the name does
    except (httpx.InvalidURL, UnicodeError):
        return False
    return parts.scheme in ("http", "https") and host != b"" and (parts.port or 1) < 2**16


def _read(response: httpx.Response, into: BinaryIO | None) -> tuple[bytes, bool]:
    """Return the body and whether it is whole; of one that breaks off what came.

    The lines of a stream are answers, and the status of a refusal says enough.
    """
    if into is not None and response.status_code == 200:
        return b"", _copied(response, into)
    parts: list[bytes] = []
    try:
        parts.extend(response.iter_bytes())
    except CUT:
        if response.status_code < 300 and not parts:
            raise
        return b"".join(parts), False
    return b"".join(parts), True


def _copied(response: httpx.Response, into: BinaryIO) -> bool:
    """Write the body into a file, and return whether it came whole."""
    try:
        for piece in response.iter_bytes():
            into.write(piece)
    except CUT:
        return False
    return True


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _is_refused_tls(error: BaseException) -> bool:
    """Tell whether a secure connection was refused, and not merely cut off."""
    cut_off = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    return any(
        isinstance(cause, ssl.SSLError) and not isinstance(cause, cut_off)
        for cause in _causes(error)
    )


def _is_unknown_host(error: BaseException) -> bool:
    return any(
        isinstance(cause, socket.gaierror) and cause.errno in UNKNOWN_HOST
        for cause in _causes(error)
    )
