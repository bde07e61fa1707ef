"""Lanes, recorder and consumers of a queue as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.box import HEAVY_HEAD, Box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from importbus.adapters.fleet_view import FleetView

COUNTS = ("received", "in_flight", "written", "retried", "redelivered", "parked", "failed")


def fleet(seen: FleetView, *, box: Box = HEAVY_HEAD) -> Iterator[RenderableType]:
    """Yield the lanes, the recorder and the consumers, in tables with the lines of *box*."""
    yield _lanes(seen, box)
    yield Text(f"Recorder: {process(seen.recorder) if seen.recorder else 'nobody'}")
    if seen.consumers:
        yield _consumers(seen, box)


def process(holder: str) -> str:
    """Return who holds something, as people read it."""
    host, number, _ = holder.rsplit("/", 2)
    return f"process {number} on {host}"


def _lanes(seen: FleetView, box: Box) -> RenderableType:
    table = Table(title="Lanes", title_justify="left", box=box)
    table.add_column("lane")
    table.add_column("held by", overflow="fold")
    table.add_column("batches", justify="right")
    table.add_column("waits")
    waits = {
        (holder, lane): reason
        for holder, told in seen.consumers.items()
        for lane, reason in told["waits"].items()
    }
    for lane in seen.lanes:
        holder = process(lane.holder) if lane.holder else "nobody"
        reason = waits.get((lane.holder or "", lane.name), "")
        table.add_row(lane.name, holder, f"{lane.batches:,}", reason)
    return table


def _consumers(seen: FleetView, box: Box) -> RenderableType:
    table = Table(title="Consumers", title_justify="left", box=box)
    table.add_column("consumer", overflow="fold")
    for name in COUNTS:
        table.add_column(name.replace("_", " "), justify="right")
    for holder, told in seen.consumers.items():
        table.add_row(process(holder), *_counts(told))
    return table


def _counts(told: Mapping[str, Any]) -> Iterator[str]:
    return (f"{told[name]:,}" for name in COUNTS)
