"""One attempt to write a batch: the calls made, and the outcomes so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from importbus.bus.batches import Envelope
from importbus.bus.errors import Recoverable, SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.outcomes import Outcome, Written
from importbus.handlers.akeneo.port import Answer, Pim

NO_ENDPOINT = (404, 405, 415)
"""Statuses of a call that say that this PIM does not have such a call."""


@define
class Attempt:
    """The outcomes found so far, by the number of the command, and the requests made."""

    _pim: Pim
    _rate: float | None
    found: dict[int, Outcome] = field(factory=dict, init=False)
    requests: int = field(default=0, init=False)

    def call(self, method: str, path: str, body: bytes | None, content_type: str) -> Answer:
        """Make one call, and count it; raises as ``Pim.call`` does."""
        self.requests += 1
        return self._pim.call(method, path, body, content_type=content_type, rate=self._rate)

    def written(self, envelopes: Sequence[Envelope[Any]], lost: Outcome) -> Written:
        """Return an outcome for each of *envelopes*; *lost* for those without one."""
        return Written(
            (self.found.get(envelope.number, lost) for envelope in envelopes),
            requests=self.requests,
        )


def lost_by(error: Recoverable) -> Outcome:
    """Return what is known of the items that a failed call was to write.

    Without a status it may still be running over there, and whoever repeats it waits first.
    """
    if isinstance(error, SinkPaused):
        return Outcome.unknown(str(error), status=429)
    if isinstance(error, SinkUnavailable) and not error.maybe_running:
        return Outcome.unknown(str(error), status=error.status)
    return Outcome.unknown(str(error))


def no_endpoint(method: str, path: str, status: int) -> SinkRefused:
    """Return the error for a call that this PIM does not know."""
    return SinkRefused(
        f"This PIM has no {method} {path} (HTTP {status}): its version is too old for it, or "
        "pim.url has a path too many.",
        status=status,
    )


def no_right(method: str, path: str) -> SinkRefused:
    """Return the error for a user who may not make a call."""
    return SinkRefused(
        f"The PIM does not let this user {method} {path} (HTTP 403): grant the right to the role "
        "of the connection's user.",
        status=403,
    )
