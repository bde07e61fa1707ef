"""SQLite files that several connections and versions use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from importbus.adapters.journal import SqliteJournal
from importbus.bus.messages import Position
from journal_version_1 import write_journal
from toy_commands import toy_codec

VISIT = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as connection:
    connection.execute("SELECT count(*) FROM imports").fetchall()
connection.close()
"""


def test_a_second_connection_leaves_the_locks_of_the_first_alone(tmp_path: Path) -> None:
    """A process that comes and goes must not take itself for the last, which would end the log."""
    path = str(tmp_path / "journal.db")
    first, second = SqliteJournal(path, toy_codec()), SqliteJournal(path, toy_codec())
    subprocess.run([sys.executable, "-c", VISIT, path], check=True)

    assert Path(f"{path}-wal").exists()
    second.close()
    first.close()


def test_a_journal_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """What it holds stays, and an import that was interrupted is resumed."""
    write_journal(tmp_path / "journal.db")
    journal = SqliteJournal(str(tmp_path / "journal.db"), toy_codec())
    report = journal.report("spring")
    found = journal.resume_import("spring")
    journal.close()

    assert (report.read, report.rejected, report.open) == (4, 1, 1)
    assert report.balanced
    assert [n for n in range(1, 6) if Position("a.jsonl", n) in found.settled] == [1, 2, 4]
    assert (found.producer, found.last_number, found.accepted) == ("2", 3, 2)


def test_a_journal_is_brought_up_to_date_once(tmp_path: Path) -> None:
    """The next one who opens it finds it so."""
    write_journal(tmp_path / "journal.db")
    for _ in range(2):
        SqliteJournal(str(tmp_path / "journal.db"), toy_codec()).close()
    journal = SqliteJournal(str(tmp_path / "journal.db"), toy_codec())

    assert journal.report("spring").read == 4
    journal.close()
