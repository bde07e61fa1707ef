"""One SQLite file: connections, transactions, and its errors in our own words."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType
from typing import Any

from attrs import frozen

from importbus.bus.errors import BusError

BUSY_SECONDS = 10.0
"""How long a transaction waits for one of another process."""

BUSY_LOOK = 0.0002
"""Seconds between two tries to begin while another process writes.

SQLite's own pauses grow to 100 ms: whoever waited long would wait longer, and a process that
writes again and again would leave it no gap.
"""


MARKS = """
SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
FROM pragma_application_id, pragma_user_version
"""
"""What a file is, in one statement: another process may be making the tables at this moment."""


@frozen
class Kind:
    """What a file is for.

    Attributes:
        name: What errors call it, e.g. ``journal``.
        setting: The setting that names the file.
        failed: The class of its errors.
        application_id: The mark by which SQLite files are told apart.
        version: Of the tables; a file with a higher one is refused.
        tables: The statements that make them; they change nothing where they were made before.
        migrations: For each older version, the statements that lead to the next one.
    """

    name: str
    setting: str
    failed: type[BusError]
    application_id: int
    version: int
    tables: str
    migrations: Mapping[int, str] = {}


class Database:
    """A SQLite file of one *kind*; WAL, readable and writable by its owner only.

    *durable* makes every transaction survive a loss of power. Without it a loss of power may undo
    the last transactions, in order; a crash of the process alone undoes none.

    It has a connection for each way: one that writes and waits for the disk, one that writes and
    does not, and one that reads while others write, which in WAL nobody has to wait for.

    Every method raises ``kind.failed`` when the file cannot be opened, read or written, is damaged
    or of another kind.

    ``left_open`` says whether the file was in use when it was opened: by another process, or by one
    that has died. Who closes a file as the last one leaves no log behind.
    """

    def __init__(self, path: str, kind: Kind, *, durable: bool = False) -> None:
        self.path = path
        self.left_open = _has_log(path)
        self._kind = kind
        self._lock, self._look_lock = RLock(), RLock()
        with self._translated(), ExitStack() as opened:
            _make_private(path)
            self._connection = opened.enter_context(closing(_opened(path, kind, durable=durable)))
            self._quick = self._connection
            if durable:
                self._quick = opened.enter_context(closing(_opened(path, kind, durable=False)))
            self._reader = opened.enter_context(closing(_connected(path)))
            for writer in {self._connection, self._quick}:
                writer.execute("PRAGMA busy_timeout = 0")  # `_begin` waits
            self._open = opened.pop_all()

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self.path, self._kind)

    def transaction(self, *, lasting: bool = True) -> AbstractContextManager[sqlite3.Connection]:
        """Hold the one writing connection in a transaction: all or nothing.

        Without *lasting* it does not wait for the disk, not even in a durable file: a loss of power
        may undo it, unless a lasting one of any process came after it.
        """
        return _Transaction(self, self._connection if lasting else self._quick, self._lock)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold a connection of one's own that sees one moment; writers are not held up."""
        with self._translated():
            uri = f"{Path(self.path).absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as connection:
                connection.execute("BEGIN")
                yield connection

    def looking(self) -> AbstractContextManager[sqlite3.Connection]:
        """Hold the reading connection for a short look, without a transaction of its own."""
        return _Look(self, self._reader, self._look_lock)

    def change(self, statement: str, values: Mapping[str, object]) -> list[Any]:
        """Carry out one *statement* by itself, without waiting for the disk; return its rows."""
        with _Look(self, self._quick, self._lock) as connection:
            return _patiently(connection, statement, BUSY_LOOK, values)

    def fault(self, error: BaseException | None) -> BusError | None:
        """Return what *error* is called where it is one of the file, else None."""
        return fault_of(self.path, self._kind, error)

    def check(self) -> None:
        """Read the whole file; raises when it is damaged."""
        with self.looking() as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise self._kind.failed(
                f"The {self._kind.name} {self.path} is damaged: {verdict}. {_REMEDY}"
            )

    def shrink(self) -> int:
        """Give unused space back to the disk; return how many bytes that is.

        It needs as much space again while it works, and others cannot write meanwhile.
        """
        before = os.path.getsize(self.path)
        with self._lock, self._translated():
            _patiently(self._connection, "VACUUM", BUSY_LOOK)
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return max(0, before - os.path.getsize(self.path))

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock, self._look_lock, self._translated():
            self._open.close()


def _has_log(path: str) -> bool:
    try:
        return os.path.getsize(f"{path}-wal") > 0
    except OSError:
        return False


_REMEDY = "Move it away to begin a new one."


@contextmanager
def translated(path: str, kind: Kind) -> Iterator[None]:
    """Turn errors of sqlite3 and of the file system into those of *kind*, with a remedy."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise fault_of(path, kind, error) or error from error


def fault_of(path: str, kind: Kind, error: BaseException | None) -> BusError | None:
    """Return an error of sqlite3 or of the file system as one of *kind*; None for any other."""
    name = f"The {kind.name} {path}"
    if isinstance(error, sqlite3.Error):
        said = str(error).rstrip(".")
        return kind.failed(f"{name}: {said}. {_advice(error)}")
    if isinstance(error, OSError):
        return kind.failed(f"{name} cannot be opened: {error.strerror}.")
    return None


class _Look(AbstractContextManager[sqlite3.Connection]):
    """A connection that is held; a class, as what is made of a function takes three times as long.

    An import passes here several times for each batch.
    """

    __slots__ = ("_connection", "_database", "_lock")

    def __init__(self, database: Database, connection: sqlite3.Connection, lock: RLock) -> None:
        self._database = database
        self._connection = connection
        self._lock = lock

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        return self._connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.release()
        if error is not None and (fault := self._database.fault(error)):
            raise fault from error


class _Transaction(_Look):
    """The same in a transaction, which ends with the context: all or nothing."""

    __slots__ = ()

    def __enter__(self) -> sqlite3.Connection:
        connection = super().__enter__()
        try:
            _patiently(connection, "BEGIN IMMEDIATE", BUSY_LOOK)
        except BaseException as error:
            super().__exit__(type(error), error, error.__traceback__)
            raise
        return connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._end(failed=error is not None)
        except BaseException as second:
            super().__exit__(type(second), second, second.__traceback__)
            raise
        super().__exit__(kind, error, traceback)

    def _end(self, *, failed: bool) -> None:
        try:
            if not failed:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:  # a full disk has rolled back by itself
                self._connection.execute("ROLLBACK")


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


_CREATING = Lock()


def _make_private(path: str) -> None:
    """Create the file for its owner only; SQLite gives its side files the same rights.

    A file that is there is not opened here, and a new one by nobody else of this process before it
    is closed: closing a file ends all locks that the process has on it, those of SQLite included.
    Another process would then take itself for the last one, and remove the log that is in use.
    Source: sqlite.org/howtocorrupt.html, section 2.2.
    """
    with _CREATING, suppress(FileExistsError):
        os.close(os.open(os.path.realpath(path), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))


def _opened(path: str, kind: Kind, *, durable: bool) -> sqlite3.Connection:
    """Connect to the file; one of another kind is closed as it was found."""
    connection = _connected(path)
    try:
        _prepare(connection, path, kind)
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(path: str) -> sqlite3.Connection:
    return sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )


def _prepare(connection: sqlite3.Connection, path: str, kind: Kind) -> None:
    """Make the tables, or bring older ones up to date; several processes may do so at once."""
    if _version(connection, path, kind) == kind.version:
        return
    _patiently(connection, "PRAGMA journal_mode = WAL", 0.01)
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection, path, kind)  # another process may have been faster
    steps = [kind.migrations[one] for one in range(version, kind.version) if version]
    for script in (*steps, kind.tables):
        for statement in _statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {kind.application_id}")
    connection.execute(f"PRAGMA user_version = {kind.version}")
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of *script*, each of which ends with a line."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _patiently(
    connection: sqlite3.Connection,
    statement: str,
    look: float,
    values: Mapping[str, object] | tuple[()] = (),
) -> list[Any]:
    """Execute *statement*, every *look* seconds again while another process is in its way."""
    until = None
    while True:
        try:
            return connection.execute(statement, values).fetchall()
        except sqlite3.OperationalError as error:
            now = time.monotonic()
            until = now + BUSY_SECONDS if until is None else until
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or now > until:
                raise
            time.sleep(look)


def _version(connection: sqlite3.Connection, path: str, kind: Kind) -> int:
    """Return the version of the tables, 0 for an empty file. A refused file stays as it is."""
    mark, version, tables = connection.execute(MARKS).fetchone()
    if mark == kind.application_id and version > kind.version:
        raise kind.failed(
            f"The {kind.name} {path} was written by a newer version of importbus; use that one."
        )
    if mark not in (0, kind.application_id) or (mark == 0 and tables):
        raise kind.failed(
            f"{path} is a database, but no {kind.name}; choose another {kind.setting}."
        )
    return int(version) if mark else 0
