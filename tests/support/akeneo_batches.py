"""Batches of Akeneo commands, and a PIM that answers as it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from attrs import define, field, frozen

from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.messages import LaneCommand, Position
from importbus.handlers.akeneo.port import UploadAnswer

COLLECTION = "application/vnd.akeneo.collection+json"
JSON = "application/json"


def batch_of(*commands: LaneCommand, sends: int = 0) -> Batch[Any]:
    """Return a batch of *commands*, which are of one class, each sent *sends* times before."""
    envelopes = tuple(
        Envelope(command, Position("test", n), n, 100, sends)
        for n, command in enumerate(commands, 1)
    )
    return Batch("import", "p", 1, 0, type(commands[0]), envelopes)


@frozen
class Reply:
    """An answer of the scripted PIM."""

    status: int
    content_type: str = ""
    body: bytes = b""
    request_id: str | None = None


@frozen
class Call:
    """A call that was made."""

    method: str
    path: str
    body: bytes | None
    content_type: str
    rate: float | None

    @property
    def sent(self) -> list[Any]:
        """The lines of the body, decoded."""
        return [orjson.loads(line) for line in (self.body or b"").split(b"\n") if line]

    @property
    def keys(self) -> list[str]:
        """The code or identifier of each line."""
        return [line.get("identifier", line.get("code")) for line in self.sent]


Script = Callable[[Call], Reply]


@define
class ScriptedPim:
    """Answers each call with the next of *scripts*, and from its end on with the last."""

    scripts: Sequence[Script | Reply | Exception]
    calls: list[Call] = field(factory=list)

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        content_type: str = JSON,
        rate: float | None = None,
    ) -> Reply:
        call = Call(method, path, body, content_type, rate)
        self.calls.append(call)
        script = self.scripts[min(len(self.calls), len(self.scripts)) - 1]
        if isinstance(script, Exception):
            raise script
        return script if isinstance(script, Reply) else script(call)

    def upload(self, path: str, fields: Mapping[str, str], file: Attachment) -> UploadAnswer:
        raise AssertionError("no file is sent here; media_pim takes them")

    def probe(self) -> None:
        self.call("GET", "/probe")

    def recent_seconds(self) -> float | None:
        return 1.5


def stream(*answers: dict[str, Any] | str) -> Reply:
    """Return a collection answer: objects as JSON, text as it stands."""
    lines = (each if isinstance(each, str) else orjson.dumps(each).decode() for each in answers)
    return Reply(200, COLLECTION, "\n".join(lines).encode())


def fine(call: Call) -> Reply:
    """Answer that every line was updated."""
    return stream(*({"line": n, "status_code": 204} for n in range(1, len(call.sent) + 1)))


def refusal(status: int, message: str = "no", **more: Any) -> Reply:
    """Return the answer to a call that is refused as a whole."""
    return Reply(status, JSON, orjson.dumps({"code": status, "message": message, **more}))


def refused(line: int, message: str, status: int = 422, **more: Any) -> dict[str, Any]:
    """Return the answer to a line that is refused."""
    return {"line": line, "code": "x", "status_code": status, "message": message, **more}


def value(data: Any, locale: str | None = None, scope: str | None = None) -> list[dict[str, Any]]:
    """Return the one value of an attribute."""
    return [{"locale": locale, "scope": scope, "data": data}]
