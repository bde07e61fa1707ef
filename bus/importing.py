"""One import from its first command to its report: what ``bus.importing()`` gives."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextvars import Token
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from importbus.bus.context import ImportContext, current_import, current_position
from importbus.bus.errors import BusError, ConfigurationError, WiringError
from importbus.bus.messages import Command, Event, FinishImport, ImportStarted, Position

if TYPE_CHECKING:
    from importbus.bus.ports import Imports
    from importbus.bus.report import Failure, Report

R = TypeVar("R")

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_RANDOM_LETTERS = 5
_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


class Messages(Protocol):
    """The two ways onto the bus."""

    def dispatch(self, command: Command[R], /) -> R:
        """Send *command* to its handler."""
        ...

    def broadcast(self, event: Event, /) -> None:
        """Send *event* to its listeners."""
        ...


class Ending:
    """Passes ``FinishImport`` on to *imports*, and keeps what went wrong for those who will ask."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._failures: dict[str | None, Exception | None] = {}

    def __call__(self, event: FinishImport) -> None:
        """Have the end of the import announced."""
        try:
            self._imports.finish(event)
        except Exception as error:
            if event.import_id in self._failures:
                self._failures[event.import_id] = error
            raise

    def expect(self, import_id: str) -> None:
        """Keep why the end cannot be announced, should it be so, until ``failure`` is called."""
        self._failures[import_id] = None

    def failure(self, import_id: str) -> Exception | None:
        """Return why the end could not be announced, once."""
        return self._failures.pop(import_id, None)


class ImportRun:
    """An import in progress: a context manager around the dispatches that belong to it.

    Entering opens the import and broadcasts ``ImportStarted``. Leaving broadcasts ``FinishImport``
    and, with *wait*, returns when every command has its outcome. Left by an exception, the import
    is abandoned: its end is not announced, what was sent keeps its outcomes, and the exception
    goes on with a note of how far the import came.
    """

    def __init__(
        self,
        bus: Messages,
        imports: Imports,
        ending: Ending,
        context: ImportContext,
        *,
        wait: bool = True,
    ) -> None:
        self._bus = bus
        self._imports = imports
        self._ending = ending
        self._context = context
        self._wait = wait
        self._token: Token[ImportContext | None] | None = None
        self._entered = self._left = False
        self._report: Report | None = None

    @property
    def import_id(self) -> str:
        """The name of the import."""
        return self._context.import_id

    @property
    def report(self) -> Report:
        """The account of the import: the last one when it has ended, else as it stands now."""
        return self._report or self._imports.report(self.import_id)

    def failures(self) -> Iterator[Failure]:
        """Yield the failures of the import so far, rejected lines included."""
        return self._imports.failures(self.import_id)

    def dispatch(self, command: Command[R], position: Position | None = None) -> R:
        """Dispatch *command* as part of this import, from any thread.

        *position* says where the command was read; without one the position of the current
        context stays.

        Raises:
            WiringError: The import was left before.
        """
        if self._left:
            raise WiringError(f"Import {self.import_id!r} was left; it takes no more commands.")
        inside = current_import.set(self._context)
        try:
            return self._dispatch_at(command, position)
        finally:
            current_import.reset(inside)

    def wait(self) -> Report:
        """Return the account when every command has its outcome.

        Raises:
            ImportFailed: The import cannot go on; the message says why.
        """
        self._report = self._imports.wait(self.import_id)
        return self._report

    def __enter__(self) -> Self:
        """Open the import; raises ``ImportExists`` when its id is taken."""
        if self._entered:
            raise WiringError(f"Import {self.import_id!r} was entered before; open another one.")
        self._imports.begin(self._context)
        self._entered = True
        self._token = current_import.set(self._context)
        try:
            self._bus.broadcast(ImportStarted(self.import_id, self._context.label))
        except BaseException as error:
            self._leave(error)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish the import, or abandon it when *error* left the block."""
        self._leave(error)

    def _leave(self, error: BaseException | None) -> None:
        self._left = True
        try:
            if error is None:
                self._finish()
            else:
                self._abandon(error)
        finally:
            if self._token is not None:
                current_import.reset(self._token)
                self._token = None

    def _finish(self) -> None:
        self._ending.expect(self.import_id)
        failed = self._announce()
        if stop := self._ending.failure(self.import_id):
            self._abandon(stop)  # its end is not announced: waiting for it would take for ever
            raise stop from failed
        if self._wait:
            self.wait()
        if failed:
            raise failed

    def _announce(self) -> ExceptionGroup[Exception] | None:
        try:
            self._bus.broadcast(FinishImport(self.import_id))
        except ExceptionGroup as failed:
            return failed
        return None

    def _abandon(self, error: BaseException) -> None:
        try:
            self._report = self._imports.abandon(self.import_id)
        except BusError as second:
            error.add_note(f"Import {self.import_id!r} could not be abandoned in order: {second}")
        else:
            error.add_note(_unfinished(self._report))

    def _dispatch_at(self, command: Command[R], position: Position | None) -> R:
        if position is None:
            return self._bus.dispatch(command)
        at = current_position.set(position)
        try:
            return self._bus.dispatch(command)
        finally:
            current_position.reset(at)


def new_import_id(now: float, random: bytes) -> str:
    """Return a name for an import: UTC time and five random characters.

    Args:
        now: The wall clock in seconds since 1970.
        random: Eight random bytes, which give each name the same chance (to one in 10^11).
    """
    number, letters = int.from_bytes(random, "big"), ""
    for _ in range(_RANDOM_LETTERS):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{letters}"


def checked_import_id(import_id: str) -> str:
    """Return *import_id* as it is.

    Raises:
        ConfigurationError: It is no name for an import: it stands in batch ids, which are parted
            by slashes, in message headers and on command lines.
    """
    if not _ID.fullmatch(import_id):
        raise ConfigurationError(
            f"{import_id!r} cannot name an import: use 1 to 100 of the letters A-Z and a-z, "
            "digits, '-', '_' and '.'."
        )
    return import_id


def _unfinished(report: Report) -> str:
    settled = sum(report.outcomes.values())
    return (
        f"Import {report.import_id!r} was left before its end, which was not announced: of "
        f"{report.read} commands read, {settled} have their outcome, {report.open} are open and "
        f"{report.rejected} were rejected."
    )
