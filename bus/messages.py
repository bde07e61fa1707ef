"""What travels on the bus: commands, events, and the commands that travel in lanes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar

from attrs import frozen

from importbus.bus.records import record

R_co = TypeVar("R_co", covariant=True)
"""What dispatching a command returns."""

LaneKind = Literal["structure", "catalogue"]
"""Structure commands share one lane in rank order; catalogue commands spread over L lanes."""


class Command(Generic[R_co]):
    """An order with exactly one handler; derive a frozen attrs class from ``Command[R]``.

    ``R`` is what the handler returns, and so what ``bus.dispatch(command)`` returns.
    """

    __slots__ = ()


class Event:
    """A fact with any number of listeners; derive a frozen attrs class from it."""

    __slots__ = ()


@record
class Position:
    """Where a command was read: the name of its source and the 1-based line or row."""

    source: str
    line: int

    def __str__(self) -> str:
        """Read as ``catalog.jsonl:17``."""
        return f"{self.source}:{self.line}"


@record
class Receipt:
    """Says that a lane command was accepted, and where it will be accounted for.

    A receipt alone is no promise: a command is safe once its batch is confirmed by the transport,
    which ``bus.flush()`` waits for.
    """

    import_id: str
    position: Position
    lane: int | None
    """The lane's number, 0 to L-1; None for the structure lane."""


class LaneCommand(Command[Receipt]):
    """A command carried out by the importing side, in the lane of its key.

    A subclass is a frozen attrs class that defines ``key``; the class attributes say how it
    travels. Two commands with one ``identity`` take effect in the order of their dispatch.
    """

    __slots__ = ()

    resource: ClassVar[str] = ""
    """What the key names, e.g. ``product``; the class name when empty."""

    rank: ClassVar[int] = 0
    """Upserts of a lower rank leave before those of a higher one in the same lane."""

    lane_kind: ClassVar[LaneKind] = "catalogue"

    tree_head: ClassVar[bool] = False
    """Whether it can head a tree: others may follow its key into its lane."""

    attaches: ClassVar[str | None] = None
    """The field that names a file to send along; the envelope then has it as ``attachment``."""

    spoils: ClassVar[tuple[str, ...]] = ()
    """Resources of which it may change items that it does not name, ``LINKED`` among them.

    What an import has written of these no longer counts as known; see ``bus/fingerprints.py``.
    """

    _resource_named: ClassVar[str] = "LaneCommand:"  # how an identity begins: it is asked for often

    json_schema: ClassVar[Mapping[str, Any]] = {}
    """What JSON Schema can say of its data, and the types of its fields do not.

    Keywords for the whole, and under ``properties`` keywords for a field.
    """

    def __init_subclass__(cls, **named: Any) -> None:
        """Take note of how the resource is called."""
        super().__init_subclass__(**named)
        cls._resource_named = f"{cls.resource or cls.__name__}:"

    @property
    def key(self) -> str:
        """The identity of what the command concerns, inside its resource; compared case-folded."""
        raise NotImplementedError(f"{type(self).__name__} must define `key`")

    @property
    def identity(self) -> str:
        """The key with its resource, the same for every class of that resource and any case."""
        return self._resource_named + self.key.casefold()

    @property
    def follows(self) -> str | None:
        """The identity whose lane this command shares (a variant's parent); None: its own."""
        return None

    @property
    def linked(self) -> bool:
        """Whether it names other items that, when they are deleted, are forgotten here, too."""
        return False

    @property
    def touches(self) -> tuple[str, ...]:
        """Further identities whose order this command must keep, besides its own."""
        return ()


class Upsertable(LaneCommand):
    """A lane command that can share a request with others of its class."""

    __slots__ = ()

    def fold(self, newer: Any) -> Self | None:  # Any: pyright lets nobody override a Self here
        """Return one command that does what this one and then *newer* do.

        Both have the same identity. None means that one command cannot say what the two say;
        then both are sent, one after the other. The default never folds.
        """
        del newer
        return None


def identity(resource: str, key: str) -> str:
    """Return the token that names *key* of *resource*; codes differ by more than case."""
    return f"{resource}:{key.casefold()}"


@frozen
class FinishImport(Event):
    """The input of an import has ended: flush what is left and tell every consumer.

    ``import_id`` None means the import of the current context.
    """

    import_id: str | None = None


@frozen
class ImportStarted(Event):
    """An import was opened."""

    import_id: str
    label: str | None = None


@frozen
class BatchSettled(Event):
    """The outcomes of a batch are durable. ``outcomes`` maps an outcome's name to its count."""

    import_id: str
    batch_id: str
    command: str
    outcomes: dict[str, int]
    milliseconds: float


@frozen
class ImportProgress(Event):
    """How far an import is, told at most once a second while something of it is settled.

    The counts are those of a report: ``read == outcomes + rejected + open``.
    """

    import_id: str
    read: int
    outcomes: dict[str, int]
    rejected: int
    open: int
    parked: int
    requests: int
    seconds: float


@frozen
class PhaseSettled(Event):
    """The structure of an import is settled; its catalogue batches may go."""

    import_id: str


@frozen
class PimPaused(Event):
    """The PIM asked all callers to wait; ``until`` is a time of the wall clock in seconds."""

    until: float


@frozen
class ImportStalled(Event):
    """Nothing was settled for a long time; ``missing`` names batch ids and positions."""

    import_id: str
    missing: tuple[str, ...]


@frozen
class ImportFinished(Event):
    """Every command of an import has its outcome. Decided once, told at least once.

    Listeners drop an ``event_id`` that they have seen. ``state`` is ``finished`` or
    ``finished_with_failures``.
    """

    import_id: str
    event_id: str
    state: str
