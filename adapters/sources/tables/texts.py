"""Text as it comes out of bytes: in blocks of whole lines, with marks where it is none."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from attrs import evolve, frozen

from importbus.adapters.sources.extents import CHUNK
from importbus.adapters.sources.unfolding import BrokenInput
from importbus.bus.errors import ConfigurationError

ROW_BYTES = 1_000_000
"""Most bytes of a row; the PIM takes no longer line."""

LARGE = ROW_BYTES // 4
"""Characters from which on lines may be too long for one row: a character has up to 4 bytes."""

BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Encodings by the byte order mark; that of UTF-32 begins with that of UTF-16."""

BOM = "\ufeff"

MARK = re.compile("[\udc80-\udcff]")
"""Stands for a byte that is no text: no encoding has these characters by themselves."""

MARKED = "importbus.marked"

LINES = re.compile("[^\n]*\n")

LONE_RETURN = re.compile("\r(?!\n)")
"""Ends lines, too, as on old Macs. To look for one is faster than to look for all ends at once."""

LINES_AND_RETURNS = re.compile("[^\r\n]*(?:\r\n|\r|\n)")


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC80 | byte) for byte in wrong), error.end


codecs.register_error(MARKED, _marked)


@frozen
class Block:
    """Some lines of a text, each with its end.

    Attributes:
        suspect: Whether there may be something in it that no row may have: a mark, a NUL byte, or
            more than ``ROW_BYTES``.
        last: Whether nothing follows.
        broken: Why nothing follows, when the input breaks off in the middle of a line.
    """

    lines: list[str]
    suspect: bool = False
    last: bool = False
    broken: str | None = None


def encoding_of(head: bytes, named: str | None) -> str:
    """Return the encoding of a text that begins with *head*: as *named*, by its mark, or UTF-8.

    Raises:
        ConfigurationError: Python knows no encoding of that name.
    """
    try:
        "".encode(named or "utf-8")
    except (LookupError, ValueError):
        raise ConfigurationError(
            f"--encoding {named}: there is no such encoding; often it is utf-8 or windows-1252."
        ) from None
    by_mark = next((name for mark, name in BOMS.items() if head.startswith(mark)), "utf-8")
    return named or by_mark


def blocks(stream: BinaryIO, encoding: str, head: bytes = b"") -> Iterator[Block]:
    """Yield the text of *head* and *stream* in blocks of about ``CHUNK`` bytes, to the last one.

    The last line gets an end if it has none, and a byte order mark is left out. Of a line that is
    too long a bit more than is allowed is kept.
    """
    lines = _Lines()
    texts = _texts(_chunks(stream, head), encoding)
    try:
        for text, marked in texts:
            if block := lines.add(text, marked=marked):
                yield block
    except BrokenInput as error:
        yield Block([], last=True, broken=error.reason)
        return
    yield lines.end()


class _Lines:
    """Cuts texts that follow each other where lines end."""

    def __init__(self) -> None:
        self._rest = ""
        self._marked = False
        self._first = True

    def add(self, text: str, *, marked: bool) -> Block | None:
        """Return the lines that end within *text*; None when none does."""
        if self._first and text:
            text, self._first = text.removeprefix(BOM), False
        text, self._marked = self._rest + text, self._marked or marked
        cut = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1  # a last \r may be half an end
        self._rest = text[cut:]
        block = self._block(text[:cut]) if cut else None
        self._marked = self._marked and bool(MARK.search(self._rest))
        if len(self._rest) > 2 * ROW_BYTES:
            self._rest = self._rest[: ROW_BYTES + 1] + ("\r" if text.endswith("\r") else "")
        return block

    def end(self) -> Block:
        """Return what is left, as the last block."""
        if not self._rest:
            return Block([], last=True)
        return evolve(self._block(self._rest.removesuffix("\r") + "\n"), last=True)

    def _block(self, text: str) -> Block:
        suspect = self._marked or "\0" in text or len(text) >= LARGE
        ends = LINES_AND_RETURNS if LONE_RETURN.search(text) else LINES
        return Block(ends.findall(text), suspect)


def _texts(chunks: Iterable[tuple[bytes, bool]], encoding: str) -> Iterator[tuple[str, bool]]:
    """Yield texts, each with whether there are marks in it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk, last in chunks:
        state = decoder.getstate()
        try:
            yield decoder.decode(chunk, last), False
        except UnicodeDecodeError:
            decoder.setstate(state)
            decoder.errors = MARKED
            yield decoder.decode(chunk, last), True
            decoder.errors = "strict"


def _chunks(stream: BinaryIO, head: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield bytes, *head* first, about ``CHUNK`` at a time, and whether they are the last ones.

    When the stream breaks off, what came before is yielded before ``BrokenInput`` is raised.
    """
    held, broken = bytearray(head), None
    try:
        while data := stream.read1(CHUNK):  # type: ignore[attr-defined]
            if len(held) + len(data) < CHUNK:
                held += data
            else:
                yield bytes(held) + data if held else data, False
                held.clear()
    except BrokenInput as error:
        broken = error
    yield bytes(held), broken is None
    if broken:
        raise broken


def size_of(lines: Iterable[str]) -> int:
    """Return the bytes of *lines* as UTF-8."""
    return sum(len(line.encode("utf-8", "surrogateescape")) for line in lines)
