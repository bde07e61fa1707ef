"""Laws of the batching core: what leaves, when, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.strategies import (
    IMPORTS,
    LANES,
    SIZED,
    SMALL,
    DropModel,
    DropThing,
    Picture,
    PutModel,
    PutThing,
    Sent,
    send,
)

from importbus.bus.batches import Envelope
from importbus.bus.batching import Batcher, Departure, Limits
from importbus.bus.lanes import Route
from importbus.bus.messages import LaneCommand, Position, Upsertable

Toy = dict[str, dict[str, int]]


def conflict(sent: Sent, one: Envelope[LaneCommand], other: Envelope[LaneCommand]) -> bool:
    """Whether two commands must keep their order: one key, or a delete in what it touches."""
    if one.command.identity == other.command.identity:
        return True
    if alone(one.command) and alone(other.command):
        return False
    return bool(touched(sent, one) & touched(sent, other))


def alone(command: LaneCommand) -> bool:
    """Whether a command concerns nothing but its own key: an upsert, or a file."""
    return isinstance(command, Upsertable) or command.attaches is not None


def touched(sent: Sent, envelope: Envelope[LaneCommand]) -> set[str]:
    """Return everything that a command names, its tree included."""
    command, tree = envelope.command, sent.routes[envelope.number].tree
    named = {command.identity, *command.touches, command.follows or "", f"tree:{tree}"}
    return named - {"", "tree:None"}


def check_nothing_lost(sent: Sent) -> None:
    """Every command is in exactly one departure."""
    left = [e.number for d in sent.departures for e in d.envelopes]
    assert sorted(left) == [e.number for e in sent.envelopes]


def check_order(sent: Sent) -> None:
    """Commands that must keep their order leave in it."""
    for lane in (None, *range(LANES)):
        for first, second in combinations(sent.lane(lane), 2):
            if conflict(sent, first, second):
                assert first.number < second.number, (first.command, second.command)


def check_limits(sent: Sent) -> None:
    """No departure holds more than a batch may."""
    for departure in sent.departures:
        lines: dict[str, int] = {}
        for envelope in departure.envelopes:
            key = envelope.command.identity
            lines[key] = lines.get(key, 0) + envelope.size
        assert len(lines) <= SMALL.lines
        assert len(departure.envelopes) <= SMALL.commands
        assert sum(lines.values()) <= SMALL.bytes
        assert max(lines.values()) <= SMALL.line_bytes


@given(IMPORTS)
def test_i1_nothing_is_lost_and_nothing_leaves_twice(sent: Sent) -> None:
    """I1: after a flush every command is in exactly one departure."""
    check_nothing_lost(sent)


@given(IMPORTS)
def test_i3_what_must_keep_its_order_keeps_it(sent: Sent) -> None:
    """I3: one key, and a delete with all that it touches: never overtaken, never undone."""
    check_order(sent)


@given(IMPORTS)
def test_no_departure_is_over_a_limit(sent: Sent) -> None:
    """Lines, commands, bytes of a batch, bytes of a line."""
    check_limits(sent)


@given(IMPORTS)
def test_a_departure_has_one_class_and_one_lane(sent: Sent) -> None:
    """A batch never mixes classes, and every command is in the lane of its route."""
    for departure in sent.departures:
        assert {type(e.command) for e in departure.envelopes} == {departure.command_type}
        assert {sent.routes[e.number].lane for e in departure.envelopes} == {departure.lane}


@given(st.lists(SIZED, max_size=40))
def test_a_batch_leaves_only_for_a_named_reason(commands: list[tuple[LaneCommand, int]]) -> None:
    """Without time passing and before the flush only full, rank, key and bound occur."""
    reasons = {departure.reason for departure in send(commands).departures}

    assert reasons <= {"full", "rank", "key", "bound", "finish"}


@given(st.lists(st.integers(0, 999), max_size=60, unique=True))
def test_full_batches_are_full(numbers: list[int]) -> None:
    """Of fresh keys of one class only the last batch of a lane has room left."""
    sent = send([(PutThing(str(n)), 1) for n in numbers])

    for departure in sent.departures:
        assert (len(departure.envelopes) == SMALL.lines) == (departure.reason == "full")


@given(st.integers(0, 700))
def test_the_number_of_requests_is_bounded(count: int) -> None:
    """n commands of a catalogue class leave in at most ceil(n/100) + L batches."""
    sent = send([(PutThing(str(n)), 10) for n in range(count)], batcher=Batcher(Limits()))

    assert len(sent.departures) <= -(-count // 100) + LANES


@given(IMPORTS)
def test_lower_ranks_leave_first(sent: Sent) -> None:
    """When upserts of a lane are flushed together, they leave in the order of their ranks."""
    flushed = [d for d in sent.departures if d.reason == "finish" and d.lane == 0]
    ranks = [d.command_type.rank for d in flushed if issubclass(d.command_type, Upsertable)]
    held = [d for d in flushed if not issubclass(d.command_type, Upsertable)]

    assert held or ranks == sorted(ranks)


def apply(pim: Toy, command: LaneCommand) -> None:
    """Carry out *command* on a toy PIM."""
    if isinstance(command, PutThing | PutModel):
        pim.setdefault(command.identity, {}).update(command.fields)
    elif isinstance(command, DropThing | DropModel):
        pim.pop(command.identity, None)


def folded(departure: Departure) -> list[LaneCommand]:
    """Return what is sent for *departure*: the commands of a key folded as far as possible."""
    lines: dict[str, list[LaneCommand]] = {}
    for envelope in departure.envelopes:
        line = lines.setdefault(envelope.command.identity, [])
        newer = envelope.command
        older = line[-1] if line else None
        one = older.fold(newer) if isinstance(older, Upsertable) else None
        line[-1:] = [one] if one else [*line[-1:], newer]
    return [command for line in lines.values() for command in line]


@given(IMPORTS)
def test_i5_batching_changes_the_traffic_and_not_the_result(sent: Sent) -> None:
    """I5: the departures, folded, leave the same behind as the commands in their order."""
    direct: Toy = {}
    batched: Toy = {}
    for envelope in sent.envelopes:
        apply(direct, envelope.command)
    for departure in sent.departures:
        for command in folded(departure):
            apply(batched, command)

    assert batched == direct


def test_pictures_behind_products_still_make_full_batches() -> None:
    """Product, delete, product, delete: each class fills its own batches, products first."""
    commands: list[tuple[LaneCommand, int]] = []
    for n in range(300):
        commands += [(PutThing(f"p{n}"), 1), (DropThing(f"p{n}"), 1)]
    sent = send(commands, batcher=Batcher(Limits()))

    assert len(sent.departures) <= 2 * (3 + LANES)
    check_order(sent)


def test_pictures_of_a_tree_do_not_close_its_batches() -> None:
    """A file concerns its own variant: the next variant of the tree need not wait for it."""
    commands: list[tuple[LaneCommand, int]] = [(PutModel("m", {}), 1)]
    for n in range(50):
        commands += [(PutThing(str(n), {}, "m"), 1), (Picture(str(n)), 1)]
    sent = send(commands, batcher=Batcher(Limits()))

    assert [len(departure.envelopes) for departure in sent.departures] == [1, 50, 50]


def test_an_upsert_after_a_delete_of_its_key_closes_both() -> None:
    """Write, delete, write: three batches, in this order, for the reason key."""
    sent = send([(PutThing("a"), 1), (DropThing("a"), 1), (PutThing("a"), 1)])

    assert [(d.command_type.__name__, d.reason) for d in sent.departures] == [
        ("PutThing", "key"),
        ("DropThing", "key"),
        ("PutThing", "finish"),
    ]


class Overtaking(Batcher):
    """A planted fault: key order is ignored."""

    def _conflicts(self, *args: object, **kwargs: object) -> list[object]:  # type: ignore[override]
        return []


class OneTooMany(Batcher):
    """A planted fault: a batch takes one line more than it may."""

    def __init__(self) -> None:
        super().__init__(Limits(lines=4, commands=6, bytes=100, line_bytes=40, open_bytes=150))


class Forgetful(Batcher):
    """A planted fault: what another batch drags along is dropped."""

    def _leave(self, *args: Any, **kwargs: Any) -> list[Departure]:
        return super()._leave(*args, **kwargs)[-1:]


@pytest.mark.parametrize(
    ("broken", "law"),
    [(Overtaking, check_order), (OneTooMany, check_limits), (Forgetful, check_nothing_lost)],
)
def test_planted_faults_break_the_laws(
    broken: Callable[[], Batcher], law: Callable[[Sent], None]
) -> None:
    """The laws above can fail: each fault breaks the law that it should."""
    commands: list[tuple[LaneCommand, int]] = []
    for n in range(20):
        commands += [(PutModel(f"p{n}"), 1), (PutThing(f"p{n}"), 1)]
        commands += [(DropThing("a"), 1), (PutThing("a"), 1)]
    batcher = broken() if broken is OneTooMany else broken(SMALL)  # type: ignore[call-arg]

    with pytest.raises(AssertionError):
        law(send(commands, batcher=batcher))


def test_a_batch_that_waits_too_long_leaves_when_its_lane_is_idle() -> None:
    """Linger: by age, and only while the lane has nothing to do."""
    batcher = Batcher(SMALL)
    envelope: Envelope[LaneCommand] = Envelope(PutThing("a"), Position("test", 1), 1, 1)
    batcher.add(envelope, Route(0, None), 0.0)

    assert batcher.due(9.9, lambda _: True) == []
    assert batcher.due(10.0, lambda _: False) == []
    assert [d.reason for d in batcher.due(10.0, lambda _: True)] == ["linger"]
    assert batcher.commands == batcher.bytes == 0
