"""The client of the PIM's REST API: tokens, slots, pauses, clear errors."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from types import TracebackType
from typing import BinaryIO, Self

import orjson
from loguru import logger

from importbus.adapters.clock import SystemClock
from importbus.adapters.pim.answer import JSON, Answer
from importbus.adapters.pim.http import Carrier, Request, Wire
from importbus.adapters.pim.limits import Pause, RateLimit, retry_after
from importbus.adapters.pim.reading import Reading
from importbus.adapters.pim.secrets import Authorization, Credentials, Secrets
from importbus.adapters.pim.tokens import (
    LOGIN_REFUSED,
    Form,
    Token,
    Tokens,
    login_refusal,
    read_token,
)
from importbus.adapters.pim.uploading import opened
from importbus.adapters.right_of_way import RightOfWay
from importbus.bus.attachments import Attachment
from importbus.bus.context import current_attempt
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.ports import Clock

SLOTS = 4
"""Calls at once for one connection.

Source: akeneo/pim-api-docs, content/rest-api/good-practices (4 concurrent calls per connection).
"""

TIMEOUT = 120.0
"""Seconds of silence after which a call is given up."""

LOGIN_PATH = "/api/oauth/v1/token"
PROBE_PATH = "/api/rest/v1/channels?limit=1"

SHOWN = 2000
"""Characters of an answer that a log shows."""

NOT_CARRIED_OUT = (408,)
"""Of the statuses that ask to try again, those that say that the PIM never began.

503 is none of them: Apache gives it, too, when the PHP process behind it ends in the middle.
"""


class PimClient(Reading):
    """Calls one PIM as one user; thread-safe. It logs in at the first call.

    At most ``slots`` calls are in flight at a time. While the PIM has asked everyone to wait, calls
    fail at once with ``SinkPaused``. How requests travel: see ``Wire``. No secret is in an error, a
    log or a ``repr`` (I9).

    Args:
        url: Address of the PIM, e.g. ``https://pim.example``.
        timeout: Seconds of silence after which a call is given up.
        connect_timeout: Seconds for a connection to be made.
        right_of_way: What the lanes of the process have over those who read sources.
        on_pause: Told the time of the wall clock, in seconds, until which everyone has to wait.
        transport: What carries requests instead of sockets, for tests.

    Raises:
        ConfigurationError: *url* is no address of a server, a credential is no text, or the
            environment names proxies or certificates that cannot be used.
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
        right_of_way: RightOfWay | None = None,
        transport: Carrier | None = None,
    ) -> None:
        credentials = Credentials(client_id, secret, username, password)
        del secret, password  # a traceback with values would show them
        credentials.check()
        self._clock = clock or SystemClock()
        self._right_of_way = right_of_way or RightOfWay()
        self._basic = credentials.basic
        self._secrets = Secrets(credentials.secret, credentials.password, credentials.pair)
        self._tokens = Tokens(
            self._grant, username, credentials.password, monotonic=self._clock.monotonic
        )
        self._wire = Wire(
            url,
            self._clock,
            self._secrets,
            timeout=timeout,
            connect_timeout=connect_timeout,
            right_of_way=self._right_of_way,
            transport=transport,
        )
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
        content_type: str = JSON,
        rate: float | None = None,
    ) -> Answer:
        """Make one call and return the answer, unless it concerns the whole call.

        A token that the server refuses is renewed once, for all threads, and the call repeated.

        Args:
            method: The HTTP method.
            body: What to send; None for no body.
            path: From ``/api`` on, percent-encoded, with the query.
            content_type: Of *body*.
            rate: Most calls a second; all calls with the same rate count together.

        Raises:
            SinkUnavailable: 408, 5xx, no connection, no answer in time; try again later.
            SinkPaused: 429, now or a moment ago; try again after ``retry_after`` seconds.
            SinkRefused: Wrong credentials or address, or a redirect; mend the configuration.
            Unrecoverable: The call cannot be sent at all.
        """
        return self._called(Request(method, path, body, content_type), rate)

    def upload(self, path: str, fields: Mapping[str, str], file: Attachment) -> Answer:
        """Send *file* as the part ``file`` of a form, and return the answer as ``call`` does.

        The file is read while it is sent, in pieces of 64 kB, and again from its beginning when the
        token was refused. The PIM gets a second more to answer for each 500,000 bytes.

        Args:
            path: From ``/api`` on, percent-encoded.
            fields: Further parts of the form, before the file.
            file: What to send, under its name.

        Raises:
            OSError: The file cannot be read, or has not as many bytes as it had.
            HandlingFailed: As ``call``.
        """
        with opened(file, fields, self._now) as form:
            return self._called(Request("POST", path, form=form), None)

    def download(self, path: str, into: BinaryIO) -> Answer:
        """Read the file at *path*; the body of a 200 goes *into* a file, piece by piece.

        Args:
            path: From ``/api`` on, percent-encoded.
            into: Where the bytes go; of an answer that is not ``complete`` what came.

        Raises:
            OSError: They cannot be written.
            HandlingFailed: As ``call``.
        """
        return self._called(Request("GET", path, into=into), None)

    def probe(self) -> None:
        """Make one cheap authenticated call; raises as ``call`` does."""
        answer = self.call("GET", PROBE_PATH)
        if answer.status == 403:
            return  # reachable and logged in; this user merely may not list channels
        if answer.status == 200 and answer.content_type != JSON:
            raise SinkUnavailable(
                f"{self._wire.url} answers {answer.content_type or 'something'} instead of JSON: "
                "maintenance, perhaps, or a wrong pim.url.",
                status=200,
            )
        if answer.status != 200:
            raise SinkRefused(
                f"{self._wire.url} does not answer like an Akeneo PIM (HTTP {answer.status}); "
                "check pim.url.",
                status=answer.status,
            )

    def recent_seconds(self) -> float | None:
        """Return the longest of the last 20 calls that wrote something; None before the first."""
        return max(self._recent.copy(), default=None)

    def hide(self, text: str) -> str:
        """Return *text* without credentials and tokens."""
        return self._secrets.hide(text)

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

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

    def _sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)

    def pause_until(self, at: float) -> None:
        """Make no call until *at*, seconds of the wall clock: another process was turned away."""
        self._pause.hold(self._now() + at - self._clock.now())

    def _called(self, request: Request, rate: float | None) -> Answer:
        """Make a call that needs a token, a second time with another token if need be."""
        attempt = current_attempt.get()
        with self._slot():
            token = self._tokens.current()
            answer, called = self._once(request, token, rate)
            if answer.status == 401:
                attempt += 1
                answer, called = self._once(request, self._tokens.renew(token), rate)
        return self._judged(request, answer, attempt, called)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Hold one of the places; whoever waits for it keeps nobody else waiting."""
        if not self._slots.acquire(blocking=False):
            self._right_of_way.leave()
            self._slots.acquire()
        try:
            yield
        finally:
            self._slots.release()

    def _refuse_while_paused(self) -> None:
        if (left := self._pause.left(self._now())) > 0:
            raise SinkPaused("The PIM asked everyone to wait (HTTP 429).", retry_after=left)

    def _once(self, request: Request, token: Token, rate: float | None) -> tuple[Answer, float]:
        """Make the call; return the answer, and when it was asked for."""
        self._refuse_while_paused()
        if rate:
            limit = self._rates.setdefault(rate, RateLimit(rate))
            self._clock.sleep(limit.reserve(self._now()))
            self._refuse_while_paused()  # another call may have been turned away meanwhile
        called = self._now()
        return self._send(request, Authorization("Bearer", token.access)), called

    def _send(self, request: Request, authorization: Authorization) -> Answer:
        return self._wire.send(request, authorization, known=self._tokens.known)

    def _judged(self, request: Request, answer: Answer, attempt: int, called: float) -> Answer:
        """Return *answer* if it is one to what was asked; raise what concerns every call."""
        status, call = answer.status, str(request)
        if status >= 300:
            self._log(request, answer, attempt)
        if status == 429:
            raise self._paused(answer, called)
        self._pause.over(called=called)
        if status == 408 or status >= 500:
            raise self._unavailable(call, answer)
        if status == 401:
            raise SinkRefused("The PIM refuses the token that it has just given.", status=401)
        if status < 200 or 300 <= status < 400:
            raise _redirected(call, status)
        if request.method != "GET":
            self._recent.append(answer.milliseconds / 1000)
        return answer

    def _unavailable(self, call: str, answer: Answer) -> SinkUnavailable:
        return SinkUnavailable(
            f"{call} answered {answer.status}.",
            status=answer.status,
            retry_after=retry_after(answer.headers, self._clock.now()),
            maybe_running=answer.status not in NOT_CARRIED_OUT,
        )

    def _paused(self, answer: Answer, called: float) -> SinkPaused:
        asked = retry_after(answer.headers, self._clock.now())
        wait = self._pause.extend(asked, self._now(), called=called)
        if self._on_pause:
            self._on_pause(self._clock.now() + wait)
        logger.warning("The PIM asks everyone to wait {:.1f} s (HTTP 429).", wait)
        return SinkPaused("The PIM asks everyone to wait (HTTP 429).", retry_after=wait)

    def _log(self, request: Request, answer: Answer, attempt: int) -> None:
        """Log an answer that is none of those that one hopes for; the facts by name, too."""
        quiet = answer.status == 404 and request.method == "GET"
        logger.log(
            "DEBUG" if quiet else "WARNING",
            "{method} {path} answered {status} in {milliseconds:.0f} ms, request id {request_id}, "
            "attempt {attempt}: {answer}",
            method=request.method,
            path=request.path,
            status=answer.status,
            milliseconds=round(answer.milliseconds, 1),
            request_id=self._secrets.hide(str(answer.request_id)),
            attempt=attempt,
            answer=self._secrets.hide(answer.body.decode("utf-8", "replace"))[:SHOWN],
        )

    def _grant(self, form: Form) -> Token | None:
        """Ask for a token. Neither what is sent nor what is answered is logged or raised (I9)."""
        try:
            return self._granted(form)
        except SinkUnavailable as error:
            error.maybe_running = False  # what the token is for has not begun
            raise

    def _granted(self, form: Form) -> Token | None:
        self._refuse_while_paused()
        called = self._now()
        answer = self._send(Request("POST", LOGIN_PATH, orjson.dumps(form.fields)), self._basic)
        status, call = answer.status, f"POST {LOGIN_PATH}"
        if status == 429:
            raise self._paused(answer, called)
        if status >= 300:
            logger.warning(
                "{method} {path} answered {status} in {milliseconds:.0f} ms.",
                method="POST",
                path=LOGIN_PATH,
                status=status,
                milliseconds=round(answer.milliseconds, 1),
            )
        if status == 408 or status >= 500:
            raise self._unavailable(call, answer)
        if status < 200 or 300 <= status < 400:
            raise _redirected(call, status)
        if status in LOGIN_REFUSED:
            if form.refreshes:
                return None
            raise login_refusal(self._wire.url, status, answer.body)
        return self._read_token(answer, called)

    def _read_token(self, answer: Answer, called: float) -> Token:
        token = read_token(answer.body, called)
        if token is not None:
            self._secrets.add(token.access, token.refresh)
            return token
        reason = (
            f"{self._wire.url} does not answer a login like an Akeneo PIM (HTTP {answer.status})"
        )
        if self._tokens.known:
            raise SinkUnavailable(f"{reason}: maintenance, perhaps.", status=answer.status)
        raise SinkRefused(f"{reason}; check pim.url.", status=answer.status)


def _redirected(call: str, status: int) -> SinkRefused:
    return SinkRefused(
        f"{call} is redirected (HTTP {status}); set pim.url to the PIM's own address.",
        status=status,
    )
