"""A source that cannot be read twice, kept on disk so that it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

from importbus.adapters.codec import JsonCodec
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection, Source


class SpooledSource:
    """Reads *source* once, into a file without a name, and from there as often as wanted.

    ``rereadable`` stays false: it is read in the order in which it came, as by an import.
    """

    rereadable = False

    def __init__(self, source: Source, codec: JsonCodec) -> None:
        self.name = source.name
        self._source = source
        self._codec = codec
        self._file: IO[bytes] | None = None

    def read(
        self, want: Callable[[str], bool], *, rejections: bool = True
    ) -> Iterator[tuple[Position, LaneCommand | Rejection]]:
        """Yield what the source has; see ``importbus.bus.ports.Source``."""
        if self._file is None:
            self._file = self._spooled()
        self._file.seek(0)
        for line in self._file:
            record = orjson.loads(line)
            item = self._item(record, want, rejections)
            if item is not None:
                yield Position(self.name, record["line"]), item

    def close(self) -> None:
        """Forget what was read."""
        if self._file:
            self._file.close()

    def _spooled(self) -> IO[bytes]:
        file = TemporaryFile(prefix="importbus-")  # noqa: SIM115 - closed with the source
        try:
            for position, item in self._source.read(lambda name: True):
                file.write(orjson.dumps(self._record(position, item)) + b"\n")
        except BaseException:
            file.close()
            raise
        return file

    def _record(self, position: Position, item: LaneCommand | Rejection) -> dict[str, Any]:
        if isinstance(item, Rejection):
            return {"line": position.line, "command": item.command, "reason": item.reason}
        data = orjson.Fragment(self._codec.encode(item))
        return {"line": position.line, "command": self._codec.name_of(type(item)), "data": data}

    def _item(
        self, record: dict[str, Any], want: Callable[[str], bool], rejections: bool
    ) -> LaneCommand | Rejection | None:
        name = record["command"]
        known = name in self._codec.names
        wanted = known and want(name)
        if "reason" in record:
            told = wanted or (rejections and not known)
            return Rejection(record["reason"], name, b"") if told else None
        return self._codec.decode(name, record["data"]) if wanted else None
