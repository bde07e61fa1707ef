"""Accounts of imports as people read them."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from attrs import evolve
from rich.console import Console, RenderableType

from importbus.adapters.cli.rendering import (
    ImportList,
    account,
    advice,
    proof,
    resume,
    summary,
    timeline,
)
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


def rendered(what: RenderableType, *, width: int = 160) -> str:
    """Return what a terminal without colours shows, by default a wide one."""
    screen = StringIO()
    Console(file=screen, width=width, highlight=False).print(what)
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


def test_an_import_of_nothing_has_no_empty_table() -> None:
    """Where there are no outcomes, head and proof say all there is to say."""
    text = rendered(account(evolve(REPORT, outcomes={}, by_class={}, failure_groups=())))

    assert "command" not in text.splitlines()[2]


def test_failures_are_grouped_by_reason_with_an_example() -> None:
    """How many, which status, why, and where one of them stands."""
    cells = row(rendered(account(REPORT)), "3 ")

    assert cells == ["3", "422", "The family * does not exist.", "catalog.jsonl:17 mug[red]"]


def test_a_single_failure_is_told_as_the_pim_told_it() -> None:
    """There is nothing that differs, and so nothing to replace."""
    group = FailureGroup(422, "The family * does not exist.", 1, FAILURE)
    cells = row(rendered(account(evolve(REPORT, failure_groups=(group,)))), "1 ")

    assert cells[2] == "The family [x] does not exist."


def test_text_of_others_is_no_markup() -> None:
    """Brackets in a label, a key or a message are shown as they are."""
    text = rendered(account(evolve(REPORT, label="[bold]Spring[/bold]")))

    assert "night ([bold]Spring[/bold])" in text


def test_text_of_others_cannot_steer_the_terminal() -> None:
    """A message, a key and a detail are shown with their control characters as escapes."""
    example = evolve(FAILURE, key="mug\x1b[2J")
    group = FailureGroup(422, "No\x1b]0;title\x07", 2, example)
    text = rendered(account(evolve(REPORT, label="\x1b[1m", failure_groups=(group,))))
    text += rendered(timeline([Moment(0.0, "retry", "502\u202e", 1)]))

    assert "\x1b" not in text
    assert "No\\u001b]0;title\\u0007" in text
    assert "mug\\u001b[2J" in text
    assert "502\\u202e" in text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "See why: importbus failed list night\nSend again what was mended: importbus failed"),
        ({"state": "stopped", "open": 5}, "--resume night"),
        ({"outcomes": {"created": 5}, "rejected": 0}, "Nothing is left to do."),
    ],
)
def test_the_account_says_what_to_do_next(changes: dict[str, Any], says: str) -> None:
    """Resume, look at the failures, or nothing."""
    assert says in advice(evolve(REPORT, **changes))


@pytest.mark.parametrize(
    ("left", "says"),
    [
        ((1, 0), "See why: importbus failed list night\n"
         "Send again what was mended: importbus failed retry night"),
        ((0, 1), "See why: importbus failed list night"),
        ((0, 0), "All failures were cured or dropped."),
    ],
)  # fmt: skip
def test_what_was_mended_is_not_asked_for_again(left: tuple[int, int], says: str) -> None:
    """Only failed commands can be sent again; rejected lines have to be imported anew."""
    assert advice(REPORT, left=left) == says


def test_nobody_is_sent_to_resume_what_is_running() -> None:
    """A second process on one import would be refused, so who runs it is named instead."""
    running = evolve(REPORT, state="running", open=5)

    assert advice(running, "process 7 on desk") == "It is being run by process 7 on desk."


def test_the_command_that_resumes_can_be_copied() -> None:
    """It names the sources as a shell takes them, or says that there must be some."""
    assert resume("night", ["spring sale.jsonl", "b.jsonl"]) == (
        "importbus import 'spring sale.jsonl' b.jsonl --resume night"
    )
    assert resume("night", []) == "importbus import SOURCE... --resume night"


@pytest.mark.parametrize(
    ("state", "owner", "says"),
    [
        ("running", "process 7 on desk", "running"),
        ("running", None, "interrupted"),
        ("finished_with_failures", None, "finished with failures"),
    ],
)
def test_what_nobody_runs_any_more_was_interrupted(
    state: str, owner: str | None, says: str
) -> None:
    """The journal of a process that was killed still says running."""
    text = rendered(account(evolve(REPORT, state=state), owner=owner))

    assert f"night (Spring): {says}, " in text


def test_a_demo_leaves_no_journal_to_look_at() -> None:
    """Where no journal is kept, no command that needs it is recommended."""
    assert "importbus failed" not in rendered(account(REPORT, kept=False))


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
    cells = row(rendered(ImportList([REPORT])), "night")

    assert cells == [
        *("night", "Spring", "finished with failures"),
        *("1,205", "1,201", "3", "1", "0", "14", "2.0"),
    ]


def test_a_narrow_list_of_imports_is_no_table() -> None:
    """Ten columns do not fit on 80 characters; zeros are left out."""
    one = evolve(REPORT, state="running", requests=1)
    text = rendered(ImportList([one], owner_of=lambda _: "process 7 on desk"), width=80)

    assert text.splitlines() == [
        "night (Spring): running",
        "  1,205 read, 1,201 done, 3 failed, 1 rejected, 1 request; 2.0 s",
    ]


def test_the_timeline_is_in_utc() -> None:
    """When, what, in which lane."""
    moments = [Moment(0.0, "brake", "no answer [5 s]", 2), Moment(60.0, "resume", "7 are done")]
    text = rendered(timeline(moments))

    assert row(text, "1970-01-01 00:00:00")[1:] == ["brake", "2", "no answer [5 s]"]
    assert row(text, "1970-01-01 00:01:00")[1:] == ["resume", "", "7 are done"]
