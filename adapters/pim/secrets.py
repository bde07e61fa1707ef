"""What must never be shown, and how it is taken out of a text (I9)."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections import deque
from html import escape
from threading import Lock
from urllib.parse import quote, quote_plus

from attrs import asdict, field, frozen

from importbus.bus.errors import ConfigurationError

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
        self._tokens: deque[set[str]] = deque(maxlen=RECENT)
        self._lock = Lock()
        self._known = self._longest_first()

    def add(self, *tokens: str | None) -> None:
        """Remember *tokens* that the server gave."""
        with self._lock:
            self._tokens.extend(_forms(token) for token in tokens if token)
            self._known = self._longest_first()

    def hide(self, text: str) -> str:
        """Return *text* without any secret, as it is, in base64, or as a page or URL writes it."""
        for form in self._known:
            text = text.replace(form, HIDDEN)
        return text

    def _longest_first(self) -> tuple[str, ...]:
        """Return all forms, so that none is hidden behind a part of it."""
        known = {*self._credentials, *(form for forms in self._tokens for form in forms)}
        return tuple(sorted(known, key=len, reverse=True))


@frozen
class Authorization:
    """The header that says who calls; never shown, not even in a traceback with values."""

    scheme: str
    value: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of the header; keep it in no variable."""
        return f"{self.scheme} {self.value}"


@frozen
class Credentials:
    """What a connection logs in with; shows neither secret nor password."""

    client_id: str
    secret: str = field(repr=False)
    username: str
    password: str = field(repr=False)

    def check(self) -> None:
        """Raise ``ConfigurationError`` for what cannot be sent: bytes that are no text."""
        unsendable = [name for name, value in asdict(self).items() if not _is_text(value)]
        if unsendable:
            raise ConfigurationError(f"pim.{unsendable[0]} is not text in UTF-8.")

    @property
    def basic(self) -> Authorization:
        """Client id and secret in HTTP's Basic scheme. Source: RFC 7617."""
        return Authorization("Basic", b64encode(self.pair.encode()).decode())

    @property
    def pair(self) -> str:
        """Client id and secret as one text, whose base64 the header holds."""
        return f"{self.client_id}:{self.secret}"


def _is_text(value: str) -> bool:
    """Tell whether *value* is Unicode; the environment may hold other bytes."""
    return value == value.encode("utf-8", "ignore").decode()


def _forms(secret: str) -> set[str]:
    r"""Return how *secret* may be written: as it is, in base64, in a URL, in JSON, in HTML.

    A PIM writes JSON as PHP does, with ``\/`` and ``\u00e9``, and its error pages in HTML.
    """
    coded = [encode(secret.encode()).decode() for encode in (b64encode, urlsafe_b64encode)]
    forms = {secret, quote(secret, safe=""), quote_plus(secret), *coded}
    forms |= {form.rstrip("=") for form in coded}
    forms |= {json.dumps(secret, ensure_ascii=each)[1:-1] for each in (True, False)}
    forms |= {escape(secret), escape(secret).replace("&#x27;", "&#039;"), escape(secret, False)}
    forms |= {form.replace("/", "\\/") for form in forms}
    return {form for form in forms if len(form) >= SHORTEST}
