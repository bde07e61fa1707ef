"""Every shape of middleware fits the bus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, assert_type

from attrs import frozen

from importbus.bus import Command, CommandBus, LaneCommand, Middleware, Next, Recoverable, only
from importbus.bus.middleware import ImportIdTagging, Logging, Retry

R = TypeVar("R")


@frozen
class Count(Command[int]):
    pass


def typed(command: Command[R], call_next: Next[R]) -> R:
    return call_next(command)


def untyped(command: Any, call_next: Callable[[Any], Any]) -> Any:
    return call_next(command)


class Timing:
    def applies_to(self, command_type: type, /) -> bool:
        return not issubclass(command_type, LaneCommand)

    def __call__(self, command: Command[R], call_next: Next[R], /) -> R:
        return call_next(command)


limited = only(typed, Count)
assert_type(limited, Middleware)

bus = CommandBus(
    Logging(level="INFO"),
    ImportIdTagging(),
    Retry(attempts=3, on=(Recoverable, TimeoutError), only=(Count,)),
    Timing(),
    limited,
    typed,
    untyped,
)
assert_type(bus.dispatch(Count()), int)
