"""How much at once and how long to wait."""

from __future__ import annotations

import pytest

from importbus.bus.pacing import Pace, backoff, probe_interval


@pytest.mark.parametrize(
    ("seconds", "size"),
    [
        (0.1, 40),  # short: double
        (4.9, 40),
        (5.0, 20),  # in the aim: keep
        (15.0, 20),
        (15.1, 10),  # long: halve
    ],
)
def test_pieces_follow_the_time_of_a_call(seconds: float, size: int) -> None:
    """Calls are kept between 5 and 15 seconds."""
    pace = Pace(20)
    pace.took(seconds)

    assert pace.size == size


def test_pieces_stay_within_their_bounds() -> None:
    """Never more than 100 items, never less than one."""
    largest, smallest = Pace(100), Pace(1)
    largest.took(0.1)
    smallest.shrink()

    assert (largest.size, smallest.size) == (100, 1)


@pytest.mark.parametrize(
    ("failures", "chance", "wait"),
    [(1, 1.0, 1.0), (1, 0.5, 0.5), (3, 1.0, 4.0), (50, 1.0, 30.0), (50, 0.0, 0.0)],
)
def test_backoff_is_exponential_with_full_jitter(failures: int, chance: float, wait: float) -> None:
    """The wait lies between nothing and a ceiling that doubles up to 30 seconds."""
    assert backoff(failures, chance) == wait


def test_probes_grow_rarer() -> None:
    """A braked lane asks after 1, 2, 4 seconds and at last every minute."""
    assert [probe_interval(n) for n in (0, 1, 2, 10)] == [1.0, 2.0, 4.0, 60.0]
