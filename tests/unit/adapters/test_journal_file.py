"""The file of a journal: made once, refused unchanged, and errors in our own words."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import pytest

from importbus.adapters import sqlite_file
from importbus.adapters.journal.schema import JOURNAL
from importbus.adapters.sqlite_file import Database, translated
from importbus.bus.errors import JournalError


def test_a_database_of_somebody_else_is_left_as_it_was(tmp_path: Path) -> None:
    """Not a byte of it changes, not even how it keeps its own log."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as shop:
        shop.execute("CREATE TABLE orders (id INTEGER)")
    before = sha256(path.read_bytes()).hexdigest()
    with pytest.raises(JournalError, match=r"shop\.db is a database, but no journal"):
        Database(str(path), JOURNAL)

    assert sha256(path.read_bytes()).hexdigest() == before
    assert [p.name for p in tmp_path.iterdir()] == ["shop.db"]


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Damage is found when the file is checked; the error says which file and what to do."""
    path = tmp_path / "journal.db"
    Database(str(path), JOURNAL).close()
    path.write_bytes(path.read_bytes()[:-20_000])

    with pytest.raises(JournalError, match=r"journal\.db.*Move it away"):
        Database(str(path), JOURNAL).check()


def test_a_journal_is_made_once_by_many_at_a_time(tmp_path: Path) -> None:
    """Programs that start together all get the same new journal."""
    path = str(tmp_path / "journal.db")
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: Database(path, JOURNAL), range(8)))

    for one in opened:
        one.check()
        one.close()


def test_a_journal_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    """The error names the path."""
    with pytest.raises(JournalError, match=r"nowhere/journal\.db cannot be opened: No such file"):
        Database(str(tmp_path / "nowhere" / "journal.db"), JOURNAL)


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    """The error says so."""
    with pytest.raises(JournalError, match="Is a directory"):
        Database(str(tmp_path), JOURNAL)


def test_a_journal_that_is_held_for_too_long_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process holds it: the error says so instead of waiting for ever."""
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.01)
    path = str(tmp_path / "journal.db")
    first, second = Database(path, JOURNAL), Database(path, JOURNAL)
    with first.transaction(), pytest.raises(JournalError, match="Another process holds it"):  # noqa: SIM117
        with second.transaction():
            pass

    first.close()
    second.close()


def test_a_full_disk_says_so_and_what_was_written_before_stays(tmp_path: Path) -> None:
    """The transaction that found no room is taken back as a whole."""
    opened = Database(str(tmp_path / "journal.db"), JOURNAL)
    with opened.transaction() as connection:
        connection.execute("PRAGMA max_page_count = 30")
    with pytest.raises(JournalError, match="disk is full; make room and start again, nothing is"):
        fill(opened)

    with opened.looking() as connection:
        (rows,) = connection.execute("SELECT count(*) FROM outcomes").fetchone()
    assert rows % 10 == 0
    opened.close()


def fill(opened: Database) -> None:
    """Write ten rows a transaction until there is no room."""
    for n in range(10_000):
        with opened.transaction() as connection:
            for m in range(10):
                row = ("spring", f"Put{n}-{m}", "created" * 50)
                connection.execute("INSERT INTO outcomes VALUES (?, ?, ?, 1)", row)


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    """An error in the middle takes back what came before it."""
    opened = Database(str(tmp_path / "journal.db"), JOURNAL)
    with pytest.raises(ZeroDivisionError):
        break_off(opened)

    with opened.looking() as connection:
        assert connection.execute("SELECT count(*) FROM outcomes").fetchone() == (0,)
    opened.close()


def break_off(opened: Database) -> None:
    """Fail in the middle of a transaction."""
    with opened.transaction() as connection:
        connection.execute("INSERT INTO outcomes VALUES ('spring', 'PutThing', 'created', 1)")
        raise ZeroDivisionError


def test_who_looks_is_not_held_up_by_who_writes(tmp_path: Path) -> None:
    """The lanes of a process go on while one of them waits for the disk."""
    opened = Database(str(tmp_path / "journal.db"), JOURNAL)
    with opened.transaction() as writing, ThreadPoolExecutor(1) as pool:
        writing.execute("INSERT INTO outcomes VALUES ('spring', 'PutThing', 'created', 1)")
        seen = pool.submit(count_outcomes, opened).result(timeout=5)

    assert (seen, count_outcomes(opened)) == (0, 1)
    opened.close()


def count_outcomes(opened: Database) -> int:
    """Look at the table."""
    with opened.looking() as connection:
        (rows,) = connection.execute("SELECT count(*) FROM outcomes").fetchone()
    return int(rows)


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_durable_decides_when_the_disk_is_waited_for(
    tmp_path: Path, durable: bool, level: int
) -> None:
    """FULL (2) for transports that outlive the process, NORMAL (1) else."""
    opened = Database(str(tmp_path / "journal.db"), JOURNAL, durable=durable)

    with opened.transaction() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (level,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    opened.close()


@pytest.mark.parametrize("durable", [False, True])
def test_a_transaction_that_need_not_last_does_not_wait_for_the_disk(
    tmp_path: Path, durable: bool
) -> None:
    """Only the one that says so, whatever becomes of it."""
    opened = Database(str(tmp_path / "journal.db"), JOURNAL, durable=durable)
    levels = []
    for lasting in (False, True):
        with suppress(LookupError), opened.transaction(lasting=lasting) as connection:
            levels += connection.execute("PRAGMA synchronous").fetchone()
            raise LookupError
    opened.close()

    assert levels == [1, 2 if durable else 1]


@pytest.mark.parametrize("durable", [False, True])
def test_a_closed_journal_says_that_the_program_is_at_fault(tmp_path: Path, durable: bool) -> None:
    """The advice to look at the folder would send people the wrong way."""
    opened = Database(str(tmp_path / "journal.db"), JOURNAL, durable=durable)
    opened.close()
    opened.close()

    with pytest.raises(JournalError, match="fault of the program"), opened.transaction():
        pass


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("disk I/O error"),
        sqlite3.IntegrityError("constraint failed"),
        sqlite3.ProgrammingError("type is not supported"),
        sqlite3.InterfaceError("bad parameter"),
        OSError(13, "Permission denied"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_error_of_sqlite_gets_through(error: Exception) -> None:
    """Every one becomes ours, with the path, and keeps its cause."""
    with pytest.raises(JournalError, match=r"j\.db") as caught, translated("j.db", JOURNAL):
        raise error

    assert caught.value.__cause__ is error


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    """Whatever the umask says."""
    path = tmp_path / "journal.db"
    Database(str(path), JOURNAL).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


OTHER = """
import sys
from importbus.adapters.journal.schema import JOURNAL
from importbus.adapters.sqlite_file import Database

Database(sys.argv[1], JOURNAL).close()
"""


def test_another_process_that_leaves_takes_nothing_along(tmp_path: Path) -> None:
    """Also while this one has the file open twice: what it writes then is still in the file."""
    path = str(tmp_path / "journal.db")
    first, second = Database(path, JOURNAL), Database(path, JOURNAL)
    subprocess.run([sys.executable, "-c", OTHER, path], check=True)
    with first.transaction() as connection:
        connection.execute(
            "INSERT INTO moments (import_id, at, kind, detail) VALUES ('a', 1, '', '')"
        )
    with second.reading() as connection:
        seen = connection.execute("SELECT import_id FROM moments").fetchall()
    first.close()
    second.close()

    assert seen == [("a",)]
