"""What every journal must do; `tests/property/test_journal.py` holds the laws."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from importbus.adapters.journal import SqliteJournal
from importbus.bus.batches import Settled, Settlement
from importbus.bus.errors import ImportExists, JournalError, UnknownImport
from importbus.bus.journal import ImportRecord, LaneEntry, Moment
from importbus.bus.messages import Position
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError
from journal_desk import RECORD, batch_of, names, open_journal, plan, product, refused, settle


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal with an open import."""
    journal = open_journal(tmp_path)
    journal.open_import(RECORD)
    yield journal
    journal.close()


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


def test_batches_are_found_in_their_sources(journal: SqliteJournal) -> None:
    """I12: a stall names lines; those of a round stand with what is parked."""
    journal.note(batch_of(1, *map(product, (1, 2, 3, 7))), accepted=4)
    settle(journal, batch_of(2, product(9)), refused("family:mugs"))
    plan(journal, 1)
    places = [journal.positions("spring", *batch) for batch in [("1", 1), ("r1", 1), ("1", 5)]]

    assert places == ["a.jsonl:1-3,7", "a.jsonl:9", ""]


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
    assert journal.timeline("spring", most=1) == moments[1:]


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
