"""Who hears of which event."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen

from importbus.bus import Command, Event, WiringError
from importbus.bus.listeners import Listeners


@frozen
class Renamed(Event):
    """An event."""

    code: str


@frozen
class CategoryRenamed(Renamed):
    """A special case of it."""


def raising(error: BaseException) -> Any:
    """Return a listener that raises *error*."""

    def listener(event: Any) -> None:
        raise error

    return listener


def test_listeners_are_told_in_order_of_subscription() -> None:
    """Base class or not makes no difference to the order."""
    log: list[str] = []
    listeners = Listeners()
    listeners.add(Event, lambda event: log.append("any"))
    listeners.add(CategoryRenamed, lambda event: log.append("category"))
    listeners.add(Renamed, lambda event: log.append("renamed"))
    listeners.tell(CategoryRenamed("shoes"))

    assert log == ["any", "category", "renamed"]


def test_listeners_of_subclasses_hear_nothing_of_the_base_class() -> None:
    """An event is told to its own class and what that derives from."""
    log: list[Event] = []
    listeners = Listeners()
    listeners.add(CategoryRenamed, log.append)
    listeners.tell(Renamed("shoes"))

    assert log == []


def test_nobody_has_to_listen() -> None:
    """An event without listeners is none the worse."""
    Listeners().tell(Renamed("shoes"))


def test_failures_stop_nobody_and_come_out_together() -> None:
    """Every listener is called, and every failure is seen, in order."""
    log: list[Event] = []
    failures = [ValueError("first"), KeyError("second")]
    listeners = Listeners()
    for listener in (raising(failures[0]), log.append, raising(failures[1]), log.append):
        listeners.add(Renamed, listener)

    with pytest.raises(ExceptionGroup, match="Listeners of Renamed that failed: 2") as caught:
        listeners.tell(Renamed("shoes"))
    assert list(caught.value.exceptions) == failures
    assert len(log) == 2


def test_an_interrupt_is_no_failure() -> None:
    """Who presses Ctrl-C is not kept waiting for further listeners."""
    log: list[Event] = []
    listeners = Listeners()
    listeners.add(Renamed, raising(KeyboardInterrupt()))
    listeners.add(Renamed, log.append)

    with pytest.raises(KeyboardInterrupt):
        listeners.tell(Renamed("shoes"))
    assert log == []


def test_one_who_subscribes_while_told_hears_the_next_event() -> None:
    """The list that is being told does not change under way."""
    log: list[Event] = []
    listeners = Listeners()
    listeners.add(Renamed, lambda event: listeners.add(Renamed, log.append))
    listeners.tell(Renamed("shoes"))

    assert log == []


@pytest.mark.parametrize("wrong", [int, Command, "Renamed", Renamed("shoes")])
def test_only_event_classes_have_listeners(wrong: Any) -> None:
    """Wrong wiring fails at once."""
    with pytest.raises(WiringError, match="is no event class"):
        Listeners().add(wrong, print)


def test_a_listener_must_be_callable() -> None:
    """A listener that cannot be called fails when it subscribes."""
    wrong: Any = "tell"

    with pytest.raises(WiringError, match="'tell' cannot listen to Renamed: not callable"):
        Listeners().add(Renamed, wrong)
