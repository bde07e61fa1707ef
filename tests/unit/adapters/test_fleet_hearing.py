"""What other processes tell a bus of a fleet."""

from __future__ import annotations

from importbus.adapters.wiring import fleet
from importbus.bus import BatchSettled, CommandBus


def test_a_bus_that_is_closed_hears_nothing_more() -> None:
    """A publisher that leaves while consumers settle its batches makes no noise about it."""
    heard: list[BatchSettled] = []
    event = BatchSettled("night", "night/1/1", "SetPrice", {"created": 1}, 1.0)
    bus = CommandBus()
    bus.subscribe(BatchSettled, heard.append)
    fleet._hear(bus, None, event)
    bus.close()
    fleet._hear(bus, None, event)

    assert heard == [event]
