"""What must never be shown, and how it is taken out of a text (I9)."""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from threading import Lock
from urllib.parse import quote

import orjson

HIDDEN = "***"

SHORTEST = 3
"""Characters; a shorter text stands in too many words to be taken out."""

RECENT = 16
"""Tokens that are remembered: the last ones, since they are renewed every hour."""


class Secrets:
    """The secrets of one connection: credentials for good, tokens as long as one may turn up.

    Thread-safe. Neither it nor its ``repr`` shows what it keeps.
    """

    def __init__(self, *credentials: str) -> None:
        self._credentials = [form for secret in credentials for form in _forms(secret)]
        self._tokens: deque[list[str]] = deque(maxlen=RECENT)
        self._lock = Lock()

    def add(self, *tokens: str | None) -> None:
        """Remember *tokens* that the server gave."""
        with self._lock:
            self._tokens.extend(_forms(token) for token in tokens if token)

    def hide(self, text: str) -> str:
        """Return *text* without any secret, as it is, in base64, in a URL or in JSON."""
        with self._lock:
            known = [*self._credentials, *(form for forms in self._tokens for form in forms)]
        for form in sorted(known, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text


def basic(client_id: str, secret: str) -> str:
    """Return the credentials of HTTP's Basic scheme. Source: RFC 7617."""
    return b64encode(f"{client_id}:{secret}".encode()).decode()


def _forms(secret: str) -> list[str]:
    coded = b64encode(secret.encode()).decode()
    in_json = orjson.dumps(secret)[1:-1].decode()
    forms = {secret, coded, coded.rstrip("="), quote(secret, safe=""), in_json}
    return [form for form in forms if len(form) >= SHORTEST]
