"""Mistakes in using results, and commands that are none."""

from __future__ import annotations

from attrs import frozen

from importbus.bus import Command, CommandBus, Event, Position
from importbus.bus import Nothing  # error: attr-defined


@frozen
class Rename(Command[str]):
    code: str


@frozen
class Renamed(Event):
    code: str


bus = CommandBus()

wrong: int = bus.dispatch(Rename("shoes"))  # error: assignment
bus.dispatch(Rename("shoes")).append("x")  # error: attr-defined
bus.dispatch(Rename(5))  # error: arg-type
bus.dispatch(Renamed("shoes"))  # error: arg-type
bus.dispatch("shoes")  # error: arg-type
bus.dispatch(Rename)  # error: arg-type
bus.broadcast(Rename("shoes"))  # error: arg-type
Rename("shoes").code = "boots"  # error: misc

with bus.importing() as run:
    number: int = run.dispatch(Rename("shoes"))  # error: assignment
    run.dispatch(Rename("shoes"), 17)  # error: arg-type
    run.dispatch(Rename("shoes"), Position("a.csv", "17"))  # error: arg-type
    run.report.outcomes["created"] = 5  # error: index
