"""Inputs: files, standard input, gzip and archives give their bytes, or say why they do not."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from importbus.adapters.sources.inputs import (
    BrokenInput,
    FileInput,
    Unfolding,
    format_of,
    open_inputs,
)
from importbus.bus.errors import ConfigurationError

TEXT = b"sku;name\nmug;Mug\n"
TIGHT = Unfolding(ratio=50, free=1_000, most=100_000)


def content(input: FileInput) -> bytes:
    """Return all bytes of *input*."""
    with input.open() as stream:
        return stream.read()


def refused(input: FileInput) -> str:
    """Return why *input* gives no bytes."""
    with pytest.raises(BrokenInput) as caught:
        content(input)
    return caught.value.reason


def archive(path: Path, members: Mapping[str, bytes]) -> str:
    """Write an archive with *members* and return its name."""
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return str(path)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "no-extension"])
@pytest.mark.parametrize("stored", [TEXT, gzip.compress(TEXT), gzip.compress(TEXT[:4]) * 3])
def test_gzip_is_known_by_its_first_bytes(tmp_path: Path, name: str, stored: bytes) -> None:
    """Whatever a file is called, its bytes come uncompressed, also those of several parts."""
    (tmp_path / name).write_bytes(stored)

    (found,) = open_inputs(str(tmp_path / name))

    assert content(found) == (TEXT if len(stored) < 60 else TEXT[:4] * 3)


class Trickle(io.RawIOBase):
    """Gives a byte at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        return self._data.readinto(memoryview(buffer)[:1])


@pytest.mark.parametrize("stored", [b"", b"s", TEXT, gzip.compress(TEXT)])
def test_standard_input_may_come_a_byte_at_a_time(stored: bytes) -> None:
    """Its first bytes are looked at and still read."""
    found = FileInput("-", stdin=cast(BinaryIO, Trickle(stored)))

    assert content(found) == (TEXT if len(stored) > 2 else stored)


def test_a_pipe_is_kept_when_it_is_to_be_read_again(tmp_path: Path) -> None:
    """A named pipe gives its bytes once; kept, as often as wanted, and it has not changed."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = Thread(target=path.write_bytes, args=(gzip.compress(TEXT),))
    writer.start()
    found = FileInput(str(path))
    found.keep()
    writer.join()

    assert not found.rereadable
    assert [content(found), content(found)] == [TEXT, TEXT]
    assert found.extent
    assert found.difference(found.extent) is None
    found.close()


def test_a_digest_is_of_what_was_uncompressed(tmp_path: Path) -> None:
    """The same text compressed in another way is the same input."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT, 1, mtime=1))
    first = FileInput(str(path))
    content(first)
    extent = first.extent
    assert extent is not None
    path.write_bytes(gzip.compress(TEXT, 9, mtime=2))

    assert (extent.size, extent.complete) == (len(TEXT), True)
    assert FileInput(str(path)).difference(extent) is None

    path.write_bytes(gzip.compress(TEXT.upper()))
    assert "differs" in (FileInput(str(path)).difference(extent) or "")


def test_an_archive_is_each_of_its_tables(tmp_path: Path) -> None:
    """Members of a known kind are inputs; pictures and what systems add are not."""
    name = archive(
        tmp_path / "catalog.zip",
        {
            "products.csv": TEXT,
            "more/models.jsonl": b"{}",
            "files/mug.jpg": b"x",
            "__MACOSX/products.csv": b"x",
            ".hidden.csv": b"x",
        },
    )

    found = open_inputs(name)

    assert [each.name for each in found] == [f"{name}/products.csv", f"{name}/more/models.jsonl"]
    assert [each.format for each in found] == ["csv", "jsonl"]
    assert content(found[0]) == TEXT


def test_one_member_may_be_named(tmp_path: Path) -> None:
    """A member is named as if the archive were a folder."""
    name = archive(tmp_path / "catalog.zip", {"a/products.csv": TEXT, "b.csv": b"x"})

    (found,) = open_inputs(f"{name}/a/products.csv")
    (missing,) = open_inputs(f"{name}/c.csv")

    assert content(found) == TEXT
    assert refused(missing) == "holds no c.csv; it has a/products.csv, b.csv"


def test_a_bad_member_stops_no_other(tmp_path: Path) -> None:
    """Nested, encrypted and damaged members say so, each by itself."""
    path = tmp_path / "catalog.zip"
    members = {"inner.zip": b"x", "inner.csv.gz": b"x", "locked.csv": TEXT, "torn.csv": TEXT * 9}
    archive(path, {**members, "good.csv": TEXT})
    data = bytearray(path.read_bytes())
    torn = data.index(b"torn.csv") + len("torn.csv")
    data[torn : torn + 4] = b"\xff" * 4
    entry = data.rindex(b"locked.csv") - 46  # the entry in the directory at the end
    data[entry + 8] |= 1
    path.write_bytes(data)

    found = {each.name.rpartition("/")[2]: each for each in open_inputs(str(path))}

    assert content(found["good.csv"]) == TEXT
    assert "within an archive" in refused(found["inner.zip"])
    assert "within an archive" in refused(found["inner.csv.gz"])
    assert "unpack the archive with its password" in refused(found["locked.csv"])
    assert "damaged" in refused(found["torn.csv"])


def test_a_name_stands_for_one_member_only(tmp_path: Path) -> None:
    """Of two members of one name nobody knows which is meant."""
    path = tmp_path / "catalog.zip"
    archive(path, {"a.csv": TEXT})
    with ZipFile(path, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("a.csv", TEXT)

    (found,) = open_inputs(str(path))

    assert refused(found) == "is in the archive more than once"


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({}, "holds no file of a known kind"),
        ({"mug.jpg": b"x"}, "holds no file of a known kind, which are .jsonl"),
    ],
)
def test_an_archive_without_tables_says_so(
    tmp_path: Path, members: dict[str, bytes], why: str
) -> None:
    """There is one input, which is the archive, and it cannot be read."""
    (found,) = open_inputs(archive(tmp_path / "catalog.zip", members))

    assert why in refused(found)


@pytest.mark.parametrize("data", [b"", b"sku;name\n", b"PK\x03\x04" + b"x" * 50])
def test_what_is_no_archive_says_so(tmp_path: Path, data: bytes) -> None:
    """A file that is only called .zip is an input that cannot be read."""
    path = tmp_path / "catalog.zip"
    path.write_bytes(data)

    (found,) = open_inputs(str(path))

    assert "is no zip archive that can be read" in refused(found)
    assert found.difference is not None


def test_a_bomb_breaks_off_while_it_unfolds(tmp_path: Path) -> None:
    """What unfolds too far is not read to its end, in gzip and in an archive."""
    bomb = b"\0" * 1_000_000
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(bomb))
    (member,) = open_inputs(archive(tmp_path / "a.zip", {"a.csv": bomb}), limits=TIGHT)

    assert "as a bomb would" in refused(FileInput(str(tmp_path / "a.csv.gz"), limits=TIGHT))
    assert "as a bomb would" in refused(member)


@pytest.mark.parametrize(
    ("unfolded", "compressed", "why"),
    [
        (1_000, 1, None),
        (1_001, 21, None),
        (1_001, 20, "50 times"),
        (100_000, 99_999, None),
        (100_001, 99_999, "100,000 bytes"),
    ],
)
def test_limits_of_unfolding(unfolded: int, compressed: int, why: str | None) -> None:
    """Little is free, then the ratio counts, and there is an end to all."""
    if why is None:
        TIGHT.check(unfolded, compressed)
    else:
        with pytest.raises(BrokenInput, match=why):
            TIGHT.check(unfolded, compressed)


def test_what_an_archive_says_of_itself_is_not_believed(tmp_path: Path) -> None:
    """A member that claims to be small is counted as it unfolds, and found damaged."""
    path = tmp_path / "a.zip"
    archive(path, {"a.csv": b"a;b\n" * 30_000})
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"a.csv") - 46
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    path.write_bytes(data)

    (found,) = open_inputs(str(path))

    assert refused(found).startswith("is damaged")


def test_a_missing_file_stops_the_import(tmp_path: Path) -> None:
    """What the system cannot open is a mistake of the call, not of the data."""
    for name in (tmp_path / "none.csv", tmp_path / "none.zip", tmp_path / "none.zip" / "a.csv"):
        with pytest.raises(ConfigurationError, match=r"none.*: cannot be read: No such file"):
            open_inputs(str(name))


class Broken(io.RawIOBase):
    """Gives some bytes and cannot be read then."""

    def __init__(self, beginning: bytes) -> None:
        self._data = io.BytesIO(beginning)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if count := self._data.readinto(buffer):
            return count
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("beginning", [b"", TEXT, gzip.compress(TEXT)[:15]])
def test_an_error_of_the_system_is_told_while_reading(beginning: bytes) -> None:
    """It names the input, whoever reads, and is no damage of the data."""
    found = FileInput("-", stdin=io.BufferedReader(Broken(beginning)))

    with pytest.raises(ConfigurationError, match=r"^-: cannot be read: Input/output error\.$"):
        content(found)


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.CSV", "csv"),
        ("a.tsv.gz", "csv"),
        ("b/a.ndjson.GZ", "jsonl"),
        ("a.xlsx", "xlsx"),
        ("a.gz", None),
        ("-", None),
        ("a.pdf", None),
    ],
)
def test_formats_by_extension(name: str, format: str | None) -> None:
    """The extension of gzip is looked past; what has none has no format."""
    assert format_of(name) == format


def test_what_a_pipe_has_is_given_at_once() -> None:
    """Whoever writes a line now and then sees each of them carried out, and not a buffer full."""
    reading, writing = os.pipe()
    os.write(writing, b"first\n")
    with os.fdopen(reading, "rb") as stdin, FileInput("-", stdin=stdin).open() as stream:
        first = stream.readline()
        os.write(writing, b"second\n")
        second = stream.readline()
    os.close(writing)

    assert (first, second) == (b"first\n", b"second\n")
