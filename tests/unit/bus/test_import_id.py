"""Log records that tell their import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from loguru import logger

from importbus.bus import Command, CommandBus, ImportContext, LaneCommand, current_import
from importbus.bus.middleware import ImportIdTagging

if TYPE_CHECKING:
    from loguru import Record


@frozen
class Rename(Command[None]):
    """A command."""


@frozen
class Price(LaneCommand):
    """A lane command."""

    key: str = "mug"


@pytest.fixture
def records() -> Iterator[list[Record]]:
    """Return what is logged from now on."""
    found: list[Record] = []
    sink = logger.add(lambda message: found.append(message.record), catch=False)
    yield found
    logger.remove(sink)
    logger.configure(patcher=lambda record: None)


@pytest.fixture
def spring() -> Iterator[None]:
    """Be inside an import."""
    token = current_import.set(ImportContext("spring"))
    yield
    current_import.reset(token)


def logging_bus(**options: Any) -> CommandBus:
    """Return a bus with a handler that logs."""
    bus = CommandBus(ImportIdTagging(**options))
    bus.register(Command, lambda command: logger.info("handling"))
    return bus


@pytest.mark.usefixtures("spring")
def test_what_a_handler_logs_in_an_import_is_tagged(records: list[Record]) -> None:
    """And what is logged afterwards is not."""
    logging_bus().dispatch(Rename())
    logger.info("afterwards")

    assert [found["extra"] for found in records] == [{"import_id": "spring"}, {}]


def test_outside_of_an_import_nothing_is_tagged(records: list[Record]) -> None:
    """There is no import to name."""
    logging_bus().dispatch(Rename())

    assert records[0]["extra"] == {}


@pytest.mark.usefixtures("spring")
def test_the_patcher_of_the_application_stays(records: list[Record]) -> None:
    """The middleware adds to the context and changes no configuration."""
    logger.configure(patcher=lambda record: record["extra"].update(host="a"))
    logging_bus().dispatch(Rename())

    assert records[0]["extra"] == {"import_id": "spring", "host": "a"}


@pytest.mark.usefixtures("spring")
def test_as_a_patcher_it_tags_every_record(records: list[Record]) -> None:
    """Also what is logged between two dispatches."""
    logger.configure(patcher=ImportIdTagging.patch)
    logger.info("between")

    assert records[0]["extra"] == {"import_id": "spring"}


def test_the_patcher_is_silent_outside_of_imports(records: list[Record]) -> None:
    """No import, no tag."""
    logger.configure(patcher=ImportIdTagging.patch)
    logger.info("outside")

    assert records[0]["extra"] == {}


@pytest.mark.usefixtures("spring")
def test_an_id_that_the_record_has_already_stays(records: list[Record]) -> None:
    """Who logs about another import says so."""
    logger.configure(patcher=ImportIdTagging.patch)
    logger.info("about {import_id}", import_id="autumn")

    assert records[0]["extra"] == {"import_id": "autumn"}


@pytest.mark.parametrize(
    ("options", "command_type", "applies"),
    [
        ({}, Rename, True),
        ({}, Price, False),  # only taken into a batch: nothing to tag
        ({"only": Price}, Rename, False),
        ({"only": (Price, Rename)}, Rename, True),
    ],
)
def test_it_is_there_for_commands_with_a_handler(
    options: dict[str, Any], command_type: type, *, applies: bool
) -> None:
    """Lane commands do not pay for it."""
    assert ImportIdTagging(**options).applies_to(command_type) is applies
