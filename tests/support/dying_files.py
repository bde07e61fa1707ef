"""An import into files that dies at a planted point, as with kill -9; started as a program.

``python dying_files.py POINT ARGUMENT...`` runs ``importbus ARGUMENT...`` and ends with code 137 at
POINT, one of ``POINTS``; with ``DISK_FULL`` it finds no room for what it writes.
"""

from __future__ import annotations

import sys
from typing import Any

from dying_import import SOON, Point
from importbus.adapters import import_run
from importbus.adapters.cli import main
from importbus.adapters.file_sink import FileSink
from importbus.adapters.file_sink import sink as sinks
from importbus.adapters.file_sink.spool import Spool
from importbus.adapters.journal import SqliteJournal

POINTS = {
    "before it is kept": Point(Spool, "add", "before", 5),
    "kept, not settled": Point(SqliteJournal, "settle", "before", 5),
    "settled": Point(SqliteJournal, "settle", "after", 5),
    "before the files": Point(FileSink, "flush", "before"),
    "among the files": Point(Spool, "columns", "after", 3),
    "behind the files": Point(FileSink, "flush", "after"),
}
"""Where it can die, by what has just been done."""

DISK_FULL = "disk full"

PAGES = 40
"""How much room there is, in pages of SQLite."""


def _fill_disk() -> None:
    class Small(Spool):
        def __init__(self, path: str) -> None:
            super().__init__(path)
            with self._database.transaction() as connection:
                connection.execute(f"PRAGMA max_page_count = {PAGES}")

    setattr(sinks, "Spool", Small)  # noqa: B010 - mypy would not let a class be replaced


def run(point: str, *arguments: str) -> Any:
    """Run the command line, and die where it was asked."""
    import_run.QUIET = SOON
    if point in POINTS:
        POINTS[point].plant()
    elif point == DISK_FULL:
        _fill_disk()
    sys.argv[1:] = arguments
    return main()


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
