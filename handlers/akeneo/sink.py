"""The sink that brings batches into an Akeneo PIM: one attempt, one outcome an item."""

from __future__ import annotations

from typing import Any

from importbus.bus.batches import Batch
from importbus.bus.errors import Recoverable
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Written
from importbus.handlers.akeneo.attempt import Attempt
from importbus.handlers.akeneo.deletes import Deletes
from importbus.handlers.akeneo.linked import Linked
from importbus.handlers.akeneo.media_codes import InMemoryMediaCodes
from importbus.handlers.akeneo.port import MediaCodes, Pim
from importbus.handlers.akeneo.requests import FORMS
from importbus.handlers.akeneo.resources import resource_of
from importbus.handlers.akeneo.singles import Singles
from importbus.handlers.akeneo.uploads import MediaMemory, Uploads
from importbus.handlers.akeneo.upserts import Upserts


class AkeneoSink:
    """Writes batches through *pim*; implements ``Sink`` and ``Probe``. Thread-safe.

    It makes one attempt: waiting and repeating are the importer's business. What it sends again at
    once is a call that was too much for the PIM, in halves, and an item that was refused for
    nothing but its associations or links, without them. Of files that were uploaded *codes*
    remembers what they are called; without it, the sink does.
    """

    def __init__(self, pim: Pim, codes: MediaCodes | None = None) -> None:
        self._pim = pim
        self._memory = MediaMemory(codes or InMemoryMediaCodes())
        self._allowed: set[type[LaneCommand]] = set()
        self._linked = Linked()

    def write(self, batch: Batch[Any], /) -> Written:
        """Write the items of *batch*; see ``importbus.bus.ports.Sink``.

        Returns:
            An outcome an item, and the number of requests. When a whole call fails after others
            were answered, its items are unknown, and those of later calls were not sent.

        Raises:
            SinkUnavailable: No call was answered usably.
            SinkPaused: The PIM asks everyone to wait, and no call was answered.
            SinkRefused: This user or this PIM cannot do it; the message says what to mend.
        """
        attempt = Attempt(self._pim, resource_of(batch.command_type).rate)
        try:
            self._writer(batch, attempt).write(batch.envelopes)
        except Recoverable as error:
            if not attempt.found:
                raise
            return attempt.written(batch.envelopes, error)
        finally:
            self._memory.items.learn(batch, attempt.found)
        return attempt.written(batch.envelopes)

    def probe(self) -> None:
        """Make one cheap call; raises as ``write`` does."""
        self._pim.probe()

    def recent_seconds(self) -> float | None:
        """Return the longest of the last calls, to know how long a lost one may still run."""
        return self._pim.recent_seconds()

    def _writer(self, batch: Batch[Any], attempt: Attempt) -> Upserts | Singles | Deletes | Uploads:
        command_type = batch.command_type
        form = resource_of(command_type).form
        if form == "delete":
            return Deletes(attempt, command_type, self._allowed)
        if form == "single":
            return Singles(attempt, command_type, self._allowed)
        if form == "upload":
            return Uploads(attempt, batch, self._memory, self._allowed)
        return Upserts(attempt, command_type, FORMS[form], self._allowed, self._linked)
