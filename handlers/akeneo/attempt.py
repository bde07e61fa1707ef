"""One attempt to write a batch: the calls made, and the outcomes so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field

from importbus.bus.attachments import Attachment
from importbus.bus.batches import Envelope
from importbus.bus.errors import Recoverable, SinkRefused, SinkUnavailable
from importbus.bus.outcomes import Outcome, Written
from importbus.handlers.akeneo.port import Answer, Pim, UploadAnswer

NO_ENDPOINT = (404, 405, 415)
"""Statuses of a call that say that this PIM does not have such a call."""


@define
class Attempt:
    """What was found out so far: outcomes by the number of the command, and requests made.

    Attributes:
        last: The numbers of the commands that the last call was to write.
    """

    _pim: Pim
    _rate: float | None
    found: dict[int, Outcome] = field(factory=dict, init=False)
    last: tuple[int, ...] = field(default=(), init=False)
    requests: int = field(default=0, init=False)

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None,
        content_type: str,
        numbers: Iterable[int] = (),
    ) -> Answer:
        """Make one call, to write the commands with *numbers*; raises as ``Pim.call`` does."""
        self.last = tuple(numbers)
        self.requests += 1
        return self._pim.call(method, path, body, content_type=content_type, rate=self._rate)

    def upload(
        self, path: str, fields: Mapping[str, str], file: Attachment, number: int
    ) -> UploadAnswer:
        """Send *file* for the command with *number*; raises as ``Pim.upload`` does."""
        self.last = (number,)
        self.requests += 1
        return self._pim.upload(path, fields, file)

    def written(
        self, envelopes: Sequence[Envelope[Any]], error: Recoverable | None = None
    ) -> Written:
        """Return an outcome for each of *envelopes*, when *error* has ended the last call.

        What that call was to write may be written all the same: it is unknown, and without a status
        whoever repeats it waits first. What else has no outcome was not sent.
        """
        known = dict(self.found)
        if isinstance(error, SinkUnavailable) and error.maybe_running:
            known |= dict.fromkeys(self.last, Outcome.unknown(str(error)))
        outcomes = (known.get(envelope.number) for envelope in envelopes)
        return Written(
            (outcome or Outcome.unsent() for outcome in outcomes), requests=self.requests
        )


def answered_with_a_text(method: str, path: str, status: int) -> SinkUnavailable:
    """Return the error for a success that should have no body: a front end may have said it."""
    return SinkUnavailable(
        f"{method} {path} was answered {status} with a text instead of nothing.",
        status=status,
        maybe_running=True,
    )


def no_endpoint(method: str, path: str, status: int) -> SinkRefused:
    """Return the error for a call that this PIM does not know."""
    return SinkRefused(
        f"This PIM has no {method} {path} (HTTP {status}): its version is too old for it, its "
        "edition lacks it, or pim.url has a path too many.",
        status=status,
    )


def no_right(method: str, path: str) -> SinkRefused:
    """Return the error for a user who may not make a call."""
    return SinkRefused(
        f"The PIM does not let this user {method} {path} (HTTP 403): grant the right to the role "
        "of the connection's user.",
        status=403,
    )
