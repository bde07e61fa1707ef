"""What a bus says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from attrs import frozen

from importbus.bus import Batch, Command, CommandBus, Event, Outcome, Upsertable, only
from importbus.bus.describe import first_sentence
from importbus.bus.middleware import Retry


@frozen
class Rename(Command[str]):
    """A command."""

    code: str


@frozen
class Renamed(Event):
    """An event."""


@frozen
class Price(Upsertable):
    """A lane command."""

    key: str


def trace(command: Any, call_next: Callable[[Any], Any], /) -> Any:
    """Trace a command. It is not said where to."""
    return call_next(command)


def rename(command: Rename) -> str:
    """Rename something
    in the tree. Then stop.
    """
    return command.code


def note(event: Renamed) -> None:
    pass


def write(batch: Batch[Price]) -> Iterable[Outcome]:
    """Write prices."""
    return []


def line_of(function: Any) -> str:
    """Return where *function* stands."""
    return f"{__name__}.{function.__name__} (line {function.__code__.co_firstlineno})"


def test_everything_registered_is_described() -> None:
    """Each entry says where it is and what it does."""
    bus = CommandBus(Retry(only=Rename), only(trace, Rename), trace)
    bus.handler(rename)
    bus.listener(note)
    bus.batch_handler(size=10)(write)

    assert bus.describe().splitlines() == [
        "Middleware, outermost first:",
        "  Retry (only Rename): Handle a command again when it failed with an error that may pass.",
        "  trace (only Rename): Trace a command.",
        "  trace: Trace a command.",
        "Commands:",
        f"  Rename -> {line_of(rename)}: Rename something in the tree.",
        "Events:",
        f"  Renamed -> {line_of(note)}",
        "Batches:",
        f"  Price (size 10, linger 2 s) -> {line_of(write)}: Write prices.",
    ]


def test_an_empty_bus_has_nothing_to_say() -> None:
    """Lists without entries are left out."""
    assert CommandBus().describe() == ""


class Renamer:
    """Rename with an object."""


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (rename, "Rename something in the tree."),
        (partial(rename), "Rename something in the tree."),
        (Renamer(), "Rename with an object."),
        (note, ""),
    ],
)
def test_the_first_sentence_may_span_lines(target: Any, sentence: str) -> None:
    """A sentence ends with its full stop, not with its line."""
    assert first_sentence(target) == sentence
