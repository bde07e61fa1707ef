"""Laws of the journal under random histories: I1 and I8 hold after every step."""

from __future__ import annotations

import tempfile
from pathlib import Path

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from importbus.adapters.codec import JsonCodec
from importbus.adapters.journal import SqliteJournal
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.journal import ImportRecord
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import SUSPECT, Outcome, behind
from importbus.handlers.akeneo import COMMANDS, CreateOrUpdateProduct

KINDS = st.sampled_from(["created", "failed", "family:a", "family:b", SUSPECT])


def outcome_of(kind: str) -> Outcome:
    """Return the outcome that *kind* stands for."""
    if kind in ("created", "failed"):
        return Outcome.created() if kind == "created" else Outcome.failed("no", status=422)
    return Outcome.parked("later", status=422, wants=[kind])


class Histories(RuleBasedStateMachine):
    """Reads, settles, repeats, rejects, plans rounds, crashes and resumes, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.journal = self.opened()
        self.journal.open_import(ImportRecord("spring", None, (), 4, 0.0))
        self.producer, self.seq, self.number, self.read, self.round = "1", 0, 0, 0, 0
        self.accepted = 0
        self.unsettled: list[Batch[LaneCommand]] = []
        self.settled: list[Settlement] = []

    def opened(self) -> SqliteJournal:
        codec = JsonCodec()
        for command in COMMANDS:
            codec.register(command)
        return SqliteJournal(str(Path(self.folder.name) / "journal.db"), codec)

    def teardown(self) -> None:
        self.journal.close()
        self.folder.cleanup()

    @rule(keys=st.lists(st.sampled_from("abc"), min_size=1, max_size=3))
    def note_a_batch(self, keys: list[str]) -> None:
        envelopes = []
        for key in keys:
            self.number += 1
            self.read += 1
            self.accepted += 1
            command = CreateOrUpdateProduct(identifier=key)
            envelopes.append(Envelope(command, Position("a", self.number), self.number, 9))
        self.seq += 1
        batch: Batch[LaneCommand] = Batch(
            "spring", self.producer, self.seq, 0, CreateOrUpdateProduct, tuple(envelopes)
        )
        self.journal.note(batch, accepted=self.accepted)
        self.unsettled.append(batch)

    @precondition(lambda self: self.unsettled)
    @rule(data=st.data())
    def settle_a_batch(self, data: st.DataObject) -> None:
        batch = self.unsettled.pop(data.draw(st.integers(0, len(self.unsettled) - 1)))
        held: dict[str, int] = {}
        results = []
        for envelope in batch.envelopes:
            key = envelope.command.key
            outcome = outcome_of(data.draw(KINDS))
            if key in held:
                outcome = Outcome.parked(wants=[behind(held[key])])
            if not outcome.kind.final:
                held.setdefault(key, envelope.number)
            results.append(Settled(envelope, outcome, envelope.sends + 1))
        self.settled.append(Settlement(batch, tuple(results), 1, 5.0, 1.0))
        self.journal.settle(self.settled[-1])

    @precondition(lambda self: self.settled)
    @rule(data=st.data())
    def deliver_a_batch_again(self, data: st.DataObject) -> None:
        before = self.journal.report("spring", groups=0)
        again = data.draw(st.sampled_from(self.settled))
        changed = evolve(
            again, results=tuple(evolve(r, outcome=Outcome.created()) for r in again.results)
        )
        fresh = self.journal.settle(changed).fresh
        after = self.journal.report("spring", groups=0)

        assert not fresh
        assert evolve(after, seconds=0.0) == evolve(before, seconds=0.0)

    @rule(line=st.integers(1000, 1003))
    def reject_a_line(self, line: int) -> None:
        at = Position("a", line)
        self.read += self.journal.reject("spring", at, command=None, reason="no", raw=b"")

    @precondition(lambda self: not self.unsettled)
    @rule()
    def plan_a_round(self) -> None:
        self.round += 1
        if not self.journal.plan_round("spring", self.round, "all", at=2.0):
            assert self.journal.parked("spring") == 0
        self.unsettled.extend(self.journal.round_batches("spring", self.round))

    @rule()
    def crash_and_resume(self) -> None:
        self.journal.close()
        self.journal = self.opened()
        found = self.journal.resume_import("spring")
        self.producer, self.seq = found.producer, 0
        self.number = max(self.number, found.last_number)
        self.read, self.accepted, self.round = found.read, found.accepted, found.last_round
        self.unsettled.clear()

    @invariant()
    def the_account_is_balanced(self) -> None:
        """I1: at any moment read == outcomes + rejected + open."""
        report = self.journal.report("spring", groups=0)
        waiting = sum(len(batch) for batch in self.unsettled if not batch.round)

        assert report.balanced
        assert report.read == self.read
        assert report.open == waiting + self.journal.parked("spring")


Histories.TestCase.settings = settings(stateful_step_count=25, deadline=None)
TestHistories = Histories.TestCase
