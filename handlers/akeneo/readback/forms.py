"""Whether two pieces of data are the same to the PIM, which stores numbers and dates in its forms.

Amounts have decimals, dates a time, lists are sorted, each entry once, and what was cleared is
absent. Source: akeneo/pim-api-docs, content/concepts/products.md and rest-api/update.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from importbus.handlers.akeneo.fold import clears

MIDNIGHT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00[+-]\d{2}:\d{2}")
"""How a date reads back."""

NOTHING: Final[tuple[object, ...]] = ("", [], {})
"""What reads back where something was cleared, besides null."""


def same(sent: Any, stored: Any, *, any_case: bool = False) -> bool:
    """Whether *stored* is what was *sent*; with *any_case* codes may be spelled otherwise.

    An object may hold more, as the PIM adds properties of its own.
    """
    if clears(sent) or sent == {}:
        return stored is None or stored in NOTHING
    if isinstance(sent, Mapping):
        return isinstance(stored, Mapping) and all(
            same(value, stored.get(name), any_case=any_case) for name, value in sent.items()
        )
    if isinstance(sent, list | tuple):
        return isinstance(stored, list) and _same_list(sent, stored, any_case=any_case)
    if isinstance(sent, bool) or isinstance(stored, bool):
        return sent is stored
    return bool(sent == stored) or _alike(sent, stored, any_case=any_case)


def _same_list(sent: Sequence[Any], stored: Sequence[Any], *, any_case: bool) -> bool:
    return contains(stored, sent, any_case=any_case) and all(
        any(same(one, other, any_case=any_case) for one in sent) for other in stored
    )


def contains(stored: Any, sent: Sequence[Any], *, any_case: bool = False) -> bool:
    """Whether every entry of *sent* is in *stored*."""
    texts = isinstance(stored, list) and all(isinstance(each, str) for each in sent)
    if texts and _codes(sent, any_case) <= _codes(stored, any_case):
        return True
    return _contains(stored, sent, any_case)


def _codes(codes: Sequence[Any], any_case: bool) -> set[str]:
    texts = (each for each in codes if isinstance(each, str))
    return {each.casefold() if any_case else each for each in texts}


def _contains(stored: Any, sent: Sequence[Any], any_case: bool) -> bool:
    return all(any(same(one, each, any_case=any_case) for each in stored or ()) for one in sent)


def _alike(sent: Any, stored: Any, *, any_case: bool) -> bool:
    if _same_number(sent, stored) or _same_date(sent, stored):
        return True
    both = isinstance(sent, str) and isinstance(stored, str)
    return any_case and both and sent.casefold() == stored.casefold()


def _same_number(sent: Any, stored: Any) -> bool:
    try:
        return Decimal(str(sent)) == Decimal(str(stored))
    except InvalidOperation:
        return False


def _same_date(sent: Any, stored: Any) -> bool:
    day = MIDNIGHT.fullmatch(stored) if isinstance(stored, str) else None
    return day is not None and isinstance(sent, str) and sent[:10] == day[1]
