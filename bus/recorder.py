"""When is an import finished? The recorder decides, from the set of settled batches.

A pure state machine: every method takes a fact and returns what has to be done next. Never a
counter, an empty queue or the arrival of a message (I6): a batch that is told twice is in the set
once, and a producer's batches are all settled when every number up to its last one is in the set.

```text
 reading --phase announced, its batches settled--> rounds of structure --> gate open
 reading --all finishes announced, all settled---> rounds of all --------> finished
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from attrs import define, field, frozen

from importbus.bus.journal import Stage


@frozen
class PlanRound:
    """Write down parking round ``number`` and publish its batches; then call ``planned``."""

    number: int
    stage: Stage


@frozen
class OpenGate:
    """The structure is settled: let the catalogue batches go."""


@frozen
class Finish:
    """Every command has its outcome: decide the end."""


Action = PlanRound | OpenGate | Finish


class Numbered(Protocol):
    """What the recorder needs to know of a batch."""

    @property
    def producer(self) -> str:
        """Who sent it."""
        ...

    @property
    def seq(self) -> int:
        """Its number among those of its producer, or of its round."""
        ...

    @property
    def round(self) -> int:
        """Its parking round; 0 for none."""
        ...


@define
class SettledSet:
    """A set of whole numbers from 1 on that stays small when it has few gaps."""

    _upto: int = 0
    _beyond: set[int] = field(factory=set)

    def add(self, number: int) -> None:
        """Put *number* in; a second time changes nothing."""
        if number > self._upto:
            self._beyond.add(number)
        while self._upto + 1 in self._beyond:
            self._upto += 1
            self._beyond.remove(self._upto)

    def covers(self, last: int) -> bool:
        """Whether all of 1 to *last* are in."""
        return self._upto >= last

    def missing(self, last: int) -> Iterator[int]:
        """Yield the numbers up to *last* that are not in."""
        return (n for n in range(self._upto + 1, last + 1) if n not in self._beyond)


@define
class Producer:
    """What one producer has announced, and which of its batches are settled."""

    settled: SettledSet = field(factory=SettledSet)
    noted: int = 0
    phase: int | None = None
    finish: int | None = None

    def done(self, what: Literal["phase", "finish"]) -> bool:
        """Whether *what* was announced and all batches up to there are settled.

        Who has sent everything has sent its structure, too.
        """
        last = self.finish if what == "finish" or self.phase is None else self.phase
        return last is not None and self.settled.covers(last)


@define
class Recorder:
    """The state of one import; ``producers`` is fixed when the import opens.

    Times are seconds of any clock that never goes back.
    """

    import_id: str
    now: float
    producers: int = 1
    round: int = 0
    parked: int = 0
    parked_structure: int = 0
    finished: bool = field(default=False, init=False)
    gate_open: bool = field(default=False, init=False)
    _streams: dict[str, Producer] = field(factory=dict, init=False)
    _round_left: SettledSet = field(factory=SettledSet, init=False)
    _round_size: int | None = field(default=0, init=False)  # None: being planned
    _asked: Stage = field(default="all", init=False)

    def resume(self, number: int, size: int, *, gate_open: bool) -> None:
        """Go on where another recorder stood: its last round *number* had *size* batches."""
        self.round, self._round_size, self._round_left = number, size, SettledSet()
        self.gate_open = gate_open

    def noted(self, producer: str, seq: int, *, now: float) -> None:
        """A batch is about to be published; when nothing was due, waiting begins with it.

        *seq* is 0 for a producer that has none yet and is waited for.
        """
        if not self._any_missing():
            self.now = max(self.now, now)
        stream = self._stream(producer)
        stream.noted = max(stream.noted, seq)

    def settled(
        self, batch: Numbered, *, parked: int, parked_structure: int, now: float
    ) -> list[Action]:
        """A batch is settled; told again it changes nothing but the counts of what is parked."""
        self.now, self.parked, self.parked_structure = now, parked, parked_structure
        if not batch.round:
            self._stream(batch.producer).settled.add(batch.seq)
        elif batch.round == self.round:
            self._round_left.add(batch.seq)
        return self._decide()

    def phase(self, producer: str, last: int) -> list[Action]:
        """A producer has sent its structure; *last* is the seq of its last batch so far."""
        self._stream(producer).phase = last
        return self._decide()

    def finish(self, producer: str, last: int) -> list[Action]:
        """A producer has sent everything; *last* is the seq of its last batch, 0 for none."""
        self._stream(producer).finish = last
        return self._decide()

    def planned(self, count: int, *, now: float) -> list[Action]:
        """The round asked for has *count* batches; 0 means that its stage has nothing parked."""
        self.now = now
        self._round_size = count
        if count:
            return []
        self.round -= 1
        return self._nothing_left()

    def missing(self) -> Iterator[tuple[str, int]]:
        """Yield producer and seq of the batches that were published and are not settled."""
        for name, stream in self._streams.items():
            last = max(stream.noted, stream.finish or 0)
            yield from ((name, seq) for seq in stream.settled.missing(last))
        for seq in self._round_left.missing(self._round_size or 0):
            yield f"r{self.round}", seq

    def stalled(self, now: float, after: float) -> bool:
        """Whether something is due and nothing was settled for *after* seconds."""
        return not self.finished and now - self.now >= after and self._any_missing()

    @property
    def in_round(self) -> bool:
        """Whether a parking round is planned or under way."""
        return not self._round_done()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is due: no batch, no round that is being planned, no end."""
        return not (self.finished or self._round_size is None or self._any_missing())

    def _any_missing(self) -> bool:
        return any(True for _ in self.missing())

    def _stream(self, producer: str) -> Producer:
        return self._streams.setdefault(producer, Producer())

    def _decide(self) -> list[Action]:
        if self.finished or not self._round_done():
            return []
        if self._announced("finish"):
            return self._ask("all") if self.parked else self._end()
        if self._announced("phase") and not self.gate_open:
            return self._ask("structure") if self.parked_structure else self._open_gate()
        return []

    def _announced(self, what: Literal["phase", "finish"]) -> bool:
        sources = {name.partition(".")[0] for name in self._streams}  # 1.1 continues for 1
        done = all(stream.done(what) for stream in self._streams.values())
        return len(sources) >= self.producers and done

    def _round_done(self) -> bool:
        return self._round_size is not None and self._round_left.covers(self._round_size)

    def _ask(self, stage: Stage) -> list[Action]:
        self.round += 1
        self._round_left, self._round_size, self._asked = SettledSet(), None, stage
        return [PlanRound(self.round, stage)]

    def _nothing_left(self) -> list[Action]:
        if self._asked == "all":
            self.parked = 0
            return self._end()
        return [*self._open_gate(), *self._decide()]

    def _open_gate(self) -> list[Action]:
        self.gate_open = True
        return [OpenGate()]

    def _end(self) -> list[Action]:
        self.finished = True
        opened = [] if self.gate_open else self._open_gate()
        return [*opened, Finish()]
