"""Compressed bytes as they unfold: gzip and members of archives, broken ones and bombs."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO, Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from attrs import frozen

from importbus.bus.errors import InvalidCommand

GZIP_MAGIC = b"\x1f\x8b"
"""How gzip data begins. Source: RFC 1952, section 2.3.1."""

MIB = 1024 * 1024

ENCRYPTED = 0x1
"""The bit of a member's flags. Source: PKWARE APPNOTE.TXT, section 4.4.4."""

DAMAGE = (
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,  # and NotImplementedError, for what zipfile cannot unpack
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)
"""What the standard library raises over damaged data; for errors of the system see ``Counted``."""


@frozen
class Unfolding:
    """How far compressed bytes may unfold; what goes further is taken for a bomb.

    Deflate makes at most 1,032 bytes of one, and a bomb comes near to that. Of catalogues that were
    tried, CSV unfolded to 5 times its size, and to 22 times with most cells empty; JSON lines to 16
    times, sheets to 10 to 15 times.

    Attributes:
        ratio: Most bytes that one compressed byte may give, on the average so far.
        free: Bytes that may unfold before the ratio counts: short texts may well be all blanks.
        most: Bytes that may unfold in all: a hundred times what a million products take.
    """

    ratio: int = 200
    free: int = 64 * MIB
    most: int = 256 * 1024 * MIB

    def check(self, unfolded: int, compressed: int) -> None:
        """Raise ``BrokenInput`` when this is too much."""
        if unfolded > self.most:
            raise BrokenInput(f"unfolds to more than {self.most:,} bytes, as a bomb would")
        if unfolded > self.free and unfolded > self.ratio * compressed:
            raise BrokenInput(
                f"unfolds to more than {self.ratio} times its size, as a bomb would; unpack it "
                f"yourself if you trust it"
            )


class BrokenInput(InvalidCommand):
    """From here on an input has no more bytes to give: it is damaged, encrypted or a bomb.

    ``reason`` is a sentence for people that goes on after the name of the input.
    """


Told = Callable[[], AbstractContextManager[None]]
"""What makes errors of the system ones that say what cannot be read."""


class Counted(io.RawIOBase):
    """Reads *stream*, after *head* that was taken off it before, and counts the bytes.

    What the system says of reading goes through *told*; above here an ``OSError`` is about data.
    """

    def __init__(self, stream: BinaryIO, head: bytes = b"", *, told: Told = nullcontext) -> None:
        self.count = 0
        self._told = told
        self._stream = stream
        self._read = getattr(stream, "readinto1", None) or stream.readinto  # type: ignore[attr-defined]
        self._head = head

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return whether the stream below is."""
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to another place in the stream; see ``io.IOBase``."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the stream."""
        return self._stream.tell()

    def readinto(self, buffer: Any, /) -> int:
        """Fill *buffer* as far as the stream has something; 0 is its end."""
        if self._head:
            count = min(len(buffer), len(self._head))
            buffer[:count], self._head = self._head[:count], self._head[count:]
        else:
            with self._told():
                count = int(self._read(buffer))
        self.count += count
        return count


class Unfolded(io.RawIOBase):
    """Reads *stream*, which unfolds what it takes from *compressed*, within *limits*.

    Raises:
        BrokenInput: While it is read: the data is damaged, or goes on beyond the limits.
    """

    def __init__(self, stream: BinaryIO, compressed: Counted, limits: Unfolding) -> None:
        self._stream = stream
        self._read = stream.readinto1  # type: ignore[attr-defined]
        self._compressed = compressed
        self._before = compressed.count
        self._limits = limits
        self._size = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill *buffer* as far as the stream has something; 0 is its end."""
        with broken_told():
            count = int(self._read(buffer))
        self._size += count
        self._limits.check(self._size, self._compressed.count - self._before)
        return count


@contextmanager
def broken_told() -> Iterator[None]:
    """Raise ``BrokenInput`` for what the standard library says of damaged data."""
    try:
        yield
    except EOFError as error:
        raise BrokenInput("is cut off: its compressed data has no end") from error
    except DAMAGE as error:
        raise BrokenInput(f"is damaged: {_said(error)}") from error


def begins_with(stream: BinaryIO, count: int) -> bytes:
    """Take the first *count* bytes off *stream*, fewer at its end; it may give one at a time."""
    head = b""
    while len(head) < count and (more := stream.read(count - len(head))):
        head += more
    return head


def _first(stream: BinaryIO, least: int) -> bytes:
    """Take what is there off *stream*, *least* bytes unless it has fewer.

    Of a buffered stream this takes everything: what its buffer kept would not be given before more
    comes, as a buffer gives larger reads what it has and what it can get, together.
    """
    read1 = getattr(stream, "read1", None)
    if read1 is None:
        return begins_with(stream, least)
    head = b""
    while len(head) < least and (more := read1(io.DEFAULT_BUFFER_SIZE)):
        head += more
    return head


@contextmanager
def uncompressed(stream: BinaryIO, limits: Unfolding, told: Told) -> Iterator[BinaryIO]:
    """Give what *stream* holds: of gzip data, by its first bytes, what it unfolds to."""
    with told():
        head = _first(stream, len(GZIP_MAGIC))
    counted = Counted(stream, head, told=told)
    if not head.startswith(GZIP_MAGIC):
        yield counted  # type: ignore[misc]
        return
    with gzip.GzipFile(fileobj=io.BufferedReader(counted), mode="rb") as unfolding:
        yield Unfolded(unfolding, counted, limits)  # type: ignore[misc, arg-type]


@contextmanager
def member(stream: BinaryIO, name: str, limits: Unfolding, told: Told) -> Iterator[BinaryIO]:
    """Give what the member *name* of the archive in *stream* unfolds to.

    Raises:
        BrokenInput: The archive is damaged, or the member is, is encrypted, or is not there.
    """
    counted = Counted(stream, told=told)
    with archive(io.BufferedReader(counted)) as opened:
        with broken_told():
            unfolding = _opened(opened, name)
        with unfolding:
            yield Unfolded(unfolding, counted, limits)  # type: ignore[misc]


@contextmanager
def archive(stream: IO[bytes]) -> Iterator[ZipFile]:
    """Open the zip archive in *stream*; raises ``BrokenInput``."""
    try:
        opened = ZipFile(stream)
    except DAMAGE as error:
        raise BrokenInput(f"is no zip archive that can be read: {_said(error)}") from error
    with opened:
        yield opened


def _opened(opened: ZipFile, name: str) -> BinaryIO:
    found = opened.NameToInfo.get(name)
    if found is None:
        raise BrokenInput("is not in the archive any more")
    if found.flag_bits & ENCRYPTED:
        raise BrokenInput("is encrypted; unpack the archive with its password")
    return opened.open(found)  # type: ignore[return-value]


def _said(error: Exception) -> str:
    return str(error)[:200].rstrip(".") or type(error).__name__
