"""Throughput, lanes and events as rows of bars."""

from __future__ import annotations

import pytest

from importbus.adapters.html_report.axis import axis_of
from importbus.adapters.html_report.plot import Bar, Row, in_figures, plot_of
from importbus.adapters.journal.activity import Stretch
from importbus.bus.journal import Moment

AXIS = axis_of([(0.0, 120.0)])
"""A second for each of 120 steps."""


def shares(row: Row) -> dict[int, float]:
    """Return the bars of a row by their steps."""
    return {bar.step: bar.share for bar in row.bars}


def test_throughput_is_spread_over_the_time_of_the_calls() -> None:
    """A batch of 100 in two seconds is 50 commands a second, twice."""
    plot = plot_of(AXIS, [Stretch(0, 100, 10.0, 12.0), Stretch(1, 25, 10.0, 11.0)], ())

    assert shares(plot.throughput) == {10: 1.0, 11: pytest.approx(50 / 75)}
    assert plot.throughput.figure == "up to 75"
    assert plot.throughput.bars[0].says == "00:00:10: 75 commands/s"


def test_a_batch_without_calls_counts_where_it_was_settled() -> None:
    """What took no time is not lost."""
    plot = plot_of(AXIS, [Stretch(0, 7, 5.5, 5.5)], ())

    assert shares(plot.throughput) == {5: 1.0}
    assert plot.throughput.figure == "up to 7"


def test_a_lane_is_in_use_while_its_calls_run() -> None:
    """The structure lane comes first; the figure is the share of the whole time."""
    stretches = [Stretch(1, 1, 0.5, 1.0), Stretch(0, 1, 0.0, 60.0), Stretch(None, 1, 3.0, 4.0)]
    structure, first, second = plot_of(AXIS, stretches, ()).lanes

    assert [structure.name, first.name, second.name] == ["structure lane", "lane 0", "lane 1"]
    assert (first.figure, shares(second)[0]) == ("50%", 0.5)
    assert second.bars[0].says == "00:00:00: lane 1 in use for 50%"


def test_two_consumers_in_a_lane_cannot_use_more_than_all_of_it() -> None:
    """After a lease was lost, calls of both may run for a while."""
    (lane,) = plot_of(AXIS, [Stretch(0, 1, 3.0, 4.0), Stretch(0, 1, 3.0, 4.0)], ()).lanes

    assert shares(lane)[3] == 1.0


def test_events_of_a_kind_share_a_row_and_those_of_a_step_a_mark() -> None:
    """The mark says what the first was, and how many more there were."""
    moments = [Moment(1.1, "retry", "no answer", 0), Moment(1.2, "retry", "502", 1)]
    retry, brake = plot_of(AXIS, (), [*moments, Moment(9.0, "brake", "502", 1)]).events

    assert (retry.name, retry.figure) == ("retry", "2")
    assert retry.bars == [Bar(1, 1.0, "00:00:01: retry: no answer (and 1 more)")]
    assert (brake.name, brake.bars[0].says) == ("brake", "00:00:09: brake: 502")


def test_a_mark_is_higher_where_more_happened() -> None:
    """One among many can still be seen."""
    moments = [Moment(at, "retry", "no answer", 0) for at in (1.0, *[2.0] * 6, *[3.0] * 10)]
    (retry,) = plot_of(AXIS, (), moments).events

    assert shares(retry) == {1: 0.4, 2: 0.6, 3: 1.0}


def test_what_is_more_than_nothing_can_be_seen() -> None:
    """A bar of a hundredth of a pixel would be none."""
    assert (Bar(0, 0.0001, "").height, Bar(0, 0.5, "").height) == (2.0, 50.0)


@pytest.mark.parametrize(
    ("rate", "figures"), [(1204.4, "1,204"), (12.54, "12.5"), (0.0213, "0.0213"), (0.0, "0")]
)
def test_rates_have_the_digits_that_tell_something(rate: float, figures: str) -> None:
    """Neither 0 for a slow import nor a row of digits for a fast one."""
    assert in_figures(rate) == figures
