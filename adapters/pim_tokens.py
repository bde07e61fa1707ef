"""Access tokens: one login or refresh for all threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from attrs import field, frozen

EARLY = 30.0
"""Seconds before its end when a token is no longer used."""

LIFETIME = 3600.0
"""Seconds that a token lives when the server does not say.

Source: akeneo/pim-api-docs, content/documentation/authentication.md.
"""

Grant = Callable[[Mapping[str, str]], "Token | None"]
"""Asks the server for a token; None when the server does not know a refresh token any more."""


@frozen
class Token:
    """An access token, the token to refresh it with, and when it ends (monotonic seconds)."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    until: float


class Tokens:
    """Keeps the token of a connection; whoever finds it invalid renews it for everyone."""

    def __init__(self, grant: Grant, username: str, password: str) -> None:
        self._grant = grant
        self._password = {"grant_type": "password", "username": username, "password": password}
        self._token: Token | None = None
        self._lock = Lock()

    def current(self, now: float) -> Token:
        """Return a token that is valid as far as we know; logs in when there is none."""
        with self._lock:
            if self._token is None or self._token.until - EARLY <= now:
                self._token = self._renewed(self._token)
            return self._token

    def renew(self, refused: Token) -> Token:
        """Return another token than *refused*, which the server did not take (single flight)."""
        with self._lock:
            if self._token is refused or self._token is None:
                self._token = self._renewed(self._token)
            return self._token

    def _renewed(self, old: Token | None) -> Token:
        if old and old.refresh:
            body = {"grant_type": "refresh_token", "refresh_token": old.refresh}
            if token := self._grant(body):
                return token
        token = self._grant(self._password)
        if token is None:
            raise AssertionError("the password grant answers with a token or raises")
        return token
