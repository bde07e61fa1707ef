"""Files that commands name, copied beside the commands: each content once, under a lasting name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from attrs import frozen

from importbus.adapters.file_sink.folder import refused
from importbus.adapters.generator.media import FOLDER
from importbus.bus.attachments import Attachment

DIGITS = 12
"""Digits of its digest that a file's name begins with: two files of one name do not meet."""


@frozen
class MediaCopies:
    """Copies of files below *folder*."""

    folder: Path

    def keep(self, attachment: Attachment) -> str:
        """Copy a file unless it is there; return its path in the folder, with slashes.

        It is on the disk for good then, or not there under that name.

        Raises:
            OSError: It cannot be read.
            SinkRefused: The copy cannot be written.
        """
        name = f"{FOLDER}/{attachment.sha256[:DIGITS]}-{attachment.name}"
        path = self.folder / name
        if not path.exists():
            with attachment.open() as content:
                self._copy(content, path)
        return name

    def _copy(self, content: BinaryIO, path: Path) -> None:
        try:
            path.parent.mkdir(exist_ok=True)
            _copy(content, path)
        except OSError as error:
            raise refused(self.folder, error) from error


def _copy(content: BinaryIO, path: Path) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as copy:
        try:
            shutil.copyfileobj(content, copy)
            copy.flush()
            os.fsync(copy.fileno())
            os.chmod(copy.name, 0o644)
            os.replace(copy.name, path)
        except BaseException:
            os.remove(copy.name)
            raise
