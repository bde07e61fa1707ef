"""Files that commands name: found where that is allowed, and carried to whoever sends them.

A command names its file by a path that is relative to the folder of its source, or else to
``media.root``. Nothing outside of these two is read, whatever links lead there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePath

from attrs import evolve, frozen

from importbus.bus.attachments import Attachment
from importbus.bus.errors import ConfigurationError, UndecodableMessage

MAX_MESSAGE = 8 * 1024 * 1024
"""Bytes of a file that travel in a message, as long as nobody says otherwise."""


@frozen
class MediaFiles:
    """Where files may be, and how they travel.

    Attributes:
        root: The folder that every process reaches under this path; None when there is none.
        max_message: Most bytes of a file that travel in a message of their own.
    """

    root: str | None = None
    max_message: int = MAX_MESSAGE

    def find(self, named: str, source: str) -> Attachment:
        """Return the file that a command of *source* names; its ``problem`` says why it is none.

        What has no source in a folder, such as standard input or a program, has the working folder.
        """
        return self._found(named, source, _read)

    def look(self, named: str, source: str) -> Attachment:
        """Return what ``find`` does without the digest: its content is not read.

        Whether it can be read is known nevertheless: it is opened.
        """
        return self._found(named, source, _measured)

    def _found(self, named: str, source: str, read: Callable[[str, str], Attachment]) -> Attachment:
        reasons = []
        for folder in filter(None, (os.path.dirname(source) or ".", self.root)):
            path = _inside(folder, named)
            if path and os.path.isfile(path):
                return read(named, path)
            reasons.append(f"is no file in {folder}" if path else f"leads outside of {folder}")
        return _no(named, " and ".join(reasons))

    def pack(self, attachment: Attachment) -> Attachment:
        """Return *attachment* as it travels: with its bytes, or as a reference below the root.

        Nothing that is read can be longer than what travels, whatever becomes of the file.
        """
        if attachment.reference is not None:
            return evolve(attachment, path=None)
        if attachment.problem or attachment.path is None:
            return attachment
        if attachment.size <= self.max_message:
            return self._with_content(attachment)
        root = os.path.realpath(self.root) if self.root else None
        if root and _inside(root, attachment.path):
            below = os.path.relpath(attachment.path, root)
            return evolve(attachment, path=None, reference=PurePath(below).as_posix())
        return _no(
            attachment.name,
            f"has {attachment.size:,} bytes, and {self.max_message:,} travel in a message "
            "(media.max_message): put it below media.root, a folder that every process reaches",
        )

    def unpack(self, attachment: Attachment) -> Attachment:
        """Return a file that has travelled as this process can read it.

        Raises:
            ConfigurationError: It is in the folder that all processes share, and there is none.
            UndecodableMessage: The bytes are not those that were sent.
        """
        if attachment.content is not None:
            if _digest_of(attachment.content) != attachment.sha256:
                raise UndecodableMessage(f"the bytes of {attachment.name} are not what was sent")
            return attachment
        if attachment.reference is None:
            return attachment
        if self.root is None:
            raise ConfigurationError(
                f"{attachment.reference} stands in the folder that all processes share, and "
                "media.root is not set here: set it, or IMPORTBUS_MEDIA_ROOT."
            )
        return self._shared(attachment, attachment.reference)

    def _with_content(self, attachment: Attachment) -> Attachment:
        try:
            with attachment.open() as file:
                content = file.read(self.max_message + 1)
        except OSError as error:
            return _no(attachment.name, f"cannot be read: {error.strerror}")
        if _digest_of(content) != attachment.sha256:
            return _no(attachment.name, "was changed while it was read")
        return evolve(attachment, path=None, content=content)

    def _shared(self, attachment: Attachment, reference: str) -> Attachment:
        path = _inside(str(self.root), reference)
        if path is None or not os.path.isfile(path):
            return _no(reference, "is no file below media.root here")
        found = _read(attachment.name, path)
        if found.problem or found.sha256 == attachment.sha256:
            return evolve(found, reference=reference)
        return _no(reference, "was changed since it was published")


def _inside(folder: str, named: str) -> str | None:
    """Return the path of *named* below *folder* with all links followed; None when it leads out."""
    try:
        root = os.path.realpath(folder)
        path = os.path.realpath(os.path.join(root, named))
    except (OSError, ValueError):  # a NUL in the name
        return None
    return path if path.startswith(os.path.join(root, "")) else None


def _read(named: str, path: str) -> Attachment:
    try:
        known = os.stat(path)
        digest = _digest_at(path, known.st_size, known.st_mtime_ns)
    except OSError as error:
        return _no(named, f"cannot be read: {error.strerror}")
    return Attachment(os.path.basename(named), known.st_size, digest, path)


def _measured(named: str, path: str) -> Attachment:
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        return _no(named, f"cannot be read: {error.strerror}")
    return Attachment(os.path.basename(named), size, path=path)


@lru_cache(maxsize=1024)
def _digest_at(path: str, size: int, changed: int) -> str:
    """Return the digest of the file at *path*; one that was not changed since is not read again."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _no(named: str, why: str) -> Attachment:
    return Attachment(os.path.basename(named), problem=f"{named} {why}.")
