"""The port by which processes that share a journal work together on one import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from attrs import frozen

from importbus.bus.batches import Batch
from importbus.bus.journal import Resumption

Announced = Literal["phase", "finish"]
"""What a producer announces: the end of its structure, the end of all it sends."""

ENDED = ("finished", "finished_with_failures", "cancelled")
"""States of imports whose end is decided."""


@frozen
class SettledBatch:
    """The name of a settled batch within its import."""

    producer: str
    seq: int
    round: int


@frozen
class Stand:
    """Where an import stands at one moment.

    Attributes:
        settled: The batches that were settled since the place that was asked about, in order.
        place: The place of the last of them, to go on from.
        state: As in ``importbus.bus.report.Report``.
        producers: How many producers it has at the least.
        noted: The highest batch number that each producer has noted; 0 before the first.
        announced: The last batch number of a producer's phase or of all it sends.
        parked: Commands that are parked.
        parked_structure: How many of them are structure.
        round: The last parking round that was planned; 0 before the first.
        round_size: The batches of that round.
        gate_open: Whether the structure was found settled.
        settled_at: When a batch of it was settled last; when it was opened before the first.
            Seconds of the wall clock.
    """

    settled: Sequence[SettledBatch]
    place: int
    state: str
    producers: int
    noted: Mapping[str, int]
    announced: Mapping[tuple[str, Announced], int]
    parked: int
    parked_structure: int
    round: int
    round_size: int
    gate_open: bool
    settled_at: float


@frozen
class Outlook:
    """What a lane worker has to know of an import before it carries out a batch.

    Attributes:
        state: As in ``importbus.bus.report.Report``.
        wanted: Whether the batch that was asked about is not settled, withdrawn or cancelled.
        gate_open: Whether catalogue batches may go.
        parked: Commands that are parked.
        structure_settled_at: When the structure lane settled something last, of whichever import;
            seconds of the wall clock, 0 for never.
    """

    state: str
    wanted: bool
    gate_open: bool
    parked: int
    structure_settled_at: float


class ImportState(Protocol):
    """How far imports are that others may carry on, too.

    Every method raises ``UnknownImport`` when no import of that id is known.
    """

    def gate_is_open(self, import_id: str) -> bool:
        """Whether the catalogue batches of an import may go."""
        ...

    def settled_at(self, lanes: Iterable[int | None]) -> float:
        """Return when one of *lanes* settled something last, of whichever import; 0 for never."""
        ...

    def quiet(self, import_id: str) -> float | None:
        """Return twice what a batch took lately at the most, in seconds; None when unknown."""
        ...


class ImportView(ImportState, Protocol):
    """What lane workers ask about imports; errors as of ``ImportState``."""

    def took_lane(self) -> None:
        """A worker has taken a lane that others may have had before."""
        ...

    def wants(self, batch: Batch[Any]) -> bool:
        """Whether *batch* is still to be carried out: not settled, withdrawn or cancelled."""
        ...


class SharedJournal(ImportState, Protocol):
    """What a journal does for processes that share it; each method is one transaction, as there.

    Every method raises ``JournalError`` when the journal cannot be read or written, and
    ``UnknownImport`` when it holds no import of that id.
    """

    def running(self) -> Sequence[str]:
        """Return the shared imports whose end is not decided, the oldest first."""
        ...

    def stand(self, import_id: str, place: int) -> Stand:
        """Return where *import_id* stands, with what was settled after *place* (0: all)."""
        ...

    def outlook(self, import_id: str, producer: str, seq: int) -> Outlook:
        """Return what a worker has to know before it carries out that batch."""
        ...

    def open_gate(self, import_id: str) -> None:
        """Let the catalogue batches of an import go."""
        ...

    def lanes_of(self, import_id: str) -> Sequence[int | None]:
        """Return the lanes that hold unsettled batches of an import."""
        ...

    def untold(self) -> Sequence[tuple[str, str, str]]:
        """Return the ends that were decided and not told: import, event id and state."""
        ...

    def told(self, import_id: str) -> None:
        """The end of *import_id* was told to those who listen."""
        ...

    def join(self, import_id: str, producer: str) -> None:
        """Add *producer* to an import.

        Raises:
            ImportExists: It has been one of its producers before.
        """
        ...

    def continue_for(self, import_id: str, producer: str) -> Resumption:
        """Go on where *producer* stopped, under a new name.

        What was noted and not confirmed is withdrawn; whatever was published stays.

        Raises:
            ConfigurationError: The import has ended: there is nothing to continue.
        """
        ...

    def all_announced(self, import_id: str) -> bool:
        """Whether every producer has announced the end of what it sends."""
        ...

    def finish_all(self, import_id: str) -> Sequence[str]:
        """Announce the end of each producer that has not announced its own; return their names."""
        ...

    def bury(self, batch_id: str, *, reason: str, raw: bytes, at: float) -> int:
        """Let the commands of a batch that cannot be understood end as ``dead``; return how many.

        0 when it was settled before, or belongs to no import of this journal. *raw* is what
        arrived, from which the data of each command is kept as far as it can be read.
        """
        ...

    def cancel(self, import_id: str, *, at: float) -> int:
        """Give an import up: what has no outcome is ``cancelled``; return how many commands."""
        ...
