"""JSONL: a command per line, ``{"command": "CreateOrUpdateProduct", "data": {...}}``."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

import orjson

from importbus.adapters.codec import JsonCodec
from importbus.adapters.sources.extents import CHUNK, DigestedStream, Extent, difference
from importbus.bus.errors import ConfigurationError, InvalidCommand
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
    """Reads a file, or standard input for ``-``; implements ``importbus.bus.ports.Source``.

    Blank lines are passed over, a byte order mark and CRLF are tolerated. Memory is bounded by the
    longest allowed line, whatever the input holds. ``keep`` makes an input that comes only once
    one that can be read again.

    Raises:
        ConfigurationError: The file is missing or cannot be read, now or later; the message names
            it.
    """

    def __init__(self, path: str, codec: JsonCodec, *, stdin: BinaryIO | None = None) -> None:
        self.name = path
        self.rereadable = path != "-" and not Path(path).is_fifo()
        self._codec = codec
        self._known = frozenset(codec.names)
        self._stdin = stdin
        self._kept: IO[bytes] | None = None
        self._passed: Container[Position] | None = None
        self._furthest: tuple[int, Any, bool] = (0, None, False)
        if self.rereadable:
            self._open().close()

    @property
    def extent(self) -> Extent | None:
        """The longest part that was read so far; None before anything was. Thread-safe."""
        size, digest, complete = self._furthest
        return digest and Extent(self.name, size, digest.hexdigest(), complete)

    def difference(self, extent: Extent) -> str | None:
        """Return how the source differs from what was read of it; None when it does not.

        An input that comes only once is kept for that.
        """
        self.keep()
        with self._raw() as stream:
            return difference(stream, extent)

    def keep(self) -> None:
        """Copy an input that comes only once into a file without a name, to be read from there."""
        if self.rereadable or self._kept:
            return
        kept = TemporaryFile(prefix="importbus-")  # noqa: SIM115 - closed with the source
        self._kept = kept
        try:
            with self._once() as stream:
                copyfileobj(stream, kept, CHUNK)
        except OSError as error:
            raise self._unreadable(error) from error

    def pass_over(self, positions: Container[Position]) -> None:
        """Yield nothing for *positions* from now on; their lines are not looked at."""
        self._passed = positions

    def close(self) -> None:
        """Forget what was kept; a second call does nothing."""
        if self._kept:
            self._kept.close()

    def read(
        self, want: Callable[[str], bool], *, rejections: bool = True
    ) -> Iterator[tuple[Position, LaneCommand | Rejection]]:
        """Yield each wanted command with its position, and why other lines are none.

        *want* is asked once for each line that names a known class. A line that is no command is
        told when the class that it names is wanted; one that names none, unless *rejections* is
        false.
        """
        passed = self._passed
        with self._stream() as stream:
            for number, line in self._lines(stream):
                if passed is not None and Position(self.name, number) in passed:
                    continue
                item = self._item(line, want, rejections)
                if item is not None:
                    yield Position(self.name, number), item

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

    @contextmanager
    def _stream(self) -> Iterator[BinaryIO]:
        """Open the source; what is read of it is digested, unless it was read to its end before."""
        told = None if self._furthest[2] else self._has_read
        with self._raw() as stream, DigestedStream(stream, told) as digested:
            yield io.BufferedReader(digested, CHUNK)

    def _has_read(self, size: int, digest: Any, complete: bool) -> None:
        if size >= self._furthest[0]:
            self._furthest = (size, digest, complete)

    def _raw(self) -> AbstractContextManager[BinaryIO]:
        """Open the source at its beginning, for one that comes only once if it was kept."""
        if self._kept is None:
            return self._once()
        self._kept.seek(0)
        return nullcontext(self._kept)  # type: ignore[arg-type]

    def _once(self) -> AbstractContextManager[BinaryIO]:
        if self.name != "-":
            return self._open()
        if self._stdin is None and sys.stdin is None:
            raise ConfigurationError("-: standard input is closed.")
        return nullcontext(self._stdin or sys.stdin.buffer)

    def _open(self) -> BinaryIO:
        try:
            return Path(self.name).open("rb", buffering=0)
        except OSError as error:
            raise self._unreadable(error) from error

    def _lines(self, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
        try:
            yield from _lines(stream)
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(f"{self.name}: cannot be read: {error.strerror}.")


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
    for key in sorted(KEYS - record.keys()):
        raise InvalidCommand("is missing; a line has command and data", field=key)
    for key in sorted(record.keys() - KEYS):
        raise InvalidCommand("is unknown; a line has command and data only", field=key)
    if not isinstance(record["command"], str):
        raise InvalidCommand("expected a text, the name of a command", field="command")
    if begins not in (None, record["command"]):
        raise InvalidCommand("is there twice", field="command")
