"""How fast imports are, from looks at their counts: no clock is read."""

from __future__ import annotations

import pytest

from importbus.adapters.rates import SECONDS, Look, Looks, rates, seconds_left


def look(at: float, **done: int) -> Look:
    """Return a look at one import."""
    return Look(at, {"spring": done})


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (look(10, Put=100), look(12, Put=150), {"Put": 25.0}),
        (look(10, Put=100), look(12, Put=100), {"Put": 0.0}),
        (look(10), look(12, Put=50), {"Put": 25.0}),  # the class came up in between
        (look(10, Put=9, Drop=1), look(20, Put=19, Drop=6), {"Put": 1.0, "Drop": 0.5}),
        (look(10, Put=100), look(12, Put=20), {"Put": 0.0}),  # it was begun anew
        (look(10, Put=100), look(10, Put=150), {}),  # no time has passed
        (Look(10, {}), look(12, Put=50), {}),  # the import was not there
        (look(10, Put=50), Look(12, {}), {}),  # it was forgotten
    ],
)
def test_a_rate_is_what_came_between_two_looks(
    earlier: Look, later: Look, expected: dict[str, float]
) -> None:
    """Outcomes a second by class; nothing where nobody can know."""
    assert rates(earlier, later, "spring") == expected


@pytest.mark.parametrize(
    ("count", "rate", "expected"), [(100, 25.0, 4.0), (0, 0.0, 0.0), (0, 5.0, 0.0), (1, 0.0, None)]
)
def test_what_is_left_takes_as_long_as_the_rate_says(
    count: int, rate: float, expected: float | None
) -> None:
    """Nothing is left of nothing; what stands still has no end."""
    assert seconds_left(count, rate) == expected


def test_a_rate_is_made_of_the_last_seconds_alone() -> None:
    """What was fast an hour ago says nothing about now."""
    looks = Looks()
    for second in range(100):
        looks.add(look(second, Put=1000 * min(second, 50) + 10 * max(0, second - 50)))

    assert looks.rates("spring") == {"Put": 10.0}


def test_a_rate_needs_two_looks_at_the_import() -> None:
    """The first look is no rate, and an import that began later has one from its own looks."""
    looks = Looks()
    none = looks.rates("spring")
    looks.add(look(0, Put=5))
    one = looks.rates("spring")
    looks.add(Look(1, {"spring": {"Put": 8}, "summer": {"Put": 100}}))
    looks.add(Look(2, {"spring": {"Put": 9}, "summer": {"Put": 104}}))

    assert (none, one) == ({}, {})
    assert looks.rates("spring") == {"Put": 2.0}
    assert looks.rates("summer") == {"Put": 4.0}


def test_old_looks_are_forgotten() -> None:
    """A screen may be watched for days."""
    looks = Looks()
    for tick in range(1000):
        looks.add(look(tick / 10, Put=tick))

    assert len(looks._looks) <= SECONDS * 10 + 2
