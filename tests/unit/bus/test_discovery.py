"""What a handler is for: its annotation, or the mark ``@handles``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial, wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest
from attrs import frozen

from importbus.bus import Batch, Command, Outcome, Upsertable, WiringError, handles
from importbus.bus.discovery import annotated_class, annotated_item, marked

if TYPE_CHECKING:
    from decimal import Decimal

T = TypeVar("T")


@frozen
class Rename(Command[str]):
    """A command."""

    code: str


@frozen
class Get(Command[T], Generic[T]):
    """A command with a parameter of its own."""

    what: T


@frozen
class Price(Upsertable):
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


def rename_with(suffix: str, command: Rename) -> str:
    """Rename with a dependency in front."""
    return command.code + suffix


def traced(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap *function*."""

    @wraps(function)
    def traced(*args: Any) -> Any:
        return function(*args)

    return traced


def module_with(**members: Any) -> ModuleType:
    """Return a module that defines *members*."""
    module = ModuleType("app.handlers")
    for name, member in members.items():
        member.__module__ = "app.handlers"
        setattr(module, name, member)
    return module


@pytest.mark.parametrize(
    "handler",
    [
        rename,
        Renamer(),
        Renamer().__call__,
        partial(rename_with, "!"),
        traced(rename),
        cache(rename),
    ],
    ids=["function", "object", "method", "partial", "wrapped", "cached"],
)
def test_the_first_annotation_is_the_class(handler: Any) -> None:
    """Every kind of handler says what it takes in the same way."""
    assert annotated_class(handler) is Rename


def test_a_generic_class_is_meant_whatever_its_parameter() -> None:
    """The class of a command at run time has no parameter."""

    def get(command: Get[int]) -> int:
        return command.what

    assert annotated_class(get) is Get


def unannotated(command):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Say nothing."""


def without_parameter() -> None:
    """Take nothing."""


def unknown(command: Decimal) -> None:
    """Take what is known to type checkers alone."""


def union(command: Rename | Price) -> None:
    """Take one of two."""


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (unannotated, r"unannotated \(line \d+\) does not say what it takes: annotate"),
        (without_parameter, "does not say what it takes"),
        (unknown, "takes Decimal, which its module does not know .*outside of TYPE_CHECKING"),
        (union, r"takes .*Rename \| .*Price.*: annotate its first parameter with one class"),
        (42, "does not say what it takes"),
    ],
)
def test_an_unclear_annotation_says_so(handler: Any, message: str) -> None:
    """The error names the function and what to write."""
    with pytest.raises(WiringError, match=message):
        annotated_class(handler)


def test_the_item_of_a_batch_is_the_class() -> None:
    """A batch handler says what its batches hold."""

    def write(batch: Batch[Price]) -> Iterable[Outcome]:
        return []

    assert annotated_item(write) is Price


def plain_batch(batch: Batch) -> None:  # type: ignore[type-arg]
    """Say only that it is a batch."""


def list_of(batch: list[Price]) -> None:
    """Take something else with items."""


@pytest.mark.parametrize("handler", [plain_batch, list_of, rename])
def test_anything_but_a_batch_of_something_is_an_error(handler: Any) -> None:
    """The error shows the form that is wanted."""
    with pytest.raises(WiringError, match=r"annotate its first parameter with Batch\[\.\.\.\]"):
        annotated_item(handler)


def test_marked_functions_and_classes_are_found() -> None:
    """A class is made once, without arguments."""
    function = handles(Rename)(lambda command: command.code)
    made = handles(Price)(type("Writer", (), {"__call__": lambda self, command: None}))
    found = list(marked(module_with(function=function, made=made, plain=lambda command: None)))

    assert [command_type for command_type, _ in found] == [Rename, Price]
    assert found[0][1] is function
    assert isinstance(found[1][1], made)


def test_one_handler_may_bear_several_marks() -> None:
    """The marks are found from the outermost to the innermost."""
    both = handles(Rename)(handles(Price)(lambda command: None))

    assert list(marked(module_with(both=both))) == [(Rename, both), (Price, both)]


def test_what_a_module_imports_is_not_its_own() -> None:
    """A handler imported for another purpose is registered by its own module alone."""
    module = module_with()
    module.borrowed = handles(Rename)(lambda command: None)  # type: ignore[attr-defined]

    assert list(marked(module)) == []


def test_a_subclass_is_not_marked_by_its_base() -> None:
    """A mark says what this class handles, not what derived classes do."""
    marked_class = handles(Rename)(type("Marked", (), {"__call__": lambda self, command: None}))
    derived = type("Derived", (marked_class,), {})

    assert list(marked(module_with(derived=derived))) == []


def test_a_class_that_needs_arguments_says_so() -> None:
    """Its instance has to be registered by who has the arguments."""

    class Needy:
        def __init__(self, repository: object) -> None:
            del repository

    with pytest.raises(WiringError, match=r"Needy cannot be made without arguments .*repository"):
        list(marked(module_with(needy=handles(Rename)(Needy))))
