"""A dry run: everything is read and checked as for an import, and nothing is sent or written."""

from __future__ import annotations

from collections import Counter

from attrs import define, field

from importbus.adapters.journal.reasons import reason_of
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Reading
from importbus.adapters.stopping import StopRequest, until_stopped
from importbus.adapters.upsertable import checked_data
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import ServerError
from importbus.bus.ports import Codec, Rejection

MOST_REASONS, MOST_RANGES = 1_000, 1_000
"""Reasons, and ranges of lines for each, that are kept; more are only counted (I7)."""

OTHER_REASONS = "further reasons"


Range = tuple[str, int, int]
"""A source, and the first and the last of some lines that follow each other."""


@define
class RejectedLines:
    """Lines that are rejected for one reason.

    Attributes:
        message: The reason; a ``*`` stands for what differs from line to line.
        count: How many lines.
        ranges: Where they are, in the order of reading; at most ``MOST_RANGES``.
        unlisted: How many lines are in none of them.
    """

    message: str
    count: int = 0
    ranges: list[Range] = field(factory=list)
    unlisted: int = 0

    def add(self, position: Position, message: str, group: str) -> None:
        """Count a line of the *group* of messages that are alike."""
        self.count += 1
        if message != self.message:
            self.message = group
        source, line = position.source, position.line
        if self.ranges and self.ranges[-1][0] == source and self.ranges[-1][2] == line - 1:
            self.ranges[-1] = (source, self.ranges[-1][1], line)
        elif len(self.ranges) < MOST_RANGES:
            self.ranges.append((source, line, line))
        else:
            self.unlisted += 1


@define
class DryRun:
    """What an import would do.

    Attributes:
        commands: How many commands of each class it would send, by the name of the class.
        rejected: Which lines it would reject, by their reason.
        complete: Whether everything was read.
    """

    commands: Counter[str] = field(factory=Counter)
    rejected: dict[str, RejectedLines] = field(factory=dict)
    complete: bool = True

    def reject(self, position: Position, reason: str) -> None:
        """Count a line that is no command."""
        group = reason_of([ServerError(reason)])
        if group not in self.rejected and len(self.rejected) >= MOST_REASONS:
            group = reason = OTHER_REASONS
        lines = self.rejected.setdefault(group, RejectedLines(reason))
        lines.add(position, reason, group)


def try_out(reading: Reading, codec: Codec, board: ProgressBoard, stop: StopRequest) -> DryRun:
    """Read everything as an import would and say what it would do; *board* shows how far it is.

    With ``reading.strict`` it ends at the first bad line, and also when *stop* is set.

    Raises:
        ConfigurationError: A source can no longer be read.
    """
    found = DryRun()
    for position, item in until_stopped(reading.items(board), stop):
        reason = _take(item, codec, found, board)
        if reason is not None:
            found.reject(position, reason)
            board.rejected += 1
        if reason is not None and reading.strict:
            found.complete = False
            break
    found.complete = found.complete and not stop.is_set()
    board.reading = False
    return found


def _take(
    item: LaneCommand | Rejection, codec: Codec, found: DryRun, board: ProgressBoard
) -> str | None:
    """Count a command as sent; return why *item* is none."""
    if isinstance(item, Rejection):
        return item.reason
    try:
        checked_data(codec, item)
    except InvalidCommand as error:
        return str(error)
    name = codec.name_of(type(item))
    found.commands[name] += 1
    board.accepted(name)
    board.settled(name, SENT, requests=0)
    return None


SENT = {"sent": 1}
