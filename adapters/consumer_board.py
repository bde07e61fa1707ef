"""What a consumer has done so far, for its status: counters that any thread may update."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import asdict, define, field, frozen

from importbus.adapters.lane_status import LaneStatus
from importbus.bus.batches import Settlement
from importbus.bus.ports import Delivery

WRITTEN = ("created", "updated", "deleted", "uploaded", "unchanged", "superseded")
"""Outcomes of commands that did what they should."""


@frozen
class ConsumerSnapshot:
    """One look at a consumer; counts are commands, but for ``redelivered``, which are batches.

    Attributes:
        received: Commands of the batches taken from lanes.
        in_flight: Those of them that have no outcome yet.
        written: Outcomes that did what they should.
        retried: Sends beyond the first of a command.
        redelivered: Batches that came to this consumer not for the first time.
        parked: Commands set aside until a reference comes.
        failed: Commands that failed or died.
        requests: Calls made.
        busy: Lanes with a call in flight.
        waits: Why a lane waits, per lane.
    """

    received: int
    in_flight: int
    written: int
    retried: int
    redelivered: int
    parked: int
    failed: int
    requests: int
    busy: frozenset[int | None]
    waits: Mapping[int | None, str]

    def document(self) -> dict[str, object]:
        """Return it as JSON has it; lanes are named as on the command line."""
        return {
            **asdict(self),
            "busy": [lane_name(lane) for lane in sorted(self.busy, key=_place)],
            "waits": {lane_name(lane): reason for lane, reason in self.waits.items()},
        }


def lane_name(lane: int | None) -> str:
    """Return how people call *lane*: ``structure`` or its number."""
    return "structure" if lane is None else str(lane)


def _place(lane: int | None) -> int:
    return -1 if lane is None else lane


@define
class ConsumerBoard(LaneStatus):
    """The counters of one consumer; every method is thread-safe."""

    _received: int = field(default=0, init=False)
    _redelivered: int = field(default=0, init=False)
    _retried: int = field(default=0, init=False)
    _requests: int = field(default=0, init=False)
    _outcomes: Counter[str] = field(factory=Counter, init=False)
    _in_flight: dict[int | None, int] = field(factory=dict, init=False)

    def received(self, delivery: Delivery) -> None:
        """Count a batch that came."""
        batch = delivery.batch
        with self._lock:
            self._received += len(batch)
            self._redelivered += delivery.redelivered > 0
            self._in_flight[batch.lane] = len(batch)

    def left(self, lane: int | None) -> None:
        """A lane has nothing in work any more."""
        with self._lock:
            self._in_flight.pop(lane, None)

    def settled(self, settlement: Settlement, outcomes: Mapping[str, int]) -> None:
        """Count outcomes, by name, and what they took."""
        several = settlement.results if settlement.requests > 1 else ()
        again = (s.sends - s.envelope.sends - 1 for s in several)
        with self._lock:
            self._outcomes.update(outcomes)
            self._requests += settlement.requests
            self._retried += sum(sends for sends in again if sends > 0)

    def gave_up(self, count: int) -> None:
        """Count commands that failed because nothing can cure them any more."""
        with self._lock:
            self._outcomes["failed"] += count

    def snapshot(self) -> ConsumerSnapshot:
        """Return a consistent copy."""
        with self._lock:
            return ConsumerSnapshot(
                received=self._received,
                in_flight=sum(self._in_flight.values()),
                written=sum(self._outcomes[kind] for kind in WRITTEN),
                retried=self._retried,
                redelivered=self._redelivered,
                parked=self._outcomes["parked"],
                failed=self._outcomes["failed"] + self._outcomes["dead"],
                requests=self._requests,
                busy=frozenset(self._busy),
                waits=dict(self._waits),
            )
