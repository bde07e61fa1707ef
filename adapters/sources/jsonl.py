"""JSONL: a command per line, ``{"command": "CreateOrUpdateProduct", "data": {...}}``."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from importbus.adapters.codec import JsonCodec
from importbus.bus.errors import ConfigurationError, InvalidCommand
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection

LINE_BYTES = 1_000_000
"""Most bytes of a line; the PIM takes no longer one."""

RAW_BYTES = 2_000
"""Bytes of a rejected line that are kept."""

KEYS = frozenset({"command", "data"})

BEGINNING = re.compile(rb'\s*{\s*"command"\s*:\s*"(\w+)"')
"""How most lines begin. A reading for few classes need not parse the lines of the others."""

BOM = b"\xef\xbb\xbf"


class JsonlSource:
    """Reads a file, or standard input for ``-``; implements ``importbus.bus.ports.Source``.

    Blank lines are passed over, a byte order mark and CRLF are tolerated. Memory is bounded by the
    longest allowed line, whatever the input holds.

    Raises:
        ConfigurationError: The file is missing or cannot be read; the message names it.
    """

    def __init__(self, path: str, codec: JsonCodec, *, stdin: BinaryIO | None = None) -> None:
        self.name = path
        self.rereadable = path != "-"
        self._codec = codec
        self._stdin = stdin
        if self.rereadable:
            self._open().close()

    def read(
        self, want: Callable[[str], bool], *, rejections: bool = True
    ) -> Iterator[tuple[Position, LaneCommand | Rejection]]:
        """Yield each wanted command with its position, and why other lines are none.

        *want* is asked once for each known class. A wrong line that names one is told by readings
        that want this class; one that names none, unless *rejections* is false.
        """
        wanted: dict[str | None, bool] = {name: want(name) for name in self._codec.names}
        with self._stream() as stream:
            for number, line in _lines(stream):
                begins = _beginning(line)
                if not wanted.get(begins, True):
                    continue
                item = self._item(line, begins, wanted)
                told = not isinstance(item, Rejection) or wanted.get(item.command, rejections)
                if item is not None and told:
                    yield Position(self.name, number), item

    def _item(
        self, line: bytes, begins: str | None, wanted: Mapping[str | None, bool]
    ) -> LaneCommand | Rejection | None:
        """Return what stands on a line that begins with the class name *begins*, if with any."""
        name = begins
        try:
            record = _record(line)
            if record is None:
                return None
            name = begins or _text(record.get("command"))
            _check_keys(record, begins)
            self._codec.type_of(record["command"])
            return self._codec.decode(record["command"], record["data"]) if wanted[name] else None
        except InvalidCommand as error:
            return Rejection(str(error), name, line[:RAW_BYTES])

    def _stream(self) -> AbstractContextManager[BinaryIO]:
        if self.rereadable:
            return self._open()
        return nullcontext(self._stdin or sys.stdin.buffer)

    def _open(self) -> io.BufferedReader:
        try:
            return Path(self.name).open("rb")
        except OSError as error:
            raise ConfigurationError(f"{self.name}: cannot be read: {error.strerror}.") from error


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number; of a line that is too long a bit more than is allowed."""
    number = 0
    while line := stream.readline(LINE_BYTES + 2):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM)
        kept = line
        while line and not line.endswith(b"\n"):
            line = stream.readline(LINE_BYTES)
        yield number, kept.rstrip(b"\r\n")


def _beginning(line: bytes) -> str | None:
    """Return the class name that *line* begins with; None when it has to be parsed for it."""
    begins = BEGINNING.match(line)
    return begins[1].decode() if begins else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _record(line: bytes) -> dict[str, Any] | None:
    """Return the object on *line*, None for a blank one; raises ``InvalidCommand``."""
    if len(line) > LINE_BYTES:
        raise InvalidCommand(f"the line is longer than {LINE_BYTES:,} bytes")
    if not line.strip():
        return None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InvalidCommand(_broken(line, error)) from error
    if not isinstance(record, dict):
        raise InvalidCommand('expected an object {"command": ..., "data": ...}')
    return record


def _broken(line: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return f"is not UTF-8 at byte {wrong.start + 1}; save the file as UTF-8"
    return f"is not JSON: {error.msg} at column {error.colno}"


def _check_keys(record: dict[str, Any], begins: str | None) -> None:
    for key in sorted(KEYS - record.keys()):
        raise InvalidCommand('is missing; a line is {"command": ..., "data": ...}', field=key)
    for key in sorted(record.keys() - KEYS):
        raise InvalidCommand("is unknown; a line has command and data only", field=key)
    if not isinstance(record["command"], str):
        raise InvalidCommand("expected a text, the name of a command", field="command")
    if begins not in (None, record["command"]):
        raise InvalidCommand("is there twice", field="command")
