"""Accounts of imports as people read them."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from attrs import evolve
from rich.console import Console, RenderableType

from importbus.adapters.cli.rendering import account, advice, imports, proof, summary, timeline
from importbus.bus.journal import Moment
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure, FailureGroup, Report

FAILURE = Failure(
    Position("catalog.jsonl", 17),
    "CreateOrUpdateProduct",
    "mug[red]",
    422,
    (ServerError("The family [x] does not exist.", "family"),),
    2,
)
REPORT = Report(
    import_id="night",
    label="Spring",
    state="finished_with_failures",
    read=1_205,
    rejected=1,
    open=0,
    outcomes={"failed": 3, "created": 1_201},
    by_class={
        "CreateOrUpdateFamily": {"created": 1},
        "CreateOrUpdateProduct": {"created": 1_200, "failed": 3},
    },
    parked=0,
    requests=14,
    seconds=2.0,
    failure_groups=(FailureGroup(422, "The family * does not exist.", 3, FAILURE),),
)


def rendered(what: RenderableType) -> str:
    """Return what a wide terminal without colours shows."""
    screen = StringIO()
    Console(file=screen, width=160, highlight=False).print(what)
    return screen.getvalue()


def row(text: str, name: str) -> list[str]:
    """Return the cells of the row of a table that begins with *name*."""
    (found,) = [line for line in text.splitlines() if line.strip("│ ").startswith(name)]
    return [cell.strip() for cell in found.strip("│").split("│")]


def test_the_proof_spells_out_the_balance() -> None:
    """I1: read is the sum of outcomes, rejected lines and what is open."""
    assert proof(REPORT) == "read 1,205 = 1,204 outcomes + 1 rejected + 0 open: balanced"


def test_a_wrong_balance_is_shouted() -> None:
    """What does not add up is not hidden."""
    assert "NOT BALANCED, 1,205 are accounted for" in proof(evolve(REPORT, read=1_206))


def test_the_account_has_a_row_a_class_and_a_sum() -> None:
    """Outcomes are columns, in the order in which people care."""
    text = rendered(account(REPORT))

    assert row(text, "CreateOrUpdateProduct") == ["CreateOrUpdateProduct", "1,200", "3"]
    assert row(text, "CreateOrUpdateFamily") == ["CreateOrUpdateFamily", "1", ""]
    assert row(text, "all") == ["all", "1,201", "3"]


def test_failures_are_grouped_by_reason_with_an_example() -> None:
    """How many, which status, why, and where one of them stands."""
    cells = row(rendered(account(REPORT)), "3 ")

    assert cells == ["3", "422", "The family * does not exist.", "catalog.jsonl:17 mug[red]"]


def test_text_of_others_is_no_markup() -> None:
    """Brackets in a label, a key or a message are shown as they are."""
    text = rendered(account(evolve(REPORT, label="[bold]Spring[/bold]")))

    assert "night ([bold]Spring[/bold])" in text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "importbus report night --csv failures.csv"),
        ({"state": "stopped", "open": 5}, "--resume night"),
        ({"outcomes": {"created": 5}, "rejected": 0}, "Nothing is left to do."),
    ],
)
def test_the_account_says_what_to_do_next(changes: dict[str, Any], says: str) -> None:
    """Resume, look at the failures, or nothing."""
    assert says in advice(evolve(REPORT, **changes))


def test_a_demo_leaves_no_journal_to_look_at() -> None:
    """Where no journal is kept, no command that needs it is recommended."""
    assert "--csv" not in rendered(account(REPORT, kept=False))


def test_the_summary_is_one_line() -> None:
    """Name, end, counts, requests and seconds."""
    assert summary(REPORT) == (
        "night: finished with failures: 1,201 created, 3 failed, 1 rejected; 14 requests, 2.0 s."
    )


def test_an_import_of_nothing_has_a_summary() -> None:
    """An empty source is no special case."""
    nothing = evolve(REPORT, state="finished", read=0, rejected=0, outcomes={}, requests=0)

    assert summary(nothing) == "night: finished: nothing; 0 requests, 2.0 s."


def test_imports_are_listed_with_their_counts() -> None:
    """Done are those that neither failed nor died."""
    cells = row(rendered(imports([REPORT])), "night")

    assert cells == [
        *("night", "Spring", "finished with failures"),
        *("1,205", "1,201", "3", "1", "0", "14", "2.0"),
    ]


def test_the_timeline_is_in_utc() -> None:
    """When, what, in which lane."""
    moments = [Moment(0.0, "brake", "no answer [5 s]", 2), Moment(60.0, "resume", "7 are done")]
    text = rendered(timeline(moments))

    assert row(text, "1970-01-01 00:00:00")[1:] == ["brake", "2", "no answer [5 s]"]
    assert row(text, "1970-01-01 00:01:00")[1:] == ["resume", "", "7 are done"]
