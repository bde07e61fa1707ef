"""Numbers and dates in the forms that the API takes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?")


def number_of(data: Any) -> Decimal | None:
    """Return *data* as a number if it is one, also as text; None otherwise."""
    if isinstance(data, str):
        return Decimal(data) if NUMBER.fullmatch(data) else None
    if isinstance(data, bool) or not isinstance(data, int | float):
        return None
    return Decimal(repr(data))


def day_of(data: Any) -> str | None:
    """Return the day of *data* as ``YYYY-MM-DD``, if it begins with one; None otherwise."""
    match = DATE.fullmatch(data) if isinstance(data, str) else None
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]).isoformat()
    except ValueError:
        return None
