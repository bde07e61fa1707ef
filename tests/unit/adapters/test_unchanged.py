"""Which commands of an input need not be sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from fingerprint_scene import PIM, FingerprintScene
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.media import MediaFiles
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Reading, open_reading
from importbus.adapters.stopping import StopRequest
from importbus.adapters.unchanged import TABLES, Skipping, name_of_pim
from importbus.adapters.wiring import open_codec
from importbus.bus import ConfigurationError, Position

CODEC = open_codec()

A = ("CreateOrUpdateProduct", {"identifier": "a", "enabled": True})
A_AGAIN = ("CreateOrUpdateProduct", {"identifier": "a", "enabled": False})
B = ("CreateOrUpdateProduct", {"identifier": "b", "enabled": True})
LINKED = ("CreateOrUpdateProduct", {"identifier": "c", "associations": {"X": {"products": ["a"]}}})
MODEL = ("CreateOrUpdateProductModel", {"code": "m", "family_variant": "v"})
UUID = "5ce8d1a5-2a0b-4b3e-8c3a-1f0c3a0b7d11"
BY_UUID = ("CreateOrUpdateProductByUuid", {"uuid": UUID, "enabled": True})
DELETE = ("DeleteProduct", {"identifier": "x"})
DELETE_MODEL = ("DeleteProductModel", {"code": "x"})
VARIANT = ("CreateOrUpdateFamilyVariant", {"code": "v", "family": "f"})

Line = tuple[str, dict[str, Any]]


@frozen
class Searched:
    """A journal that holds what was written, and the file that is read."""

    scene: FingerprintScene
    file: Path

    def written(self, *lines: Line) -> None:
        """Let an import have written *lines*."""
        self.scene.written("before", *(CODEC.decode(*line) for line in lines))

    def reading(self, *lines: Line | str, **chosen: Any) -> Reading:
        """Return the reading of a file with *lines*."""
        texts = (
            x if isinstance(x, str) else json.dumps(dict(zip(("command", "data"), x, strict=True)))
            for x in lines
        )
        self.file.write_text("".join(f"{text}\n" for text in texts))
        return open_reading([str(self.file)], CODEC, **chosen)

    def found(self, reading: Reading, *settled: int) -> list[int]:
        """Return the lines that need not be sent."""
        skipping = Skipping(PIM, MediaFiles())
        places = frozenset(Position(str(self.file), line) for line in settled)
        found = skipping.find(reading, self.scene.journal, places, StopRequest())
        return sorted(position.line for _, position in found)


def _text(command: str, data: dict[str, Any]) -> str:
    return json.dumps({"command": command, "data": data})


@pytest.fixture
def searched(tmp_path: Path) -> Iterator[Searched]:
    """A new journal and a file."""
    journal = SqliteJournal(str(tmp_path / "journal.db"), CODEC)
    yield Searched(FingerprintScene(journal), tmp_path / "in.jsonl")
    journal.close()


@pytest.mark.parametrize(
    ("before", "lines", "same"),
    [
        ((), (A,), []),
        ((A, B), (B, A), [1, 2]),
        ((A, A_AGAIN), (A, B, A_AGAIN), [1, 3]),
        ((A, A_AGAIN), (A,), []),
        ((A, A_AGAIN), (A_AGAIN, A), []),
        ((A,), (A, A_AGAIN), []),
        ((A,), (A, A), []),
        ((A, LINKED), (A, LINKED, B), [1, 2]),
        ((A, LINKED), (A, LINKED, DELETE), [1]),
        ((A, MODEL), (A, MODEL, DELETE_MODEL), []),
        ((A, MODEL), (A, MODEL, VARIANT), []),
        ((VARIANT, A, MODEL), (VARIANT, A, MODEL), [1, 2, 3]),
        ((BY_UUID,), (BY_UUID, A), []),
    ],
)
def test_a_key_need_not_be_sent_when_all_its_commands_are_the_same(
    searched: Searched, before: tuple[Line, ...], lines: tuple[Line, ...], same: list[int]
) -> None:
    """All of them, in their order, and unless something that is sent may change it."""
    searched.written(*before)

    assert searched.found(searched.reading(*lines)) == same


def test_what_has_its_outcome_counts_and_is_not_told_again(searched: Searched) -> None:
    """A resumed import has read a part of a key's commands before."""
    searched.written(A, A_AGAIN)

    assert searched.found(searched.reading(A, A_AGAIN), 1) == [2]


def test_what_is_not_read_does_not_count(searched: Searched) -> None:
    """A limit, and a line that is no command when that ends the reading."""
    searched.written(A, B)
    limited = searched.found(searched.reading(A, B, A_AGAIN, limit=2))
    strict = searched.found(searched.reading(A, "{", B, strict=True))

    assert limited == [1, 2]
    assert strict == []


def test_a_limit_counts_what_is_not_sent(searched: Searched) -> None:
    """So the same commands are read with skipping as without."""
    reading = searched.reading(A, B, A_AGAIN, LINKED, limit=3)
    passed = frozenset({Position(str(searched.file), 2)})
    rest = reading.without(passed, 1).items(ProgressBoard())

    assert [position.line for position, _ in rest] == [1, 3]


def test_a_full_disk_is_told_with_its_folder(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is another one than that of the journal, and can be chosen."""
    monkeypatch.delenv("SQLITE_TMPDIR", raising=False)
    monkeypatch.setenv("TMPDIR", str(searched.file.parent))
    full = "PRAGMA max_page_count = 1;"  # it has more already, and gets none
    monkeypatch.setattr("importbus.adapters.unchanged.TABLES", TABLES + full)
    reading = searched.reading(*[A] * 100)

    with pytest.raises(ConfigurationError) as told:
        searched.found(reading)
    assert str(told.value) == (
        f"The temporary file in {searched.file.parent} cannot be used: database or disk is full. "
        "Make room there, or name a folder on another disk with TMPDIR."
    )


def test_a_pim_is_known_by_its_address() -> None:
    """In whatever case of letters, and by nothing that is secret."""
    assert name_of_pim("https://PIM.example/") == name_of_pim("https://pim.example")
    assert "example" not in name_of_pim("https://pim.example")
