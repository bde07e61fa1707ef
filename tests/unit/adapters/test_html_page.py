"""What the page of a report says in words."""

from __future__ import annotations

import pytest

from importbus.adapters.html_report.page import duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 s"),
        (0.0125, "0.013 s"),
        (59.94, "59.9 s"),
        (59.96, "60.0 s"),
        (60.0, "1 min"),
        (725.4, "12 min 5 s"),
        (12_000.0, "3 h 20 min"),
        (86_400.0, "1 d"),
        (90_061.0, "1 d 1 h"),
    ],
)
def test_a_duration_is_told_as_people_say_it(seconds: float, words: str) -> None:
    """The two largest units that are not nought."""
    assert duration(seconds) == words
