"""Which imports a journal forgets when it is asked to, and what that leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from failed_rows import refused, run, send_again, written
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.schema import OF_AN_IMPORT
from importbus.adapters.journal.selecting import Selection
from importbus.bus.errors import JournalError
from importbus.bus.journal import ImportRecord
from journal_desk import open_journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal with an import that ended at 101, one at 151, and one that has not ended."""
    journal = open_journal(tmp_path)
    run(journal, "old", written(1, "mug"), refused(2, "cup"))
    run(journal, "newer", written(1, "mug"), at=151.0)
    journal.open_import(ImportRecord("running", None, ("a.jsonl",), 4, 1.0))
    journal.open_import(ImportRecord("stopped", None, ("a.jsonl",), 4, 1.0))
    journal.set_state("stopped", "stopped", at=2.0)
    yield journal
    journal.close()


@pytest.mark.parametrize(
    ("before", "found"), [(100.0, []), (101.5, ["old"]), (1_000.0, ["old", "newer"])]
)
def test_what_ended_before_is_old(journal: SqliteJournal, before: float, found: list[str]) -> None:
    """What can be resumed is not, whenever it stopped."""
    assert list(journal.pruning.ended_before(before)) == found


def test_an_import_stays_as_long_as_its_retries(journal: SqliteJournal) -> None:
    """What failed in a retry is kept with the import that it repeats."""
    send_again(journal, Selection(import_id="old"), "retry", still=["cup"], at=201.0)

    assert list(journal.pruning.ended_before(152.0)) == ["newer"]
    assert list(journal.pruning.ended_before(202.0)) == ["old", "newer", "retry"]


def test_nothing_is_left_of_what_is_forgotten(journal: SqliteJournal, tmp_path: Path) -> None:
    """In no table; the others stay whole, and the file is smaller."""
    run(journal, "large", *(refused(n, f"p{n}", "x" * 500) for n in range(1, 1_001)), at=102.0)
    journal.pruning.prune(["large", "old"])
    freed = journal.pruning.shrink()
    with journal._database.reading() as connection:
        left = {
            name
            for table in OF_AN_IMPORT
            for (name,) in connection.execute(f"SELECT DISTINCT import_id FROM {table}")
        }

    assert left == {"newer", "running", "stopped"}
    assert freed > 500_000
    assert journal.report("newer").balanced


@pytest.mark.parametrize("left_open", [True, False])
def test_a_damaged_file_is_noticed_when_it_was_left_open(tmp_path: Path, left_open: bool) -> None:
    """Reading all of it takes time, which is spent where somebody may have died."""
    journal = open_journal(tmp_path)
    run(journal, "old", *(refused(number, f"p{number}") for number in range(1, 1_001)))
    journal.close()
    with (tmp_path / "journal.db").open("r+b") as file:
        file.seek(200_000)
        file.write(b"\xff" * 8_192)
    if left_open:
        (tmp_path / "journal.db-wal").write_bytes(b"what a process left that died")
    again = open_journal(tmp_path)

    with pytest.raises(JournalError, match="is damaged") if left_open else nullcontext():
        again.check_if_left()
    again.close()


def test_unended_imports_are_known(journal: SqliteJournal) -> None:
    """While one of them runs, the file is not rewritten."""
    assert sorted(journal.pruning.unended()) == ["running", "stopped"]
