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
CREATE TABLE IF NOT EXISTS imports (import INTEGER PRIMARY KEY, import_id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS origins (
    origin INTEGER PRIMARY KEY, import INTEGER NOT NULL, source TEXT NOT NULL,
    UNIQUE (import, source)
);
CREATE TABLE IF NOT EXISTS lines (
    origin INTEGER NOT NULL, line INTEGER NOT NULL, number INTEGER NOT NULL,
    place INTEGER NOT NULL, import INTEGER NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (origin, line)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lines_by_place ON lines (place, import, number);
CREATE TABLE IF NOT EXISTS identifiers (code TEXT PRIMARY KEY, main INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS late (name TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS columns (
    place INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (place, name)
) WITHOUT ROWID;
"""

SPOOL = Kind("spool", "folder", SinkRefused, application_id=0x49425350, version=1, tables=TABLES)

NAME = ".importbus-spool.db"
"""The file in the folder that is written to; it goes when the files are complete."""

ADD_IMPORT = "INSERT OR IGNORE INTO imports (import_id) VALUES (?)"

ALL = (NAME, f"{NAME}-wal", f"{NAME}-shm")


@frozen
class Line:
    """A command as it is to be written.

    Attributes:
        import_id: The import that it belongs to.
        source: The source that it was read from.
        line: Its line in there.
        number: Its place in the order of dispatch.
        place: The file it goes to; see ``places``.
        content: The line of a JSONL file, or of a row the cells by their columns, as JSON.
        columns: The columns of a row.
        late: Names that from now on must not come before *place*.
    """

    import_id: str
    source: str
    line: int
    number: int
    place: int
    content: bytes
    columns: Iterable[str] = ()
    late: Sequence[str] = ()


class Spool:
    """The lines that are to be written to a folder; every method raises ``SinkRefused``."""

    def __init__(self, path: str) -> None:
        self._database = Database(path, SPOOL, durable=True)
        self._origins: dict[tuple[str, str], tuple[int, int]] = {}
        self._columns: set[tuple[int, str]] = set()
        self._any_late = bool(self._look("SELECT 1 FROM late LIMIT 1"))

    def belongs_to(self, import_id: str) -> None:
        """Remember that lines of *import_id* are or will be here."""
        with self._database.transaction() as connection:
            connection.execute(ADD_IMPORT, (import_id,))

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
        """Keep *lines*; one that was there before is replaced."""
        with self._database.transaction() as connection:
            origins = {(line.import_id, line.source): (0, 0) for line in lines}
            for named in origins:
                origins[named] = self._origins.get(named) or _origin(connection, *named)
            connection.executemany(
                "INSERT OR REPLACE INTO lines (origin, import, line, number, place, content)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [(*origins[line.import_id, line.source], *_row(line)) for line in lines],
            )
            self._add_late(connection, lines)
            new = {(line.place, name) for line in lines for name in line.columns} - self._columns
            connection.executemany("INSERT OR IGNORE INTO columns VALUES (?, ?)", new)
        self._origins.update(origins)
        self._columns |= new

    def add_identifier(self, code: str, *, main: bool) -> None:
        """Remember that the attribute *code* identifies products."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO identifiers VALUES (?, ?)", (code, main))

    @property
    def identifier(self) -> str | None:
        """The attribute that identifies products; None when none has come that does."""
        query = "SELECT code FROM identifiers ORDER BY main DESC, rowid LIMIT 1"
        return next((code for (code,) in self._look(query)), None)

    def places(self) -> list[int]:
        """Return the places that have lines, in order."""
        return [place for (place,) in self._look("SELECT DISTINCT place FROM lines ORDER BY 1")]

    def columns(self, place: int) -> list[str]:
        """Return the columns of the rows at *place*."""
        found = self._look("SELECT name FROM columns WHERE place = ?", (place,))
        return [name for (name,) in found]

    def lines(self, place: int) -> Iterator[bytes]:
        """Yield the contents at *place*, in the order of dispatch, import by import."""
        with self._database.reading() as connection:
            query = "SELECT content FROM lines WHERE place = ? ORDER BY import, number"
            for (content,) in connection.execute(query, (place,)):
                yield content

    def close(self) -> None:
        """Close it; a second call does nothing."""
        self._database.close()

    def _look(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._database.looking() as connection:
            return connection.execute(query, values).fetchall()

    def _add_late(self, connection: sqlite3.Connection, lines: Sequence[Line]) -> None:
        late = [(name, line.place) for line in lines for name in line.late]
        connection.executemany("INSERT OR REPLACE INTO late VALUES (?, ?)", late)
        self._any_late = self._any_late or bool(late)


def _row(line: Line) -> tuple[int, int, int, bytes]:
    return line.line, line.number, line.place, line.content


def _origin(connection: sqlite3.Connection, import_id: str, source: str) -> tuple[int, int]:
    """Return the numbers of a source and of its import, which are made when they are new."""
    connection.execute(ADD_IMPORT, (import_id,))
    query = "SELECT import FROM imports WHERE import_id = ?"
    (number,) = connection.execute(query, (import_id,)).fetchone()
    named = (number, source)
    connection.execute("INSERT OR IGNORE INTO origins (import, source) VALUES (?, ?)", named)
    query = "SELECT origin FROM origins WHERE import = ? AND source = ?"
    (origin,) = connection.execute(query, named).fetchone()
    return origin, number


def remove(folder: str) -> None:
    """Remove the spool of *folder*, if there is one."""
    for name in ALL:
        path = os.path.join(folder, name)
        if os.path.lexists(path):
            os.remove(path)
