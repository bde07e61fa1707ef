"""How far a source was read, and a digest of that part: what a resumed import must find again."""

from __future__ import annotations

import io
from collections.abc import Callable, Container
from hashlib import blake2b
from typing import Any, BinaryIO, Protocol, runtime_checkable

from attrs import frozen

from importbus.bus.messages import Position

CHUNK = 128 * 1024
"""Bytes that are read and digested at once: by line, a digest would cost as much as reading."""

DIGEST_BYTES = 16


@frozen
class Extent:
    """The part of a source that was read.

    Attributes:
        source: The name of the source as the user gave it.
        size: Its bytes, from the beginning on; what was read ahead included.
        digest: BLAKE2b of these bytes, in hexadecimal.
        complete: Whether the source ended there.
    """

    source: str
    size: int
    digest: str
    complete: bool


@runtime_checkable
class Verifiable(Protocol):
    """A source that can say whether it is still the one that was read."""

    name: str

    @property
    def extent(self) -> Extent | None:
        """The longest part that was read so far; None before anything was. Thread-safe."""
        ...

    def difference(self, extent: Extent) -> str | None:
        """Return how the source differs from what was read of it; None when it does not."""
        ...

    def keep(self) -> None:
        """Make sure that it can be read again, also if its input comes only once."""
        ...

    def pass_over(self, positions: Container[Position]) -> None:
        """Yield nothing for *positions* from now on."""
        ...

    def close(self) -> None:
        """Forget what was kept; a second call does nothing."""
        ...


class DigestedStream(io.RawIOBase):
    """Reads *stream* and digests what it has read, a chunk at a time.

    *told* gets the number of bytes, the digest so far as an object of hashlib that does not change
    any more, and whether the stream has ended. Without it nothing is digested.
    """

    def __init__(self, stream: BinaryIO, told: Callable[[int, Any, bool], object] | None) -> None:
        self._read = getattr(stream, "readinto1", None) or stream.readinto  # type: ignore[attr-defined]
        self._told = told
        self._digest = blake2b(digest_size=DIGEST_BYTES)
        self._size = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill *buffer* as far as the stream has something; 0 is its end."""
        count = int(self._read(buffer))
        if self._told:
            self._digest.update(memoryview(buffer)[:count])
            self._size += count
            self._told(self._size, self._digest.copy(), count == 0)
        return count


def difference(stream: BinaryIO, extent: Extent) -> str | None:
    """Return how *stream*, from its beginning on, differs from what was read; None if it does not.

    Where the source had ended, lines may have been added, but nothing to the last line.
    """
    digest, left, last = blake2b(digest_size=DIGEST_BYTES), extent.size, b"\n"
    while left and (chunk := stream.read(min(left, CHUNK))):
        digest.update(chunk)
        left, last = left - len(chunk), chunk[-1:]
    if left:
        return f"has {extent.size - left:,} bytes, of which {extent.size:,} were read"
    if digest.hexdigest() != extent.digest:
        return f"differs within the {extent.size:,} bytes that were read"
    if extent.complete and last != b"\n" and not _begins_with_line_end(stream.read(2)):
        return f"goes on where its last line ended, at byte {extent.size:,}"
    return None


def _begins_with_line_end(following: bytes) -> bool:
    """Whether a last line was ended by the next two bytes, or nothing follows."""
    return following == b"" or following.startswith((b"\n", b"\r\n"))
