"""What every journal must do; `tests/property/test_journal.py` holds the laws."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from importbus.adapters.codec import JsonCodec
from importbus.adapters.journal import SqliteJournal
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope, Settled, Settlement
from importbus.bus.errors import ImportExists, JournalError, UnknownImport
from importbus.bus.journal import ImportRecord, LaneEntry, Moment, ParkedToken
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import SUSPECT, Outcome, OutcomeKind, ServerError, behind
from importbus.handlers.akeneo import (
    COMMANDS,
    CreateOrUpdateFamily,
    CreateOrUpdateProduct,
    DeleteProduct,
)

RECORD = ImportRecord("spring", "Spring", ("a.jsonl",), 4, 100.0)


def open_journal(path: Path) -> SqliteJournal:
    """Open the journal at *path*."""
    codec = JsonCodec()
    for command in COMMANDS:
        codec.register(command)
    return SqliteJournal(str(path / "journal.db"), codec)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal with an open import."""
    journal = open_journal(tmp_path)
    journal.open_import(RECORD)
    yield journal
    journal.close()


def product(number: int, *, family: str = "mugs") -> Envelope[LaneCommand]:
    """Return a product command with the number *number*."""
    command = CreateOrUpdateProduct(identifier=f"p{number}", family=family)
    return Envelope(command, Position("a.jsonl", number), number, 40)


def batch_of(
    seq: int, *envelopes: Envelope[LaneCommand], lane: int | None = 0
) -> Batch[LaneCommand]:
    """Return *envelopes* as a batch."""
    return Batch("spring", "1", seq, lane, type(envelopes[0].command), envelopes)


def settle(
    journal: SqliteJournal, batch: Batch[LaneCommand], *outcomes: Outcome, sends: int = 1
) -> dict[str, int]:
    """Note *batch*, unless it is of a round, and settle it with *outcomes*."""
    if not batch.round:
        journal.note(batch, accepted=batch.envelopes[-1].number)
    results = tuple(
        Settled(envelope, outcome, envelope.sends + sends)
        for envelope, outcome in zip(batch.envelopes, outcomes, strict=True)
    )
    settled = journal.settle(Settlement(batch, results, 1, 250.0, 101.0))
    return dict(settled.outcomes)


def refused(*wants: str) -> Outcome:
    """Return the parking of a command that waits for *wants*."""
    return Outcome.parked(ServerError("no such family", "family"), status=422, wants=wants)


def plan(journal: SqliteJournal, number: int) -> list[Batch[LaneCommand]]:
    """Plan a round and return its batches."""
    count = journal.plan_round("spring", number, "all", at=102.0)
    batches = list(journal.round_batches("spring", number)) if count else []
    assert len(batches) == count
    return batches


def names(batches: list[Batch[LaneCommand]]) -> list[list[str]]:
    """Return the keys of each batch."""
    return [[command.key for command in batch.items] for batch in batches]


def test_a_parked_command_keeps_its_file(journal: SqliteJournal) -> None:
    """The bytes that came in a message go along in the round, alone, and are kept no longer."""
    content = Attachment("mug.png", 3, "ab", content=b"png")
    shared = Attachment("cup.png", 9, "cd", path="/m/cup.png", reference="cup.png")
    files = [content, shared, None, shared]
    envelopes = [evolve(product(n), attachment=file) for n, file in enumerate(files, 1)]
    settle(journal, batch_of(1, *envelopes), *[refused()] * 4)
    batches = plan(journal, 1)
    again = sorted((e.number, e.attachment) for batch in batches for e in batch.envelopes)

    assert sorted(map(len, batches)) == [1, 3]
    assert again == list(enumerate(files, 1))
    for batch in batches:
        settle(journal, batch, *[Outcome.updated()] * len(batch))
    with closing(sqlite3.connect(journal.path)) as connection:
        assert connection.execute("SELECT count(*) FROM attachments").fetchone() == (0,)


def test_an_account_is_balanced_at_any_moment(journal: SqliteJournal) -> None:
    """I1: read is what has an outcome, was rejected, or is open."""
    journal.note(batch_of(1, product(1), product(2)), accepted=5)
    journal.reject("spring", Position("a.jsonl", 9), command=None, reason="no JSON", raw=b"{")
    report = journal.report("spring")

    assert (report.read, report.rejected, report.open, report.outcomes) == (6, 1, 5, {})
    assert report.balanced


def test_an_account_that_lost_a_command_is_not_balanced(journal: SqliteJournal) -> None:
    """I1: the proof can fail; here an outcome is missing from a settled batch."""
    batch = batch_of(1, product(1), product(2))
    journal.note(batch, accepted=2)
    one = (Settled(batch.envelopes[0], Outcome.created()),)
    journal.settle(Settlement(batch, one, 1, 1.0, 101.0))

    assert not journal.report("spring").balanced


def test_settling_again_changes_nothing(journal: SqliteJournal) -> None:
    """I8: a batch that is delivered twice counts once."""
    batch = batch_of(1, product(1))
    first = settle(journal, batch, Outcome.created())
    again = settle(journal, batch, Outcome.updated())

    assert (first, again) == ({"created": 1}, {})
    assert journal.report("spring").outcomes == {"created": 1}


def test_failures_keep_everything_that_people_need(journal: SqliteJournal) -> None:
    """Position, class, key, status, reasons, attempts and the command itself."""
    error = ServerError("too long", "values", "name", "en_US", "ecommerce")
    settle(journal, batch_of(1, product(7)), Outcome.failed(error, status=422))
    (failure,) = journal.failures("spring")

    assert (failure.position, failure.command, failure.key) == (
        Position("a.jsonl", 7),
        "CreateOrUpdateProduct",
        "p7",
    )
    assert (failure.status, failure.errors, failure.attempts) == (422, (error,), 1)
    assert failure.data == {"identifier": "p7", "family": "mugs"}


def test_failures_are_grouped_by_their_reason(journal: SqliteJournal) -> None:
    """What is specific to one command does not make a reason of its own."""
    outcomes = [Outcome.failed(f'Family "f{n}" does not exist.', status=422) for n in range(3)]
    settle(journal, batch_of(1, *map(product, (1, 2, 3))), *outcomes)
    (group,) = journal.report("spring").failure_groups

    assert (group.count, group.message) == (3, "Family * does not exist.")
    assert group.example.key == "p1"


def test_rejected_lines_are_told_once(journal: SqliteJournal) -> None:
    """A line that is read again when resuming is not counted again."""
    at = Position("a.jsonl", 3)
    first = journal.reject("spring", at, command=None, reason="is not JSON", raw=b"{x")
    again = journal.reject("spring", at, command=None, reason="is not JSON", raw=b"{x")

    assert (first, again) == (True, False)
    assert [f.kind for f in journal.failures("spring")] == ["rejected"]


def test_a_parked_command_gets_one_more_send_and_no_third(journal: SqliteJournal) -> None:
    """A refusal that nothing in the import can cure is sent at most twice."""
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    (again,) = plan(journal, 1)
    settle(journal, again, refused("family:mugs"))

    assert plan(journal, 2) == []
    assert journal.report("spring").outcomes == {"failed": 1}
    assert [f.attempts for f in journal.failures("spring")] == [2]


def test_a_cure_gives_another_send(journal: SqliteJournal) -> None:
    """When what it waits for is written after all, a parked command goes once more."""
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    (again,) = plan(journal, 1)
    settle(journal, again, refused("family:mugs"))
    family = Envelope(CreateOrUpdateFamily(code="MUGS"), Position("a.jsonl", 2), 2, 20)
    settle(journal, batch_of(2, family, lane=None), Outcome.created())

    assert names(plan(journal, 2)) == [["p1"]]


def test_a_new_reason_gives_another_send(journal: SqliteJournal) -> None:
    """The first reason is cured, a second shows: that one gets its doubt, too."""
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    (again,) = plan(journal, 1)
    settle(journal, again, refused("category:new"))

    assert names(plan(journal, 2)) == [["p1"]]


def test_structure_goes_before_the_catalogue(journal: SqliteJournal) -> None:
    """While parked structure can be sent, no catalogue command is: it may depend on it."""
    family = Envelope(CreateOrUpdateFamily(code="mugs"), Position("a.jsonl", 2), 2, 20)
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    settle(journal, batch_of(2, family, lane=None), refused("attribute:name"))

    (first,) = plan(journal, 1)
    assert (first.lane, names([first])) == (None, [["mugs"]])
    settle(journal, first, Outcome.created())
    assert names(plan(journal, 2)) == [["p1"]]


def test_structure_that_stays_parked_does_not_keep_the_gate_shut(journal: SqliteJournal) -> None:
    """The rounds of structure end with what can be sent; the rest waits for the end."""
    family = Envelope(CreateOrUpdateFamily(code="mugs"), Position("a.jsonl", 1), 1, 20)
    settle(journal, batch_of(1, family, lane=None), refused("attribute:name"))
    assert journal.plan_round("spring", 1, "structure", at=102.0) == 1
    (again,) = journal.round_batches("spring", 1)
    settle(journal, again, refused("attribute:name"))

    assert journal.plan_round("spring", 2, "structure", at=102.0) == 0
    assert journal.parked("spring") == 1


def test_a_follower_goes_with_its_leader(journal: SqliteJournal) -> None:
    """Both in one batch, in their order."""
    settle(
        journal,
        batch_of(1, product(1), evolve(product(1), number=2)),
        refused("family:mugs"),
        Outcome.parked(wants=[behind(1)]),
    )

    (again,) = plan(journal, 1)
    assert [envelope.number for envelope in again.envelopes] == [1, 2]


def test_a_follower_is_tried_when_its_leader_has_failed(journal: SqliteJournal) -> None:
    """What waits behind a hopeless command is not hopeless itself."""
    delete = Envelope(DeleteProduct(identifier="p1"), Position("a.jsonl", 2), 2, 20)
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    settle(journal, batch_of(2, delete), Outcome.parked(wants=[behind(1)]), sends=0)
    first = plan(journal, 1)
    settle(journal, first[0], refused("family:mugs"))
    settle(journal, first[1], Outcome.parked(wants=[behind(1)]), sends=0)

    (last,) = plan(journal, 2)
    assert last.items == (DeleteProduct(identifier="p1"),)
    assert [f.key for f in journal.failures("spring")] == ["p1"]


def test_suspects_go_alone_and_end_dead(journal: SqliteJournal) -> None:
    """Poison: one a batch; what nothing can cure any more is dead, not failed."""
    settle(journal, batch_of(1, product(1), product(2)), refused(SUSPECT), refused(SUSPECT))
    batches = plan(journal, 1)
    settle(journal, batches[0], Outcome.created())
    settle(journal, batches[1], refused(SUSPECT))

    assert names(batches) == [["p1"], ["p2"]]
    assert plan(journal, 2) == []
    assert journal.report("spring").outcomes == {"created": 1, "dead": 1}


def test_whoever_is_a_suspect_again_goes_alone_again(journal: SqliteJournal) -> None:
    """Poison in a later batch, too: its neighbours must not end dead for it."""
    settle(journal, batch_of(1, product(1)), refused(SUSPECT))
    settle(journal, plan(journal, 1)[0], refused("family:mugs"))
    settle(journal, batch_of(2, product(2)), refused("family:mugs"))
    (shared,) = plan(journal, 2)
    settle(journal, shared, refused(SUSPECT), refused(SUSPECT))

    assert names(plan(journal, 3)) == [["p1"], ["p2"]]


def test_batches_are_found_in_their_sources(journal: SqliteJournal) -> None:
    """I12: a stall names lines; those of a round stand with what is parked."""
    journal.note(batch_of(1, *map(product, (1, 2, 3, 7))), accepted=4)
    settle(journal, batch_of(2, product(9)), refused("family:mugs"))
    plan(journal, 1)
    places = [journal.positions("spring", *batch) for batch in [("1", 1), ("r1", 1), ("1", 5)]]

    assert places == ["a.jsonl:1-3,7", "a.jsonl:9", ""]


def test_a_parked_command_keeps_its_tree(journal: SqliteJournal) -> None:
    """A delete of the tree finds it, and it knows its tree when it goes again."""
    settle(journal, batch_of(1, evolve(product(1), tree="product_model:m")), refused("family:mugs"))
    held = journal.parked_tokens("spring", ["tree:product_model:m"])
    (again,) = plan(journal, 1)

    assert [token.number for token in held] == [1]
    assert [envelope.tree for envelope in again.envelopes] == ["product_model:m"]


def test_a_remainder_is_sent_in_place_of_the_whole(journal: SqliteJournal) -> None:
    """The part that was written is not sent again, and its outcome stays."""
    rest = CreateOrUpdateProduct(identifier="p1", associations={"X": {"products": ["p2"]}})
    parked = evolve(refused("product:p2"), remainder=rest, written=OutcomeKind.CREATED)
    settle(journal, batch_of(1, product(1)), parked)
    (again,) = plan(journal, 1)
    settle(journal, again, Outcome.updated())

    assert again.items == (rest,)
    assert journal.report("spring").outcomes == {"created": 1}


def test_the_worse_part_decides(journal: SqliteJournal) -> None:
    """Written without its associations, which then fail: the command has failed."""
    rest = CreateOrUpdateProduct(identifier="p1", associations={"X": {"products": ["p2"]}})
    parked = evolve(refused("product:p2"), remainder=rest, written=OutcomeKind.CREATED)
    settle(journal, batch_of(1, product(1)), parked)
    (again,) = plan(journal, 1)
    settle(journal, again, refused("product:p2"))
    plan(journal, 2)

    assert journal.report("spring").outcomes == {"failed": 1}


def test_parked_keys_are_found_by_their_tokens(journal: SqliteJournal) -> None:
    """A lane worker sees which keys must not be overtaken; case does not matter."""
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))

    assert journal.parked_tokens("spring", {"product:p1", "product:p2"}) == [
        ParkedToken("product:p1", 1, own=True, upsert=True)
    ]


def test_a_resumed_import_knows_what_is_accounted_for(tmp_path: Path) -> None:
    """Settled, parked and rejected positions count; what was in flight is withdrawn."""
    journal = open_journal(tmp_path)
    journal.open_import(RECORD)
    settle(journal, batch_of(1, product(1), product(2)), Outcome.created(), refused("x"))
    journal.reject("spring", Position("a.jsonl", 3), command=None, reason="no", raw=b"")
    journal.note(batch_of(2, product(4)), accepted=4)
    journal.close()
    found = open_journal(tmp_path).resume_import("spring")

    assert [n for n in range(1, 6) if Position("a.jsonl", n) in found.settled] == [1, 2, 3]
    assert (found.producer, found.read, found.rejected, found.last_number) == ("2", 3, 1, 4)
    assert (found.in_flight, found.quiet) == (True, 0.5)


def test_a_crash_in_a_round_costs_no_command_its_send(tmp_path: Path) -> None:
    """What a withdrawn round would have sent goes with the next one, and nothing goes twice."""
    journal = open_journal(tmp_path)
    journal.open_import(RECORD)
    settle(journal, batch_of(1, product(1)), refused("family:mugs"))
    plan(journal, 1)
    journal.close()
    again = open_journal(tmp_path)
    found = again.resume_import("spring")

    assert names(plan(again, found.last_round + 1)) == [["p1"]]


def test_resuming_what_nobody_knows_is_refused(journal: SqliteJournal) -> None:
    """The error names the id and the journal."""
    with pytest.raises(UnknownImport, match=r"summer.*|journal\.db"):
        journal.resume_import("summer")


def test_an_id_is_used_once(journal: SqliteJournal) -> None:
    """The error says the ways out: resume, restart, another id."""
    with pytest.raises(ImportExists, match="--resume spring"):
        journal.open_import(RECORD)


def test_a_deleted_import_leaves_nothing(journal: SqliteJournal) -> None:
    """`--restart` begins with empty books."""
    settle(journal, batch_of(1, product(1), product(2)), refused("x"), Outcome.failed("no"))
    journal.delete_import("spring")
    journal.open_import(RECORD)
    report = journal.report("spring")

    assert (report.read, report.open, report.outcomes, journal.parked("spring")) == (0, 0, {}, 0)


def test_lanes_of_keys_are_kept(journal: SqliteJournal) -> None:
    """Remembered at once, durable with the next note."""
    journal.remember_lane("spring", "product:p1", LaneEntry(3, "product_model:m"))
    at_once = journal.lane_entry("spring", "product:p1")
    journal.note(batch_of(1, product(1)), accepted=1)

    assert at_once == journal.lane_entry("spring", "product:p1") == LaneEntry(3, "product_model:m")
    assert list(journal.lane_entries("spring")) == ["product:p1"]


def test_the_end_is_decided_once(journal: SqliteJournal) -> None:
    """I6: one state and one event id, however often it is asked."""
    settle(journal, batch_of(1, product(1)), Outcome.failed("no"))
    first = journal.finish("spring", at=105.0)

    assert first[0] == "finished_with_failures"
    assert journal.finish("spring", at=999.0) == first
    assert journal.report("spring").seconds == 5.0


def test_the_timeline_is_in_order(journal: SqliteJournal) -> None:
    """What happened to an import can be read afterwards."""
    moments = [Moment(1.0, "brake", "502", 2), Moment(2.0, "round", "round 1", None)]
    for moment in moments:
        journal.moment("spring", moment)

    assert journal.timeline("spring") == moments


def test_only_its_owner_may_read_a_journal(journal: SqliteJournal, tmp_path: Path) -> None:
    """Product data and file names are nobody else's business, in the side files, too."""
    settle(journal, batch_of(1, product(1)), Outcome.created())
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.glob("journal.db*")}

    assert set(modes.values()) == {0o600}


def test_how_an_import_was_begun_is_remembered(journal: SqliteJournal) -> None:
    """It is resumed with the same sources and lanes."""
    begun = ImportRecord("winter", "Sale", ("a.jsonl", "-"), 7, 123.5)
    journal.open_import(begun)

    assert journal.record("winter") == begun
    with pytest.raises(UnknownImport):
        journal.record("autumn")


def test_another_process_reads_while_an_import_runs(journal: SqliteJournal, tmp_path: Path) -> None:
    """A second connection sees what is settled, without waiting."""
    settle(journal, batch_of(1, product(1)), Outcome.created())

    assert open_journal(tmp_path).report("spring").outcomes == {"created": 1}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no database at all, but long enough to look like one" * 40, "Move it away"),
        (None, "no journal"),
    ],
)
def test_what_is_no_journal_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    """A damaged file or another database is left alone; the error says what to do."""
    path = tmp_path / "journal.db"
    if content:
        path.write_bytes(content)
    else:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE orders (id INTEGER)")
        other.close()

    with pytest.raises(JournalError, match=says):
        open_journal(tmp_path)


def test_a_journal_of_a_newer_version_is_refused(journal: SqliteJournal, tmp_path: Path) -> None:
    """An old program does not write into tables that it does not know."""
    with sqlite3.connect(tmp_path / "journal.db") as other:
        other.execute("PRAGMA user_version = 99")
    other.close()

    with pytest.raises(JournalError, match="newer version"):
        open_journal(tmp_path)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    """The error names the path, and no error of sqlite3 comes through."""
    with pytest.raises(JournalError, match="No such file or directory"):
        open_journal(tmp_path / "missing")


@pytest.mark.skipif(os.name != "posix", reason="needs a lock of another connection")
def test_a_write_that_fails_changes_nothing(journal: SqliteJournal) -> None:
    """All or nothing: an error in the middle of a settlement leaves the batch unsettled."""
    batch = batch_of(1, product(1))
    journal.note(batch, accepted=1)
    bad = Settled(batch.envelopes[0], Outcome(OutcomeKind.FAILED, status=object()))  # type: ignore[arg-type]
    with pytest.raises(JournalError):
        journal.settle(Settlement(batch, (bad,), 1, 1.0, 101.0))

    assert journal.report("spring").outcomes == {}
    assert settle(journal, batch, Outcome.created()) == {"created": 1}
