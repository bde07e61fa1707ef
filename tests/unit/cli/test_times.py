"""Times and ages as people type them."""

from __future__ import annotations

import time

import click
import pytest

from importbus.adapters.cli.times import age_of, read_age, read_when, shown

CONTEXT = click.Context(click.Command("any"))
OPTION = click.Option(["--since"])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30m", 1_800), ("12h", 43_200), ("90d", 7_776_000), ("2w", 1_209_600), ("0d", 0)],
)
def test_ages_are_seconds(text: str, seconds: float) -> None:
    """Minutes, hours, days and weeks."""
    assert read_age(CONTEXT, OPTION, text) == age_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "90", "d", "-1d", "1.5h", "90 d", "9999999d", "1y", "\u0661d"]
)
def test_what_is_no_age_is_refused(text: str) -> None:
    """With what is allowed."""
    with pytest.raises(click.BadParameter, match="is no age; allowed: 30m"):
        read_age(CONTEXT, OPTION, text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-02", 86_400),
        ("1970-01-01T01:30", 5_400),
        ("1970-01-01T01:30:00+01:00", 1_800),
        ("1970-01-01 00:00:01Z", 1),
    ],
)
def test_times_are_of_the_wall_clock(text: str, at: float) -> None:
    """In UTC unless they say their zone."""
    assert read_when(CONTEXT, OPTION, text) == at


def test_an_age_is_a_time_so_long_ago() -> None:
    """The last twelve hours."""
    at = read_when(CONTEXT, OPTION, "12h")

    assert at == pytest.approx(time.time() - 43_200, abs=60)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "12"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """With what is allowed."""
    with pytest.raises(click.BadParameter, match="is no time; allowed: 2026-11-28"):
        read_when(CONTEXT, OPTION, text)


def test_nothing_given_stays_nothing() -> None:
    """Options without a value."""
    assert (read_age(CONTEXT, OPTION, None), read_when(CONTEXT, OPTION, None)) == (None, None)


def test_times_are_shown_in_utc() -> None:
    """To the second."""
    assert (shown(86_400.9), shown(None)) == ("1970-01-02 00:00:00 UTC", "")
