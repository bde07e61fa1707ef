"""A sink whose outcomes hold no secret, whatever the server repeats in its answers (I9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from attrs import asdict, evolve, frozen

from importbus.bus.batches import Batch
from importbus.bus.outcomes import Outcome, ServerError, Written


class ProbedSink(Protocol):
    """A sink that can be asked whether it is there, and how long its calls take."""

    def write(self, batch: Batch[Any], /) -> Written:
        """Write the items of *batch*."""
        ...

    def probe(self) -> None:
        """Make one cheap call."""
        ...

    def recent_seconds(self) -> float | None:
        """Return the longest of the last calls."""
        ...


@frozen
class HidingSink:
    """Passes batches on to *sink*, and takes secrets out of the reasons that it gives.

    The journal, reports and messages get these reasons, and a server may put into them what it was
    sent. *hide* returns a text without secrets.
    """

    sink: ProbedSink
    hide: Callable[[str], str]

    def write(self, batch: Batch[Any], /) -> Written:
        """Write the items of *batch*; see ``importbus.bus.ports.Sink``."""
        written = self.sink.write(batch)
        if not any(outcome.errors for outcome in written):
            return written
        return Written(map(self._hidden, written), requests=written.requests)

    def probe(self) -> None:
        """Make one cheap call."""
        self.sink.probe()

    def recent_seconds(self) -> float | None:
        """Return the longest of the last calls, to know how long a lost one may still run."""
        return self.sink.recent_seconds()

    def _hidden(self, outcome: Outcome) -> Outcome:
        if not outcome.errors:
            return outcome
        return evolve(outcome, errors=tuple(map(self._without, outcome.errors)))

    def _without(self, error: ServerError) -> ServerError:
        texts = asdict(error)
        return ServerError(**{name: text and self.hide(text) for name, text in texts.items()})
