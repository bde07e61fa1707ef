"""A file on its way to the PIM, as a form that is read while it is sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from importbus.bus.attachments import Attachment

BYTES_PER_SECOND = 500_000
"""Bytes of a file for which the PIM gets a further second to answer.

A front end may keep a file until it has come whole, and only then pass it on: silence meanwhile
does not mean that the call is lost.
"""


class SentFile:
    """The content of a file, which must have *size* bytes whenever it is read to its end.

    ``size`` is in bytes; ``sent_at`` is when the last of them was taken, in seconds of *monotonic*.
    """

    def __init__(self, file: BinaryIO, size: int, monotonic: Callable[[], float]) -> None:
        self._file = file
        self.size = size
        self._left = size
        self._monotonic = monotonic
        self.sent_at: float | None = None

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; raises ``OSError`` when there are more or less than there were."""
        piece = self._file.read(size)
        self._left -= len(piece)
        if self._left < 0 or (self._left and not piece):
            raise OSError(None, f"it does not have {self.size:,} bytes any more")
        if not self._left and self.sent_at is None:
            self.sent_at = self._monotonic()
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, as files do; from the beginning the whole content is expected again."""
        place = self._file.seek(offset, whence)
        self._left = self.size - place
        self.sent_at = None
        return place

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()


class FileForm:
    """A form with *fields* and one file called *name*."""

    def __init__(self, fields: Mapping[str, str], name: str, file: SentFile) -> None:
        self.fields = fields
        self.name = name
        self.file = file


@contextmanager
def opened(
    attachment: Attachment, fields: Mapping[str, str], monotonic: Callable[[], float]
) -> Iterator[FileForm]:
    """Open *attachment*, to be sent with *fields*, and close it afterwards.

    Raises:
        OSError: It cannot be read, or has not as many bytes as it had.
    """
    with attachment.open() as file:
        found = file.seek(0, os.SEEK_END)
        if found != attachment.size:
            raise OSError(None, f"it has {found:,} bytes and had {attachment.size:,}")
        file.seek(0)
        yield FileForm(fields, attachment.name, SentFile(file, attachment.size, monotonic))
