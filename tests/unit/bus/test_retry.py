"""Trying again, without waiting: sleeping and chance are arguments."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen
from tenacity import RetryCallState, wait_fixed

from importbus.bus import (
    Command,
    CommandBus,
    LaneCommand,
    Recoverable,
    SinkPaused,
    Unrecoverable,
    WiringError,
)
from importbus.bus.middleware import Retry
from importbus.bus.middleware.retry import DEFAULT_WAIT


@frozen
class Rename(Command[str]):
    """A command."""


@frozen
class Other(Command[None]):
    """Another command."""


@frozen
class Price(LaneCommand):
    """A lane command."""

    key: str = "mug"


class Flaky:
    """A handler that raises *errors* one after the other and then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self, command: object) -> Any:
        """Count, then raise or answer."""
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def bus_with(handler: Flaky, slept: list[float], **options: Any) -> CommandBus:
    """Return a bus that tries again and notes the waits."""
    bus = CommandBus(Retry(**{"wait": wait_fixed(2.0), "sleep": slept.append, **options}))
    bus.register(Command, handler)
    return bus


def test_a_recoverable_error_is_tried_again() -> None:
    """The caller gets the result of the attempt that worked."""
    handler, slept = Flaky(Recoverable("busy"), Recoverable("busy")), list[float]()

    assert bus_with(handler, slept).dispatch(Rename()) == "done"
    assert (handler.calls, slept) == (3, [2.0, 2.0])


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_last_error_goes_on_as_it_is(attempts: int) -> None:
    """After so many attempts in all, without a wrapper around it."""
    errors = [Recoverable(f"busy {n}") for n in range(9)]
    handler, slept = Flaky(*errors), list[float]()

    with pytest.raises(Recoverable) as caught:
        bus_with(handler, slept, attempts=attempts).dispatch(Rename())
    assert caught.value is errors[attempts - 1]
    assert (handler.calls, len(slept)) == (attempts, attempts - 1)


@pytest.mark.parametrize("error", [Unrecoverable("no"), ValueError("no")])
def test_other_errors_are_not_tried_again(error: Exception) -> None:
    """No retry helps against them."""
    handler, slept = Flaky(error), list[float]()

    with pytest.raises(type(error)):
        bus_with(handler, slept).dispatch(Rename())
    assert (handler.calls, slept) == (1, [])


def test_an_unrecoverable_error_ends_the_attempts() -> None:
    """What comes up at the second attempt counts as much."""
    handler, slept = Flaky(Recoverable("busy"), Unrecoverable("no")), list[float]()

    with pytest.raises(Unrecoverable):
        bus_with(handler, slept).dispatch(Rename())
    assert handler.calls == 2


def test_an_application_names_its_own_errors() -> None:
    """Say, those of its database."""
    handler, slept = Flaky(TimeoutError()), list[float]()

    assert bus_with(handler, slept, on=(TimeoutError,)).dispatch(Rename()) == "done"


@pytest.mark.parametrize(("asked", "wait"), [(7.5, 7.5), (0.5, 2.0), (0.0, 2.0), (None, 2.0)])
def test_a_wait_is_never_shorter_than_asked_for(asked: float | None, wait: float) -> None:
    """The longer of the two, each time anew."""
    handler, slept = Flaky(SinkPaused("slow down", retry_after=asked)), list[float]()
    bus_with(handler, slept).dispatch(Rename())

    assert slept == [wait]


def test_the_wait_knows_how_often_it_was_tried() -> None:
    """The attempt made before tenacity was asked counts as the first one."""

    def growing(state: RetryCallState) -> float:
        return float(state.attempt_number)

    handler, slept = Flaky(*[Recoverable("busy")] * 4), list[float]()
    bus_with(handler, slept, wait=growing).dispatch(Rename())

    assert slept == [1.0, 2.0, 3.0, 4.0]


def test_default_waits_are_random_and_grow_to_a_maximum() -> None:
    """Anything up to half a second at first, up to thirty at last."""
    slept: list[float] = []
    bus = bus_with(Flaky(*[Recoverable("busy")] * 200), slept, attempts=201, wait=DEFAULT_WAIT)
    bus.dispatch(Rename())
    late = slept[10:]

    assert slept[0] <= 0.5
    assert 20 < max(late) <= 30
    assert min(late) < 10


def test_lane_commands_are_never_tried_again() -> None:
    """Taking one into a batch twice would send it twice."""
    handler, slept = Flaky(Recoverable("busy")), list[float]()

    with pytest.raises(Recoverable):
        bus_with(handler, slept).dispatch(Price())
    assert (handler.calls, slept) == (1, [])


def test_one_retry_serves_many_dispatches() -> None:
    """The attempts of one command are not counted against the next one."""
    handler, slept = Flaky(Recoverable("busy")), list[float]()
    bus = bus_with(handler, slept, attempts=2)
    bus.dispatch(Rename())
    handler.errors.append(Recoverable("busy again"))

    assert bus.dispatch(Rename()) == "done"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attempts": 0}, "a command is tried at least once"),
        ({"only": Price}, "adding a lane command to a batch is never retried"),
        ({"only": (Price, LaneCommand)}, "is never retried"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    """When the bus is put together, not at the first error."""
    with pytest.raises(WiringError, match=message):
        Retry(**options)


@pytest.mark.parametrize(("only", "applies"), [(Command, True), (Rename, True), (Other, False)])
def test_only_limits_it_to_classes(only: type[Command[Any]], *, applies: bool) -> None:
    """Other classes do not have it in their chain."""
    assert Retry(only=only).applies_to(Rename) is applies
