"""Folding middleware around a handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import frozen

from importbus.bus import Command, Middleware, WiringError, only
from importbus.bus.chain import fold


@frozen
class Rename(Command[str]):
    """A command."""

    code: str


@frozen
class RenameCategory(Rename):
    """A subclass."""


@frozen
class Count(Command[int]):
    """Another command."""


def noting(name: str, log: list[str]) -> Middleware:
    """Return a middleware that notes when it is entered and left."""

    def note(command: Any, call_next: Callable[[Any], Any], /) -> Any:
        log.append(f"{name} in")
        result = call_next(command)
        log.append(f"{name} out")
        return result

    return note


class Shout:
    """A middleware with a method, for renaming alone."""

    def applies_to(self, command_type: type, /) -> bool:
        """Say for which classes it is there."""
        return issubclass(command_type, Rename)

    def __call__(self, command: Any, call_next: Callable[[Any], Any], /) -> Any:
        """Change the result."""
        return str(call_next(command)).upper()


def code_of(command: Any) -> Any:
    """Return the code."""
    return command.code


def test_the_first_middleware_is_the_outermost() -> None:
    """What goes in first comes out last."""
    log: list[str] = []
    chain = fold([noting("a", log), noting("b", log)], code_of, Rename)
    chain(Rename("shoes"))

    assert log == ["a in", "b in", "b out", "a out"]


def test_without_middleware_the_chain_is_the_handler() -> None:
    """Nothing registered costs nothing."""
    assert fold([], code_of, Rename) is code_of


def test_the_result_passes_through() -> None:
    """Who calls gets what the handler returned."""
    chain = fold([noting("a", []), noting("b", [])], code_of, Rename)

    assert chain(Rename("shoes")) == "shoes"


def test_a_middleware_may_answer_itself() -> None:
    """Not calling on is how a command is stopped."""

    def refuse(command: Any, call_next: Callable[[Any], Any], /) -> Any:
        return "refused"

    log: list[str] = []
    chain = fold([refuse, noting("never", log)], code_of, Rename)

    assert chain(Rename("shoes")) == "refused"
    assert log == []


def test_a_middleware_may_replace_the_command() -> None:
    """What comes next gets the replacement."""

    def replace(command: Any, call_next: Callable[[Any], Any], /) -> Any:
        return call_next(Rename("boots"))

    assert fold([replace], code_of, Rename)(Rename("shoes")) == "boots"


def test_a_middleware_that_does_not_apply_is_not_in_the_chain() -> None:
    """Other classes pay nothing for it: their chain is the handler."""
    assert fold([Shout()], code_of, Count) is code_of
    assert fold([Shout()], code_of, RenameCategory)(RenameCategory("shoes")) == "SHOES"


@pytest.mark.parametrize(
    ("command_type", "entered"), [(Rename, 1), (RenameCategory, 1), (Count, 0)]
)
def test_only_limits_a_middleware_to_classes(command_type: type, entered: int) -> None:
    """Subclasses of the classes are meant, too."""
    log: list[str] = []
    chain = fold([only(noting("a", log), Rename)], lambda command: None, command_type)
    chain(object())

    assert log.count("a in") == entered


def test_only_takes_several_classes() -> None:
    """One wrapper for all of them."""
    log: list[str] = []
    for command_type in (Count, RenameCategory):
        fold([only(noting("a", log), RenameCategory, Count)], id, command_type)(object())

    assert log.count("a in") == 2


def test_only_keeps_what_the_middleware_says_itself() -> None:
    """Both have to agree."""
    assert fold([only(Shout(), Count)], code_of, Count) is code_of


def test_only_is_a_middleware_itself() -> None:
    """Called directly, it does what the middleware does."""
    assert only(Shout(), Rename)(Rename("shoes"), code_of) == "SHOES"


def test_only_needs_a_class() -> None:
    """A middleware for nothing is a mistake."""
    with pytest.raises(WiringError, match="needs the command classes"):
        only(Shout())


def test_a_handler_may_be_an_object() -> None:
    """An object with a method for calling handles as a function does."""

    class Coder:
        def __call__(self, command: Any) -> Any:
            return (self, command.code)

    coder = Coder()

    assert fold([], coder, Rename)(Rename("shoes")) == (coder, "shoes")
