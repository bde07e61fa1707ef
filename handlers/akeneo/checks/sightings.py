"""A million keys in little memory."""

from __future__ import annotations

from array import array

SMALLEST = 1024
MASK = (1 << 61) - 1


def digest(text: str) -> int:
    """Return *text* as a number from 1 to 2**61; two texts meet once in some 10**12 imports."""
    return (hash(text) & MASK) + 1


class Sightings:
    """Numbers by key, 16 bytes a slot: a table with open addressing that doubles when it is full.

    Keys are kept as digests. A number is 0 or more.
    """

    def __init__(self) -> None:
        self._make(SMALLEST)
        self._count = 0

    def __len__(self) -> int:
        """Count the keys."""
        return self._count

    def get(self, text: str) -> int | None:
        """Return the number of *text*; None when it has none."""
        slot = self._slot(digest(text))
        return self._numbers[slot] if self._keys[slot] else None

    def put(self, text: str, number: int) -> None:
        """Give *text* a number, in place of an earlier one."""
        if 4 * self._count >= 3 * len(self._keys):
            self._grow()
        self._put(digest(text), number)

    def _put(self, key: int, number: int) -> None:
        slot = self._slot(key)
        if not self._keys[slot]:
            self._keys[slot] = key
            self._count += 1
        self._numbers[slot] = number

    def _slot(self, key: int) -> int:
        """Return where *key* is, or where it belongs."""
        keys = self._keys
        last = len(keys) - 1
        slot = key & last
        while keys[slot] and keys[slot] != key:
            slot = (slot + 1) & last
        return slot

    def _make(self, size: int) -> None:
        self._keys = array("Q", bytes(8 * size))
        self._numbers = array("Q", bytes(8 * size))

    def _grow(self) -> None:
        keys, numbers = self._keys, self._numbers
        self._make(2 * len(keys))
        self._count = 0
        for key, number in zip(keys, numbers, strict=True):
            if key:
                self._put(key, number)
