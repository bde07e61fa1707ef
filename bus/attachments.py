"""Files that travel with commands."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from attrs import field, frozen


@frozen
class Attachment:
    """A file that goes along with a command: where its content is, and what is known of it.

    Its content is at ``path``, or came along as ``content``. Where there is neither, ``problem``
    says why, and the command fails without being sent.

    Attributes:
        name: The name of the file, without folders.
        size: Its bytes.
        sha256: The digest of its content, in hexadecimal.
        path: Where this process can read it.
        content: The bytes that came along in the message.
        reference: Its path below the folder that all processes share, with slashes.
        problem: Why it cannot be had, as a sentence for people.
    """

    name: str
    size: int = 0
    sha256: str = ""
    path: str | None = None
    content: bytes | None = field(default=None, repr=False)
    reference: str | None = None
    problem: str | None = None

    def open(self) -> BinaryIO:
        """Return the content, to be read once and closed.

        Raises:
            OSError: It cannot be read; also when there is none.
        """
        if self.content is not None:
            return BytesIO(self.content)
        if self.path is None:
            raise FileNotFoundError(2, self.problem or "There is no content", self.name)
        return open(self.path, "rb")
