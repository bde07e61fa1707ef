"""JSONL as people and programs write it: every line is a command, blank, or rejected with why."""

from __future__ import annotations

import io
import json
import os
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.sources import JsonlSource, open_sources
from importbus.adapters.sources.inputs import FileInput
from importbus.adapters.sources.jsonl import LINE_BYTES, RAW_BYTES, REASON_LENGTH
from importbus.adapters.sources.ports import SourceOptions
from importbus.adapters.table_readers import FormatReaders, RunStructure, table_readers
from importbus.bus.errors import ConfigurationError
from importbus.bus.messages import LaneCommand
from importbus.bus.ports import Rejection


@frozen
class Put(LaneCommand):
    """Write one thing."""

    sku: str

    @property
    def key(self) -> str:
        """The sku."""
        return self.sku


@frozen
class Drop(Put):
    """Remove one thing."""


@pytest.fixture
def codec() -> JsonCodec:
    """A codec that knows two commands."""
    codec = JsonCodec()
    codec.register(Put)
    codec.register(Drop)
    return codec


def readers_of(codec: JsonCodec) -> FormatReaders:
    """Return who reads tables when nothing is said of them."""
    return table_readers(SourceOptions(), RunStructure(codec))


def put(sku: str = "a") -> bytes:
    """Return a line that is a command."""
    return json.dumps({"command": "Put", "data": {"sku": sku}}).encode()


def read(codec: JsonCodec, content: bytes) -> list[tuple[int, str]]:
    """Return the line numbers with the sku of the command, or why there is none."""
    source = JsonlSource(FileInput("-", stdin=io.BytesIO(content)), codec)
    return [(at.line, told(item)) for at, item in source.read(lambda name: True)]


def told(item: object) -> str:
    """Return the sku of a command, or the reason of a rejection."""
    assert isinstance(item, Put | Rejection)
    return item.sku if isinstance(item, Put) else item.reason


def reason(codec: JsonCodec, line: bytes) -> str:
    """Return why *line* is no command; the lines around it are, and are read."""
    before, (_, why), after = read(codec, put("b") + b"\n" + line + b"\n" + put("c"))

    assert (before, after) == ((1, "b"), (3, "c"))
    return why


@pytest.mark.parametrize(
    "content",
    [
        put("a") + b"\n" + put("b") + b"\n",
        put("a") + b"\n" + put("b"),
        put("a") + b"\r\n" + put("b") + b"\r\n",
        b"\xef\xbb\xbf" + put("a") + b"\n" + put("b"),
        b" \t" + put("a") + b" \n" + put("b") + b"\r",
    ],
    ids=["usual", "no break at the end", "CRLF", "byte order mark", "spaces"],
)
def test_lines_are_read_however_they_end(codec: JsonCodec, content: bytes) -> None:
    """The same two commands, at lines 1 and 2."""
    assert read(codec, content) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\n\r\n \t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"]
)
def test_a_source_without_commands_is_empty(codec: JsonCodec, content: bytes) -> None:
    """Blank lines are neither commands nor faults."""
    assert read(codec, content) == []


def test_blank_lines_count_for_positions(codec: JsonCodec) -> None:
    """The position is the line that an editor shows."""
    assert read(codec, b"\n\n" + put("a") + b"\n\n" + put("b")) == [(3, "a"), (5, "b")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"command": "Put", ', "is not JSON: .+ at column 20"),
        (b'{"command": Put}', "is not JSON: .+ at column 13"),
        (b"{'command': 'Put'}", "is not JSON: .+ at column 2"),
        (put() + put(), "is not JSON: .+ at column 41"),
        (b'{"command": "\xff"}', "is not UTF-8 at byte 14; save the file as UTF-8"),
        (b'"\xc3\xa4" ?', "is not JSON: .+ at column 5"),
        (b"[1]", "expected an object with command and data"),
        (b"5", "expected an object with command and data"),
        (b"null", "expected an object with command and data"),
        (b'{"data": {}}', "command: is missing; a line has command and data"),
        (b'{"command": "Put"}', "data: is missing; a line has command and data"),
        (
            b'{"command": "Put", "data": {}, "id": 1}',
            "id: is unknown; a line has command and data only",
        ),
        (b'{"command": 5, "data": {}}', "command: expected a text, the name of a command"),
        (b'{"command": "Putt", "data": {}}', "command: 'Putt' is unknown. Did you mean Put[?]"),
        (b'{"command": "Put", "data": []}', "data: expected an object, not a list"),
        (b'{"command": "Put", "data": {"sku": 5}}', "sku: expected a text, not a whole number"),
        (b'{"command": "Put", "data": {"sku": NaN}}', "is not JSON: .+"),
        (b"[" * 5000, "is not JSON: .+"),
    ],
)
def test_a_bad_line_is_rejected_with_what_was_expected(
    codec: JsonCodec, line: bytes, says: str
) -> None:
    """I10: the lines before and behind it are read."""
    assert re.fullmatch(says, reason(codec, line))


def test_a_line_may_have_just_as_many_bytes_as_the_pim_takes(codec: JsonCodec) -> None:
    """One byte more is too long; its end does not count, nor does a byte order mark."""
    longest = put("x" * (LINE_BYTES - len(put(""))))
    longer = b" " + longest
    mark = b"\xef\xbb\xbf"

    assert len(longest) == LINE_BYTES
    for content in (longest, longest + b"\r\n", mark + longest + b"\r\n"):
        assert read(codec, content)[0][1].startswith("xxx")
    for content in (longer, longer + b"\r\n", mark + longer + b"\r\n"):
        assert read(codec, content) == [(1, "the line is longer than 1,000,000 bytes")]


class Sausage(io.RawIOBase):
    """A line of *size* bytes that is nowhere in memory, then one that is a command."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._end = io.BytesIO(b"\n" + put("end"))

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: object, /) -> int | None:
        """Fill *buffer* with the next bytes."""
        assert isinstance(buffer, memoryview)
        size = min(len(buffer), self._left)
        if not size:
            return self._end.readinto(buffer)
        buffer[:size] = b"x" * size
        self._left -= size
        return size


def test_a_line_of_any_length_takes_bounded_memory(codec: JsonCodec) -> None:
    """I7: fifty megabytes without a break are passed over, and the next line is read."""
    stream = io.BufferedReader(Sausage(50 * LINE_BYTES))
    source = JsonlSource(FileInput("-", stdin=stream), codec)
    tracemalloc.start()
    found = [(at.line, told(item)) for at, item in source.read(lambda name: True)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == [(1, "the line is longer than 1,000,000 bytes"), (2, "end")]
    assert peak < 5 * LINE_BYTES


def test_of_a_rejected_line_a_bounded_part_is_kept(codec: JsonCodec) -> None:
    """Neither the line nor what is quoted from it fills the journal."""
    name = "N" * 500_000
    line = json.dumps({"command": name, "data": {}}).encode()
    ((_, item),) = JsonlSource(FileInput("-", stdin=io.BytesIO(line)), codec).read(
        lambda name: True
    )

    assert isinstance(item, Rejection)
    assert (len(item.raw), len(item.reason)) == (RAW_BYTES, REASON_LENGTH)
    assert len(item.command or "") == REASON_LENGTH


def test_what_is_not_wanted_is_passed_over(codec: JsonCodec) -> None:
    """Its data is not looked at, so it can be wrong."""
    content = b'{"command": "Drop", "data": 5}\n' + put("a")
    source = JsonlSource(FileInput("-", stdin=io.BytesIO(content)), codec)

    assert [told(item) for _, item in source.read(lambda name: name == "Put")] == ["a"]


def test_two_readings_for_different_classes_together_tell_of_each_line(
    codec: JsonCodec, tmp_path: Path
) -> None:
    """I1: a bad line of a class belongs to the reading that wants it, others to the full one."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(
        b'{"command": "Drop", "data": {"sku": 5}}\n{"command": "Put", "data": {}}\n'
        b'{\n{"command": "Drop", "data": {"sku": "d"}}\n' + put("p")
    )
    source = JsonlSource(FileInput(str(path)), codec)
    first = source.read(lambda name: name == "Drop", rejections=False)
    second = source.read(lambda name: name == "Put")

    assert [at.line for at, _ in first] == [1, 4]
    assert [at.line for at, _ in second] == [2, 3, 5]


def test_standard_input_is_read_once_and_a_file_as_often_as_wanted(
    codec: JsonCodec, tmp_path: Path
) -> None:
    """Only what can be read again is sent structure first."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(put())
    file = JsonlSource(FileInput(str(path)), codec)

    assert not JsonlSource(FileInput("-", stdin=io.BytesIO()), codec).rereadable
    assert file.rereadable
    assert len(list(file.read(lambda name: True))) == len(list(file.read(lambda name: True))) == 1


def test_a_named_pipe_is_read_once(codec: JsonCodec, tmp_path: Path) -> None:
    """Looking whether it can be opened would take its content away, or wait for it."""
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)

    assert not JsonlSource(FileInput(str(pipe)), codec).rereadable


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing.jsonl", "missing.jsonl: cannot be read: No such file or directory."),
        ("catalog", "catalog: is a folder; name its files: catalog/*.jsonl."),
        ("notes.sql", "notes.sql: unknown kind of file; allowed: "),
        ("\udcff.jsonl", r"'\udcff.jsonl': the name of the file is no text: rename it."),
    ],
)
def test_a_source_that_cannot_be_read_is_named(
    codec: JsonCodec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: str
) -> None:
    """Before anything is sent, with what to do where that is not plain."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalog").mkdir()

    with pytest.raises(ConfigurationError) as caught:
        open_sources(["-", name], codec, readers_of(codec))

    assert str(caught.value).startswith(says)


def test_a_file_that_goes_away_is_named(codec: JsonCodec, tmp_path: Path) -> None:
    """It could be opened at the start, and cannot be when its turn has come."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(put())
    source = JsonlSource(FileInput(str(path)), codec)
    path.unlink()

    with pytest.raises(ConfigurationError, match=r"in\.jsonl: cannot be read"):
        list(source.read(lambda name: True))


class Broken(io.BytesIO):
    """A disk that fails."""

    def readinto1(self, buffer: Any, /) -> int:
        """Fail as the operating system says it."""
        raise OSError(5, "Input/output error")


def test_an_error_while_reading_names_the_source(codec: JsonCodec) -> None:
    """No error of the operating system gets through."""
    source = JsonlSource(FileInput("-", stdin=Broken()), codec)

    with pytest.raises(ConfigurationError, match="-: cannot be read: Input/output error"):
        list(source.read(lambda name: True))


def test_a_standard_input_that_is_closed_is_an_error(
    codec: JsonCodec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after ``<&-`` in a shell."""
    monkeypatch.setattr("sys.stdin", None)

    with pytest.raises(ConfigurationError, match="standard input is closed"):
        list(JsonlSource(FileInput("-"), codec).read(lambda name: True))


def test_one_file_under_two_names_is_named_twice(
    codec: JsonCodec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be sent twice."""
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").touch()
    Path("b.jsonl").symlink_to("a.jsonl")

    for names in (["a.jsonl", "./a.jsonl"], ["a.jsonl", "b.jsonl"], ["-", "-"]):
        with pytest.raises(ConfigurationError, match=f"twice: {names[0]}, {names[1]}"):
            open_sources(names, codec, readers_of(codec))
