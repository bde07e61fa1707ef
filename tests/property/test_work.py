"""Laws of a batch on its way to outcomes, whatever the sink answers."""

from __future__ import annotations

from typing import Self

from attrs import frozen
from hypothesis import example, given
from hypothesis import strategies as st

from importbus.bus.batches import Batch, Envelope
from importbus.bus.messages import Position, Upsertable
from importbus.bus.outcomes import Outcome, OutcomeKind
from importbus.bus.work import BatchWork

ANSWERS = st.sampled_from(["ok", "ok", "ok", "refused", "parked", "unknown", "lost"])


@frozen
class Note(Upsertable):
    """Write numbers to a key; two of them fold unless a number is divisible by three."""

    sku: str
    numbers: tuple[int, ...]

    @property
    def key(self) -> str:
        return self.sku

    def fold(self, newer: Self) -> Self | None:
        if any(n % 3 == 0 for n in self.numbers + newer.numbers):
            return None
        return type(self)(self.sku, self.numbers + newer.numbers)


@frozen
class Run:
    """What happened: the work with its outcomes, and what took effect per key, in order."""

    work: BatchWork
    effects: dict[str, list[int]]
    pieces: list[list[str]]


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Carry a random batch through a sink that answers at random, to the end."""
    keys = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
    envelopes = tuple(
        Envelope(Note(key, (n,)), Position("test", n), n, 10) for n, key in enumerate(keys, start=1)
    )
    work = BatchWork(Batch("spring", "1", 1, 0, Note, envelopes), attempts=3)
    effects: dict[str, list[int]] = {}
    pieces: list[list[str]] = []
    calls = 0
    while items := work.piece(draw(st.integers(1, 3))):
        calls += 1
        answers = [draw(ANSWERS) if calls < 50 else "ok" for _ in items]
        pieces.append([item.envelope.command.key for item in items])
        outcomes = []
        for item, answer in zip(items, answers, strict=True):
            if answer in ("ok", "lost"):
                effects.setdefault(item.envelope.command.key, []).extend(
                    item.envelope.command.numbers
                )
            outcomes.append(OUTCOMES[answer])
        work.learn(items, outcomes)
    return Run(work, effects, pieces)


OUTCOMES = {
    "ok": Outcome.updated(),
    "refused": Outcome.failed("no", status=422),
    "parked": Outcome.parked("later", wants=["x"]),
    "unknown": Outcome.unknown(),
    "lost": Outcome.unknown(),
}


def first_effects(numbers: list[int]) -> list[int]:
    """Return *numbers* without repeats: a command that is sent again has its first effect count."""
    return list(dict.fromkeys(numbers))


@given(runs())
def test_i1_every_command_gets_exactly_one_outcome(run: Run) -> None:
    """I1: one outcome a command, none of them unknown, in the order of the batch."""
    results = run.work.results()

    assert [settled.envelope.number for settled in results] == [
        envelope.number for envelope in run.work.batch.envelopes
    ]
    assert all(settled.outcome.kind is not OutcomeKind.UNKNOWN for settled in results)
    assert run.work.open == 0


@given(runs())
def test_i3_the_commands_of_a_key_take_effect_in_the_order_of_dispatch(run: Run) -> None:
    """I3: neither a repeat nor a refusal lets a newer command of a key go first."""
    for numbers in run.effects.values():
        assert first_effects(numbers) == sorted(set(numbers))


@given(runs())
def test_i3_a_key_is_in_a_call_once(run: Run) -> None:
    """I3: no call writes one key twice."""
    for keys in run.pieces:
        assert len(keys) == len(set(keys))


@given(runs())
def test_i3_nothing_takes_effect_behind_a_parked_command_of_its_key(run: Run) -> None:
    """Followers wait behind: what comes after a parked command of its key is parked, too."""
    parked: set[str] = set()
    for settled in run.work.results():
        key = settled.envelope.command.identity
        if key in parked:
            assert settled.outcome.kind is OutcomeKind.PARKED
        if settled.outcome.kind is OutcomeKind.PARKED:
            parked.add(key)


@given(runs())
def test_i1_what_counts_as_written_was_written(run: Run) -> None:
    """A command that is called updated or superseded has taken effect."""
    done = {OutcomeKind.UPDATED, OutcomeKind.SUPERSEDED}
    for settled in run.work.results():
        if settled.outcome.kind in done:
            command = settled.envelope.command
            assert isinstance(command, Note)
            assert set(command.numbers) <= set(run.effects[command.key])


@given(st.lists(st.sampled_from(["ok", "refused", "parked", "unknown"]), min_size=1, max_size=6))
@example(["ok", "refused", "ok"])
@example(["ok", "parked"])
def test_a_batch_that_is_not_taken_apart_ends_as_one_that_is(answers: list[str]) -> None:
    """Distinct keys, answered for good: the short way and the long one say the same."""
    envelopes = tuple(
        Envelope(Note(str(n), (n,)), Position("test", n), n, 10, sends=n % 2)
        for n in range(len(answers))
    )
    batch = Batch("spring", "1", 1, 0, Note, envelopes)
    results = []
    for look_first in (False, True):
        work = BatchWork(batch, attempts=1)
        items = work.piece(len(batch))
        if look_first:
            assert [item.envelope for item in items] == list(envelopes)
        work.learn(items, [OUTCOMES[answer] for answer in answers])
        results.append((list(work.results()), work.open, list(work.piece(10))))

    assert results[0] == results[1]


def test_a_batch_of_distinct_keys_goes_as_it_came() -> None:
    """Not even a copy of it is made."""
    envelopes = tuple(Envelope(Note(k, (1,)), Position("t", 1), n, 1) for n, k in enumerate("ab"))
    work = BatchWork(Batch("spring", "1", 1, 0, Note, envelopes))
    items = work.piece(2)

    assert work.batch_of(items) is work.batch
    work.learn(items, [Outcome.updated()] * 2)
    assert (work.open, list(work.piece(2))) == (0, [])
