"""Access tokens: who may call, and for how long.

Source: akeneo/pim-api-docs, content/rest-api/authentication.md; the texts are those asserted by the
token end-to-end tests of akeneo/pim-community-dev.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

import orjson
from attrs import frozen

from importbus.adapters.simulated_pim.model.refusals import Refusal
from importbus.adapters.simulated_pim.service.messages import JSON, Answer, Request, json_answer

FORM = "application/x-www-form-urlencoded"
MAX_BYTES = 300
"""Most bytes in the body of a token request; the PIM answers 413 to more."""

_NO_CLIENT = 'Parameter "client_id" is missing or does not match any client, or secret is invalid'
_INCOMPLETE = 'Parameter "grant_type", "username" or "password" is missing, empty or invalid'
_NO_REFRESH = 'Parameter "grant_type" or "refresh_token" is missing or empty'


@frozen
class Account:
    """Who may ask for a token."""

    client_id: str = "importbus"
    secret: str = "secret"  # noqa: S105 - of a server on the loopback interface
    username: str = "admin"
    password: str = "admin"  # noqa: S105


class Tokens:
    """Issues tokens and checks them; times in seconds of *clock*."""

    def __init__(
        self,
        clock: Callable[[], float],
        account: Account,
        lifetime: float = 3600,
        refresh_lifetime: float = 1_209_600,
    ) -> None:
        self._clock = clock
        self._account = account
        self._lifetime = lifetime
        self._refresh_lifetime = refresh_lifetime
        self._lock = Lock()
        self._access: dict[str, float] = {}
        self._refresh: dict[str, float] = {}

    def answer(self, request: Request) -> Answer:
        """Answer a request for a token; raises `Refusal`."""
        form = _form(request)
        self._check_client(request.headers.get("authorization", ""))
        grant = form.get("grant_type")
        if grant == "refresh_token":
            self._use_refresh_token(form.get("refresh_token"))
        elif grant == "password" or not grant:
            self._check_password(grant, form)
        else:
            raise Refusal(422, "This grant type is not authorized for this client")
        return json_answer(200, self._issue())

    def _check_client(self, header: str) -> None:
        expected = f"{self._account.client_id}:{self._account.secret}"
        if _basic(header) != expected:
            raise Refusal(422, _NO_CLIENT)

    def _check_password(self, grant: Any, form: Mapping[str, Any]) -> None:
        given = form.get("username"), form.get("password")
        if not grant or not all(isinstance(each, str) and each for each in given):
            raise Refusal(422, _INCOMPLETE)
        if given != (self._account.username, self._account.password):
            raise Refusal(422, "No user found for the given username and password")

    def _use_refresh_token(self, token: Any) -> None:
        if not isinstance(token, str) or not token:
            raise Refusal(422, _NO_REFRESH)
        with self._lock:
            if self._refresh.pop(token, 0) <= self._clock():
                raise Refusal(422, "Refresh token is invalid or has expired")

    def _issue(self) -> dict[str, Any]:
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        with self._lock:
            self._access[access] = self._clock() + self._lifetime
            self._refresh[refresh] = self._clock() + self._refresh_lifetime
        return {
            "access_token": access,
            "expires_in": int(self._lifetime),
            "token_type": "bearer",
            "scope": None,
            "refresh_token": refresh,
        }

    def check(self, header: str) -> None:
        """Raise a 401 `Refusal` unless *header* holds a token that is good now."""
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refusal(401, "Authentication is required")
        until = self._access.get(token.strip())
        if until is None:
            raise Refusal(401, "The access token provided is invalid.")
        if until <= self._clock():
            raise Refusal(401, "The access token provided has expired.")

    def expire(self, *, refresh: bool = False) -> None:
        """Let every access token be expired, and with *refresh* every refresh token, too."""
        with self._lock:
            self._access = dict.fromkeys(self._access, float("-inf"))
            if refresh:
                self._refresh = {}


def _basic(header: str) -> str | None:
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _form(request: Request) -> dict[str, Any]:
    kind = request.content_type
    if kind not in (JSON, FORM):
        raise Refusal(
            415,
            f'"{kind}" in "Content-Type" header is not valid. Only "application/json" or '
            '"application/x-www-form-urlencoded" are allowed.',
        )
    if len(request.body) > MAX_BYTES:
        raise Refusal(
            413, f"Request content exceeded the maximum allowed size of {MAX_BYTES} bytes"
        )
    if kind == FORM:
        return dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        form = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise Refusal(400, "Invalid json message received") from None
    return form if isinstance(form, dict) else {}
