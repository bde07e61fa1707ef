"""SQLite files that several connections and versions use."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.selecting import Selection
from importbus.adapters.protocol import encode_batch
from importbus.adapters.transports.contract import LANES, batch, command_codec, with_file
from importbus.adapters.transports.sqlite import SqliteTransport
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


FAILURE_OF_VERSION_1 = """
INSERT INTO failures VALUES (7, 'spring', 'a.jsonl', 2, 'Stock', 'mug', 'failed', 422,
    '[{"message":"no"}]', 'no', 1, CAST('{"sku":"mug"}' AS BLOB), 1.0, 1.0)
"""


def test_failures_of_an_older_version_can_be_listed_and_sent_again(tmp_path: Path) -> None:
    """They have no request and no batch, and are open like others."""
    write_journal(tmp_path / "journal.db")
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection, connection:
        connection.execute(FAILURE_OF_VERSION_1)
    journal = SqliteJournal(str(tmp_path / "journal.db"), toy_codec())
    found = [(one.kind, one.batch_id) for one in journal.failed.each(Selection())]
    chosen = journal.failed.begin_retry(Selection(), "again")
    journal.close()

    assert sorted(found) == [("failed", None), ("rejected", None)]
    assert chosen == 1


def test_a_journal_is_brought_up_to_date_once(tmp_path: Path) -> None:
    """The next one who opens it finds it so."""
    write_journal(tmp_path / "journal.db")
    for _ in range(2):
        SqliteJournal(str(tmp_path / "journal.db"), toy_codec()).close()
    journal = SqliteJournal(str(tmp_path / "journal.db"), toy_codec())

    assert journal.report("spring").read == 4
    journal.close()


VERSION_2 = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, batch_id TEXT NOT NULL UNIQUE,
    deliveries INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL
);
CREATE TABLE dead (
    id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, batch_id TEXT NOT NULL,
    reason TEXT NOT NULL, body BLOB NOT NULL
);
PRAGMA application_id = 0x696D7071;
PRAGMA user_version = 2;
"""
"""A queue file before files travelled; its other tables are made when they are missing."""


def test_a_queue_file_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """What waits in it is delivered, and files travel from then on."""
    path, waiting, file = tmp_path / "queue.db", batch(1), with_file(batch(2), b"png")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(VERSION_2)
        body = encode_batch(waiting, command_codec(), lanes=LANES)
        row = ("lane.0", waiting.id, body)
        connection.execute("INSERT INTO batches (lane, batch_id, body) VALUES (?, ?, ?)", row)
    queue = SqliteTransport(str(path), command_codec(), LANES)
    queue.publish(file)
    consumer = queue.lease(0)
    found = []
    while delivery := consumer.receive(0):
        found.append(delivery.batch)
        delivery.reject("not understood")
    letters = queue.dead_letters()
    queue.close()

    assert found == [waiting, file]
    assert len(letters) == 2
