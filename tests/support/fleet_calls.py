"""Calls in flight in a simulated fleet: when they come into effect, and who sees their end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import Any

from attrs import define, field

from importbus.bus.batches import Batch
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome
from lane_fakes import FakeClock
from warehouse import State, apply, check_files

CALL = 1.0
"""Seconds that a call takes at least; it comes into effect within twice of it, seen or not."""


@define(eq=False, repr=False)
class Call:
    """A call in flight: it comes into effect at ``at``, and then has its outcomes."""

    import_id: str
    commands: Sequence[LaneCommand]
    began: float
    at: float
    outcomes: list[Outcome] | None = None


@define(eq=False, repr=False)
class Calls:
    """The sinks of all imports; ``carried`` are the batches of which something was sent."""

    random: Random
    clock: FakeClock
    states: dict[str, State] = field(factory=lambda: defaultdict(dict), init=False)
    carried: set[str] = field(factory=set, init=False)
    _in_flight: list[Call] = field(factory=list, init=False)

    def begin(self, batch: Batch[Any], first: int = 0) -> Call:
        """Send the commands of *batch* from the one with index *first* on."""
        check_files(batch)
        self.carried.add(batch.id)
        now = self.clock.time
        at = now + self.random.random() * 1.99 * CALL
        call = Call(batch.import_id, batch.items[first:], now, at)
        self._in_flight = sorted([*self._in_flight, call], key=lambda call: call.at)
        return call

    def end(self, call: Call) -> list[Outcome]:
        """Let time pass until *call* is answered, and return its outcomes."""
        self.clock.time = max(self.clock.time, call.at, call.began + CALL)
        self.catch_up()
        assert call.outcomes is not None
        return call.outcomes

    def cut(self, batch: Batch[Any]) -> list[Outcome]:
        """Return the first outcomes of *batch* only; the rest comes into effect later."""
        answered = self.random.randrange(len(batch))
        state = self.states[batch.import_id]
        outcomes = [apply(state, command) for command in batch.items[:answered]]
        self.begin(batch, answered)
        self.clock.time += CALL
        return outcomes

    def catch_up(self) -> None:
        """Carry out what should be in effect by now."""
        now = self.clock.time
        due = [call for call in self._in_flight if call.at <= now]
        self._in_flight = [call for call in self._in_flight if call.at > now]
        for call in due:
            state = self.states[call.import_id]
            call.outcomes = [apply(state, command) for command in call.commands]
