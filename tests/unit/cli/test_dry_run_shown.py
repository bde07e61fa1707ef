"""A dry run as people read it."""

from __future__ import annotations

from collections import Counter
from io import StringIO

from rich.console import Console

from importbus.adapters.cli.dry_run import account, places
from importbus.adapters.dry_run import DryRun, Range, RejectedLines
from importbus.bus.messages import Position


def rendered(found: DryRun) -> list[str]:
    """Return the lines that a wide terminal without colours shows."""
    screen = StringIO()
    Console(file=screen, width=120, highlight=False).print(*account(found), sep="\n")
    return screen.getvalue().splitlines()


def lines_at(*ranges: Range) -> RejectedLines:
    """Return rejected lines at *ranges*."""
    count = sum(last - first + 1 for _, first, last in ranges)
    return RejectedLines("is no good", count, list(ranges))


def test_everything_fine_is_a_table_of_classes() -> None:
    """How many of each would be sent, and that nothing was."""
    text = rendered(DryRun(Counter(CreateOrUpdateProduct=1_200, CreateOrUpdateFamily=6)))

    assert text[0] == "An import would send 1,206 commands; nothing was sent."
    assert [line.strip("│ ").split() for line in text if line.startswith("│")] == [
        ["CreateOrUpdateFamily", "│", "6"],
        ["CreateOrUpdateProduct", "│", "1,200"],
        ["all", "│", "1,206"],
    ]
    assert not any("reject" in line for line in text)


def test_reasons_come_with_their_lines_the_most_frequent_first() -> None:
    """Each reason in one line, where it applies in the next."""
    found = DryRun(Counter(CreateOrUpdateProduct=1))
    found.reject(Position("a.jsonl", 3), "is not JSON")
    for line in (5, 6, 7, 9):
        found.reject(Position("a.jsonl", line), "family: is missing")

    assert rendered(found)[-5:] == [
        "It would reject 5 lines:",
        "      4  family: is missing",
        "         a.jsonl:5-7, 9",
        "      1  is not JSON",
        "         a.jsonl:3",
    ]


def test_a_strict_run_says_that_it_stopped() -> None:
    """There may be more bad lines than the one it shows."""
    found = DryRun(complete=False)
    found.reject(Position("a.jsonl", 3), "is not JSON")

    assert rendered(found)[:2] == [
        "An import would send 0 commands before it stopped at the first bad line; "
        "nothing was sent.",
        "It would reject 1 line:",
    ]


def test_places_are_in_the_order_of_the_lines() -> None:
    """Structure is read first, and its lines stand between the others."""
    found = lines_at(("b", 4, 4), ("a", 2, 2), ("a", 7, 8), ("a", 1, 1), ("a", 3, 3), ("a", 9, 9))

    assert places(found) == "a:1-3, 7-9; b:4"


def test_what_is_not_listed_is_counted() -> None:
    """A source that is bad throughout has more places than anybody wants."""
    found = lines_at(("a", 2, 2))
    found.unlisted = 1_234

    assert places(found) == "a:2, and 1,234 more"
