"""The PIM's side of the wire, without a wire: it answers as it was scripted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

import httpx
from attrs import define, field

from fake_clock import FakeClock
from importbus.adapters.pim import PimClient
from importbus.bus.ports import Clock

URL = "https://pim.example"
TOKEN = "/api/oauth/v1/token"
CLIENT_ID = "1_client4x"
SECRET = 's3cret/ü"<&'
USERNAME = "importer"
PASSWORD = "p4ss w/örd'+"

LINES = "application/vnd.akeneo.collection+json"

Reply = Callable[[httpx.Request], httpx.Response]


def says(status: int = 200, **content: Any) -> Reply:
    """Answer *status*; *content* is what ``httpx.Response`` takes, e.g. ``json`` or ``text``."""
    return lambda request: httpx.Response(status, **content)


def breaks(error: Exception) -> Reply:
    """Answer with an *error* of the connection."""

    def reply(request: httpx.Request) -> httpx.Response:
        raise error

    return reply


def grants(access: str, refresh: str | None = None, **more: Any) -> Reply:
    """Answer a login."""
    told = {"access_token": access, "token_type": "bearer", "scope": None, **more}
    return says(200, json=told | ({"refresh_token": refresh} if refresh else {}))


def lines_until(error: Exception | None, *lines: bytes) -> Reply:
    """Answer with *lines* as a stream, which then breaks off with *error*."""

    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": LINES}, stream=Stream(lines, error))

    return reply


class Stream(httpx.SyncByteStream):
    """Parts of a body, then perhaps an error."""

    def __init__(self, parts: tuple[bytes, ...], error: Exception | None) -> None:
        self._parts, self._error = parts, error

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts
        if self._error:
            raise self._error


@define(repr=False)
class ScriptedPim:
    """Answers logins and calls in turn as scripted, then like a PIM that is well.

    Its tokens are ``acc3ss-1`` and ``r3fresh-1``, then ``acc3ss-2`` and so on, and last an hour.
    Thread-safe. ``requests`` are all that reached it.
    """

    calls: list[Reply] = field(factory=list)
    logins: list[Reply] = field(factory=list)
    requests: list[httpx.Request] = field(factory=list, init=False)
    _granted: int = field(default=0, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.requests.append(request)
            reply = self._login() if request.url.path.endswith(TOKEN) else self._call()
        return reply(request)

    def _login(self) -> Reply:
        if self.logins:
            return self.logins.pop(0)
        self._granted += 1
        return grants(f"acc3ss-{self._granted}", f"r3fresh-{self._granted}", expires_in=3600)

    def _call(self) -> Reply:
        return self.calls.pop(0) if self.calls else says(200, json={})

    def client(self, clock: Clock | None = None, **settings: Any) -> PimClient:
        """Return a client that reaches this PIM and nothing else."""
        return PimClient(
            url=settings.pop("url", URL),
            client_id=CLIENT_ID,
            secret=settings.pop("secret", SECRET),
            username=USERNAME,
            password=settings.pop("password", PASSWORD),
            clock=clock or FakeClock(),
            transport=httpx.MockTransport(self),
            **settings,
        )

    @property
    def forms(self) -> list[dict[str, str]]:
        """What was sent to get a token, in order."""
        return [json.loads(request.content) for request in self._to_token(True)]

    @property
    def asked(self) -> list[str]:
        """Method and target of all other requests, in order."""
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self._to_token(False)]

    @property
    def bearers(self) -> list[str]:
        """The tokens that came with them."""
        return [r.headers["Authorization"].removeprefix("Bearer ") for r in self._to_token(False)]

    def _to_token(self, wanted: bool) -> list[httpx.Request]:
        return [r for r in self.requests if r.url.path.endswith(TOKEN) is wanted]
