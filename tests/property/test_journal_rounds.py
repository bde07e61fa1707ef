"""Laws of parking rounds: they end, lose nothing, keep order, and give up only what is hopeless."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from attrs import define, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.codec import JsonCodec
from importbus.adapters.journal import SqliteJournal
from importbus.bus.batches import Batch, Envelope, Settlement
from importbus.bus.following import leaders_of
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import LaneKind, Position, Upsertable
from importbus.bus.outcomes import Outcome
from importbus.bus.work import BatchWork


@frozen
class PutThing(Upsertable):
    """Create or update a thing, when all that it ``needs`` is there."""

    code: str
    line: int
    needs: tuple[str, ...] = ()
    resource: ClassVar[str] = "thing"
    rank: ClassVar[int] = 1

    @property
    def key(self) -> str:
        """The code."""
        return self.code


@frozen
class PutKind(PutThing):
    """The same for structure."""

    resource: ClassVar[str] = "kind"
    lane_kind: ClassVar[LaneKind] = "structure"


TOKENS = [f"{resource}:{code}" for resource in ("thing", "kind") for code in "abc"]
COMMANDS = st.builds(
    lambda kind, code, needs: (kind, code, tuple(n for n in needs if not n.endswith(code))),
    st.sampled_from([PutThing, PutKind]),
    st.sampled_from("abc"),
    st.lists(st.sampled_from([*TOKENS, "kind:never"]), max_size=2, unique=True),
)


@define
class World:
    """A sink that refuses what needs something that is not there, and how often it was asked."""

    last: dict[str, int] = field(factory=dict)
    asked: dict[int, int] = field(factory=dict)

    def write(self, batch: Batch[PutThing]) -> Iterator[Outcome]:
        """Write what can be written; name the first thing that is missing of the rest."""
        for command in batch.items:
            self.asked[command.line] = self.asked.get(command.line, 0) + 1
            missing = [need for need in command.needs if need not in self.last]
            if missing:
                yield Outcome.parked(f"{missing[0]} is missing", status=422, wants=missing[:1])
            else:
                self.last[command.identity] = command.line
                yield Outcome.created()


@define
class Run:
    """An import of *commands* in batches of one, with a crash before the n-th settlement."""

    folder: str
    commands: list[PutThing]
    crashes: set[int]
    world: World = field(factory=World)
    journal: SqliteJournal = field(init=False)
    _settled: int = 0

    def carry_out(self) -> None:
        """Send everything, crash and resume where it is due, and run the rounds to their end."""
        self.journal = self._opened()
        self.journal.open_import(ImportRecord("spring", None, (), 1, 0.0))
        while not self._try():
            self.journal.close()
            self.journal = self._opened()
        self.journal.close()

    def _try(self) -> bool:
        found = self.journal.resume_import("spring")
        todo = [c for c in self.commands if Position("a", c.line) not in found.settled]
        number, accepted, sent = found.last_number, found.accepted, 0
        for command_type, group in groupby(todo, type):
            members = list(group)
            envelopes = tuple(
                Envelope(c, Position("a", c.line), number + n, 9) for n, c in enumerate(members, 1)
            )
            number, accepted, sent = number + len(members), accepted + len(members), sent + 1
            lane = None if command_type is PutKind else 0
            batch = Batch("spring", found.producer, sent, lane, command_type, envelopes)
            self.journal.note(batch, accepted=accepted)
            if not self._carry(batch):
                return False
        return self._rounds(found.last_round)

    def _rounds(self, last: int) -> bool:
        for number in range(last + 1, last + 200):
            if not self.journal.plan_round("spring", number, "all", at=1.0):
                return True
            for batch in self.journal.round_batches("spring", number):
                if not self._carry(batch):
                    return False
        raise AssertionError("The rounds do not end.")

    def _carry(self, batch: Batch[Any]) -> bool:
        work = BatchWork(batch, leaders=leaders_of(batch, self.journal))
        while items := work.piece(100):
            work.learn(items, tuple(self.world.write(work.batch_of(items))))
        self._settled += 1
        if self._settled in self.crashes:
            return False
        self.journal.settle(Settlement(batch, work.results(), 1, 1.0, 1.0))
        return True

    def _opened(self) -> SqliteJournal:
        codec = JsonCodec()
        codec.register(PutThing)
        codec.register(PutKind)
        return SqliteJournal(str(Path(self.folder) / "journal.db"), codec)


@given(
    st.lists(COMMANDS, max_size=12),
    st.sets(st.integers(1, 12), max_size=2),
)
def test_rounds_end_lose_nothing_and_give_up_the_hopeless_only(
    commands: list[tuple[type[PutThing], str, tuple[str, ...]]], crashes: set[int]
) -> None:
    """I1, I3: one outcome each, the last command of a key wins, failed is what lacks something."""
    lines = [kind(code, n, needs) for n, (kind, code, needs) in enumerate(commands, 1)]
    with tempfile.TemporaryDirectory() as folder:
        run = Run(folder, lines, crashes)
        run.carry_out()
        journal = run._opened()
        report, failed = journal.report("spring"), list(journal.failures("spring"))
        journal.close()

    assert report.balanced
    assert (report.read, report.open) == (len(lines), 0)
    assert set(run.world.last.items()) == set(expected(lines, {f.position.line for f in failed}))
    for failed_line in lasts(lines) & {f.position.line for f in failed}:
        assert set(lines[failed_line - 1].needs) - set(run.world.last)


def lasts(lines: list[PutThing]) -> set[int]:
    """Return the lines that have no later one of their identity.

    Others may fail so that what waits behind them can go, and that may be what they lacked.
    """
    return set({command.identity: command.line for command in lines}.values())


def expected(lines: list[PutThing], failed: set[int]) -> Iterator[tuple[str, int]]:
    """Return the last command of each identity that has not failed."""
    written = {c.identity: c.line for c in lines if c.line not in failed}
    return iter(written.items())


@given(st.lists(COMMANDS, max_size=12))
def test_what_cannot_be_cured_is_sent_twice_for_each_reason_at_most(
    commands: list[tuple[type[PutThing], str, tuple[str, ...]]],
) -> None:
    """Refusals without end would keep an import from ending."""
    lines = [kind(code, n, needs) for n, (kind, code, needs) in enumerate(commands, 1)]
    with tempfile.TemporaryDirectory() as folder:
        run = Run(folder, lines, set())
        run.carry_out()

    for command in lines:
        if "kind:never" in command.needs[:1]:
            assert run.world.asked.get(command.line, 0) <= 2
