"""Numbers and dates as the PIM reads and shows them."""

from __future__ import annotations

import re
from datetime import date as _date
from typing import Any

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})([T ].*)?")


def number(data: Any) -> float | int | None:
    """Return *data* as a number if it is one, also as text; None otherwise."""
    if isinstance(data, bool):
        return None
    if isinstance(data, (int, float)):
        return data
    if isinstance(data, str) and _NUMBER.fullmatch(data):
        return float(data) if not data.lstrip("+-").isdecimal() else int(data)
    return None


def date(data: Any) -> str | None:
    """Return *data*, text that begins with `YYYY-MM-DD`, as that day's midnight; None otherwise."""
    match = _DATE.fullmatch(data) if isinstance(data, str) else None
    if match is None:
        return None
    try:
        day = _date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return f"{day.isoformat()}T00:00:00+00:00"
