"""JSONL: a command per line, ``{"command": "CreateOrUpdateProduct", "data": {...}}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from typing import Any, BinaryIO

import orjson

from importbus.adapters.codec import JsonCodec
from importbus.adapters.sources.extents import Extent
from importbus.adapters.sources.inputs import BrokenInput, FileInput
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection

LINE_BYTES = 1_000_000
"""Most bytes of a line; the PIM takes no longer one."""

RAW_BYTES = 2_000
"""Bytes of a rejected line that are kept."""

REASON_LENGTH = 1_000
"""Characters of a reason that are kept; a reason may quote from the line."""

KEYS = frozenset({"command", "data"})

BEGINNING = re.compile(rb'\s*{\s*"command"\s*:\s*"(\w+)"')
"""How most lines begin. A reading for few classes need not parse the lines of the others."""

BOM = b"\xef\xbb\xbf"


class JsonlSource:
    """Reads the lines of *input*; implements ``importbus.bus.ports.Source``.

    Blank lines are passed over, a byte order mark and CRLF are tolerated. Memory is bounded by the
    longest allowed line, whatever the input holds.

    Raises:
        ConfigurationError: The input is missing or cannot be read, also while it is read.
    """

    def __init__(self, input: FileInput, codec: JsonCodec) -> None:
        self.name = input.name
        self.rereadable = input.rereadable
        self._input = input
        self._codec = codec
        self._known = frozenset(codec.names)
        self._passed: Container[Position] | None = None

    @property
    def extent(self) -> Extent | None:
        """How far the input was read; see ``Verifiable``."""
        return self._input.extent

    def difference(self, extent: Extent) -> str | None:
        """Return how the input differs from what was read of it; None when it does not."""
        return self._input.difference(extent)

    def keep(self) -> None:
        """Make sure that the input can be read again."""
        self._input.keep()

    def pass_over(self, positions: Container[Position]) -> None:
        """Yield nothing for *positions* from now on; their lines are not looked at."""
        self._passed = positions

    def close(self) -> None:
        """Forget what was kept; a second call does nothing."""
        self._input.close()

    def read(
        self, want: Callable[[str], bool], *, rejections: bool = True
    ) -> Iterator[tuple[Position, LaneCommand | Rejection]]:
        """Yield each wanted command with its position, and why other lines are none.

        *want* is asked once for each line that names a known class. A line that is no command is
        told when the class that it names is wanted; one that names none, unless *rejections* is
        false.
        """
        passed, number = self._passed, 0
        try:
            with self._input.open() as stream:
                for number, line in _lines(stream):
                    if passed is not None and Position(self.name, number) in passed:
                        continue
                    item = self._item(line, want, rejections)
                    if item is not None:
                        yield Position(self.name, number), item
        except BrokenInput as error:
            if rejections:
                yield Position(self.name, number + 1), _broken_off(error)

    def _item(
        self, line: bytes, want: Callable[[str], bool], rejections: bool
    ) -> LaneCommand | Rejection | None:
        begins = self._beginning(line)
        name: object = begins
        wanted = begins is not None and want(begins)
        if begins and not wanted:
            return None
        try:
            record = _record(line)
            if record is None:
                return None
            name = record.get("command")
            _check_keys(record, begins)
            self._codec.type_of(record["command"])
            wanted = wanted or (begins is None and want(record["command"]))
            return self._codec.decode(record["command"], record["data"]) if wanted else None
        except InvalidCommand as error:
            return _rejection(error, name, line) if wanted or rejections else None

    def _beginning(self, line: bytes) -> str | None:
        """Return the known class that *line* begins with; None when it has to be parsed for it."""
        begins = BEGINNING.match(line)
        name = begins[1].decode() if begins else ""
        return name if name in self._known else None


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number; of a line that is too long a bit more than is allowed."""
    number = 0
    while line := stream.readline(LINE_BYTES + len(BOM) + len(b"\r\n")):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM)
        kept = line
        while line and not line.endswith(b"\n"):
            line = stream.readline(LINE_BYTES)
        yield number, kept.rstrip(b"\r\n")


def _broken_off(error: BrokenInput) -> Rejection:
    return Rejection(f"from here on the input cannot be read: it {error.reason}", None, b"")


def _rejection(error: InvalidCommand, name: object, line: bytes) -> Rejection:
    named = name[:REASON_LENGTH] if isinstance(name, str) else None
    return Rejection(str(error)[:REASON_LENGTH], named, line[:RAW_BYTES])


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
        raise InvalidCommand("expected an object with command and data")
    return record


def _broken(line: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return f"is not UTF-8 at byte {wrong.start + 1}; save the file as UTF-8"
    return f"is not JSON: {error.msg} at column {error.colno}"


def _check_keys(record: dict[str, Any], begins: str | None) -> None:
    if record.keys() != KEYS:
        _refuse_keys(record)
    if not isinstance(record["command"], str):
        raise InvalidCommand("expected a text, the name of a command", field="command")
    if begins not in (None, record["command"]):
        raise InvalidCommand("is there twice", field="command")


def _refuse_keys(record: dict[str, Any]) -> None:
    for key in sorted(KEYS - record.keys()):
        raise InvalidCommand("is missing; a line has command and data", field=key)
    for key in sorted(record.keys() - KEYS):
        raise InvalidCommand("is unknown; a line has command and data only", field=key)
