"""An answer of the PIM, as its client hands it on."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

JSON = "application/json"

REQUEST_ID = "x-request-id"
"""The header in which a server names a request, so that it is found in its logs."""


@frozen
class Answer:
    """What the PIM answered, with header names in lower case.

    Attributes:
        body: As far as it came: all of it only if ``complete``.
        milliseconds: From the request to the end of the body; of an upload, from the last byte of
            the file on.
        complete: Whether the body came whole; a stream of lines may break off in the middle.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    milliseconds: float
    complete: bool = True

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case; empty when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        """The server's name for the request, if it gave one; 200 characters of it at most."""
        named = self.headers.get(REQUEST_ID)
        return named[:200] if named else None
