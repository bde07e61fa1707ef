"""The client of the PIM's REST API: tokens, slots, pauses, clear errors. The one user of httpx."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import orjson
from attrs import field, frozen
from loguru import logger

from importbus.adapters.clock import SystemClock
from importbus.adapters.pim_limits import Pause, RateLimit, retry_after
from importbus.adapters.pim_tokens import LIFETIME, Token, Tokens
from importbus.bus.errors import Recoverable, SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.ports import Clock

SLOTS = 4
"""Calls at once for one connection.

Source: akeneo/pim-api-docs, content/rest-api/good-practices (4 concurrent calls per connection).
"""

TIMEOUT = 120.0
"""Seconds without an answer after which a call is given up."""

LOGIN_PATH = "/api/oauth/v1/token"
PROBE_PATH = "/api/rest/v1/channels?limit=1"
SHOWN = 2000
"""Bytes of an answer that a log shows."""


@frozen
class Answer:
    """What the PIM answered, with header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    milliseconds: float

    @property
    def content_type(self) -> str:
        """The media type without parameters; empty when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        """The server's name for the request, if it gave one."""
        return self.headers.get("x-request-id")


class PimClient:
    """Calls one PIM as one user; thread-safe.

    At most ``slots`` calls are in flight at a time. It logs in at the first call. No secret is in
    an error, a log or a ``repr`` (I9).
    """

    def __init__(
        self,
        *,
        url: str,
        client_id: str,
        secret: str,
        username: str,
        password: str,
        slots: int = SLOTS,
        timeout: float = TIMEOUT,
        connect_timeout: float = 10.0,
        clock: Clock | None = None,
        on_pause: Callable[[float], object] | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._clock = clock or SystemClock()
        self._http = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=connect_timeout),
            headers={"User-Agent": "importbus", "Accept": "application/json"},
            follow_redirects=False,
            trust_env=False,
        )
        self._credentials = httpx.BasicAuth(client_id, secret)
        self._tokens = Tokens(self._grant, username, password)
        self._slots = BoundedSemaphore(slots)
        self._pause = Pause()
        self._on_pause = on_pause
        self._rates: dict[float, RateLimit] = {}
        self._recent: deque[float] = deque(maxlen=20)

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        content_type: str = "application/json",
        rate: float | None = None,
    ) -> Answer:
        """Make one call and return the answer, unless it concerns the whole call.

        A token that the server refuses is renewed once, for all threads, and the call repeated.

        Raises:
            SinkUnavailable: 408, 5xx, no connection, no answer in time; try again later.
            SinkPaused: 429; calls of all threads wait as long as the server asked.
            SinkRefused: Wrong credentials or address, or a redirect; mend the configuration.
        """
        if rate:
            self._clock.sleep(self._rates.setdefault(rate, RateLimit(rate)).reserve(self._now()))
        headers = {"Content-Type": content_type} if body is not None else {}
        with self._slots:
            self._wait_for_pause()
            token = self._tokens.current(self._now())
            answer = self._authorized(method, path, body, headers, token)
            if answer.status == 401:
                token = self._tokens.renew(token)
                answer = self._authorized(method, path, body, headers, token)
        return self._checked(method, path, answer)

    def probe(self) -> None:
        """Make one cheap authenticated call; raises as ``call`` does."""
        answer = self.call("GET", PROBE_PATH)
        if answer.status == 403:
            return  # reachable and logged in; this user merely may not list channels
        if answer.status != 200 or answer.content_type != "application/json":
            raise SinkRefused(
                f"{self._url} does not answer like an Akeneo PIM (HTTP {answer.status}); "
                "check pim.url.",
                status=answer.status,
            )

    def recent_seconds(self) -> float | None:
        """Return the longest of the last 20 calls; None before the first."""
        return max(self._recent, default=None)

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the object at *path*, which begins with ``/api``.

        Raises:
            LookupError: The PIM answered 404.
            SinkRefused: Any other answer than 200.
        """
        query = f"?{httpx.QueryParams(dict(params))}" if params else ""
        answer = self.call("GET", path + query)
        if answer.status == 404:
            raise LookupError(path)
        if answer.status != 200:
            raise SinkRefused(f"GET {path} answered {answer.status}.", status=answer.status)
        found: dict[str, Any] = orjson.loads(answer.body)
        return found

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page; links to other hosts are not followed."""
        page = self.get_json(path, params)
        while True:
            yield from page["_embedded"]["items"]
            link = page["_links"].get("next", {}).get("href")
            if not link:
                return
            parts = urlsplit(link)
            page = self.get_json(f"{parts.path}?{parts.query}")

    def system_information(self) -> dict[str, Any]:
        """Return version and edition, as far as the PIM tells them (since 6.0)."""
        return self.get_json("/api/rest/v1/system-information")

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close all connections."""
        self.close()

    def _now(self) -> float:
        return self._clock.monotonic()

    def _wait_for_pause(self) -> None:
        while (left := self._pause.left(self._now())) > 0:
            self._clock.sleep(left)

    def _authorized(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], token: Token
    ) -> Answer:
        bearer = {**headers, "Authorization": f"Bearer {token.access}"}
        started = self._now()
        answer = self._request(method, path, content=body, headers=bearer)
        self._recent.append(self._now() - started)
        return answer

    def _request(self, method: str, path: str, **how: Any) -> Answer:
        """Make a request; a body that breaks off is returned as far as it came."""
        started = self._now()
        with (
            _translated(method, path, self._url),
            self._http.stream(method, self._url + path, **how) as response,
        ):
            body = _read(response)
        return Answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            body,
            (self._now() - started) * 1000,
        )

    def _checked(self, method: str, path: str, answer: Answer) -> Answer:
        status = answer.status
        if status == 429:
            raise self._paused(answer)
        if status < 400 and not 300 <= status < 400:
            self._pause.over()
            return answer
        self._log(method, path, answer)
        if status == 408 or status >= 500:
            wait = retry_after(answer.headers, self._clock.now())
            raise SinkUnavailable(
                f"{method} {path} answered {status}.", status=status, retry_after=wait
            )
        if status == 401:
            raise SinkRefused("The PIM refuses the token it has just given.", status=401)
        if 300 <= status < 400:
            raise SinkRefused(
                f"{method} {path} is redirected; set pim.url to the PIM's own address.",
                status=status,
            )
        return answer

    def _paused(self, answer: Answer) -> Recoverable:
        wait = self._pause.extend(retry_after(answer.headers, self._clock.now()), self._now())
        if self._on_pause:
            self._on_pause(self._clock.now() + wait)
        logger.warning("The PIM asks everyone to wait {:.1f} s (HTTP 429).", wait)
        return SinkPaused("The PIM asks everyone to wait (HTTP 429).", retry_after=wait)

    def _log(self, method: str, path: str, answer: Answer) -> None:
        logger.warning(
            "{} {} answered {} in {:.0f} ms, request id {}: {}",
            method,
            path,
            answer.status,
            answer.milliseconds,
            answer.request_id,
            answer.body[:SHOWN].decode("utf-8", "replace"),
        )

    def _grant(self, body: Mapping[str, str]) -> Token | None:
        answer = self._request("POST", LOGIN_PATH, json=dict(body), auth=self._credentials)
        if answer.status == 422 and body["grant_type"] == "refresh_token":
            return None
        if answer.status == 429:
            raise self._paused(answer)
        if answer.status == 408 or answer.status >= 500:
            raise SinkUnavailable(f"The login answered {answer.status}.", status=answer.status)
        return self._token_of(answer)

    def _token_of(self, answer: Answer) -> Token:
        if answer.status in (400, 401, 403, 413, 422):
            raise SinkRefused(
                f"The PIM at {self._url} refuses the login (HTTP {answer.status}): check client "
                "id, secret, username and password.",
                status=answer.status,
            )
        try:
            found = orjson.loads(answer.body)
            lifetime = float(found.get("expires_in", LIFETIME))
            return Token(found["access_token"], found.get("refresh_token"), self._now() + lifetime)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SinkRefused(
                f"{self._url} does not answer a login like an Akeneo PIM "
                f"(HTTP {answer.status}); check pim.url.",
                status=answer.status,
            ) from error


def _read(response: httpx.Response) -> bytes:
    """Return the body; of one that breaks off what came, since its lines are answers."""
    parts: list[bytes] = []
    try:
        parts.extend(response.iter_bytes())
    except httpx.RemoteProtocolError:
        if response.status_code != 200 or not parts:
            raise
    return b"".join(parts)


@contextmanager
def _translated(method: str, path: str, url: str) -> Iterator[None]:
    """Say what went wrong without httpx's own errors, which may carry addresses with secrets."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise SinkUnavailable(f"{url} is out of reach: {error}.") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise SinkRefused(f"{url} is no address of a PIM: {error}.") from error
    except httpx.TimeoutException as error:
        reason = f"{method} {path} was not answered in time."
        raise SinkUnavailable(reason, maybe_running=True) from error
    except httpx.HTTPError as error:
        reason = f"{method} {path}: the connection broke: {error}."
        raise SinkUnavailable(reason, maybe_running=True) from error
