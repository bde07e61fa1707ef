"""What chance may do in a schedule of a fleet, and how often."""

from __future__ import annotations

from random import Random

from attrs import define, field

KINDS = ("time", "join", "record", "send", "work")
"""Kinds of turns; in each schedule some of them come more often than others."""

MOST_STEPS = 3000
"""A schedule that takes more has lost its way; most take about a hundred."""

DEEP = 6
"""Turns that are nested in one another at the most."""


@define(eq=False, repr=False)
class Chance:
    """A few faults for each schedule, often or rarely.

    Args:
        faults: How often it strikes; being slow is no fault.
        deliveries: How often it takes a batch from its worker, since the fifth delivery takes it
            for poison.
    """

    random: Random
    faults: int = 6
    deliveries: int = 3
    deaths: set[str] = field(factory=set, init=False)
    rate: float = field(init=False)
    often: dict[str, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.rate = self.random.choice([0.03, 0.1, 0.3])
        self.often = {kind: self.random.choice([1, 2, 4]) for kind in KINDS}

    def may(self, rate: float) -> bool:
        """Whether something happens that does so as often as *rate* says."""
        return self.random.random() < rate

    def struck(self, *faults: str) -> str | None:
        """Return what strikes, as long as something is left that may."""
        if self.faults <= 0:
            return None
        fault = self.random.choice(faults)
        if fault in ("die", "lose"):
            if self.deliveries <= 0:
                return None
            self.deliveries -= 1
        self.faults -= fault != "slow"
        return fault
