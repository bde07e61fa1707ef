"""What the rules of a fault plan may say: each setting and condition with its kind of value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen


@frozen
class Setting:
    """A setting, or a condition.

    Attributes:
        what: Its values in words, for messages.
        fits: Tells whether a value is one of them.
    """

    what: str
    fits: Callable[[Any], bool]


def _whole(least: int, most: int | None = None) -> Setting:
    return Setting(
        f"a whole number from {least}" + (f" to {most}" if most else ""),
        lambda data: _is_whole(data, least) and (most is None or data <= most),
    )


def _is_whole(data: Any, least: int) -> bool:
    return type(data) is int and data >= least


def _is_pattern(data: Any) -> bool:
    try:
        re.compile(data)
    except (TypeError, re.error):
        return False
    return isinstance(data, str)


def _are_numbers(data: Any) -> bool:
    return isinstance(data, list) and all(_is_whole(each, 1) for each in data)


_TEXT = Setting("text", lambda data: isinstance(data, str))
_FLAG = Setting("true or false", lambda data: isinstance(data, bool))
_SECONDS = Setting("a number from 0", lambda data: type(data) in (int, float) and data >= 0)
_PATTERN = Setting("a regular expression", _is_pattern)
_NUMBERS = Setting("a list of whole numbers from 1", _are_numbers)
_TURNS = Setting(
    "a whole number from 1, or a list of them",
    lambda data: _is_whole(data, 1) or _are_numbers(data),
)
_STATUS = _whole(200, 599)
_LATER = {
    "retry_after": _SECONDS,
    "retry_after_as": Setting("date", lambda data: data == "date"),
}

TIMES = _whole(1)
CONDITIONS: Mapping[str, Setting] = {
    "method": _TEXT,
    "path": _PATTERN,
    "nth": _TURNS,
    "every": _whole(1),
    "after": _whole(0),
    "body_contains": _TEXT,
    "bytes_over": _whole(0),
}
"""What `match` may hold."""

KINDS: Mapping[str, Mapping[str, Setting]] = {
    "429": {"body": _TEXT, **_LATER},
    "status": {
        "status": _STATUS,
        "message": _TEXT,
        "body": _TEXT,
        "type": _TEXT,
        "commit": _FLAG,
        **_LATER,
    },
    "html": {"status": _STATUS, "message": _TEXT, "commit": _FLAG, **_LATER},
    "html_200": {"commit": _FLAG},
    "redirect": {"status": _whole(300, 399), "location": _TEXT},
    "truncate": {"lines": _whole(0), "commit": _FLAG, "abrupt": _FLAG},
    "reset_before": {},
    "reset_after": {},
    "slow": {"seconds": _SECONDS},
    "expire_tokens": {"refresh": _FLAG},
    "line_status": {
        "lines": _NUMBERS,
        "contains": _TEXT,
        "pattern": _PATTERN,
        "status": _STATUS,
        "message": _TEXT,
        "field": _TEXT,
        "missing": _FLAG,
        "commit": _FLAG,
    },
}
"""The kinds of faults, and the settings that each knows."""
