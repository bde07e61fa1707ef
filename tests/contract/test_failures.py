"""What a journal does with failures after their import: selection, retries, dropping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from failed_rows import begun, keys, refused, retryable, run, send_again, written
from importbus.adapters.journal import SqliteJournal
from importbus.adapters.journal.selecting import Selection
from importbus.bus.errors import ImportExists
from importbus.bus.messages import Position
from importbus.bus.outcomes import Outcome, OutcomeKind, ServerError
from journal_desk import open_journal, product

SPRING = Selection(import_id="spring")
ALL = Selection()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal with two imports: three products and a line of one failed, a product of the other.

    ``cup`` and ``pot`` failed for one reason, ``lid`` for another one.
    """
    journal = open_journal(tmp_path)
    run(
        journal,
        "spring",
        written(1, "mug"),
        refused(2, "cup", 'No family "a".'),
        refused(4, "pot", 'No family "b".'),
        refused(5, "lid", "Too long."),
    )
    at = Position("a.jsonl", 3)
    journal.reject("spring", at, command="CreateOrUpdateProduct", reason="is not JSON", raw=b"{")
    run(journal, "summer", refused(1, "cup", 'No family "a".'), at=151.0)
    yield journal
    journal.close()


def test_reasons_are_counted_with_an_example(journal: SqliteJournal) -> None:
    """Over all imports, the most frequent first; a rejected line has a reason, too."""
    groups = [(g.count, g.status, g.message) for g in journal.failed.groups(ALL)]
    (first,) = journal.failed.groups(ALL, most=1)

    assert groups == [
        (3, 422, "No family *."), (1, 422, "Too long."), (1, None, "is not JSON"),
    ]  # fmt: skip
    assert (first.example.import_id, first.example.key) == ("spring", "cup")
    assert journal.failed.totals(ALL) == (5, 3)


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (SPRING, ["cup", None, "pot", "lid"]),
        (Selection(import_id="summer"), ["cup"]),
        (Selection(key="c*"), ["cup", "cup"]),
        (Selection(key="CUP"), ["cup", "cup"]),
        (Selection(error='family "b"'), ["pot"]),
        (Selection(error="no family *."), ["cup", "pot", "cup"]),
        (Selection(error="is not json"), [None]),
        (Selection(source="a.jsonl", lines=(3, 4)), [None, "pot"]),
        (Selection(source="b.jsonl"), []),
        (Selection(command="DeleteProduct"), []),
        (Selection(since=151.0, until=152.0), ["cup"]),
        (Selection(until=151.0), ["cup", "pot", "lid"]),
        (Selection(key="c_p"), []),
        (Selection(state="cured"), []),
        (Selection(import_id="spring", state="all", key="pot"), ["pot"]),
    ],
)
def test_conditions_select_what_they_say(
    journal: SqliteJournal, selection: Selection, found: list[str | None]
) -> None:
    """Each by itself; signs that SQL would take for a pattern are text."""
    assert keys(journal, selection) == found


def test_what_a_retry_cures_is_open_no_more(journal: SqliteJournal) -> None:
    """The rest of its import stays open, and says which retry tried it last."""
    result = send_again(journal, SPRING, "again", still=["lid"])
    open_ones = list(journal.failed.each(SPRING))
    (cup,) = journal.failed.each(Selection(import_id="spring", key="cup", state="cured"))

    assert result == (2, 1)
    assert [failure.key for failure in open_ones] == [None, "lid"]
    assert (cup.retried_by, cup.closed) == ("again", "cured")
    assert list(journal.failed.parents("again")) == ["spring"]


def test_it_is_known_what_is_left_of_an_import(journal: SqliteJournal) -> None:
    """Failed commands, which can be sent again, and rejected lines, which cannot."""
    before = journal.failed.left("spring")
    send_again(journal, SPRING, "again", still=["lid"])
    journal.failed.drop(Selection(source="a.jsonl", lines=(3, 3)), at=300.0)

    assert before == (3, 1)
    assert journal.failed.left("spring") == (1, 0)
    assert journal.failed.left("summer") == (1, 0)


def test_what_failed_again_counts_once_and_says_the_latest_answer(journal: SqliteJournal) -> None:
    """With the sum of its attempts; the retry by itself lists it, too."""
    send_again(journal, SPRING, "again", still=["lid"])
    (lid,) = journal.failed.each(Selection(error="still"))
    (repeat,) = journal.failed.repeats(lid.number or 0)

    assert (lid.import_id, lid.status, lid.attempts, lid.since, lid.at) == (
        "spring", 409, 2, 101.0, 201.0,
    )  # fmt: skip
    assert lid.errors[0].message == "still no"
    assert keys(journal, Selection(import_id="again")) == ["lid"]
    assert repeat.import_id == "again"


def test_the_end_of_a_retry_can_be_told_twice(journal: SqliteJournal) -> None:
    """As when the process died before it could say what was cured."""
    first = send_again(journal, SPRING, "again", still=["lid"])
    second = journal.failed.end_retry("again", at=300.0)
    (lid,) = journal.failed.each(Selection(error="still"))

    assert first == second
    assert lid.attempts == 2


def test_a_retry_with_cancelled_commands_cures_nothing(journal: SqliteJournal) -> None:
    """What was given up was not sent, and nobody knows which commands those were."""
    journal.failed.begin_retry(SPRING, "again")
    rows = [written(row.number or 0, row.key or "") for row in retryable(journal, "again")]
    begun(journal, "again", *rows)
    journal.shared.cancel("again", at=150.0)

    assert journal.failed.end_retry("again", at=201.0) == (0, 3)
    assert keys(journal, SPRING) == ["cup", None, "pot", "lid"]


def test_a_retry_of_a_retry_cures_the_first_failure(journal: SqliteJournal) -> None:
    """What is selected of a retry is what it was to mend."""
    send_again(journal, SPRING, "again", still=["lid"])
    result = send_again(journal, Selection(import_id="again"), "third", at=301.0)

    assert result == (1, 0)
    assert keys(journal, SPRING) == [None]
    assert keys(journal, Selection(import_id="again")) == []
    assert list(journal.failed.parents("third")) == ["spring"]


def test_a_retry_sends_what_failed_in_its_order(journal: SqliteJournal) -> None:
    """Of one key the latest comes last, also over several imports."""
    journal.failed.begin_retry(Selection(key="cup"), "again")

    assert [failure.import_id for failure in retryable(journal, "again")] == ["spring", "summer"]


def test_what_another_retry_is_sending_is_left_out(journal: SqliteJournal) -> None:
    """Until that has ended; a retry that never began leaves no mark."""
    journal.failed.begin_retry(Selection(key="cup"), "first")
    second = journal.failed.begin_retry(ALL, "second", taken=journal.failed.retries())
    journal.failed.cancel_retry("second")
    journal.failed.cancel_retry("first")

    assert second == 2
    assert list(journal.failed.retries()) == []
    assert journal.failed.begin_retry(ALL, "third") == 4


def test_the_name_of_an_import_is_no_name_for_a_retry(journal: SqliteJournal) -> None:
    """Nothing is marked then."""
    with pytest.raises(ImportExists):
        journal.failed.begin_retry(ALL, "summer")

    assert list(journal.failed.retries()) == []


def test_what_is_dropped_is_open_no_more(journal: SqliteJournal) -> None:
    """Rejected lines, too; the account of the import stays as it was."""
    before = journal.report("spring", groups=0)
    counts = journal.failed.drop(Selection(import_id="spring", lines=(2, 3)), at=300.0)

    assert counts == (1, 1)
    assert keys(journal, SPRING) == ["pot", "lid"]
    assert keys(journal, Selection(state="dropped")) == ["cup", None]
    assert journal.report("spring", groups=0) == before
    assert journal.failed.drop(ALL, at=301.0) == (3, 0)


def test_a_retry_does_not_send_what_was_dropped(journal: SqliteJournal) -> None:
    """Also what was dropped after it was chosen."""
    journal.failed.drop(Selection(key="lid"), at=300.0)
    chosen = journal.failed.begin_retry(SPRING, "again")
    journal.failed.drop(Selection(import_id="spring", key="pot"), at=301.0)

    assert chosen == 2
    assert [failure.key for failure in retryable(journal, "again")] == ["cup"]


def test_a_failure_keeps_its_batch_and_request(journal: SqliteJournal) -> None:
    """Also when it was parked first, and failed since nothing could cure it."""
    at_once = Outcome(OutcomeKind.FAILED, 422, (ServerError("no"),), request_id="r1")
    parked = Outcome(
        OutcomeKind.PARKED, 422, (ServerError("no"),), wants=("family:x",), request_id="r2"
    )
    run(journal, "winter", (Position("a.jsonl", 1), product(1).command, at_once),
        (Position("a.jsonl", 2), product(2).command, parked))  # fmt: skip
    for number in (1, 2):
        journal.plan_round("winter", number, "all", at=400.0)
    failures = journal.failed.each(Selection(import_id="winter"))

    assert [(failure.batch_id, failure.request_id) for failure in failures] == [
        ("winter/1/1", "r1"), ("winter/1/1", "r2"),
    ]  # fmt: skip


def test_what_failed_again_after_it_was_dropped_is_not_sent(journal: SqliteJournal) -> None:
    """The retry was under way when somebody gave it up."""
    journal.failed.begin_retry(Selection(import_id="summer"), "again")
    journal.failed.drop(Selection(import_id="summer"), at=160.0)
    run(journal, "again", refused(4, "cup"), at=201.0)
    result = journal.failed.end_retry("again", at=201.0)

    assert result == (0, 0)
    assert journal.failed.begin_retry(Selection(import_id="again"), "third") == 0


def test_forgetting_an_import_forgets_its_place_among_retries(journal: SqliteJournal) -> None:
    """Its name may come again, as an import of another kind."""
    send_again(journal, SPRING, "again", still=["lid"])
    journal.delete_import("again")
    run(journal, "again", refused(1, "jug"))

    assert "jug" in keys(journal, ALL)
