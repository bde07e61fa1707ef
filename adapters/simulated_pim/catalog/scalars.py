"""Numbers and dates as the PIM reads and shows them."""

from __future__ import annotations

import re
from datetime import date as _date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_CENT = Decimal("0.01")
_WIDE = Context(prec=2_000, rounding=ROUND_HALF_UP)  # a number has at most 999 more digits
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})([T ].*)?")


def number(data: Any) -> Decimal | None:
    """Return *data* as a number if it is one, also as text; None otherwise."""
    if isinstance(data, str):
        return Decimal(data) if _NUMBER.fullmatch(data) else None
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        return None
    return Decimal(data) if isinstance(data, int) else Decimal(repr(data))


def padded(value: Decimal) -> str:
    """Return *value* with four decimals, or with as many more as it has."""
    text = f"{value:f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(4, '0')}"


def rounded(value: Decimal) -> str:
    """Return *value* with two decimals, as prices have them."""
    return f"{value.quantize(_CENT, context=_WIDE):f}"


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
