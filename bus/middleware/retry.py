"""Trying again what may succeed later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from importbus.bus.chain import CommandTypes, Next
from importbus.bus.errors import Recoverable, WiringError
from importbus.bus.messages import Command, LaneCommand

R = TypeVar("R")

Wait = Callable[[RetryCallState], float]
"""Seconds to wait after a failed attempt; any wait strategy of tenacity is one."""

DEFAULT_WAIT: Wait = wait_random_exponential(multiplier=0.5, max=30)
"""Anything up to 0.5, 1, 2, 4 ... 30 seconds.

Random over the whole span, so that many callers do not come back together; tenacity's
``wait_exponential_jitter`` has no chance in it any more once the maximum is reached.
"""


class Retry:
    """Handle a command again when it failed with an error that may pass.

    At most *attempts* times in all, with a random and growing wait before each repeat that is
    never shorter than the error's ``retry_after``. The last error goes on as it is. The chain
    inside of this middleware runs again as a whole, so a handler must bear to be repeated.

    Lane commands never pass it: taking a command into a batch is not repeated, and the sending of
    batches has its own rules. Retries multiply where commands are dispatched inside handlers.
    """

    def __init__(
        self,
        attempts: int = 5,
        *,
        on: tuple[type[Exception], ...] = (Recoverable,),
        wait: Wait = DEFAULT_WAIT,
        sleep: Callable[[float], None] = time.sleep,
        only: CommandTypes = Command,
    ) -> None:
        """Repeat commands of the classes *only* after errors of the classes *on*.

        Raises:
            WiringError: *attempts* is not at least 1, or *only* names lane commands alone.
        """
        classes = only if isinstance(only, tuple) else (only,)
        if attempts < 1:
            raise WiringError(f"Retry(attempts={attempts}): a command is tried at least once.")
        if all(issubclass(chosen, LaneCommand) for chosen in classes):
            raise WiringError("Retry(only=...): adding a lane command to a batch is never retried.")
        self.only = only
        self._on = on
        self._retrying = Retrying(
            stop=stop_after_attempt(attempts),
            wait=_at_least_retry_after(wait),
            sleep=sleep,
            retry=retry_if_exception_type(on),
            reraise=True,
        )

    def applies_to(self, command_type: type, /) -> bool:
        """Whether *command_type* is one of the classes and no lane command."""
        return issubclass(command_type, self.only) and not issubclass(command_type, LaneCommand)

    def __call__(self, command: Command[R], call_next: Next[R], /) -> R:
        """Pass *command* on, again if need be."""
        try:
            return call_next(command)
        except self._on as error:
            first = error
        return self._again(command, call_next, first)

    def _again(self, command: Command[R], call_next: Next[R], first: Exception) -> R:
        failed = [first]

        def attempt() -> R:
            if failed:
                raise failed.pop()  # the attempt made before tenacity was asked
            return call_next(command)

        return self._retrying.copy()(attempt)


def _at_least_retry_after(wait: Wait) -> Wait:
    def longer(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked: float | None = getattr(error, "retry_after", None)
        return max(wait(state), asked or 0.0)

    return longer
