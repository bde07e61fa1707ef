"""The time axis of a plot: equal steps, and no long quiet times."""

from __future__ import annotations

import pytest

from importbus.adapters.html_report.axis import GAP, MOST_PERIODS, QUIET, STEPS, axis_of

NIGHT = 1_795_827_600.0
"""2026-11-28 01:00:00 UTC."""


def test_an_axis_without_quiet_times_has_its_steps() -> None:
    """Each as long as the others."""
    axis = axis_of([(0.0, 0.0), (30.0, 50.0), (55.0, 60.0)])

    assert (axis.length, axis.step, axis.gaps, axis.seconds) == (STEPS, 0.5, [], 60.0)


def test_a_quiet_minute_is_cut_out() -> None:
    """What is left is as if it had followed at once, after a gap that says how long it was."""
    axis = axis_of([(0.0, 30.0), (3630.0, 3660.0)])

    assert axis.gaps == [(60, 3600.0)]
    assert (axis.length, axis.step) == (STEPS + GAP, 0.5)
    assert list(axis.spread(3630.0, 3630.5)) == [(60 + GAP, 0.5)]
    assert axis.start_of(60 + GAP) == 3630.0


def test_less_than_a_minute_stays() -> None:
    """A pause that the PIM asks for is part of the picture."""
    assert axis_of([(0.0, 1.0), (QUIET + 0.9, QUIET + 2.0)]).gaps == []


def test_many_quiet_times_leave_the_longest() -> None:
    """A hundred restarts would leave no room for work."""
    starts = [n * 1000.0 + (5000.0 if n > 50 else 0.0) for n in range(100)]
    axis = axis_of((start, start + 1.0) for start in starts)

    assert len(axis.periods) == MOST_PERIODS
    assert 5999.0 in [seconds for _, seconds in axis.gaps]


def test_work_that_began_earlier_belongs_to_the_period_before() -> None:
    """Spans come by their ends: a slow call may have begun before others ended."""
    axis = axis_of([(0.0, 10.0), (200.0, 210.0), (5.0, 300.0)])

    assert [period for _, period in axis.periods] == [(0.0, 300.0)]


def test_a_stretch_is_spread_over_its_steps() -> None:
    """Each gets its part in seconds."""
    axis = axis_of([(0.0, 120.0)])

    assert list(axis.spread(1.5, 4.0)) == [(1, 0.5), (2, 1.0), (3, 1.0)]


@pytest.mark.parametrize(
    ("moment", "step"), [(-5.0, 0), (0.0, 0), (29.9, 59), (100.0, 59), (3630.0, 63), (9e9, 122)]
)
def test_a_moment_has_its_step(moment: float, step: int) -> None:
    """What happened in a quiet time stands before the gap."""
    assert axis_of([(0.0, 30.0), (3630.0, 3660.0)]).at(moment) == step


def test_a_moment_alone_is_an_axis() -> None:
    """An import of one command that took no time."""
    axis = axis_of([(5.0, 5.0)])

    assert (axis.length, axis.at(5.0), list(axis.spread(5.0, 5.0))) == (1, 0, [])


def test_ticks_are_times_of_the_day_within_one_day() -> None:
    """Begin, middle and end; with the day when there are two of them."""
    night = axis_of([(NIGHT, NIGHT + 120.0)])
    day = axis_of([(NIGHT, NIGHT + 86_400.0)])
    cut = axis_of([(NIGHT, NIGHT + 30.0), (NIGHT + 3600.0, NIGHT + 3660.0)])

    assert night.ticks == ["01:00:00", "01:01:00", "01:02:00"]
    assert day.ticks[::2] == ["2026-11-28 01:00:00", "2026-11-29 01:00:00"]
    assert cut.ticks == ["01:00:00", "02:01:00"]
