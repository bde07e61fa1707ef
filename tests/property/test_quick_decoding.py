"""Laws of the two ways from data to commands: they give the same command and the same error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import pytest
from attrs import field, frozen
from hypothesis import example, given
from hypothesis import strategies as st

from importbus.adapters.codec import JsonCodec
from importbus.bus.errors import InvalidCommand
from importbus.bus.messages import LaneCommand, Upsertable
from importbus.bus.unset import UNSET, Unset
from importbus.handlers.akeneo import COMMANDS

TEXT = st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
VALUE = {"locale": st.none() | TEXT, "scope": st.none() | TEXT, "data": JSON}
SHAPED = st.lists(TEXT, max_size=2) | st.dictionaries(
    TEXT, st.lists(st.fixed_dictionaries(VALUE), max_size=1), max_size=2
)


@frozen
class Size:
    """Something that is built, not only checked."""

    width: int
    height: float


@frozen
class Scalars(Upsertable):
    """Fields of every plain type."""

    key: str
    count: int
    price: float = 0.0
    enabled: bool = False
    note: str | Unset | None = UNSET
    place: int | None = None


@frozen
class Mixed(Upsertable):
    """Fields that take a second look, one that no data says, and a rule of its own."""

    key: str = field(validator=attrs.validators.max_len(3))
    sizes: Sequence[str] = ()
    weights: Sequence[float] = ()
    labels: Mapping[str, str | None] | Unset = UNSET
    box: Size | None = None
    made: str = field(default="", init=False)


@frozen
class Renamed(Upsertable):
    """A field whose argument has another name."""

    _code: str

    @property
    def key(self) -> str:
        return self._code


CLASSES: tuple[type[LaneCommand], ...] = (Scalars, Mixed, Renamed, *COMMANDS)
BOX = st.fixed_dictionaries({"width": st.integers() | JSON, "height": JSON})


def codec() -> JsonCodec:
    """Return a codec that knows all of them."""
    codec = JsonCodec()
    for command_type in CLASSES:
        codec.register(command_type)
    return codec


CODEC = codec()


def names_of(command_type: type[LaneCommand]) -> list[str]:
    """Return the names that data may have, and some that it may not."""
    own = [a.name for a in attrs.fields(command_type)]  # type: ignore[arg-type]
    return [*own, "box", "unknown", "created"]


def told(decode: Any, *args: object) -> object:
    """Return the command that *decode* gives, with its types, or what it says is wrong."""
    try:
        command = decode(*args)
    except InvalidCommand as error:
        return error.field, error.reason
    return [(a.name, type(v := getattr(command, a.name)), v) for a in attrs.fields(type(command))]


@pytest.mark.parametrize("command_type", CLASSES, ids=lambda each: each.__name__)
@given(data=st.data())
def test_both_ways_say_the_same(command_type: type[LaneCommand], data: st.DataObject) -> None:
    """Of every class, whatever stands in the place of its data."""
    names = st.sampled_from(names_of(command_type))
    given_data = data.draw(st.dictionaries(names, JSON | TEXT | SHAPED | BOX, max_size=6) | JSON)
    name = CODEC.name_of(command_type)

    assert told(CODEC.decode, name, given_data) == told(CODEC._decode_strictly, name, given_data)


@given(st.builds(Scalars, TEXT, st.integers(), st.floats() | st.integers(), st.booleans()))
@example(Scalars("a", 1, 2, True, None, None))
def test_the_quick_way_is_gone(command: Scalars) -> None:
    """Data without a fault need not be looked at twice."""
    data = {name: value for name, value in attrs.asdict(command).items() if value is not UNSET}

    assert CODEC._quick["Scalars"](data) is not None


@pytest.mark.parametrize(
    "data",
    [
        {"key": "a"},
        {"key": "a", "count": True},
        {"key": "a", "count": None},
        {"key": "a", "count": 1, "unknown": 1},
        {"key": 1, "count": 1},
        [],
        None,
        "a",
    ],
)
def test_the_quick_way_leaves_every_fault_to_the_strict_one(data: object) -> None:
    """It has no words for them: true is no number, and a field is missing."""
    assert CODEC._quick["Scalars"](data) is None


@pytest.mark.parametrize("sizes", [["x", 1], [None], [["x"]], "xy", {"x": 1}])
def test_the_items_of_a_list_are_looked_at(sizes: object) -> None:
    """A list of texts holds nothing else."""
    assert CODEC._quick["Mixed"]({"key": "a", "sizes": sizes}) is None
    assert CODEC._quick["Mixed"]({"key": "a", "sizes": ["x", "y"]}) == Mixed("a", ["x", "y"])


@pytest.mark.parametrize("weights", [[1.5, 2.0], [1], [1.5, 2], [True], []])
def test_both_ways_say_the_same_of_lists_of_numbers(weights: object) -> None:
    """Also where a whole number stands for another one."""
    data = {"key": "a", "weights": weights}

    assert told(CODEC.decode, "Mixed", data) == told(CODEC._decode_strictly, "Mixed", data)
