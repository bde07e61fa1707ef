"""Which failures stand in a page: of each reason as many as there is room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import define, field

from importbus.adapters.journal.reasons import reason_of
from importbus.bus.report import Failure, Report

OTHER_REASONS = "Other reasons"

REJECTED = "rejected"
"""The kind of a failure that is a line of input and no command."""

Name = tuple[bool, int | None, str]
"""What makes failures one group: whether they are rejected lines, status, reason."""


@define
class Reason:
    """Failures for one reason.

    Attributes:
        message: What their first errors say, with ``*`` for what differs; None for those whose
            reason is not among the most frequent ones.
        status: The HTTP status of the refusal, if there was one.
        rejected: Whether they are lines that were no command.
        room: How many of them the page shows at most.
        count: How many there are.
        shown: The first of them.
    """

    message: str | None
    status: int | None
    rejected: bool
    room: int
    count: int = 0
    shown: list[Failure] = field(factory=list)

    @property
    def title(self) -> str:
        """What people read: of a single failure its own words."""
        if self.message is None:
            return OTHER_REASONS
        return self.shown[0].errors[0].message if self.count == 1 and self.shown else self.message

    def add(self, failure: Failure) -> None:
        """Count *failure*, and keep it when there is room."""
        self.count += 1
        if len(self.shown) < self.room:
            self.shown.append(failure)


@define
class Selection:
    """The failures that a page shows, and how many there are in all.

    Attributes:
        reasons: The most frequent first; none is empty.
        classes: How many failures each command class has; the name is empty when a rejected line
            did not tell.
    """

    reasons: list[Reason]
    classes: Counter[str]

    @property
    def total(self) -> int:
        """How many failures there are."""
        return self.classes.total()

    @property
    def shown(self) -> int:
        """How many of them the page shows."""
        return sum(len(reason.shown) for reason in self.reasons)


def select(report: Report, failures: Iterable[Failure], most: int) -> Selection:
    """Read all *failures* once and keep at most *most* of them, some for each reason of *report*.

    Memory is bounded by *most*, however many there are.
    """
    found, others = _reasons(report, most)
    classes: Counter[str] = Counter()
    for failure in failures:
        classes[failure.command or ""] += 1
        found.get(_name(failure), others).add(failure)
    return Selection([reason for reason in (*found.values(), others) if reason.count], classes)


def _reasons(report: Report, most: int) -> tuple[dict[Name, Reason], Reason]:
    """Return the reasons of *report* by what tells them apart, and one for all others."""
    groups = report.failure_groups
    rest = report.failures + report.rejected - sum(group.count for group in groups)
    *rooms, room = shares([*(group.count for group in groups), max(0, rest)], most)
    found = {}
    for group, places in zip(groups, rooms, strict=True):
        rejected = group.example.kind == REJECTED
        reason = Reason(group.message, group.status, rejected, places)
        found[rejected, group.status, group.message] = reason
    return found, Reason(None, None, False, room)


def shares(counts: Sequence[int], most: int) -> list[int]:
    """Share *most* places out: small counts get all they need, the rest is divided evenly.

    Each of several groups gets one place at least, if there are as many places.
    """
    given = [0] * len(counts)
    ascending = sorted(range(len(counts)), key=lambda index: (counts[index], -index))
    for done, index in enumerate(ascending):
        given[index] = min(counts[index], most // (len(counts) - done))
        most -= given[index]
    return given


def _name(failure: Failure) -> Name:
    return (failure.kind == REJECTED, failure.status, reason_of(failure.errors))
