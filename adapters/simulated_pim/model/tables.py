"""Items by code; upper and lower case are one code, and the first spelling stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


def fold(code: str) -> str:
    """Return the form of *code* in which two spellings of one code are equal."""
    folded = code.casefold()
    return code if folded == code else folded


class Table(Generic[T]):
    """Items of one resource, by code.

    Attributes:
        known_by: The properties of an item that are its key here.
    """

    known_by: tuple[str, ...] = ("identifier", "code")

    def __init__(self) -> None:
        self._items: dict[str, T] = {}
        self._order: list[str] | None = None

    def get(self, code: object) -> T | None:
        """Return the item called *code* in any spelling, or None; also for what is no text."""
        return self._items.get(code.casefold()) if isinstance(code, str) else None

    def __getitem__(self, code: str) -> T:
        """Return the item called *code*; raises `KeyError` if there is none."""
        return self._items[code.casefold()]

    def put(self, code: str, item: T) -> None:
        """Store *item* under *code*, in place of an earlier one."""
        key = fold(code)
        if key not in self._items:
            self._order = None
        self._items[key] = item

    def remove(self, code: str) -> None:
        """Forget the item called *code*."""
        del self._items[code.casefold()]
        self._order = None

    def keys(self) -> list[str]:
        """Return the folded codes, sorted; the list is shared and must not be changed."""
        if self._order is None:
            self._order = sorted(self._items)
        return self._order

    def values(self) -> list[T]:
        """Return the items in the order of their folded codes."""
        return [self[key] for key in self.keys()]

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code.casefold() in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)


class CasedTable(Table[T]):
    """Items whose codes differ by upper and lower case."""

    def get(self, code: object) -> T | None:
        """Return the item called *code*, or None; also for what is no text."""
        return self._items.get(code) if isinstance(code, str) else None

    def __getitem__(self, code: str) -> T:
        return self._items[code]

    def put(self, code: str, item: T) -> None:
        """Store *item* under *code*, in place of an earlier one."""
        self._order = None
        self._items[code] = item

    def remove(self, code: str) -> None:
        """Forget the item called *code*."""
        del self._items[code]
        self._order = None

    def __contains__(self, code: object) -> bool:
        return code in self._items
