"""From a batch to requests: items grouped by path, bodies within the API's limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

import orjson
from attrs import frozen

from importbus.bus.batches import Envelope
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand
from importbus.handlers.akeneo.replies import ItemAnswer, read_array, read_lines
from importbus.handlers.akeneo.resources import ALONE, API, body_of, path_of, resource_of

JSON = "application/json"
NDJSON = "application/vnd.akeneo.collection+json"

MAX_LINES = 100
"""Most items in a call; more are answered 413. Source: akeneo/pim-api-docs, responses.md."""

MAX_LINE_BYTES = 1_000_000
"""Most bytes in a line. Source: akeneo/pim-community-dev, StreamResourceResponse."""


@frozen
class Form:
    """How items share a call: the type of the body and of its answer, and both their shapes."""

    content_type: str
    join: Callable[[Sequence[bytes]], bytes]
    read: Callable[[bytes, Sequence[str]], list[ItemAnswer | None]]


FORMS: Mapping[str, Form] = {
    "ndjson": Form(NDJSON, b"\n".join, lambda body, codes: read_lines(body, len(codes))),
    "array": Form(JSON, lambda items: b"[" + b",".join(items) + b"]", read_array),
}
"""The forms of the API, by their names in the table of resources."""


@frozen
class Line:
    """One item of a call: its envelope and its bytes."""

    envelope: Envelope[Any]
    body: bytes

    @property
    def command(self) -> LaneCommand:
        """The command."""
        command: LaneCommand = self.envelope.command
        return command

    @property
    def number(self) -> int:
        """The number of the command in its import."""
        return self.envelope.number


def line_of(envelope: Envelope[Any]) -> Line:
    """Return *envelope* as an item of a call.

    Raises:
        InvalidCommand: It cannot be written as JSON, or is longer than the PIM takes.
    """
    try:
        body = _body(envelope)
    except orjson.JSONEncodeError as error:
        raise InvalidCommand(f"It cannot be written as JSON: {error}.") from error
    if len(body) > MAX_LINE_BYTES:
        raise InvalidCommand(f"It has {len(body):,} bytes; the PIM takes {MAX_LINE_BYTES:,}.")
    return Line(envelope, body)


def _body(envelope: Envelope[Any]) -> bytes:
    """Return the data as it was encoded before, unless some of it stands in the path."""
    command = envelope.command
    if envelope.data is not None and not resource_of(type(command)).path_only:
        return envelope.data
    return orjson.dumps(body_of(command), default=_plain)


def _plain(value: object) -> object:
    """Return any mapping or sequence as the one that JSON knows."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return list(value)
    raise TypeError(f"Type is not JSON serializable: {type(value).__name__}")


def path_to(command: LaneCommand) -> str:
    """Return the path to call; raises ``InvalidCommand`` for a key that no path can carry.

    A slash in a code that is to be created leads nowhere, encoded or not.
    """
    try:
        path = sendable(path_of(command))
    except UnicodeEncodeError as error:
        raise InvalidCommand("Its key cannot be written in a URL.") from error
    if resource_of(type(command)).form == "single" and "%2F" in path.rpartition("/")[2]:
        raise InvalidCommand(f"Its key cannot be written in a URL: {path}")
    return path


def shared_path(command_type: type[LaneCommand]) -> str | None:
    """Return the path that all commands of a class have; None when each has its own."""
    resource = resource_of(command_type)
    return None if resource.form in ALONE or "{" in resource.path else f"{API}/{resource.path}"


def sendable(path: str) -> str:
    """Return *path*; raises ``InvalidCommand`` when its segments would not stay as they are."""
    segments = path.split("/")[1:]
    if any(segment in ("", ".", "..") for segment in segments):
        raise InvalidCommand(f"Its key cannot be written in a URL: {path}")
    return path


def calls_of(lines: Sequence[tuple[str, Line]]) -> Iterator[tuple[str, list[Line]]]:
    """Yield each path with at most 100 lines, in the order of the first of each path."""
    groups: dict[str, list[Line]] = {}
    for path, line in lines:
        groups.setdefault(path, []).append(line)
    for path, group in groups.items():
        for start in range(0, len(group), MAX_LINES):
            yield path, group[start : start + MAX_LINES]


def path_fields(command_type: type[LaneCommand]) -> tuple[str, ...]:
    """Return the fields that stand in the path: the parents of an item, such as its family."""
    parts = Formatter().parse(resource_of(command_type).path)
    return tuple(name for _, name, _, _ in parts if name)
