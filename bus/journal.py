"""The journal port: what is durable about an import, and how it is asked for."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from attrs import field, frozen

if TYPE_CHECKING:
    from importbus.bus.batches import Batch, Settlement
    from importbus.bus.messages import Position
    from importbus.bus.report import Failure, Report

Stage = Literal["structure", "all"]
"""What a parking round sends again: only structure commands, or whatever is parked."""


@frozen
class ImportRecord:
    """What is written when an import opens.

    Attributes:
        sources: Their names as the user gave them.
        lanes: The number of catalogue lanes.
        at: The wall clock in seconds.
        shared: Whether other processes may carry it out, by way of a transport that they share.
        producers: How many producers send it.
    """

    import_id: str
    label: str | None
    sources: tuple[str, ...]
    lanes: int
    at: float
    shared: bool = False
    producers: int = 1


@frozen
class Resumption:
    """Where an import stands whose process died.

    Attributes:
        producer: The name for the producer that continues; no batch id has it yet.
        settled: The positions whose commands are accounted for: settled, parked or rejected.
        read: How many commands and rejected lines ``settled`` stands for.
        rejected: How many of them are rejected lines.
        last_number: The highest ``Envelope.number`` that was given out.
        last_round: The highest parking round so far.
        in_flight: Whether batches were published and not settled; their requests may still run.
        quiet: Seconds to wait for such requests: twice what calls took lately, None when unknown.
        accepted: How many commands ``producer`` counts as accepted from the start.
    """

    producer: str
    settled: Container[Position]
    read: int
    rejected: int
    last_number: int
    last_round: int
    in_flight: bool
    quiet: float | None
    accepted: int


@frozen
class LaneEntry:
    """The lane that a key first used, where its own hash would say otherwise, and its tree."""

    lane: int
    tree: str | None


@frozen
class ParkedToken:
    """An identity that a parked command holds.

    Attributes:
        own: Whether it is the command's own identity, which later commands of that key wait for.
        upsert: Whether upserts of other keys need not wait for the command. Both are as if of
            another key for a command that brings a file: what it belongs to may come later.
    """

    token: str
    number: int
    own: bool
    upsert: bool


@frozen
class SettleResult:
    """What settling changed: False for ``fresh`` when the batch was settled before (I8)."""

    fresh: bool
    parked: int
    parked_structure: int
    outcomes: Mapping[str, int] = field(factory=dict)
    """The final outcomes that this settlement added, by name."""


@frozen
class Moment:
    """An entry of an import's timeline: brake, pause, gate, retry, round, resume, stall, signal."""

    at: float
    kind: str
    detail: str
    lane: int | None = None


class WorkerJournal(Protocol):
    """What lane workers need of a journal, also where that is on another machine."""

    def settle(self, settlement: Settlement) -> SettleResult:
        """Make the outcomes of a batch durable, once; parked commands are kept with their data."""
        ...

    def parked(self, import_id: str) -> int:
        """Return how many commands of an import are parked."""
        ...

    def parked_tokens(self, import_id: str, tokens: Iterable[str]) -> Sequence[ParkedToken]:
        """Return which of *tokens* parked commands hold; costs nothing if none is parked."""
        ...

    def moment(self, import_id: str, moment: Moment) -> None:
        """Add to the timeline of an import."""
        ...


class Journal(WorkerJournal, Protocol):
    """Keeps every import. Each method is one transaction, durable when it returns; thread-safe.

    Every method raises ``JournalError`` when the file cannot be read or written.
    """

    path: str

    def open_import(self, record: ImportRecord) -> None:
        """Begin an import; raises ``ImportExists``."""
        ...

    def record(self, import_id: str) -> ImportRecord:
        """Return how an import was begun; raises ``UnknownImport``."""
        ...

    def resume_import(self, import_id: str) -> Resumption:
        """Continue an import: withdraw its unsettled batches and say where it stands.

        Raises:
            UnknownImport: There is none of that id.
        """
        ...

    def delete_import(self, import_id: str) -> None:
        """Forget an import and all that belongs to it; nothing happens when there is none."""
        ...

    def note(self, *batches: Batch[Any], accepted: int) -> None:
        """Write down id, lane and positions of *batches* before they are published, all or none.

        They are of one producer, in the order of their numbers. *accepted* counts the commands that
        it has accepted so far, these and the commands still waiting for their batch included. Lane
        entries remembered since are written, too.

        Raises:
            ImportFailed: The import was cancelled.
        """
        ...

    def confirm(self, *batches: Batch[Any]) -> None:
        """Mark *batches* as stored by a durable transport."""
        ...

    def settle_together(self, settlements: Sequence[Settlement]) -> Sequence[SettleResult]:
        """Make the outcomes of several batches durable, in their order, all or none."""
        ...

    def reject(
        self, import_id: str, position: Position, *, command: str | None, reason: str, raw: bytes
    ) -> bool:
        """Keep a line that is no command, once per position; return whether it is new."""
        ...

    def announce(
        self,
        import_id: str,
        producer: str,
        kind: Literal["phase", "finish"],
        *,
        last_seq: int,
        accepted: int,
    ) -> None:
        """Write down the last batch of a producer's structure, or of all it sends.

        Raises:
            ImportFailed: The import was cancelled.
        """
        ...

    def plan_round(self, import_id: str, number: int, stage: Stage, *, at: float) -> int:
        """Write down the batches of parking round *number*; return how many there are.

        Commands that nothing can cure any more are settled as failed with the sink's last answer;
        0 means that no parked command of *stage* is left.
        """
        ...

    def round_batches(self, import_id: str, number: int) -> Iterator[Batch[Any]]:
        """Yield the batches of a planned round, in the order in which to publish them."""
        ...

    def positions(self, import_id: str, producer: str, seq: int) -> str:
        """Return where the commands of an unsettled batch stand: ``a.jsonl:1-100,120``."""
        ...

    def lane_entry(self, import_id: str, identity: str) -> LaneEntry | None:
        """Return the lane entry of *identity*, if one was remembered."""
        ...

    def remember_lane(self, import_id: str, identity: str, entry: LaneEntry) -> None:
        """Keep the lane of a key; durable with the next ``note``."""
        ...

    def lane_entries(self, import_id: str) -> Iterator[str]:
        """Yield the identities that have a lane entry (to fill a filter when resuming)."""
        ...

    def set_state(self, import_id: str, state: str, *, at: float) -> None:
        """Change the state of an import that is not finished."""
        ...

    def finish(self, import_id: str, *, at: float) -> tuple[str, str]:
        """Decide the end once: return state and event id, the same ones on every call."""
        ...

    def report(self, import_id: str, *, groups: int = 10) -> Report:
        """Return the account of an import with its *groups* most frequent reasons of failure."""
        ...

    def failures(self, import_id: str) -> Iterator[Failure]:
        """Yield all failures of an import and its rejected lines, by position."""
        ...

    def imports(self) -> Sequence[Report]:
        """Return the accounts of all imports, the newest first, without reasons of failure."""
        ...

    def timeline(self, import_id: str) -> Sequence[Moment]:
        """Return the timeline of an import, oldest first."""
        ...

    def close(self) -> None:
        """Release the file; a second call does nothing."""
        ...
