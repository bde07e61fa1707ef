"""The recorder's journal as lane workers need it that can write into it themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import define, field

from importbus.adapters.outcomes.remote_journal import RemoteJournal
from importbus.bus.batches import Batch, Settlement
from importbus.bus.journal import Moment, ParkedToken, SettleResult, WorkerJournal
from importbus.bus.sharing import ImportView


@define(eq=False)
class NearJournal:
    """What came of a batch goes straight into the journal, beside what others tell its recorder.

    Implements ``bus.journal.WorkerJournal`` and ``bus.sharing.ImportView``; thread-safe. Whoever
    held a lane before may have told the recorder what that has not written down yet, such as
    commands that were parked, which later ones must not overtake. So after a lane was taken the
    recorder is asked once for each import: the answer comes behind all that was told before. From
    then on everything about the keys of that lane is this process's own doing, or the recorder's.
    """

    journal: WorkerJournal
    imports: ImportView
    recorder: RemoteJournal
    _asked: set[str] = field(factory=set, init=False)  # imports, since a lane was taken last

    def took_lane(self) -> None:
        """A worker has a lane from now on, of whomever it was before."""
        self._asked = set()  # a new one: a question that is on its way came before this
        self.imports.took_lane()

    def wants(self, batch: Batch[Any]) -> bool:
        """Whether *batch* is still to be carried out; raises ``Stopped`` when told to stop."""
        asked = self._asked
        if batch.import_id not in asked:
            if not self.recorder.wants(batch):
                return False
            asked.add(batch.import_id)
        return self.imports.wants(batch)  # a look at what the recorder has written down by now

    def settle(self, settlement: Settlement) -> SettleResult:
        """Make the outcomes of a batch durable, once; parked commands are kept with their data."""
        return self.journal.settle(settlement)

    def moment(self, import_id: str, moment: Moment) -> None:
        """Add to the timeline of an import."""
        self.journal.moment(import_id, moment)

    def gate_is_open(self, import_id: str) -> bool:
        """Whether the catalogue batches of an import may go."""
        return self.imports.gate_is_open(import_id)

    def settled_at(self, lanes: Iterable[int | None]) -> float:
        """Return when one of *lanes* settled something last, of whichever import; 0 for never."""
        return self.imports.settled_at(lanes)

    def quiet(self, import_id: str) -> float | None:
        """Return twice what a batch took lately at the most, in seconds; None when unknown."""
        return self.imports.quiet(import_id)

    def parked(self, import_id: str) -> int:
        """Return how many commands of an import are parked."""
        return self.journal.parked(import_id)

    def parked_tokens(self, import_id: str, tokens: Iterable[str]) -> Sequence[ParkedToken]:
        """Return which of *tokens* parked commands hold; costs nothing if none is parked."""
        return self.journal.parked_tokens(import_id, tokens)
