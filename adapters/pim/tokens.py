"""Access tokens: one login or refresh for all threads, and what a refused login means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import copy
from threading import Lock
from typing import Any

import orjson
from attrs import field, frozen

from importbus.bus.errors import HandlingFailed, SinkRefused

EARLY = 30.0
"""Seconds before its end when a token is no longer used."""

LIFETIME = 3600.0
"""Seconds that a token lives when the server does not say.

Source: akeneo/pim-api-docs, content/documentation/authentication.md.
"""

REFUSED_FOR = 30.0
"""Seconds in which a refused login is not tried again.

Several threads would otherwise try it at once, and the PIM locks a user after a few.
"""

SENDABLE = re.compile(r"[!-~]+")
"""What can stand in a header. Source: RFC 6750, section 2.1."""

LOGIN_REFUSED = (400, 401, 403, 413, 422)
"""Statuses that concern what was sent. Wrong credentials are 422, not 401.

Source: end-to-end tests of the token endpoint, akeneo/pim-community-dev.
"""

CULPRITS = (
    ("client_id", "client id and secret do not fit"),
    ("grant type", "its connection may not log in with a password"),
    ("username", "username and password do not fit"),
)
"""Words of a refused login, in order, and what they say; the status is the same for all."""


@frozen
class Form:
    """The fields of a token request; never shown, not even in a traceback with values."""

    fields: Mapping[str, str] = field(repr=False)

    @property
    def refreshes(self) -> bool:
        """Whether it hands in a refresh token instead of a password."""
        return self.fields["grant_type"] == "refresh_token"


@frozen
class Token:
    """An access token, the token to refresh it with, and when it ends (monotonic seconds)."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    until: float


Grant = Callable[[Form], Token | None]
"""Asks the server for a token; None when the server does not take a refresh token any more."""


@frozen
class Failure:
    """An attempt to get a token that ended with *error* at a time of the monotonic clock."""

    error: HandlingFailed
    at: float

    def concerns(self, asked: float) -> bool:
        """Whether one who asked for a token at the time *asked* fails likewise, without a try.

        That is whoever waited for this attempt, and after a refusal whoever asks soon.
        """
        spell = REFUSED_FOR if isinstance(self.error, SinkRefused) else 0.0
        return asked < self.at + spell


class Tokens:
    """Keeps the token of a connection; whoever finds it invalid renews it for everyone.

    Thread-safe. *monotonic* tells seconds that never go back.
    """

    def __init__(
        self, grant: Grant, username: str, password: str, monotonic: Callable[[], float]
    ) -> None:
        self._grant = grant
        self._login = Form({"grant_type": "password", "username": username, "password": password})
        self._monotonic = monotonic
        self._token: Token | None = None
        self._failure: Failure | None = None
        self._lock = Lock()

    @property
    def known(self) -> bool:
        """Whether the server has ever given a token: then its address and credentials are right."""
        return self._token is not None

    def current(self) -> Token:
        """Return a token that is valid as far as we know; logs in when there is none.

        Raises:
            SinkRefused: The server does not take the credentials, or did not a moment ago.
            HandlingFailed: Whatever else asking for one raised, here or, while this thread waited
                for it, in another one.
        """
        return self._other_than(None)

    def renew(self, refused: Token) -> Token:
        """Return another token than *refused*, which the server did not take (single flight).

        Raises as ``current`` does.
        """
        return self._other_than(refused)

    def _other_than(self, refused: Token | None) -> Token:
        asked = self._monotonic()
        with self._lock:
            token = self._token
            if token is None or token is refused or token.until <= asked:
                token = self._token = self._renewed(token, asked)
            return token

    def _renewed(self, old: Token | None, asked: float) -> Token:
        if self._failure and self._failure.concerns(asked):
            raise copy(self._failure.error)
        try:
            token = self._refreshed(old) or self._grant(self._login)
        except HandlingFailed as error:
            self._failure = Failure(copy(error), self._monotonic())
            raise
        if token is None:
            raise AssertionError("the password grant answers with a token or raises")
        return token

    def _refreshed(self, old: Token | None) -> Token | None:
        if old is None or old.refresh is None:
            return None
        return self._grant(Form({"grant_type": "refresh_token", "refresh_token": old.refresh}))


def read_token(body: bytes, now: float) -> Token | None:
    """Return the token in the answer to a login; None when there is none that can be used.

    Tolerant: ``expires_in`` and ``refresh_token`` may be missing.
    """
    answer = _object(body)
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(access, str) or not SENDABLE.fullmatch(access):
        return None
    lifetime = answer.get("expires_in")
    seconds = float(lifetime) if isinstance(lifetime, int | float) and lifetime > 0 else LIFETIME
    until = now + max(seconds - EARLY, seconds / 2)
    return Token(access, refresh if isinstance(refresh, str) and refresh else None, until)


def login_refusal(url: str, status: int, body: bytes) -> SinkRefused:
    """Return the error for a refused login. Of the answer it says only what it stands for."""
    if status == 413:
        reason = "it takes 300 bytes; choose a shorter username or password"
    else:
        message = str(_object(body).get("message", ""))
        found = (culprit for word, culprit in CULPRITS if word in message)
        reason = next(found, "check pim.url, client id, secret, username and password")
    return SinkRefused(
        f"The PIM at {url} refuses the login (HTTP {status}): {reason}.", status=status
    )


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}
