"""Files of an export: their names, each content once, and what the PIM does not give."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import pytest

from exported import CODEC
from importbus.adapters.export import Export
from importbus.adapters.export.media import FOLDER, MediaFolder
from importbus.adapters.pim.answer import Answer
from raw_http import value

CODE = f"1/2/3/4/{'a1' * 20}_a_mug.png"


class Files:
    """Gives every file the same bytes, and counts; *named* is the header that says the name."""

    def __init__(self, named: str | None = None, status: int = 200) -> None:
        self._headers = {"content-disposition": named} if named else {}
        self._status = status
        self.asked: list[str] = []

    def download(self, path: str, into: BinaryIO) -> Answer:
        """Write a file."""
        self.asked.append(path)
        into.write(b"a mug")
        return Answer(self._status, self._headers, b"", 0.0)


@pytest.mark.parametrize(
    ("named", "name"),
    [
        ('attachment; filename="red.png"', "red.png"),
        (
            "attachment; filename*=UTF-8''r%C3%B6d.png",
            "röd.png",
        ),
        ('attachment; filename="../../red.png"', "red.png"),
        ('attachment; filename=".."', "file"),
        ("attachment", "a_mug.png"),
        (None, "a_mug.png"),
    ],
)
def test_a_file_keeps_its_name(tmp_path: Path, named: str | None, name: str) -> None:
    """As the answer says it, else as its code does; it never leads out of its folder."""
    path = MediaFolder(tmp_path, Files(named), print).fetch("product", CODE)

    assert path is not None
    assert path.startswith(f"{FOLDER}/")
    assert path.rpartition("/")[2] == name
    assert (tmp_path / path).read_bytes() == b"a mug"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("product", f"media-files/{CODE}/download"),
        ("reference_entity", f"reference-entities-media-files/{CODE}"),
        ("asset", f"asset-media-files/{CODE}"),
    ],
)
def test_a_file_is_asked_for_where_it_is(tmp_path: Path, kind: str, path: str) -> None:
    """The slashes of its code stay as they are."""
    files = Files()
    MediaFolder(tmp_path, files, print).fetch(kind, CODE)

    assert files.asked == [f"/api/rest/v1/{path}"]


def fetched(folder: Path, files: Files) -> str:
    """Return the path of a file of an asset below *folder*."""
    path = MediaFolder(folder, files, print).fetch("asset", "c")
    assert path is not None
    return path


def test_a_content_with_two_names_is_stored_once(tmp_path: Path) -> None:
    """Both names are there, as an upload needs them."""
    first, second, again = (
        tmp_path / fetched(tmp_path, Files(f"x; filename={name}"))
        for name in ("a.png", "b.png", "a.png")
    )

    assert (first.name, second.name, again) == ("a.png", "b.png", first)
    assert first.samefile(second)
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) == 2


def test_a_file_that_the_pim_does_not_give_is_told(tmp_path: Path) -> None:
    """And nothing is left of it."""
    told: list[str] = []
    path = MediaFolder(tmp_path, Files(status=404), told.append).fetch("asset", "c")

    assert path is None
    assert told == ["The file c could not be downloaded (HTTP 404)."]
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_a_file_of_many_products_is_not_downloaded_for_each(tmp_path: Path) -> None:
    """Its path is known from the first of them on, but for those that are read at that moment."""
    products = [
        {"identifier": f"mug{n:03}", "values": {"picture": value(CODE)}} for n in range(100)
    ]
    lists: dict[str, list[Any]] = {
        "products": products,
        "attributes": [{"code": "picture", "type": "pim_catalog_image"}],
    }
    files = Files()
    export = Export(files, CODEC, ["CreateProductMediaFile"], tmp_path, told=lambda said: None)  # type: ignore[arg-type]
    export.reading.items = lambda path, params: iter(lists.get(path.rpartition("/")[2], ()))  # type: ignore[method-assign,misc,assignment]
    paths = {each["file"] for _, found in export.sections() for each in found}

    assert len(paths) == 1
    assert len(files.asked) < 20
