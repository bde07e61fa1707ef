"""What `SqliteJournal` does where the contract of all journals says nothing more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve, frozen

from importbus.adapters.codec import JsonCodec
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.sources.extents import Extent
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.errors import JournalError, UnknownImport
from importbus.bus.journal import ImportRecord, LaneEntry
from importbus.bus.messages import LaneCommand, Position, Upsertable
from importbus.bus.outcomes import SUSPECT, Outcome, OutcomeKind, ServerError, behind


@frozen
class PutThing(Upsertable):
    """Create or update a thing."""

    sku: str
    size: int = 0

    @property
    def key(self) -> str:
        """The sku."""
        return self.sku


@frozen
class DropThing(LaneCommand):
    """Delete a thing."""

    sku: str

    @property
    def key(self) -> str:
        """The sku."""
        return self.sku


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    """A journal with the open import ``spring``, at second 100."""
    journal = opened(path)
    journal.open_import(ImportRecord("spring", None, ("a.jsonl",), 4, 100.0))
    yield journal
    journal.close()


def opened(path: Path) -> SqliteJournal:
    """Open the journal at *path*."""
    codec = JsonCodec()
    codec.register(PutThing)
    codec.register(DropThing)
    return SqliteJournal(str(path), codec, now=lambda: 160.0)


def thing(number: int) -> Envelope[LaneCommand]:
    """Return command *number*."""
    return Envelope(PutThing(f"t{number}"), Position("a.jsonl", number), number, 12)


def batch_of(*envelopes: Envelope[LaneCommand], seq: int = 1) -> Batch[LaneCommand]:
    """Return *envelopes* as a batch of lane 0."""
    return Batch("spring", "1", seq, 0, type(envelopes[0].command), envelopes)


def settle(
    journal: SqliteJournal, batch: Batch[LaneCommand], *outcomes: Outcome, at: float = 101.0
) -> dict[str, int]:
    """Settle *batch*, which is noted unless a round did so; return the final outcomes."""
    if not batch.round:
        journal.note(batch, accepted=batch.envelopes[-1].number)
    pairs = zip(batch.envelopes, outcomes, strict=True)
    results = tuple(Settled(e, outcome, e.sends + 1) for e, outcome in pairs)
    return dict(journal.settle(Settlement(batch, results, 1, 5.0, at)).outcomes)


def planned(journal: SqliteJournal, number: int) -> list[Batch[LaneCommand]]:
    """Plan a round and return its batches."""
    journal.plan_round("spring", number, "all", at=102.0)
    return list(journal.round_batches("spring", number))


def refused(*wants: str) -> Outcome:
    """Return the parking of a command that waits for *wants*."""
    return Outcome.parked(ServerError("not there yet"), status=422, wants=wants)


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask the file itself."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_a_round_that_a_crash_cut_off_is_planned_again_whole(journal: SqliteJournal) -> None:
    """I2: a command whose round was planned and never sent has not used up its send."""
    settle(journal, batch_of(thing(1)), refused("kind:k"))
    planned(journal, 1)
    resumed = journal.resume_import("spring")

    (again,) = planned(journal, resumed.last_round + 1)
    assert [e.number for e in again.envelopes] == [1]


def test_rounds_after_a_resume_hold_what_they_plan_only(journal: SqliteJournal) -> None:
    """A number of a round that was withdrawn is used again for other commands."""
    settle(journal, batch_of(thing(1)), refused("kind:k"))
    planned(journal, 1)
    journal.resume_import("spring")
    late = evolve(batch_of(thing(2)), producer="2")
    settle(journal, late, refused("kind:k"))

    assert [len(batch) for batch in planned(journal, 1)] == [2]


def test_a_settled_batch_of_a_round_is_not_given_out_again(journal: SqliteJournal) -> None:
    """Asked again after a part is settled, a round yields the other part."""
    delete: Envelope[LaneCommand] = Envelope(DropThing("t9"), Position("a.jsonl", 9), 9, 12)
    settle(journal, batch_of(thing(1)), refused("kind:k"))
    settle(journal, batch_of(delete, seq=2), refused("kind:k"))
    first, second = planned(journal, 1)
    settle(journal, first, Outcome.created())

    assert [batch.id for batch in journal.round_batches("spring", 1)] == [second.id]


def test_a_batch_that_is_settled_while_its_round_is_published_is_left_out(
    journal: SqliteJournal,
) -> None:
    """I8: who publishes a round again meets workers that have it from the first time."""
    delete: Envelope[LaneCommand] = Envelope(DropThing("t9"), Position("a.jsonl", 9), 9, 12)
    settle(journal, batch_of(thing(1)), refused("kind:k"))
    settle(journal, batch_of(delete, seq=2), refused("kind:k"))
    _, second = planned(journal, 1)
    again = journal.round_batches("spring", 1)
    next(again)
    settle(journal, second, Outcome.deleted())

    assert list(again) == []


def test_a_follower_that_was_planned_and_not_sent_keeps_its_send(journal: SqliteJournal) -> None:
    """What waits behind another one again goes when that one is done."""
    settle(journal, batch_of(thing(1), thing(2)), refused("kind:k"), refused("kind:k"))
    (both,) = planned(journal, 1)
    settle(journal, both, Outcome.created(), Outcome.parked(wants=[behind(1)]))

    (last,) = planned(journal, 2)
    assert [e.number for e in last.envelopes] == [2]


def test_an_answer_clears_a_suspect(journal: SqliteJournal) -> None:
    """A command that got no answer at first, and then a refusal, has failed: it is not poison."""
    settle(journal, batch_of(thing(1)), refused(SUSPECT))
    (alone,) = planned(journal, 1)
    settle(journal, alone, refused("kind:k"))
    (again,) = planned(journal, 2)
    settle(journal, again, refused("kind:k"))
    planned(journal, 3)

    assert journal.report("spring").outcomes == {"failed": 1}


def test_the_worst_of_three_parts_is_kept(journal: SqliteJournal) -> None:
    """Created, then written once more in part, then the rest: the command was created."""
    first = evolve(refused("a"), remainder=PutThing("t1", 1), written=OutcomeKind.CREATED)
    settle(journal, batch_of(thing(1)), first)
    (again,) = planned(journal, 1)
    settle(journal, again, evolve(first, wants=("b",), written=OutcomeKind.UPDATED))
    (last,) = planned(journal, 2)

    assert settle(journal, last, Outcome.updated()) == {"created": 1}


def test_the_size_of_a_remainder_is_its_own(journal: SqliteJournal) -> None:
    """Batches of a round are cut by what is still to be sent."""
    rest = evolve(refused("a"), remainder=PutThing("t1"), written=OutcomeKind.CREATED)
    settle(journal, batch_of(evolve(thing(1), size=900_000)), rest)

    (again,) = planned(journal, 1)
    assert again.envelopes[0].size == len(b'{"sku":"t1","size":0}')


def test_a_failure_always_has_a_reason(journal: SqliteJournal) -> None:
    """A refusal without a word is listed, too."""
    settle(journal, batch_of(thing(1)), Outcome.failed(status=422))
    (failure,) = journal.failures("spring")

    assert failure.errors == (ServerError("no reason given"),)


def test_the_first_refusal_is_dated(journal: SqliteJournal, path: Path) -> None:
    """A failure knows when its command was refused first and last."""
    settle(journal, batch_of(thing(1)), refused("kind:k"), at=101.0)
    (again,) = planned(journal, 1)
    settle(journal, again, Outcome.failed("no"), at=105.0)

    assert query(path, "SELECT since, at FROM failures") == [(101.0, 105.0)]


def test_a_finished_import_that_runs_again_keeps_its_event(journal: SqliteJournal) -> None:
    """I6: its end is told under one id, so that listeners drop the repeat."""
    _, event_id = journal.finish("spring", at=110.0)
    journal.resume_import("spring")
    settle(journal, batch_of(thing(1)), Outcome.failed("no"))

    assert journal.finish("spring", at=120.0) == ("finished_with_failures", event_id)
    assert journal.report("spring").seconds == 20.0


def test_the_end_of_an_unknown_import_cannot_be_decided(journal: SqliteJournal) -> None:
    """The error names it."""
    with pytest.raises(UnknownImport, match="autumn"):
        journal.finish("autumn", at=110.0)


def test_a_producer_never_gets_a_name_again(journal: SqliteJournal) -> None:
    """Not even when nothing of the dead one was settled: its batches may still be somewhere."""
    journal.note(batch_of(thing(1)), accepted=1)

    assert journal.resume_import("spring").producer == "2"


def test_seconds_run_until_now_while_the_import_does(journal: SqliteJournal) -> None:
    """The clock is an argument; here it stands at 160."""
    assert journal.report("spring").seconds == 60.0


def test_parked_commands_are_counted_by_lane(journal: SqliteJournal) -> None:
    """Settling says how much waits, and how much of it is structure."""
    structure = evolve(batch_of(thing(1), thing(2)), lane=None)
    journal.note(structure, accepted=2)
    waiting = tuple(Settled(e, refused("x")) for e in structure.envelopes)
    one = journal.settle(Settlement(structure, waiting, 1, 5.0, 101.0))
    journal.note(batch_of(thing(3), seq=2), accepted=3)
    last = Settled(thing(3), refused("x"))
    two = journal.settle(Settlement(batch_of(thing(3), seq=2), (last,), 1, 5.0, 101.0))

    assert (one.parked, one.parked_structure) == (2, 2)
    assert (two.parked, two.parked_structure) == (3, 2)


def test_another_process_sees_at_once_what_is_parked(journal: SqliteJournal, path: Path) -> None:
    """No count is remembered that somebody else can change."""
    other = opened(path)
    before = other.parked("spring")
    settle(journal, batch_of(thing(1)), refused("x"))

    assert (before, other.parked("spring")) == (0, 1)
    other.close()


def test_what_was_never_parked_is_asked_of_nobody(journal: SqliteJournal) -> None:
    """Of an import of this process alone it is known; of a shared one others may have parked."""
    journal.open_import(ImportRecord("summer", None, ("a.jsonl",), 4, 100.0, shared=True))
    journal.close()

    assert journal.parked("spring") == 0
    assert journal.parked_tokens("spring", ["thing:t1"]) == ()
    with pytest.raises(JournalError):
        journal.parked("summer")


def test_what_was_parked_once_is_asked_for(journal: SqliteJournal, path: Path) -> None:
    """Also when it is continued by another process."""
    settle(journal, batch_of(thing(1)), refused("x"))
    other = opened(path)
    other.resume_import("spring")

    assert (journal.parked("spring"), other.parked("spring")) == (1, 1)
    other.close()


def test_the_lanes_of_a_process_by_itself_are_no_lanes_of_a_fleet(journal: SqliteJournal) -> None:
    """When they settled something says nothing about lanes that processes share."""
    settle(journal, batch_of(thing(1)), Outcome.created())

    assert journal.shared.settled_at([batch_of(thing(1)).lane]) == 0.0


def test_a_transaction_that_fails_at_its_end_leaves_the_journal_usable(
    journal: SqliteJournal, path: Path
) -> None:
    """The disk is full and later is not: what failed can be done again, nothing is half done."""
    limit(journal, pages=int(str(query(path, "PRAGMA page_count")[0][0])))
    with pytest.raises(JournalError, match="disk is full; make room"):
        note_many(journal)
    limit(journal, pages=100_000)

    assert settle(journal, batch_of(thing(900), seq=900), Outcome.created()) == {"created": 1}


def note_many(journal: SqliteJournal) -> None:
    """Write more than fits into the pages that are there."""
    for seq in range(1, 500):
        journal.note(batch_of(thing(seq), seq=seq), accepted=seq)


def limit(journal: SqliteJournal, *, pages: int) -> None:
    """Let the file have at most *pages* pages, as a full disk would."""
    with journal._database.transaction() as connection:
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_lanes_that_could_not_be_written_are_written_with_the_next_note(
    journal: SqliteJournal,
) -> None:
    """A note that fails forgets nothing."""
    journal.remember_lane("spring", "thing:t1", LaneEntry(3, None))
    wrong = evolve(batch_of(thing(1)), reason=object())  # type: ignore[arg-type]
    with pytest.raises(JournalError):
        journal.note(wrong, accepted=1)
    journal.note(batch_of(thing(1)), accepted=1)

    assert list(journal.lane_entries("spring")) == ["thing:t1"]


def test_a_deleted_import_takes_its_remembered_lanes_along(journal: SqliteJournal) -> None:
    """An import of the same name begins without them."""
    journal.remember_lane("spring", "thing:t1", LaneEntry(3, None))
    journal.delete_import("spring")

    assert journal.lane_entry("spring", "thing:t1") is None


def test_a_full_round_of_many_is_cut_into_batches_of_a_hundred(journal: SqliteJournal) -> None:
    """In the order of dispatch."""
    envelopes = [thing(n) for n in range(1, 251)]
    settle(journal, batch_of(*envelopes), *[refused("kind:k")] * 250)
    batches = planned(journal, 1)

    assert [len(batch) for batch in batches] == [100, 100, 50]
    assert [e.number for batch in batches for e in batch.envelopes] == list(range(1, 251))


def test_a_batch_of_a_round_keeps_to_four_mebibytes(journal: SqliteJournal) -> None:
    """However large its commands are."""
    envelopes = [
        Envelope(PutThing(f"{n}" * 900_000), thing(n).position, n, 0) for n in range(1, 10)
    ]
    settle(journal, batch_of(*envelopes), *[refused("kind:k")] * 9)
    batches = planned(journal, 1)

    assert max(sum(e.size for e in batch.envelopes) for batch in batches) <= 4 * 1024 * 1024
    assert len(batches) <= 4


def test_a_lane_that_is_remembered_while_others_are_written_is_not_lost(
    journal: SqliteJournal,
) -> None:
    """It is written with the next note."""

    def remember() -> list[Extent]:
        journal.remember_lane("spring", "thing:t2", LaneEntry(2, None))
        return []

    journal.remember_lane("spring", "thing:t1", LaneEntry(3, None))
    journal.extents.watch("spring", "1", remember)
    journal.note(batch_of(thing(1)), accepted=1)
    journal.note(batch_of(thing(2), seq=2), accepted=2)

    assert sorted(journal.lane_entries("spring")) == ["thing:t1", "thing:t2"]
