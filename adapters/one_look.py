"""The journal as lane workers ask it that have its file: with one look for each batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import local
from typing import Any

from attrs import define, field

from importbus.bus.batches import Batch, Settlement
from importbus.bus.journal import Moment, ParkedToken, SettleResult, WorkerJournal
from importbus.bus.sharing import Outlook, SharedJournal


@define(eq=False)
class OneLook:
    """What is asked about a batch when it comes also answers what is asked until its first call.

    Implements ``bus.journal.WorkerJournal`` and ``bus.sharing.ImportView``; thread-safe. Whatever a
    command must not overtake went through its lane before, so that the look has seen it. A wait at
    the gate takes long, and is followed by another look.
    """

    journal: WorkerJournal
    imports: SharedJournal
    _last: Any = field(factory=local, init=False)  # of each worker's thread: import and outlook

    def took_lane(self) -> None:
        """A worker has taken a lane that others may have had before: an older look is not true."""
        self._last.look = None

    def wants(self, batch: Batch[Any]) -> bool:
        """Whether *batch* is still to be carried out: not settled, withdrawn or cancelled."""
        outlook = self.imports.outlook(batch.import_id, batch.producer, batch.seq)
        self._last.look = batch.import_id, outlook
        return outlook.wanted

    def gate_is_open(self, import_id: str) -> bool:
        """Whether the catalogue batches of an import may go."""
        if (known := self._known(import_id)) and known.gate_open:
            return True
        self._last.look = None
        return self.imports.gate_is_open(import_id)

    def parked(self, import_id: str) -> int:
        """Return how many commands of an import are parked."""
        known = self._known(import_id)
        return self.journal.parked(import_id) if known is None else known.parked

    def parked_tokens(self, import_id: str, tokens: Iterable[str]) -> Sequence[ParkedToken]:
        """Return which of *tokens* parked commands hold; costs nothing if none is parked."""
        return self.journal.parked_tokens(import_id, tokens)

    def settle(self, settlement: Settlement) -> SettleResult:
        """Make the outcomes of a batch durable, once; parked commands are kept with their data."""
        self._last.look = None
        return self.journal.settle(settlement)

    def moment(self, import_id: str, moment: Moment) -> None:
        """Add to the timeline of an import."""
        self.journal.moment(import_id, moment)

    def settled_at(self, lanes: Iterable[int | None]) -> float:
        """Return when one of *lanes* settled something last, of whichever import; 0 for never."""
        return self.imports.settled_at(lanes)

    def quiet(self, import_id: str) -> float | None:
        """Return twice what a batch took lately at the most, in seconds; None when unknown."""
        return self.imports.quiet(import_id)

    def _known(self, import_id: str) -> Outlook | None:
        look: tuple[str, Outlook] | None = getattr(self._last, "look", None)
        return look[1] if look and look[0] == import_id else None
