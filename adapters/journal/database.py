"""One SQLite file: connections, transactions, and its errors in our own words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock

from importbus.adapters.journal.schema import prepare
from importbus.bus.errors import JournalError

BUSY_SECONDS = 10.0
"""How long a transaction waits for one of another process."""


class Database:
    """A journal file; WAL, readable and writable by its owner only.

    *durable* makes every transaction survive a loss of power. Without it a loss of power may undo
    the last transactions, in order; a crash of the process alone undoes none.

    Raises:
        JournalError: The file cannot be opened, is damaged, or is no journal.
    """

    def __init__(self, path: str, *, durable: bool = False) -> None:
        self.path = path
        self._lock = RLock()
        with translated(path):
            _make_private(path)
            self._connection = _opened(path, durable=durable)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the one writing connection in a transaction: all or nothing.

        Raises:
            JournalError: Locked for too long, full disk, damage; nothing was written.
        """
        with self._lock, translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has rolled back by itself
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold a connection of one's own that sees one moment; writers are not held up."""
        with translated(self.path):
            uri = f"{Path(self.path).absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as connection:
                connection.execute("BEGIN")
                yield connection

    @contextmanager
    def looking(self) -> Iterator[sqlite3.Connection]:
        """Hold the writing connection for a short look, without a transaction of its own."""
        with self._lock, translated(self.path):
            yield self._connection

    def check(self) -> None:
        """Read the whole file; raises ``JournalError`` when it is damaged."""
        with self.looking() as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise JournalError(f"The journal {self.path} is damaged: {verdict}. {_REMEDY}")

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock, translated(self.path):
            self._connection.close()


_REMEDY = "Move it away to begin a new one."


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Turn errors of sqlite3 and of the file system into ``JournalError``, with a remedy."""
    try:
        yield
    except sqlite3.Error as error:
        said = str(error).rstrip(".")
        raise JournalError(f"The journal {path}: {said}. {_advice(error)}") from error
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be opened: {error.strerror}.") from error


def _advice(error: sqlite3.Error) -> str:
    if isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError):
        return "This is a fault of the program, not of the file."
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "Another process holds it; try again when that one is done."
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return _REMEDY
    if name.startswith("SQLITE_FULL"):
        return "The disk is full; make room and start again, nothing is lost."
    return "Check that its folder exists and that you may write there."


def _make_private(path: str) -> None:
    """Create the file for its owner only; SQLite gives its side files the same rights."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _opened(path: str, *, durable: bool) -> sqlite3.Connection:
    """Connect to the file; one that is no journal of ours is closed as it was found."""
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        prepare(connection, path)
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    except BaseException:
        connection.close()
        raise
    return connection
