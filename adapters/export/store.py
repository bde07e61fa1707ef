"""What an export has to remember, on disk: memory does not grow with the catalogue (I7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection
from typing import Final

import orjson
from attrs import define, field, frozen

from importbus.adapters.export.shaping import Data
from importbus.adapters.temporary_database import temporary_database

TABLES: Final = (
    "CREATE TABLE kept (part TEXT, key TEXT, said BLOB, PRIMARY KEY (part, key)) WITHOUT ROWID",
    "CREATE TABLE queued (part TEXT, n INTEGER, said BLOB, PRIMARY KEY (part, n)) WITHOUT ROWID",
)


class Store:
    """Tables and queues in one temporary file; to be used by one thread."""

    def __init__(self, database: Connection) -> None:
        self._database = database
        for table in TABLES:
            database.execute(table)
        database.execute("BEGIN")

    def table(self, name: str) -> Table:
        """Return the table called *name*."""
        return Table(self._database, name)

    def queue(self, name: str) -> Queue:
        """Return the queue called *name*, which is asked for once."""
        return Queue(self._database, name)


@frozen
class Table:
    """Bytes by text."""

    _database: Connection
    _name: str

    def get(self, key: str) -> bytes | None:
        """Return what was put under *key* last; None when nothing was."""
        query = "SELECT said FROM kept WHERE part = ? AND key = ?"
        found = self._database.execute(query, (self._name, key)).fetchone()
        return found and bytes(found[0])

    def put(self, key: str, said: bytes = b"") -> None:
        """Put *said* under *key*."""
        row = (self._name, key, said)
        self._database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", row)

    def __contains__(self, key: str) -> bool:
        """Tell whether something was put under *key*."""
        return self.get(key) is not None


@define
class Queue:
    """JSON objects in the order in which they were added."""

    _database: Connection
    _name: str
    _count: int = field(default=0, init=False)

    def add(self, data: Data) -> None:
        """Add *data* at the end."""
        row = (self._name, self._count, orjson.dumps(data))
        self._database.execute("INSERT INTO queued VALUES (?, ?, ?)", row)
        self._count += 1

    def __iter__(self) -> Iterator[Data]:
        """Yield all; what is added meanwhile may be left out."""
        query = "SELECT said FROM queued WHERE part = ? ORDER BY n"
        return (orjson.loads(said) for (said,) in self._database.execute(query, (self._name,)))


@contextmanager
def open_store() -> Iterator[Store]:
    """Hold a store, which is gone afterwards.

    Raises:
        ConfigurationError: It cannot be written, as when the disk is full; names its folder.
    """
    with temporary_database() as database:
        yield Store(database)
