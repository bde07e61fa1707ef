"""One process runs an import: others see who it is, and cannot take it meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from importbus.adapters.ownership import PAUSE, TRIES, Owners
from importbus.bus.errors import ConfigurationError, JournalError
from importbus.bus.messages import ImportFinished, ImportStarted


def no_wait(seconds: float) -> None:
    """Go on at once."""


@pytest.fixture
def path(tmp_path: Path) -> str:
    """The path of a journal."""
    return str(tmp_path / "journal.db")


@pytest.fixture
def mine(path: str) -> Owners:
    """The marks of one process."""
    return Owners(path, sleep=no_wait)


@pytest.fixture
def theirs(path: str) -> Owners:
    """The marks of another process: for the operating system each open file is one."""
    return Owners(path, sleep=no_wait)


def test_an_import_that_runs_is_not_taken(mine: Owners, theirs: Owners) -> None:
    """The error says who runs it and what to do."""
    mine.take("night")

    with pytest.raises(ConfigurationError, match=f"'night' is being run by process {os.getpid()}"):
        theirs.take("night")
    assert (theirs.owner("night") or "").startswith(f"process {os.getpid()} on ")


def test_another_import_of_the_journal_can_run(mine: Owners, theirs: Owners) -> None:
    """They share the journal and nothing else."""
    mine.take("night")
    theirs.take("day")

    assert mine.owner("day")


def test_taking_again_changes_nothing(mine: Owners) -> None:
    """The command line takes it first, and the bus when it tells of the start."""
    mine.take("night")
    mine.import_started(ImportStarted("night"))
    mine.import_finished(ImportFinished("night", "e1", "finished"))

    assert mine.owner("night") is None


def test_the_mark_is_taken_off_at_the_end(mine: Owners, theirs: Owners, path: str) -> None:
    """No file stays beside the journal."""
    mine.take("night")
    mine.release("night")
    mine.release("night")
    assert list(Path(path).parent.iterdir()) == []

    theirs.take("night")
    assert mine.owner("night")


def test_closing_takes_all_marks_off(mine: Owners, path: str) -> None:
    """A program that ends its bus leaves nothing behind."""
    mine.take("night")
    mine.take("day")
    mine.close()

    assert list(Path(path).parent.iterdir()) == []


def test_what_a_killed_process_left_is_no_mark(mine: Owners, path: str) -> None:
    """The file is there, its lock is gone with the process."""
    Path(f"{path}.night.lock").write_text("process 1 on desk")

    assert mine.owner("night") is None
    mine.take("night")
    assert (mine.owner("night") or "").startswith(f"process {os.getpid()}")


def test_nobody_owns_what_was_never_run(mine: Owners, path: str) -> None:
    """Asking leaves no trace."""
    assert mine.owner("night") is None
    assert list(Path(path).parent.iterdir()) == []


def test_a_mark_that_is_just_being_taken_off_is_waited_for(path: str) -> None:
    """Who asks for the owner, or ends an import, holds the lock for an instant."""
    theirs = Owners(path, sleep=no_wait)
    theirs.take("night")
    waits: list[float] = []

    def end(seconds: float) -> None:
        waits.append(seconds)
        theirs.release("night")

    Owners(path, sleep=end).take("night")

    assert waits == [PAUSE]


def test_a_mark_that_stays_is_not_waited_for_long(mine: Owners, path: str) -> None:
    """A fifth of a second."""
    mine.take("night")
    waits: list[float] = []
    with pytest.raises(ConfigurationError):
        Owners(path, sleep=waits.append).take("night")

    assert sum(waits) == pytest.approx(TRIES * PAUSE)


def test_a_file_that_was_taken_away_is_not_locked(path: str) -> None:
    """Its name leads nobody to the lock, so a second process would get one, too."""
    mine, theirs = Owners(path, sleep=no_wait), Owners(path, sleep=no_wait)
    mine.take("night")
    Path(f"{path}.night.lock").unlink()
    theirs.take("night")

    with pytest.raises(ConfigurationError):
        Owners(path, sleep=no_wait).take("night")


def test_the_journal_may_be_named_in_several_ways(mine: Owners, path: str) -> None:
    """A link to it is the same journal."""
    link = Path(path).with_name("link.db")
    Path(path).touch()
    link.symlink_to(path)
    mine.take("night")

    assert Owners(str(link)).owner("night")


def test_a_mark_that_cannot_be_written_is_an_error_of_the_journal(tmp_path: Path) -> None:
    """Where no file can be made no journal can, either."""
    with pytest.raises(JournalError, match=r"nowhere/j\.db\.night\.lock: No such file"):
        Owners(str(tmp_path / "nowhere" / "j.db")).take("night")
