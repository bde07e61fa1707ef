"""The bus as its users see it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event as Flag
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
from attrs import frozen

from importbus.bus import (
    BusClosed,
    Command,
    CommandBus,
    DuplicateHandler,
    Event,
    FinishImport,
    HandlerNotFound,
    ImportContext,
    LaneCommand,
    WiringError,
    current_import,
    handles,
)


@frozen
class Rename(Command[str]):
    """A command."""

    code: str


@frozen
class RenameCategory(Rename):
    """A subclass."""


@frozen
class RenameTwice(Command[str]):
    """A command whose handler dispatches another."""

    code: str


@frozen
class Renamed(Event):
    """An event."""

    code: str


@frozen
class Price(LaneCommand):
    """A lane command."""

    key: str


def rename(command: Rename) -> str:
    """Rename."""
    return command.code.upper()


@pytest.fixture
def bus() -> CommandBus:
    """Return a bus that renames."""
    bus = CommandBus()
    bus.register(Rename, rename)
    return bus


def test_dispatch_returns_what_the_handler_returns(bus: CommandBus) -> None:
    """The result reaches the caller."""
    assert bus.dispatch(Rename("shoes")) == "SHOES"


def test_an_error_of_a_handler_reaches_the_caller_as_it_is() -> None:
    """Nothing is wrapped, so callers can catch what they know."""
    error = ValueError("no such category")

    def refuse(command: Rename) -> str:
        raise error

    bus = CommandBus()
    bus.register(Rename, refuse)

    with pytest.raises(ValueError, match="no such category") as caught:
        bus.dispatch(Rename("shoes"))
    assert caught.value is error


def test_a_missing_handler_has_no_other_error_behind_it(bus: CommandBus) -> None:
    """How chains are kept is nothing that a traceback should show."""
    with pytest.raises(HandlerNotFound) as caught:
        bus.dispatch(RenameTwice("shoes"))
    assert caught.value.__suppress_context__


def test_a_lane_command_without_an_adapter_says_how_to_open_a_bus() -> None:
    """The one who forgot the adapter reads where it comes from."""
    with pytest.raises(HandlerNotFound, match=r"importbus\.adapters\.wiring\.open_bus"):
        CommandBus().dispatch(Price("mug"))


def test_a_decorated_function_handles_and_stays_a_function() -> None:
    """The decorator registers and gives the function back."""
    bus = CommandBus()
    decorated = bus.handler(rename)

    assert decorated is rename
    assert bus.dispatch(Rename("shoes")) == "SHOES"


def test_dependencies_come_with_a_partial() -> None:
    """What a handler needs is bound where the program is put together."""

    def rename_with(suffix: str, command: Rename) -> str:
        return command.code + suffix

    bus = CommandBus()
    bus.handler(partial(rename_with, "!"))

    assert bus.dispatch(Rename("shoes")) == "shoes!"


def test_modules_are_discovered() -> None:
    """All marked handlers of the modules are registered."""
    module = ModuleType("app")
    module.rename = handles(Rename)(lambda command: command.code)  # type: ignore[attr-defined]
    module.rename.__module__ = "app"
    bus = CommandBus()
    bus.discover(module)

    assert bus.dispatch(Rename("shoes")) == "shoes"


def test_a_later_nearer_handler_takes_over(bus: CommandBus) -> None:
    """Registering forgets the chains that were folded before."""
    before = bus.dispatch(RenameCategory("shoes"))
    bus.register(RenameCategory, lambda command: "nearer")

    assert (before, bus.dispatch(RenameCategory("shoes"))) == ("SHOES", "nearer")


def test_a_chain_is_folded_once_a_class() -> None:
    """Asking which middleware applies is not part of every dispatch."""
    asked: list[type] = []

    class Asked:
        def applies_to(self, command_type: type, /) -> bool:
            asked.append(command_type)
            return True

        def __call__(self, command: Any, call_next: Callable[[Any], Any], /) -> Any:
            return call_next(command)

    bus = CommandBus(Asked())
    bus.register(Rename, rename)
    for command in (Rename("a"), Rename("b"), RenameCategory("c"), RenameCategory("d")):
        bus.dispatch(command)

    assert asked == [Rename, RenameCategory]


def test_a_dispatch_inside_a_handler_runs_at_once_through_the_same_chain() -> None:
    """The inner command is handled before the outer one ends, in the same context."""
    log: list[str] = []

    def note(command: Any, call_next: Callable[[Any], Any], /) -> Any:
        context = current_import.get()
        log.append(f"{type(command).__name__} in {context.import_id if context else None}")
        return call_next(command)

    bus = CommandBus(note)
    bus.register(Rename, rename)
    bus.register(RenameTwice, lambda command: bus.dispatch(Rename(command.code)) * 2)
    token = current_import.set(ImportContext("spring"))
    result = bus.dispatch(RenameTwice("a"))
    current_import.reset(token)

    assert result == "AA"
    assert log == ["RenameTwice in spring", "Rename in spring"]


def test_a_listener_is_subscribed_by_its_annotation(bus: CommandBus) -> None:
    """The decorator subscribes and gives the function back."""
    heard: list[str] = []

    @bus.listener
    def note(event: Renamed) -> None:
        heard.append(event.code)

    bus.broadcast(Renamed("shoes"))

    assert heard == ["shoes"]


@pytest.mark.parametrize(
    ("event", "context", "heard"),
    [
        (FinishImport(), ImportContext("spring"), "spring"),
        (FinishImport("autumn"), ImportContext("spring"), "autumn"),
        (FinishImport(), None, None),  # the standing import
    ],
)
def test_finish_import_means_the_import_of_the_context(
    event: FinishImport, context: ImportContext | None, heard: str | None
) -> None:
    """Who finishes an import from inside of it need not know its id."""
    log: list[FinishImport] = []
    bus = CommandBus()
    bus.subscribe(FinishImport, log.append)
    token = current_import.set(context)
    bus.broadcast(event)
    current_import.reset(token)

    assert log == [FinishImport(heard)]


def test_a_class_has_a_handler_or_a_sink() -> None:
    """With both, nobody could tell which of them is meant."""

    class PriceSink:
        def write(self, batch: object, /) -> list[Any]:
            return []

    bus, other = CommandBus(), CommandBus()
    bus.register(Price, print)
    other.register_sink(Price, PriceSink())

    with pytest.raises(DuplicateHandler, match=r"Price is handled by builtins\.print already"):
        bus.register_sink(Price, PriceSink())
    with pytest.raises(DuplicateHandler, match=r"Price is handled by .*PriceSink"):
        other.register(Price, print)


def test_a_closed_bus_takes_nothing_more(bus: CommandBus) -> None:
    """Every way onto the bus says that it is closed, also a chain that was folded before."""
    bus.dispatch(Rename("shoes"))
    bus.close()
    bus.close()

    uses: list[Callable[[], object]] = [
        lambda: bus.dispatch(Rename("shoes")),
        lambda: bus.broadcast(Renamed("shoes")),
        bus.importing,
        bus.flush,
    ]
    for use in uses:
        with pytest.raises(BusClosed, match="open a new one"):
            use()


def test_leaving_the_block_closes_the_bus(bus: CommandBus) -> None:
    """A bus is a context manager."""
    with bus as entered:
        assert entered.dispatch(Rename("shoes")) == "SHOES"
    with pytest.raises(BusClosed):
        bus.dispatch(Rename("shoes"))


def test_importing_needs_an_adapter(bus: CommandBus) -> None:
    """The hint says where one comes from."""
    with pytest.raises(WiringError, match=r"nothing to import with.*wiring\.open_bus"):
        bus.importing()


def test_flushing_without_an_adapter_does_nothing(bus: CommandBus) -> None:
    """Without lane commands nothing waits to be sent."""
    bus.flush()


def test_many_threads_may_register_and_dispatch() -> None:
    """A class that is registered is found by every thread from then on."""
    bus = CommandBus()
    types = [type(f"Command{n}", (Rename,), {}) for n in range(200)]

    def use(command_type: Any) -> str:
        bus.register(command_type, lambda command: command_type.__name__)
        results = {bus.dispatch(command_type("x")) for _ in range(20)}
        return ",".join(sorted(results))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(use, types)) == [found.__name__ for found in types]


def test_a_chain_folded_while_another_thread_registers_is_not_kept() -> None:
    """Who asks for the handler just before a nearer one is registered must not keep the old one."""
    folding, registered = Flag(), Flag()

    class Slow:
        def applies_to(self, command_type: type, /) -> bool:
            folding.set()
            registered.wait(0.2)  # the one who registers waits for the lock, and then wins
            return False

        def __call__(self, command: Any, call_next: Callable[[Any], Any], /) -> Any:
            return call_next(command)

    bus = CommandBus(Slow())
    bus.register(Rename, rename)
    dispatching = Thread(target=bus.dispatch, args=(RenameCategory("shoes"),))
    dispatching.start()
    folding.wait(5)
    bus.register(RenameCategory, lambda command: "nearer")
    registered.set()
    dispatching.join()

    assert bus.dispatch(RenameCategory("shoes")) == "nearer"
