"""Text of others: what cannot be seen is shown as an escape."""

from __future__ import annotations

import json

import pytest

from importbus.adapters.visible_text import visible, visible_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc\u202edef", "abc\\u202edef"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("half \udc80", "half \\udc80"),
        ("a\x00b\x85c", "a\\u0000b\\u0085c"),
    ],
)
def test_what_cannot_be_seen_is_an_escape(text: str, shown: str) -> None:
    """It neither hides nor turns what stands beside it."""
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["Grüße\tund\nmehr", "שלום", "12 000 €", "👩\u200d🔧", "<b>"])
def test_ordinary_text_of_all_languages_stays(text: str) -> None:
    """Line ends, spaces and what joins the parts of an emoji, too."""
    assert visible(text) == text


def test_a_line_has_no_end_in_it() -> None:
    """What stands in a list would look like two entries."""
    assert visible_line("a\r\nb\u202e") == "a\\u000d\\nb\\u202e"


def test_json_means_the_same() -> None:
    """What stands in a string of JSON is escaped as JSON escapes it."""
    text = json.dumps({"a": "x\u202ey\u2028"}, ensure_ascii=False)

    assert json.loads(visible(text)) == json.loads(text)
