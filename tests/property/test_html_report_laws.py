"""Laws of the page of a report: time is neither lost nor made up, nor are places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.html_report.axis import GAP, MOST_PERIODS, STEPS, axis_of
from importbus.adapters.html_report.selecting import shares

lengths = st.floats(0, 500)
spans = st.lists(st.tuples(st.floats(0, 50_000), lengths), min_size=1, max_size=40).map(
    lambda found: sorted([(start, start + length) for start, length in found], key=lambda s: s[1])
)


@given(spans)
def test_all_work_has_its_place_on_the_axis(found: list[tuple[float, float]]) -> None:
    """The parts of a stretch add up to it, and each step lies within the axis and in no gap."""
    axis = axis_of(found)
    gaps = {step + n for step, _ in axis.gaps for n in range(GAP)}

    for start, end in found:
        parts = list(axis.spread(start, end))
        assert sum(part for _, part in parts) == pytest.approx(end - start, abs=1e-6)
        steps = {step for step, _ in parts} | {axis.at(start), axis.at(end)}
        assert steps <= set(range(axis.length)) - gaps
        assert all(-1e-9 <= part <= axis.step + 1e-6 for _, part in parts)


@given(spans)
def test_an_axis_has_a_bounded_number_of_steps(found: list[tuple[float, float]]) -> None:
    """Whatever happened when."""
    assert axis_of(found).length <= STEPS + MOST_PERIODS * (GAP + 1)


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(0, 200))
def test_places_are_used_and_nobody_gets_too_many(counts: list[int], most: int) -> None:
    """As many as there are, if there are enough who need them; one each before any has two."""
    given_places = shares(counts, most)

    assert sum(given_places) == min(sum(counts), most)
    assert all(places <= count for places, count in zip(given_places, counts, strict=True))
    wanting = [p for p, count in zip(given_places, counts, strict=True) if p < count]
    assert not wanting or min(wanting) >= max(given_places) - 1
