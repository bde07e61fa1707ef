"""Files on the sending side: found when their batch leaves, and put into the message or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve, frozen

from importbus.adapters.clock import SystemClock
from importbus.adapters.media import MediaFiles
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.batching import Departure
from importbus.bus.outcomes import Outcome
from importbus.bus.ports import Clock


@frozen
class Attaching:
    """Attaches the files that commands name to what is about to be published."""

    files: MediaFiles = MediaFiles()
    clock: Clock = SystemClock()

    def pieces(self, departure: Departure, *, durable: bool) -> Iterator[Departure]:
        """Yield *departure*; in a *durable* transport each file travels in a message of its own."""
        if durable and departure.command_type.attaches:
            for envelope in departure.envelopes:
                yield evolve(departure, envelopes=(envelope,))
        else:
            yield departure

    def attach(self, batch: Batch[Any], *, durable: bool) -> Batch[Any]:
        """Return *batch* with its files, for a *durable* transport as they travel."""
        field = batch.command_type.attaches
        if field is None:
            return batch
        envelopes = (self._attached(envelope, field, durable) for envelope in batch.envelopes)
        return evolve(batch, envelopes=tuple(envelopes))

    def unsent(self, batch: Batch[Any]) -> Settlement | None:
        """Return how *batch* ends when none of its files can be had; None when one can."""
        if batch.command_type.attaches is None:
            return None
        problems = [problem for one in batch.envelopes if (problem := _problem(one.attachment))]
        if len(problems) < len(batch):
            return None
        results = tuple(
            Settled(envelope, Outcome.failed(problem), envelope.sends)
            for envelope, problem in zip(batch.envelopes, problems, strict=True)
        )
        return Settlement(batch, results, requests=0, milliseconds=0.0, at=self.clock.now())

    def _attached(self, envelope: Envelope[Any], field: str, durable: bool) -> Envelope[Any]:
        found = self.files.find(getattr(envelope.command, field), envelope.position.source)
        return evolve(envelope, attachment=self.files.pack(found) if durable else found)


def _problem(attachment: Attachment | None) -> str | None:
    return attachment.problem if attachment else None
