"""What the sink asks of a PIM client; any object of this shape will do."""

from __future__ import annotations

from typing import Protocol


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

    def probe(self) -> None:
        """Make one cheap call; raises as ``call`` does."""
        ...

    def recent_seconds(self) -> float | None:
        """Return the longest of the last calls; None before the first."""
        ...
