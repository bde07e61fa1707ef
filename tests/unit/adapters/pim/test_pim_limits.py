"""Pauses and rates by themselves: numbers in, numbers out."""

from __future__ import annotations

import pytest

from fake_clock import FakeClock
from importbus.adapters.pim.limits import Pause, RateLimit, retry_after

NOW = FakeClock.BEGAN
"""Friday 2027-01-15, 08:00 UTC."""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("3600", 3600.0),
        ("3601", 3600.0),
        ("9" * 5000, 3600.0),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0),
        ("Friday, 15-Jan-27 08:00:30 GMT", 30.0),
        ("Fri, 15 Jan 2027 10:00:30 +0200", 30.0),
        ("Fri, 15 Jan 2027 08:00:30", 30.0),
        ("Fri, 15 Jan 2027 07:59:00 GMT", 0.0),
        ("Mon, 01 Jan 2029 00:00:00 GMT", 3600.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 3600.0),
    ],
)
def test_seconds_and_dates_are_understood(value: str, seconds: float) -> None:
    """Never below zero, and never more than an hour."""
    assert retry_after({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    ["", "-5", "1.5", "soon", "\u0667", "Fri, 99 Jan 2027 08:00:00 GMT", "2027-01-15T08:00:30Z"],
)
def test_what_cannot_be_understood_says_nothing(value: str) -> None:
    """The same as no header at all."""
    assert retry_after({"retry-after": value}, NOW) is None
    assert retry_after({}, NOW) is None


@pytest.mark.parametrize(
    ("date", "seconds"),
    [("Fri, 15 Jan 2027 07:50:00 GMT", 630.0), ("Fri, 15 Jan 2027 08:00:20 GMT", 10.0), ("?", 30)],
)
def test_a_date_counts_from_the_clock_of_the_server(date: str, seconds: float) -> None:
    """Ours may be wrong; it is asked only when the server does not tell its time."""
    headers = {"retry-after": "Fri, 15 Jan 2027 08:00:30 GMT", "date": date}

    assert retry_after(headers, NOW) == seconds


def test_a_pause_lasts_as_long_as_was_asked() -> None:
    """There is none in the beginning and none afterwards."""
    pause = Pause()
    assert pause.left(5.0) <= 0
    pause.extend(7.0, 10.0, called=9.0)

    assert [pause.left(now) for now in (10.0, 16.0, 17.0)] == [7.0, 1.0, 0.0]


def test_a_shorter_wish_does_not_shorten_a_pause() -> None:
    """Of calls that are turned away together the longest wait counts."""
    pause = Pause()
    pause.extend(60.0, 10.0, called=9.0)

    assert pause.extend(7.0, 11.0, called=9.0) == 59.0


def test_a_wait_of_nothing_is_a_tenth_of_a_second() -> None:
    """Or the next call would come at once, and so on for ever."""
    assert Pause().extend(0.0, 10.0, called=9.0) == pytest.approx(0.1)


def guesses(pause: Pause, count: int) -> list[float]:
    """Return the waits of *count* refusals in a row that name no time, by a call at a time."""
    now, found = 0.0, list[float]()
    for _ in range(count):
        now += 100
        found.append(pause.extend(None, now, called=now - 1))
    return found


def test_without_a_time_the_wait_grows_up_to_a_minute() -> None:
    """Doubled at every refusal."""
    assert guesses(Pause(), 9) == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_long_outage_does_not_break_the_guess() -> None:
    """Two to the power of two thousand is no number of seconds."""
    assert guesses(Pause(), 2000)[-1] == 60


def test_calls_that_were_turned_away_together_are_one_refusal() -> None:
    """They were all under way when the first one was refused."""
    pause = Pause()
    first = [pause.extend(None, now, called=9.0) for now in (10.0, 10.0, 10.25)]
    second = pause.extend(None, 20.0, called=19.0)

    assert first == [1.0, 1.0, 1.0]
    assert second == 2.0


def test_an_answer_ends_the_row() -> None:
    """The next guess is short again."""
    pause = Pause()
    guesses(pause, 5)
    pause.over(called=600.0)

    assert pause.extend(None, 700.0, called=699.0) == 1.0


def test_an_answer_to_an_older_call_ends_no_row() -> None:
    """It was under way already when the pause began, and says nothing of now."""
    pause = Pause()
    guesses(pause, 3)
    pause.over(called=299.0)

    assert pause.extend(None, 400.0, called=399.0) == 8.0


@pytest.mark.parametrize(
    ("rate", "starts"),
    [
        (3.0, [0, 0, 0, 1.1, 1.1, 1.1, 2.2]),
        (1.0, [0, 1.1, 2.2, 3.3]),
        (0.5, [0, 2.2, 4.4]),
        (2.5, [0, 0, 1.1, 1.1, 2.2]),
    ],
)
def test_calls_in_a_burst_are_spread(rate: float, starts: list[float]) -> None:
    """The window is a little longer than a second: calls do not take the same time to arrive."""
    limit = RateLimit(rate)

    assert [limit.reserve(0.0) for _ in starts] == pytest.approx(starts)


def test_calls_that_are_rare_enough_do_not_wait() -> None:
    """Three in a second are allowed, whatever came before."""
    limit = RateLimit(3.0)

    assert [limit.reserve(now) for now in (0.0, 0.5, 1.0, 1.2, 1.7, 2.2)] == [0.0] * 6
