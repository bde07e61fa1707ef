"""A dry run: everything is read and checked as for an import, and nothing is sent or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from attrs import define, evolve, field

from importbus.adapters.findings import Findings
from importbus.adapters.media import MediaFiles
from importbus.adapters.progress import ProgressBoard
from importbus.adapters.reading import Reading
from importbus.adapters.stopping import Interrupted, StopRequest, until_stopped
from importbus.adapters.upsertable import checked_data
from importbus.bus.attachments import Attachment
from importbus.bus.errors import HandlingFailed, InvalidCommand
from importbus.bus.findings import Finding, Inspector, Located, Stage
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Codec, Rejection

CHUNK = 500
"""Commands that are checked together, so that the PIM is asked for what all of them need."""

SENT = {"sent": 1}

NO_ROOT = MediaFiles()
"""Files are beside the sources only."""

REJECTED = "rejected"
"""The rule of what is no command."""

Chunk = list[tuple[Position, LaneCommand]]


@define
class DryRun:
    """What an import would do.

    Attributes:
        findings: What is wrong, line by line.
        commands: How many commands of each class it would send, by the name of the class.
        complete: Whether everything was read and checked.
        troubles: Why the PIM was not asked to the end.
    """

    findings: Findings
    commands: Counter[str] = field(factory=Counter)
    complete: bool = True
    troubles: list[str] = field(factory=list)


def try_out(
    reading: Reading,
    inspector: Inspector,
    findings: Findings,
    board: ProgressBoard,
    stop: StopRequest,
    files: MediaFiles = NO_ROOT,
) -> DryRun:
    """Read and check everything and say what an import would do; *board* shows how far it is.

    *files* says where the files may be that commands name. The sources are read several times. With
    ``reading.strict`` it ends at the first line that is wrong, and also when *stop* is set.

    Raises:
        ConfigurationError: A source can no longer be read.
    """
    found = DryRun(findings)
    trial = _Trial(reading, inspector, found, board, stop, files)
    try:
        trial.run()
    except Interrupted:
        found.complete = False
    found.complete = found.complete and not stop.is_set()
    board.reading = False
    return found


@define
class _Trial:
    """A dry run that goes on."""

    reading: Reading
    inspector: Inspector
    found: DryRun
    board: ProgressBoard
    stop: StopRequest
    files: MediaFiles
    _too_large: set[Position] = field(factory=set, init=False)
    _counted: set[str] = field(factory=set, init=False)

    def run(self) -> None:
        """Survey, ask the PIM, then check stage by stage."""
        self._survey()
        self._asked(self.inspector.prepare)
        for stage in self.inspector.stages():
            if self._ended():
                return
            if stage.task == "learn":
                self._learn(stage)
            else:
                self._check(stage)
        self._count_rest()

    def _ended(self) -> bool:
        return self.stop.is_set() or (self.reading.strict and not self.found.complete)

    def _survey(self) -> None:
        read = 0
        for position, item in until_stopped(self.reading.items(self.board), self.stop):
            reason = self._refusal(position, item)
            if isinstance(item, LaneCommand) and reason is None:
                self._take(item)
            elif reason is not None:
                self._reject(position, item, reason)
                if self.reading.strict:
                    self.found.complete = False
                    break
            read += 1
        if self.reading.strict:  # whatever comes later is not read by an import either
            self.reading = evolve(self.reading, limit=read)

    def _refusal(self, position: Position, item: LaneCommand | Rejection) -> str | None:
        """Return why *item* cannot be sent, whatever the PIM is like."""
        if isinstance(item, Rejection):
            return item.reason
        try:
            checked_data(self._codec, item)
        except InvalidCommand as error:
            self._too_large.add(position)
            return str(error)
        return None

    @property
    def _codec(self) -> Codec:
        return self.reading.codec

    def _take(self, command: LaneCommand) -> None:
        name = self._codec.name_of(type(command))
        self.found.commands[name] += 1
        self.board.accepted(name)
        self.inspector.survey(command)

    def _reject(self, position: Position, item: LaneCommand | Rejection, reason: str) -> None:
        name, key = (
            (item.command, None)
            if isinstance(item, Rejection)
            else (self._codec.name_of(type(item)), item.key)
        )
        self.found.findings.add(Located(position, name, key, Finding(REJECTED, "", reason)))
        self.board.rejected += 1

    def _asked(self, ask: Callable[[], None]) -> bool:
        """Let the PIM be asked; False when it failed, and the source alone is what is known."""
        try:
            self.stop.interruptible(ask)
        except HandlingFailed as error:
            self.found.troubles.append(str(error))
            return False
        return True

    def _learn(self, stage: Stage) -> None:
        for _, command in self._again(stage):
            self.inspector.learn(command)

    def _check(self, stage: Stage) -> None:
        for chunk in self._chunks(stage):
            self._check_chunk(chunk)
            if self._ended():
                return
        self._counted |= stage.wanted

    def _check_chunk(self, chunk: Chunk) -> None:
        commands = [command for _, command in chunk]
        self._asked(partial(self.inspector.ask, commands))
        refused: list[tuple[LaneCommand, Sequence[Finding]]] = []
        for position, command in chunk:
            findings = list(self.inspector.check(command, self._file(position, command)))
            self._keep(position, command, findings)
            if any(each.error for each in findings):
                refused.append((command, findings))
                if self.reading.strict:
                    self.found.complete = False
                    return
        if refused and not self._asked(partial(self.inspector.withdraw, refused)):
            self.inspector.withdraw(refused)  # now without the PIM

    def _file(self, position: Position, command: LaneCommand) -> Attachment | None:
        named = getattr(command, command.attaches) if command.attaches else None
        return self.files.look(named, position.source) if named is not None else None

    def _keep(self, position: Position, command: LaneCommand, findings: Sequence[Finding]) -> None:
        name = self._codec.name_of(type(command))
        for finding in findings:
            self.found.findings.add(Located(position, name, command.key, finding))
        if name not in self._counted:
            self.board.settled(name, SENT, requests=0)

    def _chunks(self, stage: Stage) -> Iterator[Chunk]:
        chunk: Chunk = []
        for each in self._again(stage):
            chunk.append(each)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _again(self, stage: Stage) -> Iterator[tuple[Position, LaneCommand]]:
        """Read the commands of *stage* once more, those and no others that were surveyed."""
        wanted = stage.wanted & (self.reading.only or stage.wanted) & self.found.commands.keys()
        if not wanted:
            return
        limited = self.reading.limit is not None
        reading = self.reading if limited else evolve(self.reading, only=wanted)
        for position, item in until_stopped(reading.items(ProgressBoard()), self.stop):
            if isinstance(item, Rejection) or position in self._too_large:
                continue
            if self._codec.name_of(type(item)) in wanted:
                yield position, item

    def _count_rest(self) -> None:
        """Count the commands of which there is nothing to check."""
        for name, count in self.found.commands.items():
            if name not in self._counted:
                self.board.settled(name, {"sent": count}, requests=0)
