"""What people and programs are told about an import."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from importbus.bus.messages import Event, ImportProgress, Position
from importbus.bus.outcomes import ServerError


@frozen
class Failure:
    """A command that failed, or a line of input that was rejected.

    Attributes:
        position: Where it was read.
        command: The class name on the wire; None when a rejected line did not tell.
        key: The key of the command; None for a rejected line.
        status: The HTTP status of the refusal; None for a rejected line.
        errors: The reasons, as the sink or the reader gave them; never empty.
        attempts: How often it was sent; 0 for a rejected line.
        kind: ``failed``, ``dead`` or ``rejected``.
        data: The data of the command as it was dispatched; None for a rejected line.
        raw: Of a rejected line what is kept of it, at most its first 2,000 bytes.
        import_id: The import that it belongs to.
        number: Its number in the journal; None for a rejected line.
        batch_id: The batch in which it was refused last; None for a rejected line.
        request_id: What the sink calls the call in which it was refused, if it said so.
        since: When it was refused first, a time of the wall clock in seconds.
        at: When it was refused last, or rejected.
        closed: ``cured`` when a retry succeeded, ``dropped`` when somebody gave it up; None while
            it is open.
        retried_by: The import that sent it again last.
    """

    position: Position
    command: str | None
    key: str | None
    status: int | None
    errors: tuple[ServerError, ...]
    attempts: int
    kind: str = "failed"
    data: Mapping[str, object] | None = None
    raw: bytes | None = None
    import_id: str | None = None
    number: int | None = None
    batch_id: str | None = None
    request_id: str | None = None
    since: float | None = None
    at: float | None = None
    closed: str | None = None
    retried_by: str | None = None


@frozen
class CommandFailed(Event):
    """A command failed for good or died, and this is durable. It does not leave the process."""

    import_id: str
    failure: Failure


@frozen
class FailureGroup:
    """Failures with one reason: the status, the normalised message, how many, and one of them."""

    status: int | None
    message: str
    count: int
    example: Failure


@frozen
class Report:
    """The account of one import; ``balanced`` proves that nothing was lost or counted twice.

    Attributes:
        state: ``running``, ``queued``, ``finished``, ``finished_with_failures``, ``stalled`` or
            ``cancelled``.
        read: Commands and rejected lines read from the input.
        rejected: Lines that were no valid command.
        open: Commands without a final outcome: waiting, in flight or parked.
        outcomes: How many commands ended how, by the name of the outcome; no zeros.
        by_class: The same per command class.
        parked: How many of ``open`` are parked.
        requests: Calls made to the sink.
        seconds: From the opening of the import to its end, or to now.
    """

    import_id: str
    label: str | None
    state: str
    read: int
    rejected: int
    open: int
    outcomes: Mapping[str, int]
    by_class: Mapping[str, Mapping[str, int]]
    parked: int
    requests: int
    seconds: float
    failure_groups: tuple[FailureGroup, ...] = field(default=())

    @property
    def balanced(self) -> bool:
        """Whether ``read == outcomes + rejected + open`` holds."""
        return self.read == sum(self.outcomes.values()) + self.rejected + self.open

    @property
    def failures(self) -> int:
        """How many commands failed or died; rejected lines are not among them."""
        return self.outcomes.get("failed", 0) + self.outcomes.get("dead", 0)

    @property
    def progress(self) -> ImportProgress:
        """How far the import is, as listeners are told."""
        return ImportProgress(
            self.import_id,
            self.read,
            dict(self.outcomes),
            self.rejected,
            self.open,
            self.parked,
            self.requests,
            self.seconds,
        )
