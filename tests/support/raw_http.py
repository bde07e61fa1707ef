"""Plain HTTP to a simulated PIM: what goes over the wire, without the client of this project."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection
from typing import Any

from attrs import frozen

API = "/api/rest/v1"
TOKEN = "/api/oauth/v1/token"
JSON = "application/json"
MULTIPART = "multipart/form-data"
BOUNDARY = "a-boundary"
COLLECTION = "application/vnd.akeneo.collection+json"

Body = dict[str, Any]


@frozen
class Reply:
    """One answer, read whole."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as one JSON value."""
        return json.loads(self.text)

    @property
    def lines(self) -> list[Body]:
        """The body as one JSON object a line."""
        return [json.loads(line) for line in self.text.split("\n")] if self.text else []

    @property
    def message(self) -> str:
        """What the error body says."""
        return str(self.json["message"])

    @property
    def blamed(self) -> list[str]:
        """The properties that a validation found fault with."""
        return [error["property"] for error in self.json["errors"]]


class RawClient:
    """Sends what it is told over one connection, with a token unless told otherwise."""

    def __init__(self, port: int, token: str | None = None) -> None:
        """Prepare a client for *port*; with no *token* it asks for one when it needs it."""
        self.port = port
        self._token = token
        self._connection = HTTPConnection("127.0.0.1", port, timeout=10)

    @property
    def token(self) -> str:
        """An access token."""
        if self._token is None:
            self._token = str(self.token_request().json["access_token"])
        return self._token

    def token_request(self, form: Any = None, *, basic: str | None = "importbus:secret") -> Reply:
        """Ask for a token with *form*, by default the password grant."""
        said = form or {"grant_type": "password", "username": "admin", "password": "admin"}
        headers = {"Content-Type": JSON}
        if basic is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(basic.encode()).decode()
        return self.send("POST", TOKEN, said, headers)

    def send(
        self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request as it stands; a body that is no text or bytes goes as JSON."""
        raw = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        self._connection.request(
            method, target, raw.encode() if isinstance(raw, str) else raw, dict(headers or {})
        )
        answer = self._connection.getresponse()
        text = answer.read().decode()
        return Reply(answer.status, dict(answer.getheaders()), text)

    def call(self, method: str, path: str, body: Any = None, kind: str = JSON) -> Reply:
        """Send one request to the API with a token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = kind
        return self.send(method, API + path, body, headers)

    def get(self, path: str) -> Reply:
        """Read *path*."""
        return self.call("GET", path)

    def item(self, path: str) -> Any:
        """Read the item at *path*, which is there."""
        reply = self.get(path)
        assert reply.status == 200, reply.text
        return reply.json

    def patch(self, path: str, **body: Any) -> Reply:
        """Create or update the item at *path*."""
        return self.call("PATCH", path, body)

    def post(self, path: str, **body: Any) -> Reply:
        """Create an item."""
        return self.call("POST", path, body)

    def delete(self, path: str) -> Reply:
        """Delete the item at *path*."""
        return self.call("DELETE", path)

    def lines(self, path: str, *lines: Body | str) -> Reply:
        """Send a batch: objects as JSON, text as it stands."""
        said = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        return self.call("PATCH", path, "\n".join(said), COLLECTION)

    def array(self, path: str, *items: Any) -> Reply:
        """Send a batch that is one JSON array."""
        return self.call("PATCH", path, list(items))

    def put_array(self, path: str, *items: Body) -> None:
        """Send a batch that is one JSON array, of which every item must succeed."""
        reply = self.array(path, *items)
        assert all(each["status_code"] < 300 for each in reply.json), reply.text

    def put(self, path: str, *items: Body) -> None:
        """Send a batch of which every line must succeed."""
        reply = self.lines(path, *items)
        assert all(line["status_code"] < 300 for line in reply.lines), reply.text

    def upload(self, path: str, content: bytes | None, name: str = "red.png", **form: Any) -> Reply:
        """Send a form with a file, or none; what of *form* is no text goes as JSON."""
        parts = [
            (f'name="{field}"', (said if isinstance(said, str) else json.dumps(said)).encode())
            for field, said in form.items()
        ]
        if content is not None:
            parts.append((f'name="file"; filename="{name}"\r\nContent-Type: image/png', content))
        return self.call("POST", path, multipart(parts), f"{MULTIPART}; boundary={BOUNDARY}")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def multipart(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a form of *parts*: the rest of the header of each, and what it holds."""
    said = (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
        for head, data in parts
    )
    return b"".join(said) + f"--{BOUNDARY}--\r\n".encode()


def value(data: Any, locale: str | None = None, scope: str | None = None) -> list[Body]:
    """Return the one value of an attribute."""
    return [{"locale": locale, "scope": scope, "data": data}]
