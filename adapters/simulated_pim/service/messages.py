"""Requests and answers of the server, without sockets."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

from attrs import Factory, define, field, frozen

from importbus.adapters.simulated_pim.model import phpjson
from importbus.adapters.simulated_pim.model.refusals import Refusal

JSON = "application/json"
COLLECTION = "application/vnd.akeneo.collection+json"
_PIECE = 1024 * 1024
MULTIPART = "multipart/form-data"
HTML = "text/html; charset=UTF-8"


@frozen
class Request:
    """One request, read whole.

    Attributes:
        target: Path and query as sent.
        headers: By lower-case name.
        base: `http://host:port`, as the caller named this server.
        spool: A form with files, on disk, in place of `body`.
        size: The bytes of the body, wherever it is.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes = b""
    base: str = "http://127.0.0.1"
    spool: BinaryIO | None = None
    size: int = field(default=Factory(lambda self: len(self.body), takes_self=True))

    def stream(self) -> BinaryIO:
        """Return the body to be read from its beginning."""
        if self.spool is None:
            return BytesIO(self.body)
        self.spool.seek(0)
        return self.spool

    def contains(self, text: bytes) -> bool:
        """Tell whether *text* stands somewhere in the body."""
        stream, held = self.stream(), b""
        while piece := stream.read(_PIECE):
            if text in (held := held + piece):
                return True
            held = held[len(held) - len(text) + 1 :]
        return False

    @property
    def path(self) -> str:
        """The path as sent, still percent-encoded."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query; the last one of repeated names counts."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def content_type(self) -> str:
        """The content type without parameters, in lower case; empty if there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


@define
class Answer:
    """One answer, before it is written.

    Attributes:
        stream: Whether it is sent in chunks, without a length, as batches are.
        reset: Whether the connection is torn down in place of an answer.
        cut: Whether the connection is torn down after the body, before its end is marked.
        keys: The keys of the items that the request was about, for the trace.
        lines: How many lines a batch had; None if it was none.
        file: What is sent in place of `body`.
    """

    status: int
    body: bytes = b""
    content_type: str | None = JSON
    headers: dict[str, str] = field(factory=dict)
    stream: bool = False
    reset: bool = False
    cut: bool = False
    keys: list[str] = field(factory=list)
    lines: int | None = None
    file: Path | None = None


def json_answer(status: int, data: Any) -> Answer:
    """Return an answer with *data* as its JSON body."""
    return Answer(status, phpjson.encode(data).encode())


def refused(refusal: Refusal, anchor: str = "") -> Answer:
    """Return the answer that says *refusal* about a whole request."""
    return json_answer(refusal.status, {"code": refusal.status, **refusal.body(anchor)})


def html(status: int, title: str) -> Answer:
    """Return an error page as a front end sends it."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Answer(status, page.encode(), HTML)
