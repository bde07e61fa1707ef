"""Files of an export: whole or not there, the same bytes for the same PIM."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from exported import CODEC, contents
from importbus.adapters.export import CLASSES, Export, write_export
from importbus.adapters.export.folder import file_of
from importbus.adapters.generator import FILES
from importbus.bus.errors import ConfigurationError
from importbus.handlers.akeneo import COMMANDS

CATEGORIES, CHANNELS = file_of("CreateOrUpdateCategory"), file_of("CreateOrUpdateChannel")


class Boom(Exception):
    """Something that nobody foresaw."""


class Fixed:
    """A PIM of categories and channels, as an export sees it; an error is raised at its turn."""

    def __init__(self, **lists: list[Any]) -> None:
        self._lists = lists

    def export(self) -> Export:
        """Return an export of it."""
        export = Export(None, CODEC, only=["CreateOrUpdateCategory", "CreateOrUpdateChannel"])  # type: ignore[arg-type]
        export.reading.items = self._items  # type: ignore[method-assign,assignment]
        return export

    def _items(self, path: str, params: object) -> Iterator[Any]:
        for code in self._lists.get(path.rpartition("/")[2], ()):
            if isinstance(code, Exception):
                raise code
            yield {"code": code}


def test_a_class_has_a_file(tmp_path: Path) -> None:
    """A class without a command has none; what was written is told with its digest."""
    found = write_export(Fixed(categories=["a", "b"]).export(), tmp_path)

    (written,) = found.files
    assert contents(tmp_path) == {
        CATEGORIES: b"".join(
            b'{"command":"CreateOrUpdateCategory","data":{"code":"%b"}}\n' % code
            for code in (b"a", b"b")
        )
    }
    assert (written.file, written.commands, written.bytes) == (CATEGORIES, 2, 114)
    assert written.sha256 == sha256(contents(tmp_path)[CATEGORIES]).hexdigest()


def test_whatever_ends_it_leaves_whole_files(tmp_path: Path) -> None:
    """The class that was being read is not there, nor anything beside it."""
    with pytest.raises(Boom):
        write_export(Fixed(categories=["a"], channels=["b", Boom()]).export(), tmp_path)

    assert list(contents(tmp_path)) == [CATEGORIES]


def test_an_earlier_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    """Also when the folder may be written over."""
    write_export(Fixed(channels=["old"]).export(), tmp_path)
    with pytest.raises(Boom):
        write_export(Fixed(channels=["new", Boom()]).export(), tmp_path, force=True)

    assert b'"old"' in contents(tmp_path)[CHANNELS]


def test_what_is_there_no_more_goes(tmp_path: Path) -> None:
    """Of the classes that were read; other files in the folder are not touched."""
    write_export(Fixed(categories=["a"], channels=["b"]).export(), tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    write_export(Fixed(categories=["c"]).export(), tmp_path, force=True)

    assert sorted(contents(tmp_path)) == [CATEGORIES, "notes.txt"]


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    """Nothing is mixed with an export by mistake."""
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(ConfigurationError, match=r"holds something.*--force"):
        write_export(Fixed(categories=["a"]).export(), tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """With the reason."""
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError, match="file/out: cannot be written: Not a directory"):
        write_export(Fixed().export(), tmp_path / "file" / "out")


def test_an_unknown_class_is_refused() -> None:
    """With the nearest that there is."""
    with pytest.raises(ConfigurationError, match=r"Did you mean CreateOrUpdateProduct\?"):
        Export(None, CODEC, only=["CreateOrUpdateProdct"])  # type: ignore[arg-type]


def test_every_class_that_is_not_a_delete_is_exported() -> None:
    """A new command needs a stage."""
    creating = {each.__name__ for each in COMMANDS if not each.__name__.startswith("Delete")}

    assert set(CLASSES) == creating


def test_files_are_named_as_generated_catalogues_name_them() -> None:
    """Sorted by name they import in order, and no two have one name."""
    names = [file_of(name) for name in CLASSES]

    assert {name: file_of(name) for name in FILES} == FILES
    assert len(set(names)) == len(names)
