"""What is to stand in the files, on disk, until they are written: each command once.

A command is known by its import and position, so one that comes again, after a crash or a lost
answer, replaces itself. Every transaction waits for the disk: what the journal holds as done must
not be lost here, and the journal itself may lose its last transactions with the power.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import frozen

from importbus.adapters.sqlite_file import Database, Kind
from importbus.bus.errors import SinkRefused

TABLES = """
CREATE TABLE IF NOT EXISTS imports (import_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS origins (
    origin INTEGER PRIMARY KEY, import_id TEXT NOT NULL, source TEXT NOT NULL,
    UNIQUE (import_id, source)
);
CREATE TABLE IF NOT EXISTS lines (
    number INTEGER PRIMARY KEY, origin INTEGER NOT NULL, line INTEGER NOT NULL,
    place INTEGER NOT NULL, content BLOB NOT NULL, UNIQUE (origin, line)
);
CREATE INDEX IF NOT EXISTS lines_by_place ON lines (place, number);
CREATE TABLE IF NOT EXISTS late (name TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS columns (
    place INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (place, name)
) WITHOUT ROWID;
"""

SPOOL = Kind("spool", "folder", SinkRefused, application_id=0x49425350, version=1, tables=TABLES)

NAME = ".importbus-spool.db"
"""The file in the folder that is written to; it goes when the files are complete."""

ALL = (NAME, f"{NAME}-wal", f"{NAME}-shm")


@frozen
class Line:
    """A command as it is to be written.

    Attributes:
        import_id: The import that it belongs to.
        source: The source that it was read from.
        line: Its line in there.
        place: The file it goes to; see ``places``.
        content: The line of a JSONL file, or of a row the cells by their columns, as JSON.
        columns: The columns of a row.
        late: Names that from now on must not come before *place*.
    """

    import_id: str
    source: str
    line: int
    place: int
    content: bytes
    columns: Iterable[str] = ()
    late: Sequence[str] = ()


class Spool:
    """The lines that are to be written to a folder; every method raises ``SinkRefused``."""

    def __init__(self, path: str) -> None:
        self._database = Database(path, SPOOL, durable=True)
        self._origins: dict[tuple[str, str], int] = {}
        self._columns: set[tuple[int, str]] = set()
        self._any_late = bool(self._look("SELECT 1 FROM late LIMIT 1"))

    def belongs_to(self, import_id: str) -> None:
        """Remember that lines of *import_id* are or will be here."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO imports VALUES (?)", (import_id,))

    @property
    def imports(self) -> list[str]:
        """The imports that it is about."""
        return [name for (name,) in self._look("SELECT import_id FROM imports")]

    def places_of(self, names: Sequence[str]) -> dict[str, int]:
        """Return where those of *names* stand that are not at the first place of their kind."""
        if not (self._any_late and names):
            return {}
        marks = ",".join("?" * len(names))
        found = self._look(f"SELECT name, place FROM late WHERE name IN ({marks})", names)  # noqa: S608 - marks only
        return dict(found)

    def add(self, lines: Sequence[Line]) -> None:
        """Keep *lines* behind those that are there; one that was there before goes there, too."""
        with self._database.transaction() as connection:
            origins = [self._origin(connection, line) for line in lines]
            connection.executemany(
                "INSERT OR REPLACE INTO lines (origin, line, place, content) VALUES (?, ?, ?, ?)",
                [
                    (origin, line.line, line.place, line.content)
                    for origin, line in zip(origins, lines, strict=True)
                ],
            )
            self._add_late(connection, lines)
            new = {(line.place, name) for line in lines for name in line.columns} - self._columns
            connection.executemany("INSERT OR IGNORE INTO columns VALUES (?, ?)", new)
        self._origins.update(
            ((line.import_id, line.source), origin)
            for origin, line in zip(origins, lines, strict=True)
        )
        self._columns |= new

    def places(self) -> list[int]:
        """Return the places that have lines, in order."""
        return [place for (place,) in self._look("SELECT DISTINCT place FROM lines ORDER BY 1")]

    def columns(self, place: int) -> list[str]:
        """Return the columns of the rows at *place*."""
        found = self._look("SELECT name FROM columns WHERE place = ?", (place,))
        return [name for (name,) in found]

    def lines(self, place: int) -> Iterator[bytes]:
        """Yield the contents at *place*, in the order in which they came."""
        with self._database.reading() as connection:
            query = "SELECT content FROM lines WHERE place = ? ORDER BY number"
            for (content,) in connection.execute(query, (place,)):
                yield content

    def close(self) -> None:
        """Close it; a second call does nothing."""
        self._database.close()

    def _look(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._database.looking() as connection:
            return connection.execute(query, values).fetchall()

    def _origin(self, connection: sqlite3.Connection, line: Line) -> int:
        named = (line.import_id, line.source)
        if (known := self._origins.get(named)) is not None:
            return known
        connection.execute("INSERT OR IGNORE INTO origins (import_id, source) VALUES (?, ?)", named)
        connection.execute("INSERT OR IGNORE INTO imports VALUES (?)", (line.import_id,))
        query = "SELECT origin FROM origins WHERE import_id = ? AND source = ?"
        (origin,) = connection.execute(query, named).fetchone()
        return int(origin)

    def _add_late(self, connection: sqlite3.Connection, lines: Sequence[Line]) -> None:
        late = [(name, line.place) for line in lines for name in line.late]
        connection.executemany("INSERT OR REPLACE INTO late VALUES (?, ?)", late)
        self._any_late = self._any_late or bool(late)


def remove(folder: str) -> None:
    """Remove the spool of *folder*, if there is one."""
    for name in ALL:
        path = os.path.join(folder, name)
        if os.path.lexists(path):
            os.remove(path)
