"""What the sink asks of a PIM client and of who remembers codes; any object of this shape does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from importbus.bus.attachments import Attachment


class Answer(Protocol):
    """An answer over HTTP that is no failure of the whole call."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case; empty when there is none."""
        ...

    @property
    def body(self) -> bytes:
        """The body; it may be cut short when the connection broke in the middle of it."""
        ...

    @property
    def request_id(self) -> str | None:
        """The server's name for the request, if it gave one."""
        ...


class UploadAnswer(Answer, Protocol):
    """An answer to an upload, whose headers say where the file went."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by their names in lower case."""
        ...


class Pim(Protocol):
    """A client that knows the PIM's address and credentials."""

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        content_type: str = "application/json",
        rate: float | None = None,
    ) -> Answer:
        """Make one call; *rate* is the most calls a second to paths of this kind.

        Raises:
            SinkUnavailable: 408, 5xx, no connection, no answer in time.
            SinkPaused: 429; everyone waits.
            SinkRefused: Wrong credentials or address; redirects.
        """
        ...

    def upload(self, path: str, fields: Mapping[str, str], file: Attachment) -> UploadAnswer:
        """Send *file* as the part ``file`` of a form, with *fields* before it, piece by piece.

        Raises:
            OSError: The file cannot be read, or has not as many bytes as it had.
            HandlingFailed: As ``call``.
        """
        ...

    def probe(self) -> None:
        """Make one cheap call; raises as ``call`` does."""
        ...

    def recent_seconds(self) -> float | None:
        """Return the longest of the last calls; None before the first."""
        ...


class MediaCodes(Protocol):
    """Remembers which code the PIM gave to a file, by its content and name, for each import.

    Codes of one *kind* are good for everything that takes files of that kind. Losing one costs an
    upload and nothing else.
    """

    def get(self, import_id: str, kind: str, sha256: str, name: str) -> str | None:
        """Return the code of a file that was uploaded in the import; None when none is known."""
        ...

    def put(self, import_id: str, kind: str, sha256: str, name: str, code: str) -> None:
        """Remember *code*; a later one replaces it."""
        ...

    def forget(self, import_id: str, kind: str, sha256: str, name: str) -> None:
        """Forget the code of a file: the PIM does not know it any more."""
        ...
