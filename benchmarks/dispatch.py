"""What a dispatch costs, as ratios measured in one run.

    python benchmarks/dispatch.py [--rounds 40]

Each subject is called in short rounds, all subjects in turn, so that what else the machine does
falls on all of them; the figures are medians over the rounds, less the empty loop. "By hand" is
the shortest code that could do the same: a dictionary from class to a chain written out.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Mapping
from time import perf_counter_ns
from typing import Any

from attrs import frozen
from loguru import logger

from _measure import machine, ratios
from importbus.bus import Command, CommandBus, only
from importbus.bus.middleware import ImportIdTagging, Logging, Retry

CALLS = 20_000
"""Calls of one subject in a round."""

AIMS = {"no middleware": 3.5, "three no-op middlewares": 10.0}
"""Most times what it is compared with."""


@frozen
class Rename(Command[str]):
    """The command that is dispatched."""

    code: str


@frozen
class Other(Command[str]):
    """A command that is not dispatched."""


def rename(command: Rename) -> str:
    """Do what a handler does at least."""
    return command.code


def first(command: Any, call_next: Callable[[Any], Any]) -> Any:
    """Do nothing."""
    return call_next(command)


def second(command: Any, call_next: Callable[[Any], Any]) -> Any:
    """Do nothing."""
    return call_next(command)


def third(command: Any, call_next: Callable[[Any], Any]) -> Any:
    """Do nothing."""
    return call_next(command)


class Peer:
    """A bus of one class of commands, compiled by hand."""

    def __init__(self, chain: Callable[[Any], Any]) -> None:
        self._chains = {Rename: chain}

    def dispatch(self, command: Any) -> Any:
        """Look the chain up and call it."""
        return self._chains[type(command)](command)


def peer_third(command: Any) -> Any:
    """Send *command* through the last middleware."""
    return third(command, rename)


def peer_second(command: Any) -> Any:
    """Send *command* through the last two middlewares."""
    return second(command, peer_third)


def peer_chain(command: Any) -> Any:
    """Send *command* through the three middlewares."""
    return first(command, peer_second)


def bus(*middleware: Any) -> Callable[[Any], Any]:
    """Return how a bus with *middleware* dispatches."""
    found = CommandBus(*middleware)
    found.register(Rename, rename)
    return found.dispatch


def subjects() -> dict[str, Callable[[Any], Any]]:
    """Return what is measured, the first being what the others are compared with."""
    return {
        "bare call of the handler": rename,
        "no middleware": bus(),
        "no middleware, by hand": Peer(rename).dispatch,
        "three no-op middlewares": bus(first, second, third),
        "three no-op middlewares, by hand": Peer(peer_chain).dispatch,
        "three middlewares for other classes": bus(*[only(step, Other) for step in (first,) * 3]),
        "Logging, level off": bus(Logging()),
        "ImportIdTagging, no import": bus(ImportIdTagging()),
        "Retry, no error": bus(Retry()),
    }


def measured(calls: Mapping[str, Callable[[Any], Any]], rounds: int) -> dict[str, float]:
    """Return the median nanoseconds of one call of each, less the turn of the loop."""
    command, times = Rename("shoes"), {name: list[float]() for name in calls}
    loops: list[float] = []
    for _ in range(rounds):
        loops.append(empty_round())
        for name, call in calls.items():
            times[name].append(one_round(call, command))
    loop = statistics.median(loops)
    return {name: statistics.median(found) - loop for name, found in times.items()}


def one_round(call: Callable[[Any], Any], command: Rename) -> float:
    """Return the nanoseconds of one call, the turn of the loop included."""
    started = perf_counter_ns()
    for _ in range(CALLS):
        call(command)
    return (perf_counter_ns() - started) / CALLS


def empty_round() -> float:
    """Return the nanoseconds of one turn of an empty loop."""
    started = perf_counter_ns()
    for _ in range(CALLS):
        pass
    return (perf_counter_ns() - started) / CALLS


def main() -> int:
    """Measure and print; return 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    logger.remove()
    logger.add(sys.stderr, level="INFO")
    print(machine())
    return 0 if ratios("dispatch", "ns", measured(subjects(), rounds), AIMS) else 1


if __name__ == "__main__":
    sys.exit(main())
