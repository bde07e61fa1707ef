"""The journal of simulated processes: one file, which each of them opens for itself, or seems to.

Opening a file takes most of the time of a short schedule. ``OneFile`` is emptied between two of
them, and its processes have one connection: in one thread nobody can tell.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from attrs import define, field

from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.schema import JOURNAL, OF_AN_IMPORT
from importbus.adapters.journal.sharing import SqliteSharing
from importbus.adapters.sqlite_file import Database
from toy_commands import toy_codec


class Journals(Protocol):
    """The journal as each process opens it."""

    def opened(self) -> SqliteJournal:
        """Return the journal as a new process has it."""
        ...

    def changes(self) -> int:
        """Return a number that is another one when something was changed in the meantime."""
        ...


class OneConnection(Database):
    """A file whose readers use the connection of its writers."""

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold the one connection: nothing else happens meanwhile in one thread."""
        with self.looking() as connection:
            yield connection


@define(eq=False)
class OneFile:
    """A file for many schedules, one after the other."""

    folder: Path
    kind: type[SqliteJournal] = SqliteJournal
    _first: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        path = str(self.folder / "journal.db")
        self._first = self.kind(path, toy_codec())
        self._first.close()
        self._first._database = OneConnection(path, JOURNAL)
        self._first.shared = SqliteSharing(self._first._database)

    def empty(self) -> None:
        """Forget everything, for another schedule."""
        with self._first._database.transaction() as connection:
            for table in (*OF_AN_IMPORT, "lane_activity"):
                connection.execute(f"DELETE FROM {table}")

    def opened(self) -> SqliteJournal:
        """Return the journal as a new process has it, which remembers nothing."""
        journal: SqliteJournal = copy(self._first)
        journal._lanes = defaultdict(dict)
        return journal

    def changes(self) -> int:
        """Return how many rows were changed so far."""
        return int(self._first._database._connection.total_changes)

    def close(self) -> None:
        """Release the file."""
        self._first._database.close()


@define(eq=False)
class OwnConnections:
    """A file that each process opens for itself, as real ones do."""

    folder: Path
    kind: type[SqliteJournal] = SqliteJournal
    _all: list[SqliteJournal] = field(factory=list, init=False)
    _numbers: Iterator[int] = field(factory=count, init=False)

    def opened(self) -> SqliteJournal:
        """Return the journal, opened once more."""
        self._all.append(self.kind(str(self.folder / "journal.db"), toy_codec()))
        return self._all[-1]

    def changes(self) -> int:
        """Return another number each time: there may have been changes."""
        return next(self._numbers)

    def close(self) -> None:
        """Release the file."""
        for journal in self._all:
            journal.close()
