"""A log record for each command, without its data."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

from loguru import logger

from importbus.bus.chain import CommandTypes, Next
from importbus.bus.context import current_import
from importbus.bus.errors import BusError
from importbus.bus.messages import BatchSettled, Command, LaneCommand

R = TypeVar("R")

_DONE = "{command} handled in {milliseconds:.1f} ms"
_TAKEN = "{command} {key} taken in {milliseconds:.1f} ms"
_FAILED = "{command} failed after {milliseconds:.1f} ms: {error}"
_LANE_FAILED = "{command} {key} failed after {milliseconds:.1f} ms: {error}"
_SETTLED = "{command} batch {batch_id} settled in {milliseconds:.1f} ms: {counts}"


def is_recorded(level: int) -> bool:
    """Whether any sink takes records of the number *level*, as INFO is 20.

    loguru asks itself the same, after the facts are gathered, and has no public way to be asked.
    Without the attribute that it keeps for this, everything is handed to it.
    """
    least: float = getattr(_core, "min_level", 0)
    return level >= least


_core: object = getattr(logger, "_core", None)


class Logging:
    """Log every command with its class and duration, and every failure, through loguru.

    - A command that was handled: *level*. A lane command, which at this point is only taken into
      a batch: *lane_level*. Its key is in the record.
    - A command that failed: ERROR. The error goes on as it is.
    - A settled batch: INFO, or ERROR when some of it failed, once ``batch_settled`` is subscribed.

    No record holds the data of a command, a result or a traceback, since these may hold secrets.
    An error of this library is logged with its message, any other by its class alone. The facts
    also stand in the record's ``extra``: ``command``, ``milliseconds``, ``import_id`` (None outside
    of an import), ``key`` of a lane command, ``error`` of a failure. No sink is added: where
    records go is the application's decision.
    """

    def __init__(
        self,
        *,
        level: str = "DEBUG",
        lane_level: str = "TRACE",
        only: CommandTypes = Command,
        timer: Callable[[], float] = perf_counter,
    ) -> None:
        """Log commands of the classes *only*; *timer* returns seconds that never go back."""
        self.only = only
        self._level = level
        self._lane_level = lane_level
        self._lane_number: int | None = None  # of that level, once it was needed
        self._timer = timer

    def applies_to(self, command_type: type, /) -> bool:
        """Whether *command_type* is one of the classes to log."""
        return issubclass(command_type, self.only)

    def __call__(self, command: Command[R], call_next: Next[R], /) -> R:
        """Pass *command* on and log how it ended."""
        started = self._timer()
        try:
            result = call_next(command)
        except Exception as error:
            self._log_failure(command, started, error)
            raise
        if isinstance(command, LaneCommand):
            if self._lane_number is None:
                self._lane_number = logger.level(self._lane_level).no
            if self._lane_number >= getattr(_core, "min_level", 0):  # is_recorded, without a call
                self._log_taken(command, started)
        else:
            self._log_handled(command, started)
        return result

    def batch_settled(self, event: BatchSettled) -> None:
        """Log a settled batch; subscribe it to ``BatchSettled``."""
        failed = event.outcomes.get("failed") or event.outcomes.get("dead")
        logger.log(
            "ERROR" if failed else "INFO",
            _SETTLED,
            command=event.command,
            batch_id=event.batch_id,
            import_id=event.import_id,
            milliseconds=event.milliseconds,
            counts=", ".join(f"{count} {name}" for name, count in event.outcomes.items()),
        )

    # Written out, not shared: building the facts as a dictionary would make every command pay
    # twice as much for a record that nobody wants.
    def _log_taken(self, command: LaneCommand, started: float) -> None:
        context = current_import.get()
        logger.log(
            self._lane_level,
            _TAKEN,
            command=type(command).__name__,
            key=command.key,
            import_id=context.import_id if context else None,
            milliseconds=(self._timer() - started) * 1000,
        )

    def _log_handled(self, command: object, started: float) -> None:
        context = current_import.get()
        logger.log(
            self._level,
            _DONE,
            command=type(command).__name__,
            import_id=context.import_id if context else None,
            milliseconds=(self._timer() - started) * 1000,
        )

    def _log_failure(self, command: object, started: float, error: Exception) -> None:
        milliseconds = (self._timer() - started) * 1000
        kind, context = type(error).__name__, current_import.get()
        lane = {"key": command.key} if isinstance(command, LaneCommand) else {}
        logger.error(
            _LANE_FAILED if lane else _FAILED,
            command=type(command).__name__,
            import_id=context.import_id if context else None,
            milliseconds=milliseconds,
            error=f"{kind}: {error}" if isinstance(error, BusError) else kind,
            **lane,
        )
