"""A dry run as people and programs read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import StringIO

import orjson
import pytest
from rich.console import Console

from importbus.adapters.cli import dry_run
from importbus.adapters.cli.dry_run import account, against, document
from importbus.adapters.config import PimConfig
from importbus.adapters.dry_run import DryRun
from importbus.adapters.findings import Findings
from importbus.adapters.report_json import finding_document
from importbus.bus.findings import Finding, Located, Scope
from importbus.bus.messages import Position

SCOPE = Scope(True, (), {}, (), ("rights",))
PIM = PimConfig("https://pim.example", "a", "b", "c", "d")


@pytest.fixture
def found() -> Iterator[DryRun]:
    """A dry run of a source without faults."""
    with Findings() as findings:
        yield DryRun(findings, Counter(CreateOrUpdateProduct=1_200, CreateOrUpdateFamily=6))


def rendered(found: DryRun, scope: Scope = SCOPE) -> list[str]:
    """Return the lines that a wide terminal without colours shows."""
    screen = StringIO()
    console = Console(file=screen, width=120, highlight=False)
    console.print(*account(found, scope, "https://pim.example"), sep="\n")
    return screen.getvalue().splitlines()


def at(line: int, message: str, *, error: bool = True) -> Located:
    """Return a finding about the family of a product."""
    finding = Finding("unknown-family", "family", message, error)
    return Located(Position("a.jsonl", line), "CreateOrUpdateProduct", "mug", finding)


def test_everything_fine_is_a_table_of_classes(found: DryRun) -> None:
    """How many of each would be sent, and that nothing was."""
    text = rendered(found)

    assert text[0] == "An import would send 1,206 commands; nothing was sent."
    assert [line.strip("│ ").split() for line in text if line.startswith("│")] == [
        ["CreateOrUpdateFamily", "│", "6"],
        ["CreateOrUpdateProduct", "│", "1,200"],
        ["all", "│", "1,206"],
    ]
    assert "0 errors, 0 warnings." in text


def test_what_a_source_holds_cannot_steer_the_terminal(found: DryRun) -> None:
    """A reason quotes from it."""
    found.findings.add(at(1, "no\x1b[J\nfamily"))

    assert "      1  family: no\\u001b[J\\nfamily" in rendered(found)


def test_it_ends_with_what_was_checked_and_what_only_the_pim_decides(found: DryRun) -> None:
    """The PIM is named."""
    assert rendered(found)[-3:] == [
        "Checked against the structure of https://pim.example and of the source.",
        "Only the PIM can decide:",
        "  rights",
    ]


def test_without_a_pim_it_says_which_checks_were_not_possible(found: DryRun) -> None:
    """Why there is none, how much of each kind nobody vouches for, and which classes."""
    scope = Scope(False, ("It is away.",), {"attribute": 1_200, "family": 1}, ("Put",), ())

    assert rendered(found, scope)[-5:-1] == [
        "Checked against the source alone.",
        "  It is away.",
        "Not checked, since the source does not create them: attribute 1,200, family 1.",
        "Not checked at all: Put.",
    ]


def test_reasons_are_counted_at_the_end(found: DryRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors first, the most frequent ones before others; of more than enough the rest is said."""
    monkeypatch.setattr(dry_run, "MOST_GROUPS", 2)
    for line, message in enumerate(["no 'a'", "no 'b'", "wrong", "last"], 1):
        found.findings.add(at(line, message))
    found.findings.add(at(9, "dropped", error=False))
    text = rendered(found)

    assert text[text.index("4 errors, 1 warning:") + 1 :][:3] == [
        "      2  family: no *",
        "      1  family: last",
        "         and further reasons",
    ]


def test_warnings_are_marked_as_such(found: DryRun) -> None:
    """They are no errors."""
    found.findings.add(at(1, "dropped", error=False))

    assert "      1  warning: family: dropped" in rendered(found)


def test_a_strict_run_says_that_it_stopped(found: DryRun) -> None:
    """There may be more bad lines than the one it shows."""
    found.complete = False

    assert rendered(found)[0] == (
        "An import would send 1,206 commands before it stopped at the first bad line; "
        "nothing was sent."
    )


def test_the_document_has_all_of_it(found: DryRun) -> None:
    """Counts, what was checked against what; each finding with place, rule and severity."""
    found.findings.add(at(3, "no 'a'"))
    said = document(found, SCOPE)

    assert (said["errors"], said["warnings"], said["complete"]) == (1, 0, True)
    assert said["commands"] == {"CreateOrUpdateFamily": 6, "CreateOrUpdateProduct": 1_200}
    assert said["checked"]["pim"] is True
    assert said["checked"]["only_the_pim_decides"] == ["rights"]
    assert finding_document(at(3, "no 'a'")) == {
        "position": {"source": "a.jsonl", "line": 3},
        "command": "CreateOrUpdateProduct",
        "key": "mug",
        "severity": "error",
        "rule": "unknown-family",
        "field": "family",
        "message": "no 'a'",
    }


@pytest.mark.parametrize("lines", [[], [1], [1, 2]])
def test_the_document_is_whole_whatever_it_lists(
    found: DryRun, lines: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is printed finding by finding."""
    for line in lines:
        found.findings.add(at(line, "is bad"))
    dry_run.print_document(found, SCOPE)
    said = orjson.loads(capsys.readouterr().out)

    assert [each["position"]["line"] for each in said["findings"]] == lines


@pytest.mark.parametrize(
    ("pim", "offline", "reason"),
    [(PIM, False, ""), (PIM, True, dry_run.NOT_ASKED), (None, False, dry_run.NOT_CONFIGURED)],
)
def test_it_is_said_why_there_is_no_pim(pim: PimConfig | None, offline: bool, reason: str) -> None:
    """None is configured, or it is not wanted."""
    checked = against(pim, offline=offline)

    assert (checked.pim is not None, checked.reason) == (reason == "", reason)
