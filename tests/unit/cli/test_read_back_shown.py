"""What reading back has shown, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from importbus.adapters.cli import read_back
from importbus.adapters.cli.read_back import ALL, read_count, told, verdict, verification_document
from importbus.adapters.findings import Findings
from importbus.adapters.verification import Verification
from importbus.bus.findings import Finding, Located
from importbus.bus.messages import Position


@pytest.fixture
def found() -> Iterator[Verification]:
    """Everything is as it was sent."""
    with Findings() as differences:
        yield Verification(differences, items=1_200, compared=5_000)


def differ(found: Verification, *lines: int) -> None:
    """Add a difference on each of *lines*."""
    finding = Finding("differs", "enabled", "sent true, stored false.", error=False)
    for line in lines:
        found.differences.add(Located(Position("a", line), "Put", "k", finding))


def test_the_verdict_is_one_sentence(found: Verification) -> None:
    """How much was compared, how much differs, and why it ended early."""
    beginning = "Read back 1,200 items, compared 5,000 properties and values of them: "
    fine = verdict(found)
    differ(found, 1)
    one = verdict(found)
    differ(found, 2)
    found.trouble = "The PIM is away."

    assert fine == f"{beginning}nothing differs."
    assert one == f"{beginning}1 differs."
    assert verdict(found) == f"{beginning}2 differ; it ended early: The PIM is away."


def test_differences_are_listed_up_to_a_point(
    found: Verification, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the lines; how many more there are is said."""
    monkeypatch.setattr(read_back, "SHOWN", 2)
    differ(found, 3, 1)
    both = list(told(found))
    differ(found, 2, 4, 5)

    assert both[:2] == [
        "a:1: warning: Put k: enabled: sent true, stored false.",
        "a:3: warning: Put k: enabled: sent true, stored false.",
    ]
    assert len(both) == 3
    assert list(told(found))[2] == "and 3 further differences; --json lists them all"


def test_the_document_lists_them_all(found: Verification, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are printed."""
    monkeypatch.setattr(read_back, "SHOWN", 2)
    differ(found, *range(5))
    document = verification_document(found)
    found.trouble = "The PIM is away."

    assert (document["items"], document["compared"], document["complete"]) == (1_200, 5_000, True)
    assert [each["position"]["line"] for each in document["differences"]] == [0, 1, 2, 3, 4]
    assert verification_document(found)["complete"] is False
    assert verification_document(found)["reason"] == "The PIM is away."


@pytest.mark.parametrize(("text", "count"), [(None, None), ("all", ALL), ("1", 1), ("200", 200)])
def test_a_number_of_items_or_all(text: str | None, count: int | None) -> None:
    """Nothing stays nothing."""
    assert read_count(click.Context(click.Command("x")), click.Option(["--x"]), text) == count


@pytest.mark.parametrize("text", ["0", "-1", "some", "1.5", ""])
def test_anything_else_is_refused(text: str) -> None:
    """With what is allowed, and why a file name may have come here."""
    with pytest.raises(click.BadParameter, match="is neither a number of items nor all"):
        read_count(click.Context(click.Command("x")), click.Option(["--x"]), text)
