"""Batches: the unit on the wire, of settling and of logging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

from attrs import evolve, field, frozen

from importbus.bus.records import record

if TYPE_CHECKING:
    from importbus.bus.attachments import Attachment
    from importbus.bus.messages import LaneCommand, Position
    from importbus.bus.outcomes import Outcome

UNCHANGED: Final = "unchanged"
"""The reason of a batch that is not published: its commands are what was written before."""

C_co = TypeVar("C_co", bound="LaneCommand", covariant=True)

STRUCTURE_LANE: None = None
"""The structure lane is written as None; catalogue lanes are numbers from 0 to L-1."""


@record
class Envelope(Generic[C_co]):
    """A command on its way.

    Attributes:
        position: Where it was read.
        number: Its place in the order of dispatch within its import, from 1 on.
        size: The bytes of its JSON data.
        sends: How often it has been sent without a final outcome (of a parked command).
        tree: The root of the tree that it belongs to, as far as the import has shown it.
        attachment: The file that goes along, for classes that name one.
        data: The JSON data of just this command as it was encoded when it was taken, for a
            transport that writes it down and a sink that sends it so; None where nobody kept it.
    """

    command: C_co
    position: Position
    number: int
    size: int
    sends: int = 0
    tree: str | None = None
    attachment: Attachment | None = None
    data: bytes | None = field(default=None, eq=False, repr=False)

    def carrying(self, command: Any, **changes: Any) -> Envelope[Any]:
        """Return one like it with another *command*, whose data nobody has encoded yet."""
        return evolve(self, command=command, data=None, **changes)


@frozen
class Batch(Generic[C_co]):
    """Commands of one class, import and lane, in the order of their dispatch.

    What a sink gets is a batch with one envelope a key; what travels may hold several.

    Attributes:
        id: ``<import>/<producer>/<seq>``, or ``<import>/r<round>/<n>`` of a parking round.
        producer: The middle part of the id.
        seq: The last part of the id, from 1 on, without gaps per producer.
        lane: 0 to L-1; None is the structure lane.
        round: 0, or the number of the parking round that sends these commands again.
        gated: Whether it must wait until the structure of its import is settled.
        reason: The word why it left the adapter: full, rank, key, linger, finish, bound,
            round or unchanged.
    """

    import_id: str
    producer: str
    seq: int
    lane: int | None
    command_type: type[C_co]
    envelopes: tuple[Envelope[C_co], ...]
    round: int = 0
    gated: bool = False
    reason: str = "full"

    @property
    def id(self) -> str:
        """The name of the batch, unique in its journal."""
        return f"{self.import_id}/{self.producer}/{self.seq}"

    @property
    def items(self) -> tuple[C_co, ...]:
        """The commands, in order."""
        return tuple(envelope.command for envelope in self.envelopes)

    def __len__(self) -> int:
        """Count the commands."""
        return len(self.envelopes)


@record
class Settled:
    """What became of one command of a batch, and after how many sends in all."""

    envelope: Envelope[LaneCommand]
    outcome: Outcome
    sends: int = 1


@frozen
class FirstSends(Sequence[Settled]):
    """What became of a batch that was sent once and answered for good, command by command.

    Each ``Settled`` is made when somebody asks for it: of most batches only the counts are wanted.
    """

    envelopes: tuple[Envelope[Any], ...]
    outcomes: Sequence[Outcome]

    def __len__(self) -> int:
        """Count the commands."""
        return len(self.envelopes)

    @overload
    def __getitem__(self, place: int) -> Settled: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Settled]: ...

    def __getitem__(self, place: int | slice) -> Settled | Sequence[Settled]:
        """Return what became of the command at *place*, or of several."""
        if isinstance(place, slice):
            return FirstSends(self.envelopes[place], self.outcomes[place])
        envelope = self.envelopes[place]
        return Settled(envelope, self.outcomes[place], envelope.sends + 1)


@frozen
class Settlement:
    """The outcomes of a batch, to be made durable at once.

    ``results`` has one entry a command of ``batch``, in order. ``requests`` counts the calls made,
    ``milliseconds`` is the time they took together, ``at`` the wall clock in seconds.
    """

    batch: Batch[LaneCommand]
    results: Sequence[Settled]
    requests: int
    milliseconds: float
    at: float

    @cached_property
    def outcomes(self) -> dict[str, int]:
        """How many commands ended in which way, by the name of the outcome; do not change it."""
        results = self.results
        if isinstance(results, FirstSends):
            return dict(Counter(map(_name_of, results.outcomes)))
        return dict(Counter(map(_name_of_outcome, results)))


_name_of, _name_of_outcome = attrgetter("kind._value_"), attrgetter("outcome.kind._value_")
"""``kind.value``, which is a property, takes five times as long."""
