"""How far a source was read, and whether it is still the one that was read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from importbus.adapters.codec import JsonCodec
from importbus.adapters.sources import JsonlSource
from importbus.adapters.sources.extents import CHUNK, Extent
from importbus.adapters.sources.inputs import FileInput
from toy_commands import toy_codec

LINES = b'{"command":"x"}\n{"command":"y"}\n'


@pytest.fixture
def codec() -> JsonCodec:
    """A codec; no line of these tests has to be a command."""
    return toy_codec()


def read(source: JsonlSource, lines: int | None = None) -> Extent:
    """Read *source*, to its end without a number of lines, and return how far that was."""
    found = source.read(lambda name: True)
    for _ in range(lines) if lines else iter(lambda: next(found, None), None):
        next(found, None)
    found.close()  # type: ignore[attr-defined]
    extent = source.extent
    assert extent
    return extent


def of(path: Path, content: bytes, codec: JsonCodec) -> JsonlSource:
    """Return a file with *content* as a source."""
    path.write_bytes(content)
    return JsonlSource(FileInput(str(path)), codec)


def test_a_source_that_was_not_read_has_no_extent(tmp_path: Path, codec: JsonCodec) -> None:
    """There is nothing to compare with."""
    assert of(tmp_path / "a.jsonl", LINES, codec).extent is None


def test_a_source_that_was_read_is_the_same(tmp_path: Path, codec: JsonCodec) -> None:
    """The extent is the whole file, and a second look finds it again."""
    source = of(tmp_path / "a.jsonl", LINES, codec)
    extent = read(source)

    assert (extent.size, extent.complete) == (len(LINES), True)
    assert JsonlSource(FileInput(source.name), codec).difference(extent) is None


def test_only_chunks_that_were_read_count(tmp_path: Path, codec: JsonCodec) -> None:
    """What comes after the first chunk may change when only a line of the first was read."""
    path, line = tmp_path / "a.jsonl", b'{"command":"x"}\n'
    content = line * (2 * CHUNK // len(line))
    extent = read(of(path, content, codec), lines=1)

    assert CHUNK <= extent.size < 2 * CHUNK
    assert not extent.complete
    assert of(path, content[: extent.size] + b"other", codec).difference(extent) is None
    assert of(path, b"?" + content[1:], codec).difference(extent)


def test_a_later_and_shorter_reading_does_not_forget(tmp_path: Path, codec: JsonCodec) -> None:
    """The longest part counts: what was read once has to be the same."""
    line = b'{"command":"x"}\n'
    source = of(tmp_path / "a.jsonl", line * (2 * CHUNK // len(line)), codec)
    whole = read(source)

    assert read(source, lines=1) == whole


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LINES + LINES, None),
        (LINES[:-1], "has 31 bytes, of which 32 were read"),
        (LINES.replace(b"y", b"z"), "differs within the 32 bytes that were read"),
        (b"\n" + LINES, "differs within the 32 bytes that were read"),
    ],
)
def test_lines_may_be_added_and_nothing_else(
    tmp_path: Path, codec: JsonCodec, content: bytes, said: str | None
) -> None:
    """A position is a line: those above must be what they were."""
    path = tmp_path / "a.jsonl"
    extent = read(of(path, LINES, codec))

    assert of(path, content, codec).difference(extent) == said


@pytest.mark.parametrize(
    ("more", "same"),
    [
        (b"", True),
        (b"\n", True),
        (b"\n{}", True),
        (b"\r\n{}", True),
        (b"\r{}", False),
        (b"}\n", False),
    ],
)
def test_nothing_is_added_to_the_last_line(
    tmp_path: Path, codec: JsonCodec, more: bytes, same: bool
) -> None:
    """A last line without its end is another line when something follows."""
    path = tmp_path / "a.jsonl"
    extent = read(of(path, LINES[:-1], codec))

    assert (of(path, LINES[:-1] + more, codec).difference(extent) is None) == same


def test_standard_input_is_kept_to_be_compared(codec: JsonCodec) -> None:
    """What comes through a pipe is compared, and can be read after that."""
    extent = read(JsonlSource(FileInput("-", stdin=io.BytesIO(LINES)), codec))
    again = JsonlSource(FileInput("-", stdin=io.BytesIO(LINES)), codec)
    other = JsonlSource(FileInput("-", stdin=io.BytesIO(LINES[1:] + b" ")), codec)

    assert again.difference(extent) is None
    assert other.difference(extent)
    assert read(again) == extent
    again.close()
    other.close()
