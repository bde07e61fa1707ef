"""Log records of commands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from loguru import logger

from importbus.bus import (
    BatchSettled,
    Command,
    CommandBus,
    ImportContext,
    LaneCommand,
    Recoverable,
    current_import,
)
from importbus.bus.middleware import Logging

if TYPE_CHECKING:
    from loguru import Record


@frozen
class Login(Command[str]):
    """A command with a secret."""

    password: str


@frozen
class Price(LaneCommand):
    """A lane command with a secret."""

    key: str
    token: str = "hunter2"


@pytest.fixture
def records() -> Iterator[list[Record]]:
    """Return what is logged from now on, every level."""
    found: list[Record] = []
    sink = logger.add(
        lambda message: found.append(message.record), level=0, format="{message}", catch=False
    )
    yield found
    logger.remove(sink)


def ticking(*seconds: float) -> Any:
    """Return a timer that tells *seconds* one after the other."""
    return iter(seconds).__next__


def bus_with(answer: object = "welcome", **options: Any) -> CommandBus:
    """Return a bus that logs and returns or raises *answer*."""

    def handle(command: object) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    bus = CommandBus(Logging(**{"timer": ticking(10.0, 10.0325), **options}))
    bus.register(Command, handle)
    return bus


def test_a_command_is_logged_with_class_and_time(records: list[Record]) -> None:
    """The result is the caller's."""
    assert bus_with().dispatch(Login("hunter2")) == "welcome"
    assert [found["message"] for found in records] == ["Login handled in 32.5 ms"]
    assert records[0]["level"].name == "DEBUG"
    assert records[0]["extra"] == {
        "command": "Login",
        "import_id": None,
        "milliseconds": pytest.approx(32.5),
    }


def test_a_lane_command_is_logged_at_trace_with_its_key(records: list[Record]) -> None:
    """Filling a batch is no news."""
    bus_with().dispatch(Price("mug"))

    assert records[0]["message"] == "Price mug taken in 32.5 ms"
    assert records[0]["level"].name == "TRACE"
    assert records[0]["extra"]["key"] == "mug"


@pytest.mark.parametrize("answer", ["done", ValueError("no")])
def test_the_import_is_in_the_record(records: list[Record], answer: object) -> None:
    """Also without the middleware that tags what others log."""
    token = current_import.set(ImportContext("spring"))
    try:
        bus_with(answer).dispatch(Login("hunter2"))
    except ValueError:
        pass
    finally:
        current_import.reset(token)

    assert records[0]["extra"]["import_id"] == "spring"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("hunter2 is too short"), "ValueError"),
        (Recoverable("the PIM is out of reach"), "Recoverable: the PIM is out of reach"),
    ],
)
def test_a_failure_is_logged_and_goes_on(
    records: list[Record], error: Exception, told: str
) -> None:
    """What strangers put into their messages may be secret; ours is not."""
    with pytest.raises(type(error)) as caught:
        bus_with(error).dispatch(Login("hunter2"))

    assert caught.value is error
    assert records[0]["message"] == f"Login failed after 32.5 ms: {told}"
    assert records[0]["level"].name == "ERROR"
    assert records[0]["exception"] is None


def test_a_failed_lane_command_is_logged_with_its_key(records: list[Record]) -> None:
    """Who looks for the reason needs to know which one it was."""
    with pytest.raises(ValueError, match="no"):
        bus_with(ValueError("no")).dispatch(Price("mug"))

    assert records[0]["message"] == "Price mug failed after 32.5 ms: ValueError"


@pytest.mark.parametrize("command", [Login("hunter2"), Price("mug")])
@pytest.mark.parametrize("answer", ["hunter2", ValueError("hunter2")])
def test_no_record_holds_data(records: list[Record], command: Command[str], answer: object) -> None:
    """Neither the command nor the result nor an error of others is in any part of a record."""
    with contextlib.suppress(ValueError):
        bus_with(answer).dispatch(command)

    assert records
    assert "hunter2" not in repr(records)


def test_braces_in_a_message_are_no_format(records: list[Record]) -> None:
    """What an error says is text."""
    with pytest.raises(Recoverable):
        bus_with(Recoverable("{command} {nothing}")).dispatch(Login("x"))

    assert records[0]["message"].endswith("Recoverable: {command} {nothing}")


def test_levels_can_be_chosen(records: list[Record]) -> None:
    """An application decides how loud its commands are."""
    bus_with(level="INFO").dispatch(Login("x"))
    bus_with(lane_level="SUCCESS").dispatch(Price("mug"))

    assert [found["level"].name for found in records] == ["INFO", "SUCCESS"]


def test_nothing_is_gathered_for_a_record_that_nobody_takes() -> None:
    """A lane command is asked for nothing while no sink takes its level."""
    asked: list[str] = []

    class Shy(LaneCommand):
        @property
        def key(self) -> str:
            asked.append("key")
            return "mug"

    bus = bus_with(timer=lambda: 0.0)
    sink = logger.add(lambda message: None, level="INFO")
    bus.dispatch(Shy())
    unheard = list(asked)
    logger.remove(sink)
    sink = logger.add(lambda message: None, level="TRACE")
    bus.dispatch(Shy())
    logger.remove(sink)

    assert (unheard, asked) == ([], ["key"])


def test_a_level_of_its_own_is_looked_up_when_it_is_needed(records: list[Record]) -> None:
    """An application may define it after the bus was made."""
    bus = bus_with(lane_level="CHATTER")
    logger.level("CHATTER", no=3)
    bus.dispatch(Price("mug"))

    assert [found["level"].name for found in records] == ["CHATTER"]


def test_other_classes_are_not_logged(records: list[Record]) -> None:
    """With ``only`` the rest is not in the chain."""
    bus_with(only=Login).dispatch(Price("mug"))

    assert records == []


@pytest.mark.parametrize(
    ("outcomes", "level", "counts"),
    [
        ({"created": 2, "updated": 98}, "INFO", "2 created, 98 updated"),
        ({"updated": 99, "failed": 1}, "ERROR", "99 updated, 1 failed"),
        ({"dead": 1}, "ERROR", "1 dead"),
    ],
)
def test_a_batch_is_one_record(
    records: list[Record], outcomes: dict[str, int], level: str, counts: str
) -> None:
    """Counts, id and time; an error when a person has to look at it."""
    bus = CommandBus()
    bus.subscribe(BatchSettled, Logging().batch_settled)
    bus.broadcast(BatchSettled("spring", "spring/1/7", "Price", outcomes, 81.25))

    assert records[0]["message"] == f"Price batch spring/1/7 settled in 81.2 ms: {counts}"
    assert records[0]["level"].name == level
    assert records[0]["extra"]["import_id"] == "spring"
