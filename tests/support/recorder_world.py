"""A model beside the recorder, which knows at once what the recorder hears of late and twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from attrs import define, field, frozen

from importbus.bus.batches import Batch
from importbus.bus.journal import Stage
from importbus.bus.messages import LaneCommand
from importbus.bus.recorder import Action, Finish, OpenGate, PlanRound, Recorder

Fact = Callable[[], list[Action]]


@frozen
class Parked:
    """A parked command: whether it is structure, and the batch that brought it."""

    structure: bool
    producer: str
    seq: int


@define
class World:
    """Producers publish, workers settle, facts wait in ``mail``; every decision is checked.

    With ``newest_counts`` false the
    recorder is told what was parked when a batch was settled, however late it hears of it.
    """

    recorder: Recorder
    names: Sequence[str] = ("1",)
    newest_counts: bool = True
    published: dict[str, int] = field(factory=dict)
    phases: dict[str, int] = field(factory=dict)
    finishes: dict[str, int] = field(factory=dict)
    unsettled: list[Batch[Any]] = field(factory=list)
    parked: list[Parked] = field(factory=list)
    mail: list[Fact] = field(factory=list)
    delivered: list[Fact] = field(factory=list)
    to_plan: PlanRound | None = None
    in_round: int = 0
    gave_up_structure: bool = False
    gate_open: bool = False
    finished: bool = False

    @property
    def reading(self) -> list[str]:
        """The producers that have not announced their end."""
        return [name for name in self.names if name not in self.finishes]

    def publish(self, name: str) -> None:
        """A producer publishes a batch."""
        seq = self.published[name] = self.published.get(name, 0) + 1
        self.recorder.noted(name, seq, now=1.0)
        self.unsettled.append(Batch("spring", name, seq, 0, LaneCommand, ()))

    def announce_structure(self, name: str) -> None:
        """A producer has sent its structure; said again, it says the same."""
        last = self.phases.setdefault(name, self.published.get(name, 0))
        self.mail.append(lambda: self.recorder.phase(name, last))

    def announce_end(self, name: str) -> None:
        """A producer has sent everything."""
        last = self.finishes[name] = self.published.get(name, 0)
        self.mail.append(lambda: self.recorder.finish(name, last))

    def settle(self, batch: Batch[Any], parks: Sequence[bool]) -> None:
        """A worker settles a batch, which leaves *parks* parked; true for structure."""
        self.unsettled.remove(batch)
        self.in_round -= bool(batch.round)
        self.parked += [Parked(one, batch.producer, batch.seq) for one in parks]
        self.gave_up_structure &= True not in parks
        then = self._counts()
        self.mail.append(lambda: self._tell(batch, self._counts() if self.newest_counts else then))

    def deliver(self, fact: Fact) -> None:
        """The recorder hears of something."""
        self.mail.remove(fact)
        self.delivered.append(fact)
        self._check(fact())

    def deliver_again(self, fact: Fact) -> None:
        """I8: it hears of something that it knows, which changes nothing."""
        assert fact() == []

    def plan(self, *, send: bool) -> None:
        """Send what is parked again, or find that nothing can cure it."""
        assert self.to_plan
        number, stage = self.to_plan.number, self.to_plan.stage
        eligible = [one for one in self.parked if one.structure or stage == "all"]
        chosen = eligible if send else []
        if chosen or stage == "all":
            self.parked = [one for one in self.parked if one not in eligible]
        else:
            self.gave_up_structure = True
        for seq in range(1, len(chosen) + 1):
            batch = Batch("spring", f"r{number}", seq, 0, LaneCommand, (), round=number)
            self.unsettled.append(batch)
        self.to_plan, self.in_round = None, len(chosen)
        self._check(self.recorder.planned(len(chosen), now=3.0))

    def check(self) -> None:
        """What is complete is finished, and what is missing is known (I6, I12)."""
        assert self.recorder.finished == self.finished
        if not (self.mail or self.unsettled or self.to_plan or self.reading):
            assert self.finished
        assert {(b.producer, b.seq) for b in self.unsettled} <= set(self.recorder.missing())

    def live(self, random: Random, steps: int) -> None:
        """Let *steps* things happen by chance; announcements are rare, so that much happens."""
        for _ in range(steps):
            random.choice(self._possible(random))()
            self.check()

    def _possible(self, random: Random) -> list[Callable[[], None]]:
        found: list[Callable[[], None]] = [lambda: None]
        found += [lambda name=name: self.publish(name) for name in self.reading]  # type: ignore[misc]
        if self.reading and random.random() < 0.3:
            name = random.choice(self.reading)
            found += [lambda: self.announce_structure(name), lambda: self.announce_end(name)]
        parks = random.choice([[], [], [True], [False], [True, False]])
        if self.unsettled:
            found += [lambda: self.settle(random.choice(self.unsettled), parks)] * 2
        if self.mail:
            found += [lambda: self.deliver(random.choice(self.mail))] * 2
        if self.delivered:
            found += [lambda: self.deliver_again(random.choice(self.delivered))]
        if self.to_plan:
            found += [lambda: self.plan(send=random.random() < 0.7)] * 2
        return found

    @property
    def _sent_structure(self) -> dict[str, int]:
        """How far the structure goes: who has sent everything has sent its structure, too."""
        return {**self.finishes, **self.phases}

    def _counts(self) -> tuple[int, int]:
        return len(self.parked), sum(one.structure for one in self.parked)

    def _tell(self, batch: Batch[Any], counts: tuple[int, int]) -> list[Action]:
        parked, structure = counts
        return self.recorder.settled(batch, parked=parked, parked_structure=structure, now=2.0)

    def _check(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case PlanRound(_, stage):
                    self._check_round(action, stage)
                case OpenGate():
                    self._check_gate()
                case Finish():
                    self._check_end()

    def _check_round(self, action: PlanRound, stage: Stage) -> None:
        """Never two rounds at once, and none while what it waits for is open."""
        assert (self.to_plan, self.in_round, self.finished) == (None, 0, False)
        assert self._settled_up_to(self._sent_structure if stage == "structure" else self.finishes)
        self.to_plan = action

    def _check_gate(self) -> None:
        """The structure is settled, and what is parked of it has had its rounds."""
        assert not self.gate_open
        assert self._settled_up_to(self.finishes) or self._settled_up_to(self._sent_structure)
        assert self.gave_up_structure or not any(self._held(one) for one in self.parked)
        self.gate_open = True

    def _held(self, one: Parked) -> bool:
        """Whether the gate waits for a parked command: structure that its phase is about."""
        in_phase = one.seq <= self._sent_structure.get(one.producer, 0)
        return one.structure and (in_phase or one.producer.startswith("r"))

    def _check_end(self) -> None:
        """I6: the end is decided once, when everything that was announced is settled."""
        assert not self.finished
        assert self._settled_up_to(self.finishes)
        assert (self.parked, self.to_plan, self.in_round) == ([], None, 0)
        self.finished = True

    def _settled_up_to(self, last: dict[str, int]) -> bool:
        """Whether all producers said how far it goes, and all up to there is settled."""
        open_seqs = [(b.producer, b.seq) for b in self.unsettled if not b.round]
        everyone = last.keys() == set(self.names)
        return everyone and all(seq > last[name] for name, seq in open_seqs)
