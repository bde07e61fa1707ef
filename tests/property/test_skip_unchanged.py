"""What is skipped as unchanged changes nothing: the PIM holds what it holds when all is sent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from attrs import evolve
from hypothesis import given, settings

from histories import Side, Step, histories, line, links, note, open_side, product

pytestmark = pytest.mark.integration

Sides = tuple[Side, Side, Iterator[int]]

A, OTHER = product("@a", values=note("x")), product("@a", values=note("y"))

AGAIN = Step((A,))

DELETE = line("DeleteProduct", identifier="@a")

PICTURE = Step(
    (A, line("CreateProductMediaFile", identifier="@a", attribute="picture", file="mug.png"))
)

REFUSED = product("@a", values={"handle": [{"locale": None, "scope": None, "data": "no"}]})

NOWHERE = product("@a", family="nowhere")

LINKED = product("@b", associations=links("@a"))

TELLING = {
    "a part of what was written": [Step((A, OTHER)), AGAIN],
    "the other order": [Step((A, OTHER)), Step((OTHER, A))],
    "another import in between": [AGAIN, Step((OTHER,), skips=False), AGAIN],
    "a delete in between": [AGAIN, Step((DELETE,), skips=False), AGAIN],
    "a delete": [Step((A, DELETE)), Step((A, DELETE)), AGAIN],
    "a failure": [AGAIN, Step((OTHER, NOWHERE)), AGAIN],
    "a refusal": [Step((OTHER, REFUSED)), Step((OTHER, REFUSED)), AGAIN],
    "a failure again": [Step((NOWHERE,)), Step((NOWHERE,))],
    "another picture": [PICTURE, evolve(PICTURE, picture=b".."), evolve(PICTURE, picture=b"..")],
    "a link to what was deleted": [Step((A, LINKED)), Step((DELETE,)), Step((A, LINKED))],
    "a link to what is deleted": [Step((A, LINKED)), Step((DELETE, A)), Step((A, LINKED))],
    "a stop": [Step((A, LINKED)), Step((OTHER, LINKED), stop_after=1), Step((A, LINKED))],
    "resumed without": [AGAIN, Step((OTHER, A, OTHER), stop_after=2, resume_skips=False), AGAIN],
}
"""Histories that go wrong when one rule is left out."""


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    """Return a PIM into which what is unchanged is not sent, one that gets all, and numbers."""
    folder = tmp_path_factory.mktemp("sides")
    with open_side(folder / "skipping") as skipping, open_side(folder / "sending") as sending:
        yield skipping, sending, count(1)


def check(sides: Sides, history: list[Step]) -> None:
    """Carry a history out on both sides, and compare after each import."""
    skipping, sending, numbers = sides
    number = next(numbers)
    for step in history:
        reports = skipping.carry_out(step, number, skipping=True)
        others = sending.carry_out(step, number, skipping=False)

        assert reports[-1].failures == others[-1].failures
        assert skipping.stored(number) == sending.stored(number)
        assert reports[-1].read == len(step.lines)
        assert reports[-1].balanced


@pytest.mark.parametrize("history", TELLING.values(), ids=TELLING)
def test_a_history_ends_as_without_skipping(sides: Sides, history: list[Step]) -> None:
    """One case for each rule that says what is believed."""
    check(sides, history)


@given(history=histories())
@settings(max_examples=8)
def test_the_pim_holds_what_it_holds_without_skipping(sides: Sides, history: list[Step]) -> None:
    """After each import of a history: failures, deletes, links, pictures, stops and all."""
    check(sides, history)


def test_what_comes_again_is_not_sent(sides: Sides) -> None:
    """The second time everything ends as unchanged, without a request."""
    skipping, _, numbers = sides
    number, step = next(numbers), Step((*PICTURE.lines, OTHER, LINKED))
    skipping.carry_out(step, number, skipping=True)
    (again,) = skipping.carry_out(step, number, skipping=True)

    assert (again.outcomes, again.requests) == ({"unchanged": 4}, 0)
