"""Which handler carries out which class."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from attrs import frozen

from importbus.bus import (
    Command,
    DuplicateHandler,
    Event,
    HandlerNotFound,
    LaneCommand,
    WiringError,
)
from importbus.bus.registry import Registry, where


@frozen
class Rename(Command[str]):
    """The base of the other commands here."""

    code: str


@frozen
class RenameCategory(Rename):
    """A nearer class."""


@frozen
class RenameFamily(Rename):
    """A class without a handler of its own."""


@frozen
class Price(LaneCommand):
    """A lane command."""

    key: str


class Renamer:
    """A handler with a dependency."""

    def __call__(self, command: Rename) -> str:
        """Rename."""
        return command.code


def rename(command: Rename) -> str:
    """Rename."""
    return command.code


def rename_category(command: RenameCategory) -> str:
    """Rename a category."""
    return command.code


def registry(**handlers: Any) -> Registry:
    """Return a registry with *handlers* by the name of the class."""
    found = Registry()
    for name, handler in handlers.items():
        found.add(globals()[name], handler)
    return found


def test_a_class_has_its_own_handler() -> None:
    """The nearest class in the method resolution order is the class itself."""
    found = registry(Rename=rename, RenameCategory=rename_category)

    assert found.find(RenameCategory) is rename_category


def test_a_base_class_serves_its_subclasses() -> None:
    """A handler of a base class carries out what has no nearer one."""
    found = registry(Rename=rename, RenameCategory=rename_category)

    assert found.find(RenameFamily) is rename


def test_a_second_handler_names_both_by_module_and_line() -> None:
    """Who registers twice has to find both places."""
    found = registry(Rename=rename)
    line = rename_category.__code__.co_firstlineno

    with pytest.raises(
        DuplicateHandler,
        match=rf"Rename is handled by .*test_registry\.rename \(line \d+\) "
        rf"already; .*test_registry\.rename_category \(line {line}\) cannot",
    ):
        found.add(Rename, rename_category)


@pytest.mark.parametrize("wrong", [int, Event, "Rename", Rename("shoes")])
def test_only_command_classes_have_handlers(wrong: Any) -> None:
    """Wrong wiring fails at once, not at the first message."""
    with pytest.raises(WiringError, match="is no command class"):
        Registry().add(wrong, rename)


def test_a_handler_must_be_callable() -> None:
    """A handler that cannot be called fails when it is registered."""
    wrong: Any = "rename"

    with pytest.raises(WiringError, match="'rename' cannot handle Rename: not callable"):
        Registry().add(Rename, wrong)


def test_a_missing_handler_names_what_is_alike() -> None:
    """A slip of the pen is the likely cause."""
    found = registry(RenameCategory=rename_category, Price=print)

    with pytest.raises(HandlerNotFound, match=r"alike: RenameCategory.* Register one") as caught:
        found.find(RenameFamily)
    assert caught.value.nearest == ("RenameCategory",)
    assert caught.value.command_type is RenameFamily


@pytest.mark.parametrize(
    ("command_type", "hint"),
    [
        (Price, r"open the bus with importbus\.adapters\.wiring\.open_bus"),
        (Event, r"events go to bus\.broadcast"),
        (int, "It is no command"),
    ],
)
def test_the_hint_says_what_to_do(command_type: type, hint: str) -> None:
    """Each likely cause has its own remedy."""
    with pytest.raises(HandlerNotFound, match=hint):
        Registry().find(command_type)


@pytest.mark.parametrize(
    ("handler", "name", "code"),
    [
        (rename, ".rename", rename),
        (partial(partial(rename)), ".rename", rename),
        (Renamer(), ".Renamer", Renamer.__call__),
        (Renamer().__call__, ".Renamer.__call__", Renamer.__call__),
    ],
)
def test_a_place_is_module_name_and_line(handler: Any, name: str, code: Any) -> None:
    """Every kind of handler can be found in its file."""
    assert where(handler) == f"{__name__}{name} (line {code.__code__.co_firstlineno})"


def test_a_builtin_has_no_line() -> None:
    """Functions written in C are named by their module."""
    assert where(len) == "builtins.len"
