"""Which records and assets there will be: of the source, and of the PIM where asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from importbus.handlers.akeneo.checks.libraries import Kind
from importbus.handlers.akeneo.checks.sightings import Sightings

MOST_ASKED: Final = 50_000
"""Answers of the PIM that are remembered."""

ONE, MANY, GONE = 0, 1, 2
"""What is kept of an entry of the source: whether several commands name it, and whether its only
command will be refused."""

Ask = Callable[[Kind, str, list[str]], set[str] | None]
"""Returns which of some entries of a family the PIM has, folded; None when it does not tell."""


class Entries:
    """Records and assets by family and code; of each of the source 32 bytes are kept."""

    def __init__(self) -> None:
        self._own = Sightings()
        self._stored = Sightings()
        self._untold: set[str] = set()
        self._ask: Ask | None = None
        self.unchecked: dict[str, set[str]] = {"record": set(), "asset": set()}

    def connect(self, ask: Ask | None) -> None:
        """Look up with *ask* from now on; None: nothing any more."""
        self._ask = ask

    def note(self, kind: Kind, family: str, code: str) -> None:
        """Note an entry of the source."""
        key = _key(kind, family, code)
        self._own.put(key, ONE if self._own.get(key) is None else MANY)

    def ask(self, kind: Kind, family: str, codes: Iterable[str]) -> None:
        """Look up which of *codes* the PIM has, of those that it was not asked for yet."""
        if self._ask is None or not family:
            return
        keys = {code: _key(kind, family, code) for code in codes}
        if len(self._stored) > MOST_ASKED:
            self._stored = Sightings()
        new = [code for code, key in keys.items() if self._stored.get(key) is None]
        found = self._ask(kind, family, new) if new else set()
        if found is None:
            self._untold.add(_key(kind, family, ""))
            return
        for code in new:
            self._stored.put(keys[code], int(code.casefold() in found))

    def withdraw(self, kind: Kind, family: str, code: str) -> bool:
        """Note that the only command of an entry will be refused; False if that is no news."""
        key = _key(kind, family, code)
        if self._own.get(key) != ONE or self._stored.get(key):
            return False
        self._own.put(key, GONE)
        return True

    def lacks(self, kind: Kind, family: str, code: str) -> bool:
        """Whether there is no such entry for certain; it was asked for before."""
        key = _key(kind, family, code)
        if self._own.get(key) in (ONE, MANY) or self._stored.get(key):
            return False
        sure = self._ask is not None and _key(kind, family, "") not in self._untold
        if not sure and len(self.unchecked[kind.entry]) < MOST_ASKED:
            self.unchecked[kind.entry].add(key)
        return sure


def _key(kind: Kind, family: str, code: str) -> str:
    return f"{kind.path}/{kind.form(family)}/{code.casefold()}"
