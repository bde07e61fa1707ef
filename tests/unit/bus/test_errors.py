"""The tree of errors."""

from __future__ import annotations

import pytest

from importbus.bus import errors
from importbus.bus.errors import BusError, DuplicateHandler, HandlerNotFound, InvalidCommand


def drawn() -> list[tuple[int, str]]:
    """Return depth and name of each class in the picture of the module."""
    picture = (errors.__doc__ or "").split("```text\n")[1].split("```")[0]
    names = [line.rstrip() for line in picture.splitlines()]
    return [
        (len(line) - len(line.lstrip("│├└─ ")), line.lstrip("│├└─ ").split()[0]) for line in names
    ]


def defined(error: type[BaseException], depth: int = 0) -> list[tuple[int, str]]:
    """Return depth and name of *error* and the classes below it, four columns a level."""
    below = [found for child in error.__subclasses__() for found in defined(child, depth + 4)]
    return [(depth, error.__name__), *below]


def test_the_picture_is_the_tree() -> None:
    """Every error is in the picture, under its base class, in the order of the module."""
    own = {name for name, found in vars(errors).items() if isinstance(found, type)}

    assert drawn() == [(depth, name) for depth, name in defined(BusError) if name in own]


def test_facts_are_attributes() -> None:
    """Who catches an error need not read its text."""
    missing = HandlerNotFound(int, ["bool"], "Try another one.")
    second = DuplicateHandler(int, "a.first (line 1)", "b.second (line 2)")

    assert (missing.command_type, missing.nearest, second.command_type) == (int, ("bool",), int)
    assert str(missing) == "No handler for int. Registered and alike: bool. Try another one."


@pytest.mark.parametrize(
    ("field", "message"), [("values.name", "values.name: wrong"), (None, "wrong")]
)
def test_a_field_stands_before_the_reason(field: str | None, message: str) -> None:
    """The place comes first."""
    error = InvalidCommand("wrong", field=field)

    assert (str(error), error.reason, error.field) == (message, "wrong", field)
