"""Which failures a page shows, when it cannot show them all."""

from __future__ import annotations

import pytest
from attrs import evolve

from importbus.adapters.html_report.selecting import Selection, select, shares
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure, FailureGroup, Report

REPORT = Report("x", None, "finished", 0, 0, 0, {}, {}, 0, 0, 0.0)


def failure(line: int, message: str, *, kind: str = "failed", command: str = "Put") -> Failure:
    """Return a failure with one reason."""
    status = 422 if kind == "failed" else None
    at = Position("a.jsonl", line)
    return Failure(at, command, "k", status, (ServerError(message),), 1, kind)


def selected(
    failures: list[Failure], most: int, *, named: tuple[str, ...] = ("one", "two")
) -> Selection:
    """Select from *failures*; those whose message is *named* have a group in the account."""
    groups = [
        FailureGroup(same[0].status, message, len(same), same[0])
        for message in named
        if (same := [one for one in failures if one.errors[0].message == message])
    ]
    rejected = sum(one.kind == "rejected" for one in failures)
    counts = {"failed": len(failures) - rejected}
    report = evolve(REPORT, outcomes=counts, rejected=rejected, failure_groups=tuple(groups))
    return select(report, iter(failures), most)


def test_all_are_shown_while_there_is_room() -> None:
    """By reason, in the order of the account."""
    found = selected([failure(1, "two"), failure(2, "one"), failure(3, "one")], 3)

    assert [(reason.title, len(reason.shown)) for reason in found.reasons] == [
        ("one", 2),
        ("two", 1),
    ]
    assert (found.shown, found.total) == (3, 3)


def test_each_reason_has_its_share_and_its_true_count() -> None:
    """The rare ones are whole, and the first of the others are kept."""
    many = [failure(line, "one") for line in range(1, 101)]
    found = selected([*many, failure(200, "two")], 10)
    one, two = found.reasons

    assert ([f.position.line for f in one.shown], one.count) == (list(range(1, 10)), 100)
    assert (len(two.shown), two.count) == (1, 1)
    assert (found.shown, found.total) == (10, 101)


def test_reasons_without_a_group_of_their_own_stand_together() -> None:
    """In the end, counted, with room of their own."""
    many = [failure(line, f"other {'x' * line}") for line in range(1, 31)]
    found = selected([failure(99, "one"), *many], 11)

    assert [(reason.title, reason.count) for reason in found.reasons] == [
        ("one", 1),
        ("Other reasons", 30),
    ]
    assert len(found.reasons[1].shown) == 10


def test_a_rejected_line_and_a_failure_of_the_same_words_are_two() -> None:
    """One is mended in the file, the other in the PIM."""
    dead = failure(1, "one", kind="dead")
    rejected = failure(2, "one", kind="rejected")
    groups = (FailureGroup(None, "one", 1, dead), FailureGroup(None, "one", 1, rejected))
    report = evolve(REPORT, outcomes={"dead": 1}, rejected=1, failure_groups=groups)
    found = select(report, [dead, rejected], 10)

    assert [(reason.rejected, reason.shown) for reason in found.reasons] == [
        (False, [dead]),
        (True, [rejected]),
    ]


def test_classes_are_counted_over_all() -> None:
    """Also over those that are not shown; a line that did not tell its class has no name."""
    lines = [evolve(failure(line, "one"), command=None) for line in range(1, 4)]
    found = selected([*lines, failure(9, "two", command="Delete")], 2)

    assert found.classes == {"": 3, "Delete": 1}


def test_a_single_failure_is_told_in_its_own_words() -> None:
    """There is nothing that differs."""
    one = failure(1, 'No family "x".')
    group = FailureGroup(422, "No family *.", 1, one)
    report = evolve(REPORT, outcomes={"failed": 1}, failure_groups=(group,))

    assert select(report, [one], 5).reasons[0].title == 'No family "x".'


@pytest.mark.parametrize(
    ("counts", "most", "given"),
    [
        ([100, 1, 5], 10, [5, 1, 4]),
        ([100, 100], 10, [5, 5]),
        ([3, 2], 10, [3, 2]),
        ([9, 9, 9], 2, [1, 1, 0]),
        ([0], 10, [0]),
    ],
)
def test_places_are_shared_out(counts: list[int], most: int, given: list[int]) -> None:
    """Small counts get all they need."""
    assert shares(counts, most) == given
