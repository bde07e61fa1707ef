"""The ports: what the bus needs from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen

if TYPE_CHECKING:
    from importbus.bus.batches import Batch
    from importbus.bus.context import ImportContext
    from importbus.bus.messages import Event, FinishImport, LaneCommand, Position, Receipt
    from importbus.bus.outcomes import Outcome
    from importbus.bus.report import Failure, Report


class Clock(Protocol):
    """Time as an argument."""

    def now(self) -> float:
        """Return the wall clock in seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        ...


class Sink(Protocol):
    """Where batches are written: a PIM, a database, files."""

    def write(self, batch: Batch[Any], /) -> Iterable[Outcome]:
        """Write the items of *batch*, which have distinct identities, in their order.

        Returns:
            One outcome an item, in the order of the items. Items without an outcome count as
            unknown and are sent again.

        Raises:
            SinkUnavailable: No usable answer for the whole call; the batch is sent again.
            SinkPaused: Everyone has to wait; the batch is sent again.
            SinkRefused: This caller is refused; the import stops.
            Exception: Anything else concerns the whole batch; its items are then tried one by one.
        """
        ...


class Probe(Protocol):
    """A sink that can say cheaply whether it is in reach."""

    def probe(self) -> None:
        """Make one cheap call; raises as ``Sink.write`` does."""
        ...


class Codec(Protocol):
    """Commands to and from the data that stands in files, messages and the journal."""

    def register(self, command_type: type[LaneCommand], /) -> None:
        """Learn a class under its stable name; a second time changes nothing."""
        ...

    def encode(self, command: LaneCommand, /) -> bytes:
        """Return the JSON object of the data of *command*; absent fields are left out."""
        ...

    def decode(self, name: str, data: Mapping[str, object], /) -> LaneCommand:
        """Return the command that *name* and *data* say.

        Raises:
            InvalidCommand: With the field, what was expected and the nearest known name.
        """
        ...

    def name_of(self, command_type: type[LaneCommand], /) -> str:
        """Return the stable name of *command_type* on the wire."""
        ...


@frozen
class Rejection:
    """Why a line of input is no command.

    Attributes:
        reason: A sentence for people, with the field and what was expected.
        command: The class name that the line gave, if it could be read.
        raw: The first 2,000 bytes of the line.
    """

    reason: str
    command: str | None
    raw: bytes


class Source(Protocol):
    """Commands to import, read in order and in bounded memory."""

    @property
    def name(self) -> str:
        """What people and positions call it."""
        ...

    @property
    def rereadable(self) -> bool:
        """Whether ``read`` can be called again and yields the same."""
        ...

    def read(
        self, want: Callable[[str], bool], *, rejections: bool = True
    ) -> Iterator[tuple[Position, LaneCommand | Rejection]]:
        """Yield each command whose class name is wanted, with its position.

        A line that is no command is yielded as a rejection when the class that it names is wanted;
        one that names no known class, unless *rejections* is false. So two readings that divide
        the classes between them, one of them without *rejections*, tell each line once.
        """
        ...


class Delivery(Protocol):
    """A batch that a lane worker holds; settled exactly once."""

    @property
    def batch(self) -> Batch[Any]:
        """The batch."""
        ...

    @property
    def redelivered(self) -> int:
        """How often it was delivered before."""
        ...

    def verify(self) -> None:
        """Make sure that it is still in work here, before its outcomes are made durable.

        Raises:
            LaneLost: Its lane was left, or another worker may hold it now.
        """
        ...

    def release(self) -> None:
        """Give it back as if it had not been delivered, for who was told to stop.

        It stays at the head of its lane, which is to be left then. Raises as ``ack`` does.
        """
        ...

    def ack(self) -> None:
        """Forget it.

        Raises:
            AlreadySettled: The second time.
            LaneLost: Another worker may hold the lane now, and gets the batch again.
        """
        ...

    def reject(self, reason: str) -> None:
        """Give it up as undeliverable, a dead letter; raises as ``ack`` does."""
        ...


class LaneConsumer(Protocol):
    """One worker's hold of one lane."""

    def receive(self, timeout: float) -> Delivery | None:
        """Wait at most *timeout* seconds for the next batch; None if there is none.

        While a delivery is not settled there is no next one.

        Raises:
            LaneLost: Another worker may hold the lane now; leave it, and take it again.
            TransportClosed: The transport was closed.
        """
        ...

    def close(self) -> None:
        """Leave the lane; what was not settled is delivered again to the next holder."""
        ...


class EventConsumer(Protocol):
    """One listener of the events of a transport."""

    def receive(self, timeout: float) -> Event | None:
        """Wait at most *timeout* seconds for the next event; None if there is none."""
        ...


class Transport(Protocol):
    """Carries batches from the adapter to the lane workers: lanes, each first in, first out."""

    lanes: int

    durable: bool
    """Whether what was published survives the process; its batches are then confirmed."""

    at_once: int
    """Batches that are best published together; 1 where together they cost as much as one by one.

    Whoever publishes may hold as many back, for a moment.
    """

    def publish(self, *batches: Batch[Any]) -> None:
        """Store each of *batches* at the end of its lane; return when all are confirmed.

        They are stored in their order: where one is, those before it are. Blocks while a lane is
        full.

        Raises:
            TransportUnavailable: Not confirmed as stored, perhaps some of them; publishing all of
                them again is safe.
            TransportClosed: ``close`` was called before.
        """
        ...

    def lease(self, lane: int | None) -> LaneConsumer:
        """Take *lane* for one worker (None: the structure lane).

        Raises:
            LaneHeld: Another worker holds it.
            TransportUnavailable: The lane cannot be reached.
            TransportClosed: ``close`` was called before.
        """
        ...

    def depths(self) -> Mapping[int | None, int]:
        """Return the batches per lane that are stored and not settled."""
        ...

    def broadcast(self, event: Event) -> None:
        """Tell *event* to everyone who listens now, in whatever process.

        For speed, not for truth: a listener that is away misses it, and asks for the state.
        """
        ...

    def events(self) -> EventConsumer:
        """Listen from now on."""
        ...

    def close(self) -> None:
        """Release everything; a second call does nothing."""
        ...


class Imports(Protocol):
    """What the bus asks of the adapter that carries lane commands."""

    def accept(self, command: LaneCommand, /) -> Receipt:
        """Take *command* into the import of the current context."""
        ...

    def begin(self, context: ImportContext) -> None:
        """Open an import; raises ``ImportExists``."""
        ...

    def finish(self, event: FinishImport) -> None:
        """Send what is left of the import and announce its end."""
        ...

    def wait(self, import_id: str) -> Report:
        """Return when every command has its outcome.

        Raises:
            ImportFailed: The import cannot go on; the message says why.
        """
        ...

    def abandon(self, import_id: str) -> Report:
        """Stop accepting for the import without announcing its end; say what was sent."""
        ...

    def report(self, import_id: str) -> Report:
        """Return the account of the import as it stands."""
        ...

    def failures(self, import_id: str) -> Iterator[Failure]:
        """Yield the failures of the import, rejected lines included."""
        ...

    def flush(self) -> None:
        """Send all open batches; return when they are confirmed."""
        ...

    def register(
        self, command_type: type[LaneCommand], sink: Sink, *, size: int, linger: float
    ) -> None:
        """Let *sink* write the commands of *command_type*, at most *size* a batch."""
        ...

    def close(self) -> None:
        """Finish the standing import, wait for it, and release everything."""
        ...


__all__: Sequence[str] = (
    "Clock",
    "Codec",
    "Delivery",
    "EventConsumer",
    "Imports",
    "LaneConsumer",
    "Probe",
    "Rejection",
    "Sink",
    "Source",
    "Transport",
)
