"""Tables of what there is: by code, and whether they hold all that the PIM has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from difflib import get_close_matches
from typing import Generic, TypeVar

from attrs import define

MOST_UNCHECKED = 10_000
"""Codes that nobody vouches for are counted up to here, so that memory is bounded."""

MOST_SUGGESTED, MOST_COMPARED = 1_000, 5_000
"""Codes for which something like them is looked for, and among how many: it takes milliseconds."""


@define
class Coded:
    """Something with a code.

    Attributes:
        code: In the spelling of the PIM or of the first command.
        stored: Whether the PIM has it.
    """

    code: str
    stored: bool = False


T = TypeVar("T", bound=Coded)


class Table(Generic[T]):
    """All that is known of one kind, by code; in any case, as long as nothing else is said.

    Attributes:
        noun: What people call one of them.
        kind: What they call all of them, where there are several tables of a kind.
        whole: Whether all that the PIM has are in it, so that what is not does not exist.
        unchecked: Folded codes that were asked for and that nobody can vouch for.
    """

    def __init__(
        self,
        noun: str,
        make: Callable[[str], T],
        *,
        kind: str = "",
        fold: Callable[[str], str] = str.casefold,
    ) -> None:
        self.noun = noun
        self.kind = kind or noun
        self._fold = fold
        self.whole = False
        self.unchecked: set[str] = set()
        self._make = make
        self._items: dict[str, T] = {}
        self._near: dict[str, str] = {}

    def get(self, code: object) -> T | None:
        """Return the one called *code*, if it is known."""
        return self._items.get(self._fold(code)) if isinstance(code, str) else None

    def __iter__(self) -> Iterator[T]:
        """Yield all."""
        return iter(self._items.values())

    def __contains__(self, code: str) -> bool:
        return self._fold(code) in self._items

    def of(self, code: str) -> T:
        """Return the one called *code*, made when it is not known."""
        found = self._items.get(self._fold(code))
        if found is None:
            found = self._items[self._fold(code)] = self._make(code)
        return found

    def copied(self) -> dict[str, T]:
        """Return what is known, for ``restore``."""
        return deepcopy(self._items)

    def restore(self, items: dict[str, T]) -> None:
        """Know what was known when *items* was copied."""
        self._items = deepcopy(items)
        self._near.clear()

    def lacks(self, code: str) -> bool:
        """Whether there is no *code* for certain; what nobody can tell is counted."""
        folded = self._fold(code)
        if folded in self._items:
            return False
        if not self.whole and len(self.unchecked) < MOST_UNCHECKED:
            self.unchecked.add(folded)
        return self.whole

    def absent(self, code: str) -> str:
        """Return the sentence that there is no *code*, with what may have been meant."""
        if code not in self._near and len(self._near) < MOST_SUGGESTED:
            few = len(self._items) <= MOST_COMPARED
            close = get_close_matches(self._fold(code), self._items, 1) if few else []
            self._near[code] = f" Did you mean {self._items[close[0]].code!r}?" if close else ""
        near = self._near.get(code, "")
        return f"there is no {self.noun} {code!r}, neither in the PIM nor in the source.{near}"
