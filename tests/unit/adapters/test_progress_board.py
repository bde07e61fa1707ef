"""The board of a running import: counters that many threads update and one reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from importbus.adapters.progress import ProgressBoard
from importbus.bus.report import Report


@pytest.fixture
def board() -> ProgressBoard:
    """A board of an import that has just begun."""
    return ProgressBoard()


def report(**by_class: dict[str, int]) -> Report:
    """Return an account of an import with two rejected and three parked commands."""
    outcomes: dict[str, int] = {}
    for counts in by_class.values():
        for kind, count in counts.items():
            outcomes[kind] = outcomes.get(kind, 0) + count
    return Report("x", None, "running", 9, 2, 3, outcomes, by_class, 3, 7, 1.0)


def test_it_counts_by_class(board: ProgressBoard) -> None:
    """What was read, what has its outcome, and how many calls that took."""
    board.accepted("Put", 3)
    board.accepted("Drop")
    board.settled("Put", {"created": 1, "failed": 1}, requests=2)
    seen = board.snapshot()

    assert (seen.read, seen.done) == ({"Put": 3, "Drop": 1}, {"Put": 2})
    assert (seen.outcomes, seen.requests) == ({"created": 1, "failed": 1}, 2)


class Put:
    """A class of commands, by its name."""


def test_it_shows_what_is_counted_by_who_takes_commands_in(board: ProgressBoard) -> None:
    """Together with what it was told of."""
    board.taken[Put] = 3
    seen = board.snapshot().read
    board.taken[Put] = 4
    board.accepted("Put", 2)

    assert (seen, board.snapshot().read) == ({"Put": 3}, {"Put": 6})


@pytest.mark.parametrize(("done", "read"), [(2, 3), (5, 5)])
def test_what_has_its_outcome_was_read(board: ProgressBoard, done: int, read: int) -> None:
    """It is counted once, whoever read it."""
    board.taken[Put] = 3
    for _ in range(2):
        board.load(report(Put={"created": done}))

    assert board.snapshot().read == {"Put": read}


def test_a_snapshot_stays_as_it_was(board: ProgressBoard) -> None:
    """Whoever draws it does not see half of a change."""
    board.accepted("Put")
    board.working(1, busy=True)
    board.waiting(2, "brake")
    seen = board.snapshot()
    board.accepted("Put")
    board.working(1, busy=False)
    board.waiting(2, None)
    board.expect({"Put": 5})

    assert (seen.read, seen.busy, seen.waits) == ({"Put": 1}, frozenset({1}), {2: "brake"})
    assert (seen.expected, board.snapshot().expected) == ({}, {"Put": 5})


def test_nothing_is_lost_between_threads(board: ProgressBoard) -> None:
    """Lane workers and the reader count at the same time."""

    def count(_: int) -> None:
        for _ in range(500):
            board.accepted("Put")
            board.settled("Put", {"created": 1}, requests=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    seen = board.snapshot()

    assert (seen.read["Put"], seen.done["Put"], seen.requests) == (4000, 4000, 4000)


def test_a_lane_has_one_reason_to_wait(board: ProgressBoard) -> None:
    """The last one; none when it goes on."""
    board.waiting(None, "gate")
    board.waiting(0, "pause")
    board.waiting(0, "brake")
    board.waiting(None, None)

    assert board.snapshot().waits == {0: "brake"}


def test_the_total_is_known_when_the_source_was_counted(board: ProgressBoard) -> None:
    """It stays the same while the source is read, however far that is."""
    board.accepted("Put")
    assert board.snapshot().total("Put") is None
    assert board.snapshot().total_of_all is None

    board.expect({"Put": 4, "Drop": 1, "Rename": 0})
    assert [board.snapshot().total(name) for name in ("Put", "Drop")] == [4, 1]
    board.accepted("Put", 2)
    assert board.snapshot().total_of_all == 5


def test_after_reading_the_total_is_what_was_read(board: ProgressBoard) -> None:
    """What was counted and did not come, for it was settled or refused, is no longer waited for."""
    board.expect({"Put": 4})
    board.accepted("Put", 3)
    board.reading = False

    assert (board.snapshot().total("Put"), board.snapshot().total_of_all) == (3, 3)


def test_more_than_was_counted_is_no_shorter_than_itself(board: ProgressBoard) -> None:
    """A file that grows while it is read makes no bar that is more than full."""
    board.expect({"Put": 1})
    board.accepted("Put", 3)

    assert board.snapshot().total("Put") == 3


def test_a_resumed_import_begins_where_it_was(board: ProgressBoard) -> None:
    """What has its outcome counts as read, though it is not read again."""
    board.load(report(Put={"created": 3}, Drop={"deleted": 1, "failed": 1}))
    board.accepted("Put")
    seen = board.snapshot()

    assert (seen.read, seen.done) == ({"Put": 4, "Drop": 2}, {"Put": 3, "Drop": 2})
    assert (seen.rejected, seen.parked, seen.requests) == (2, 3, 7)


def test_loading_between_rounds_takes_nothing_back(board: ProgressBoard) -> None:
    """More was read than has its outcome."""
    board.accepted("Put", 5)
    board.load(report(Put={"created": 3}))

    assert board.snapshot().read == {"Put": 5}


def test_trouble_is_counted(board: ProgressBoard) -> None:
    """Failed and dead commands and rejected lines, so that more of it can be told from what was."""
    board.settled("Put", {"created": 5, "failed": 2, "dead": 1}, requests=1)
    board.rejected = 4

    assert board.trouble == 7
