"""A sample of what an import said, or all of it, kept on disk until it is compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from heapq import heappush, heappushpop
from itertools import groupby
from types import TracebackType
from typing import Self

import orjson

from importbus.adapters.codec import JsonCodec
from importbus.bus.findings import Told
from importbus.bus.messages import LaneCommand, Position

TABLES = """
CREATE TABLE told (
    digest INTEGER, identity TEXT, number INTEGER, source TEXT, line INTEGER,
    name TEXT, data BLOB, carried_out INTEGER DEFAULT 1
);
"""

INDEXES = """
CREATE INDEX by_identity ON told (digest, identity, number);
CREATE INDEX by_position ON told (source, line);
"""

Items = Iterator[list[Told]]


class Sample:
    """All commands of *size* identities, chosen by chance but always the same; None: of all.

    Those identities are kept whose digests are the lowest. So every command of each of them is
    there, wherever it stands, although nobody knows the identities beforehand. Memory holds *size*
    numbers, the rest is in a file of its own that is gone when it is closed. To be used by one
    thread.
    """

    def __init__(self, size: int | None, codec: JsonCodec) -> None:
        self._size = size
        self._codec = codec
        self._kept: set[int] = set()
        self._highest: list[int] = []  # a heap of negative digests
        self._number = 0
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute(TABLES)
        self._file.execute("BEGIN")

    def add(self, position: Position, command: LaneCommand) -> None:
        """Keep *command* if its identity belongs to the sample, as far as that is known."""
        identity = command.identity
        digest = _digest(identity)
        if not self._wants(digest):
            return
        self._number += 1
        self._file.execute(
            "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
            (
                digest,
                identity,
                self._number,
                position.source,
                position.line,
                self._codec.name_of(type(command)),
                self._codec.encode(command),
            ),
        )

    def _wants(self, digest: int) -> bool:
        if self._size is None or digest in self._kept:
            return True
        if len(self._kept) < self._size:
            heappush(self._highest, -digest)
        elif digest > -self._highest[0]:
            return False
        else:
            self._kept.discard(-heappushpop(self._highest, -digest))
        self._kept.add(digest)
        return True

    def settle(self, failed: Iterable[Position]) -> None:
        """Know which commands were not carried out; nothing can be added after that."""
        if self._size is not None and self._kept:
            self._file.execute("DELETE FROM told WHERE digest > ?", (max(self._kept),))
        for statement in filter(str.strip, INDEXES.split(";")):
            self._file.execute(statement)
        self._file.executemany(
            "UPDATE told SET carried_out = 0 WHERE source = ? AND line = ?",
            ((position.source, position.line) for position in failed),
        )

    def count(self) -> int:
        """Return how many identities there are."""
        query = "SELECT count(*) FROM (SELECT DISTINCT digest, identity FROM told)"
        (count,) = self._file.execute(query).fetchone()
        return int(count)

    def __iter__(self) -> Items:
        """Yield the commands of each identity, in their order."""
        rows = self._file.execute(
            "SELECT identity, source, line, name, data, carried_out FROM told"
            " ORDER BY digest, identity, number"
        )
        for _, group in groupby(rows, key=lambda row: row[0]):
            yield [self._told(*row[1:]) for row in group]

    def _told(self, source: str, line: int, name: str, data: bytes, carried_out: int) -> Told:
        command = self._codec.decode(name, orjson.loads(data))
        return Told(Position(source, line), name, command, bool(carried_out))

    def close(self) -> None:
        """Forget everything."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Forget everything."""
        self.close()


def _digest(identity: str) -> int:
    """Return a number that looks like chance and is the same in every process."""
    digest = blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=7)
    return int.from_bytes(digest.digest())
