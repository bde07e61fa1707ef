"""Reads `multipart/form-data` piece by piece: files go to disk, never as a whole into memory.

Source of the format: RFC 7578 and RFC 2046, section 5.1.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import BinaryIO

from attrs import define, field

from importbus.adapters.simulated_pim.model.media import Upload
from importbus.adapters.simulated_pim.model.refusals import Refusal

_PIECE = 64 * 1024
_MOST_OF_HEAD = 16 * 1024
_MOST_OF_FIELD = 1_000_000

Sink = Callable[[bytes], object]


@define
class Form:
    """What a form holds; the paths of the files are the caller's to move or to remove."""

    fields: dict[str, str] = field(factory=dict)
    files: dict[str, Upload] = field(factory=dict)

    def discard(self) -> None:
        """Remove the files that nobody has moved away."""
        for upload in self.files.values():
            upload.path.unlink(missing_ok=True)


def read_form(source: BinaryIO, content_type: str, folder: Callable[[], Path]) -> Form:
    """Read a form from *source*, its files into *folder*, which is asked for with the first one.

    Raises:
        Refusal: 400, the form is broken; no file of it is left.
    """
    form = Form()
    try:
        _read_parts(_Scanner(source), _boundary(content_type), form, folder)
    except BaseException:
        form.discard()
        raise
    return form


def _boundary(content_type: str) -> bytes:
    head = Message()
    head["Content-Type"] = content_type
    boundary = head.get_boundary()
    if not boundary:
        raise _broken("its content type names no boundary")
    return b"\r\n--" + boundary.encode("utf-8", "replace")


def _broken(why: str) -> Refusal:
    return Refusal(400, f"The form data cannot be read: {why}.")


class _Scanner:
    """Looks for marks in a stream; holds one piece and the length of a mark."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._held = b"\r\n"  # so that the first boundary looks like all others

    def until(self, mark: bytes, sink: Sink) -> None:
        """Give *sink* all that stands before *mark*, and go on behind it."""
        while (at := self._held.find(mark)) < 0:
            sure = max(0, len(self._held) - len(mark) + 1)
            sink(self._held[:sure])
            self._held = self._held[sure:] + self._more()
        sink(self._held[:at])
        self._held = self._held[at + len(mark) :]

    def two(self) -> bytes:
        """Return the next two bytes."""
        while len(self._held) < 2:
            self._held += self._more()
        found, self._held = self._held[:2], self._held[2:]
        return found

    def _more(self) -> bytes:
        piece = self._source.read(_PIECE)
        if not piece:
            raise _broken("it ends before its last boundary")
        return piece


class _Text:
    """Takes a bounded number of bytes."""

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, bytearray()

    def take(self, piece: bytes) -> None:
        self._taken += piece
        if len(self._taken) > self._most:
            raise _broken("a part of it is too long")

    def text(self) -> str:
        try:
            return self._taken.decode()
        except UnicodeDecodeError:
            raise _broken("a part of it is no UTF-8") from None


def _read_parts(scanner: _Scanner, mark: bytes, form: Form, folder: Callable[[], Path]) -> None:
    scanner.until(mark, lambda piece: None)
    while (after := scanner.two()) != b"--":
        if after != b"\r\n":
            raise _broken("a boundary is not at the end of its line")
        head = _Text(_MOST_OF_HEAD)
        scanner.until(b"\r\n\r\n", head.take)
        _read_part(scanner, mark, HeaderParser().parsestr(head.text()), form, folder)


def _read_part(
    scanner: _Scanner, mark: bytes, head: Message, form: Form, folder: Callable[[], Path]
) -> None:
    name = head.get_param("name", header="content-disposition")
    if head.get_content_disposition() != "form-data" or not isinstance(name, str):
        raise _broken("a part of it has no name")
    file_name = head.get_filename()
    if file_name is None:
        text = _Text(_MOST_OF_FIELD)
        scanner.until(mark, text.take)
        form.fields[name] = text.text()
        return
    number, path = tempfile.mkstemp(prefix="upload-", dir=folder())
    hashed, size = hashlib.sha1(usedforsecurity=False), 0

    def write(piece: bytes) -> None:
        nonlocal size
        file.write(piece)
        hashed.update(piece)
        size += len(piece)

    try:
        with os.fdopen(number, "wb") as file:
            scanner.until(mark, write)
    except BaseException:
        os.unlink(path)
        raise
    if name in form.files:
        form.files[name].path.unlink()
    form.files[name] = Upload(
        Path(path), _base(file_name), head.get_content_type(), size, hashed.hexdigest()
    )


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]
