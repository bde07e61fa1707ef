"""A folder that a file sink writes to, batch by batch, and what its files say in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from attrs import field, frozen

from importbus.adapters.file_sink import FileSink, Format
from importbus.adapters.wiring import open_codec
from importbus.bus import Batch, LaneCommand, Outcome, Position
from importbus.bus.batches import Envelope
from importbus.bus.journal import LaneEntry
from importbus.bus.lanes import LaneRouter


@frozen
class Entries:
    """Lane entries in a dictionary."""

    known: dict[str, LaneEntry] = field(factory=dict)

    def get(self, identity: str) -> LaneEntry | None:
        """Return the entry of *identity*."""
        return self.known.get(identity)

    def put(self, identity: str, entry: LaneEntry) -> None:
        """Keep the entry of *identity*."""
        self.known[identity] = entry


@frozen
class FileDesk:
    """A sink, and the trees of the commands that it has been given."""

    sink: FileSink
    router: LaneRouter = field(factory=lambda: LaneRouter(1, Entries(), filter_bytes=1024))

    @classmethod
    def opened(cls, folder: Path, format: Format = "jsonl", **how: Any) -> FileDesk:
        """Open one in *folder*."""
        return cls(FileSink(str(folder), open_codec(), format=format, **how))

    def write(self, *lines: tuple[int, LaneCommand]) -> list[Outcome]:
        """Write commands, each with its line, in batches of one."""
        return [self._write(number, command) for number, command in lines]

    def _write(self, number: int, command: LaneCommand) -> Outcome:
        tree = self.router.route(command).tree
        position = Position("in.jsonl", number)
        envelope = Envelope(command, position, number, 0, tree=tree)
        batch = Batch("spring", "1", number, 0, type(command), (envelope,))
        (outcome,) = self.sink.write(batch)
        return outcome


def lines_of(folder: Path) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield what the JSONL files of *folder* say, in the order in which they are imported.

    Each is the name of its file, the class and the data.
    """
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            record = orjson.loads(line)
            yield path.name, record["command"], record["data"]
