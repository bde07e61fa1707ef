"""Whoever remembers the codes of files keeps these promises: memory and journal alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from importbus.adapters.codec import JsonCodec
from importbus.adapters.journal import SqliteJournal
from importbus.bus.errors import JournalError
from importbus.bus.journal import ImportRecord
from importbus.handlers.akeneo.media_codes import MOST_CODES, InMemoryMediaCodes
from importbus.handlers.akeneo.port import MediaCodes

MUG = ("spring", "product", "ab12", "mug.png")
OTHERS = [
    ("autumn", "product", "ab12", "mug.png"),
    ("spring", "asset", "ab12", "mug.png"),
    ("spring", "product", "cd34", "mug.png"),
    ("spring", "product", "ab12", "cup.png"),
]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal with an open import."""
    journal = SqliteJournal(str(tmp_path / "journal.db"), JsonCodec())
    journal.open_import(ImportRecord("spring", None, (), 4, 100.0))
    yield journal
    journal.close()


@pytest.fixture(params=["memory", "journal"])
def codes(request: pytest.FixtureRequest, journal: SqliteJournal) -> MediaCodes:
    """What remembers."""
    make: dict[str, Callable[[], MediaCodes]] = {
        "memory": InMemoryMediaCodes,
        "journal": lambda: journal.media_codes,
    }
    return make[request.param]()


def test_a_code_is_remembered(codes: MediaCodes) -> None:
    """By import, kind, content and name; slashes are part of it."""
    codes.put(*MUG, "4/d/e/mug.png")

    assert codes.get(*MUG) == "4/d/e/mug.png"


@pytest.mark.parametrize("other", OTHERS, ids=["import", "kind", "content", "name"])
def test_another_file_has_no_code(codes: MediaCodes, other: tuple[str, str, str, str]) -> None:
    """Each of the four makes it another one."""
    codes.put(*MUG, "4/d/e/mug.png")

    assert codes.get(*other) is None


def test_the_newest_code_counts(codes: MediaCodes) -> None:
    """The older one may be gone at the PIM."""
    codes.put(*MUG, "old")
    codes.put(*MUG, "new")

    assert codes.get(*MUG) == "new"


def test_a_forgotten_code_is_not_remembered(codes: MediaCodes) -> None:
    """Nor is one that was never there a mistake to forget."""
    codes.put(*MUG, "old")
    codes.put(*OTHERS[0], "kept")
    for _ in range(2):
        codes.forget(*MUG)

    assert (codes.get(*MUG), codes.get(*OTHERS[0])) == (None, "kept")


def test_memory_does_not_grow_for_ever() -> None:
    """The oldest code goes first (I7)."""
    codes = InMemoryMediaCodes()
    for n in range(MOST_CODES + 1):
        codes.put("spring", "product", str(n), "mug.png", "code")

    assert codes.get("spring", "product", "0", "mug.png") is None
    assert codes.get("spring", "product", "1", "mug.png") == "code"


def test_another_process_knows_the_codes_of_a_journal(journal: SqliteJournal) -> None:
    """They stand in its file."""
    journal.media_codes.put(*MUG, "4/d/e/mug.png")
    other = SqliteJournal(journal.path, JsonCodec())
    found = other.media_codes.get(*MUG)
    other.close()

    assert found == "4/d/e/mug.png"


def test_a_deleted_import_takes_its_codes_with_it(journal: SqliteJournal) -> None:
    """`--restart` begins with none."""
    journal.media_codes.put(*MUG, "4/d/e/mug.png")
    journal.delete_import("spring")

    assert journal.media_codes.get(*MUG) is None


def test_a_closed_journal_says_so(journal: SqliteJournal) -> None:
    """In an error of ours."""
    journal.close()

    with pytest.raises(JournalError):
        journal.media_codes.get(*MUG)
