"""Batch handlers: what writes the batches of a class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from attrs import frozen

from importbus.bus import Batch, Command, DuplicateHandler, Outcome, Upsertable, WiringError
from importbus.bus.sinks import BatchHandler, BatchHandlers, FunctionSink


@frozen
class Price(Upsertable):
    """A lane command."""

    key: str


def write(batch: Batch[Price]) -> Iterable[Outcome]:
    """Write prices."""
    return [Outcome.updated()] * len(batch)


class PriceSink:
    """A sink."""

    def write(self, batch: Batch[Any], /) -> Iterable[Outcome]:
        """Write prices."""
        return []


def test_a_function_is_a_sink() -> None:
    """The function gets the batch and its outcomes are the sink's."""
    batch = Batch("spring", "1", 1, 0, Price, ())

    assert list(FunctionSink(write).write(batch)) == []


def test_a_class_has_one_batch_handler() -> None:
    """The second one fails and names the function of the first one, not its wrapper."""
    handlers = BatchHandlers()
    handlers.add(BatchHandler(Price, FunctionSink(write), size=100, linger=2.0))

    with pytest.raises(DuplicateHandler, match=r"by .*test_sinks\.write .*PriceSink cannot"):
        handlers.add(BatchHandler(Price, PriceSink(), size=100, linger=2.0))


@pytest.mark.parametrize("wrong", [Command, int, "Price"])
def test_only_lane_commands_come_in_batches(wrong: Any) -> None:
    """Other commands have nobody who would collect them."""
    with pytest.raises(WiringError, match="cannot come in batches; derive it from Upsertable"):
        BatchHandler(wrong, PriceSink(), size=100, linger=2.0)


@pytest.mark.parametrize(("size", "linger"), [(0, 2.0), (101, 2.0), (1, -0.1)])
def test_sizes_and_times_have_bounds(size: int, linger: float) -> None:
    """The message says what is allowed."""
    with pytest.raises(WiringError, match="size is 1 to 100 items, linger is 0 seconds or more"):
        BatchHandler(Price, PriceSink(), size=size, linger=linger)


@pytest.mark.parametrize(("size", "linger"), [(1, 0.0), (100, 3600.0)])
def test_the_bounds_are_allowed(size: int, linger: float) -> None:
    """The extremes are values like others."""
    handler = BatchHandler(Price, PriceSink(), size=size, linger=linger)

    assert (handler.size, handler.linger) == (size, linger)
