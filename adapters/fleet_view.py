"""The lanes of a queue and who works on them, as one look finds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from attrs import frozen

from importbus.adapters.recorder_duty import RECORDER
from importbus.adapters.transports.sqlite_queue import lane_name


@frozen
class LaneView:
    """A lane: who holds it (None for nobody), and how many batches it has."""

    name: str
    holder: str | None
    batches: int


@frozen
class FleetView:
    """One look at a queue.

    Attributes:
        lanes: The structure lane first.
        recorder: Who is the recorder; None for nobody.
        consumers: What each consumer told last, by its name: host/process/transport.
    """

    lanes: Sequence[LaneView]
    recorder: str | None
    consumers: Mapping[str, Mapping[str, Any]]

    def document(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "lanes": [
                {"lane": lane.name, "batches": lane.batches, **_holder(lane.holder)}
                for lane in self.lanes
            ],
            "recorder": _holder(self.recorder),
            "consumers": [{**_holder(name), **told} for name, told in self.consumers.items()],
        }


class Watched(Protocol):
    """A queue as far as it is looked at; see ``transports/sqlite.py``."""

    lanes: int

    def holders(self) -> Mapping[str, str]:
        """Return who holds which lease now."""
        ...

    def depths(self) -> Mapping[int | None, int]:
        """Return the batches per lane."""
        ...

    def consumers(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each consumer told last."""
        ...


def view(queue: Watched) -> FleetView:
    """Look at *queue*."""
    holders, depths = queue.holders(), queue.depths()
    lanes = [
        LaneView(
            "structure" if lane is None else str(lane), holders.get(lane_name(lane)), depths[lane]
        )
        for lane in (None, *range(queue.lanes))
    ]
    return FleetView(lanes, holders.get(RECORDER), queue.consumers())


def _holder(name: str | None) -> dict[str, object]:
    if name is None:
        return {"holder": None, "process": None}
    _, _, process = name.partition("/")  # one that tells nothing of itself has no number
    number = process.partition("/")[0]
    return {"holder": name, "process": int(number) if number.isdecimal() else None}
