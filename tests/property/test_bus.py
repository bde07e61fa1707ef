"""Laws of the bus: who handles, in which order, and who hears."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from importbus.bus import Command, CommandBus, Event, HandlerNotFound, only
from importbus.bus.chain import fold
from importbus.bus.importing import checked_import_id, new_import_id
from importbus.bus.listeners import Listeners
from importbus.bus.registry import Registry


@st.composite
def hierarchies(draw: st.DrawFn, root: type = Command) -> list[type]:
    """Return classes under *root*, each deriving from one or two earlier ones."""
    found = [root]
    for n in range(draw(st.integers(1, 8))):
        chosen = draw(st.lists(st.sampled_from(found), min_size=1, max_size=2, unique=True))
        # A base class must come after the classes that derive from it.
        bases = sorted(chosen, key=found.index, reverse=True)
        found.append(type(f"Type{n}", tuple(bases), {}))
    return found


@given(hierarchies(), st.data())
def test_the_handler_is_the_one_of_the_nearest_class(
    types: list[type], data: st.DataObject
) -> None:
    """As ``inspect.getmro`` orders the classes; none when no class of it is registered."""
    chosen = data.draw(st.permutations(types).map(lambda all_: all_[: len(all_) // 2]))
    handlers: dict[type, Callable[[Any], Any]] = {found: lambda command: None for found in chosen}
    registry = Registry()
    for command_type, handler in handlers.items():
        registry.add(command_type, handler)
    for command_type in types:
        expected = [handlers[found] for found in inspect.getmro(command_type) if found in handlers]

        assert found_by(registry, command_type) == expected[:1]


def found_by(registry: Registry, command_type: type) -> list[Any]:
    """Return the handler in a list, empty when there is none."""
    try:
        return [registry.find(command_type)]
    except HandlerNotFound:
        return []


@given(hierarchies(), st.data())
def test_the_order_of_registering_and_dispatching_does_not_matter(
    types: list[type], data: st.DataObject
) -> None:
    """A bus that folded chains before all is registered ends where any other ends."""
    late, early = CommandBus(), CommandBus()
    for command_type in data.draw(st.permutations(types)):
        early.register(command_type, returning(command_type))
    late.register(Command, lambda command: Command)
    for command_type in data.draw(st.permutations(types[1:])):
        for asked in types:
            late.dispatch(asked())
        late.register(command_type, returning(command_type))

    assert [late.dispatch(t()) for t in types] == [early.dispatch(t()) for t in types] == types


def returning(result: type) -> Callable[[Any], type]:
    """Return a handler that returns *result*."""
    return lambda command: result


def noting(number: int, log: list[int]) -> Callable[[Any, Callable[[Any], Any]], Any]:
    """Return a middleware that notes its number on the way in and, negative, on the way out."""

    def note(command: Any, call_next: Callable[[Any], Any], /) -> Any:
        log.append(number)
        try:
            return call_next(command)
        finally:
            log.append(-number)

    return note


@given(st.integers(0, 12), st.booleans())
def test_middleware_is_entered_in_order_and_left_in_reverse(count: int, fails: bool) -> None:
    """Whether the handler returns or raises."""
    log: list[int] = []
    chain = fold(
        [noting(n, log) for n in range(1, count + 1)],
        lambda command: 1 / 0 if fails else None,
        Command,
    )
    try:
        chain(Command())
    except ZeroDivisionError:
        assert fails

    assert log == [*range(1, count + 1), *range(-count, 0)]


@given(hierarchies(), st.data())
def test_only_is_the_same_as_asking_on_the_way(types: list[type], data: st.DataObject) -> None:
    """Leaving a middleware out of a chain changes nothing but the time."""
    limits = [data.draw(st.lists(st.sampled_from(types), min_size=1, max_size=3)) for _ in range(3)]
    for command_type in types:
        log: list[int] = []
        steps = [only(noting(n, log), *limit) for n, limit in enumerate(limits, 1)]
        fold(steps, lambda command: None, command_type)(object())

        asked = [n for n, limit in enumerate(limits, 1) if issubclass(command_type, tuple(limit))]
        assert [n for n in log if n > 0] == asked


@given(hierarchies(Event), st.data())
def test_an_event_is_heard_by_all_of_its_classes_in_order(
    types: list[type], data: st.DataObject
) -> None:
    """Whoever fails, the others hear; the failures come out in the same order."""
    subscribed = data.draw(st.lists(st.tuples(st.sampled_from(types), st.booleans()), max_size=8))
    told = data.draw(st.sampled_from(types))
    log, failed = list[int](), list[str]()
    listeners = Listeners()
    for n, (event_type, fails) in enumerate(subscribed):
        listeners.add(event_type, listener(n, log, fails=fails))
    try:
        listeners.tell(told())
    except ExceptionGroup as group:
        failed = [str(error) for error in group.exceptions]

    expected = [n for n, (event_type, _) in enumerate(subscribed) if issubclass(told, event_type)]
    assert log == expected
    assert failed == [str(n) for n in expected if subscribed[n][1]]


def listener(number: int, log: list[int], *, fails: bool) -> Callable[[object], None]:
    """Return a listener that notes its number and may fail with it."""

    def listen(event: object) -> None:
        log.append(number)
        if fails:
            raise ValueError(number)

    return listen


@given(st.floats(0, 4e9), st.binary(min_size=8, max_size=8))
def test_made_up_ids_are_possible_ids_of_one_length(now: float, random: bytes) -> None:
    """They pass the same check as those that people give."""
    made = new_import_id(now, random)

    assert checked_import_id(made) == made
    assert len(made) == 21
