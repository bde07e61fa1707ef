"""What stands in place of a table that cannot be read."""

from __future__ import annotations

from attrs import frozen


@frozen
class BadTable:
    """A table, or a whole input, that cannot be read.

    Attributes:
        name: How positions call it: ``products.csv``, ``book.xlsx#Prices``.
        line: The 1-based line or row where that became clear.
        reason: A sentence for people, without the name and the line.
    """

    name: str
    line: int
    reason: str
